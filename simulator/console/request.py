"""What the command core is asked and what it answers, whoever asks.

The API, REST and the script language each turn their own form into a Request
and their own form out of a Reply; between the two nobody knows who asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.process import Process
    from simulator.values import Value

__all__ = ["Actor", "Context", "Menu", "Predicate", "Reply", "Request", "Row"]

# The canonical words of a menu's path: ("ip", "firewall", "filter"); () is the root.
Menu: TypeAlias = "tuple[str, ...]"
# One item or sample as it is shown: property name to value, in the order of printing.
Row: TypeAlias = "dict[str, Value]"
# Whether an item passes; it is given what `print` would show of the item.
Predicate: TypeAlias = "Callable[[Mapping[str, Value]], bool]"


@dataclass(frozen=True, slots=True)
class Actor:
    """On whose behalf a command runs.

    Attributes:
        user: The user's name.
        policies: What the group, and the script if any, allow: `read`, `write`, `ftp` …
        via: How they came in: `api`, `rest-api`, `console`, `scheduler`, `script`.
        address: The peer's address as text; empty when there is none.
    """

    user: bytes
    policies: frozenset[str]
    via: str
    address: str = ""


@dataclass(slots=True)
class Request:
    """One command.

    Attributes:
        menu: The menu's canonical path.
        command: The command's canonical name, `print` or `add`.
        arguments: By canonical name. Text of the API and REST stays bytes; scripts give
            typed values. A flag argument holds b"" or True.
        unset: Names given as `!name`.
        where: Which items; None for all. From `?` words, REST queries or `where`.
        proplist: Which properties of a row, or None for all.
        typed: It comes from a script or a terminal, not from a client of the API: what it
            prints goes out through `Context.put`.
    """

    menu: Menu
    command: str
    arguments: dict[str, Value] = field(default_factory=dict)
    unset: frozenset[str] = frozenset()
    where: Predicate | None = None
    proplist: tuple[str, ...] | None = None
    typed: bool = False


@dataclass(slots=True)
class Reply:
    """What a command answered.

    Attributes:
        rows: Items or samples, in order. They may be kept and shown again: who wants other
            ones copies them, and the arrays in them, first.
        ret: What the API sends as `=ret=` and a script gets as the command's value.
        listing: The command lists items: when it lists none, the API says `!empty` (7.18+).
    """

    rows: list[Row] = field(default_factory=list)
    ret: Value | None = None
    listing: bool = False


@dataclass(slots=True)
class Context:
    """The surroundings of a command while it runs.

    Attributes:
        actor: Who runs it.
        process: What it waits in.
        put: Takes what the command or script prints, bytes with their line ends.
        emit: Takes rows of a command that streams (listen, monitor), one by one.
        printed: Ids that the last `print` of a menu showed, by menu: what bare numbers
            mean in the same terminal or script.
    """

    actor: Actor
    process: Process
    put: Callable[[bytes], None]
    emit: Callable[[Row], None]
    printed: dict[Menu, list[bytes]] = field(default_factory=dict)
