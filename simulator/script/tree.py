"""What the parser must know of the menus: which words exist and how commands read.

The script language does not know a menu by itself. `simulator.console`
implements `CommandTree` over the menu tables; the tests of this package have a
small one of their own. Global commands (`:put`, `:if` …) are not in the tree.
`:log info x` is command `info` of menu `/log`; `/ping`, `/import` and `/export`
are commands of the root, menu `()`.

Source: routeros-script.md, sections 3, 4 and 17.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulator.console.request import Menu
    from simulator.values import Value

__all__ = ["Argument", "ArgumentKind", "CommandSyntax", "CommandTree", "complete"]


class ArgumentKind(Enum):
    """How the text after an argument's name reads."""

    VALUE = "value"
    # Present or absent, takes no value: `as-value`, `detail`, `once`.
    FLAG = "flag"
    # Script text: what stands between braces is kept raw (`source=`, `on-event=`).
    CODE = "code"
    # A condition on items; the rest of the command belongs to it.
    WHERE = "where"


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command.

    Attributes:
        name: Its full name.
        kind: How it reads.
        read: Given a literal value as it is written, returns the value as the console shows
            it in compiled code, or None when the console refuses it while it parses
            (`syntax error` at the value's first byte). Without it any text will do.
            References to items are never judged here, only closed sets and number forms.
    """

    name: str
    kind: ArgumentKind = ArgumentKind.VALUE
    read: Callable[[bytes], Value | None] | None = None


@dataclass(frozen=True, slots=True)
class CommandSyntax:
    """How one command of a menu reads.

    Attributes:
        name: Its full name.
        arguments: By full name.
        positional: Names that values without a name fill, in order: `("numbers",)` for
            `set`, `("number", "value-name")` for `get`, `("where",)` for `find`.
        properties: Names that mean the item's property inside `where`.
        open: Takes names that are not among `arguments` too (menus kept as text).
    """

    name: str
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    positional: tuple[str, ...] = ()
    properties: frozenset[str] = frozenset()
    open: bool = False

    @property
    def names_only(self) -> bool:
        """Nothing but the names of the arguments is known, as in menus not modelled.

        The parser then takes a bare name for a flag and gives values without a name to
        the argument that most likely takes them.
        """
        return (
            bool(self.arguments)
            and not self.positional
            and all(
                each.kind is ArgumentKind.VALUE and each.read is None
                for each in self.arguments.values()
            )
        )

    def argument(self, word: str) -> Argument | None:
        """Return the argument with that name or, if only one begins so, that beginning."""
        if word in self.arguments:
            return self.arguments[word]
        name = complete(word, self.arguments)
        if name is not None:
            return self.arguments[name]
        return Argument(word) if self.open else None


class CommandTree(Protocol):
    """The menus of one router, as its console sees them."""

    def find(self, menu: Menu, word: str) -> Menu | CommandSyntax | None:
        """Return what `word` means in `menu`: a menu below it or one of its commands.

        Args:
            menu: Canonical path of an existing menu, `()` for the root.
            word: A full name or a beginning of one.

        Returns:
            The canonical path of the menu below, or the command. None when nothing
            begins so, or more than one thing does (an exact name always wins).
        """


def complete(word: str, names: Iterable[str]) -> str | None:
    """Return the name equal to `word`, or else the only one that begins with it."""
    found = [name for name in names if name.startswith(word)]
    if word in found:
        return word
    return found[0] if len(found) == 1 else None
