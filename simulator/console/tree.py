"""The menus as names: what the script parser, `check` and completion ask.

Implements `simulator.script.tree.CommandTree` over the tables and, for what
they have not, over the names that RouterOS is known to have.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from simulator.console.commands import ON, Bound, commands_of
from simulator.errors import RouterError
from simulator.menus.generic import generic_menu
from simulator.menus.known import (
    known_arguments,
    known_children,
    known_commands,
    needs_hardware,
)
from simulator.menus.registry import menus_at
from simulator.menus.table import Unset
from simulator.menus.types import Choice, FieldType, Flag, Scope
from simulator.script.grammar import BUILTINS
from simulator.script.tree import Argument, ArgumentKind, CommandSyntax, complete

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.console.request import Menu as Words
    from simulator.console.tables import Tables
    from simulator.menus.table import Field, Menu
    from simulator.values import Value
    from simulator.version import Version

__all__ = ["Tree"]


class Tree:
    """The names of one router's menus; see `CommandTree` for what `find` promises.

    Args:
        tables: The router's tables.
        version: Its release.
        hardware: It has what boards and extra packages have: their menus, too, are menus.
    """

    def __init__(self, tables: Tables, version: Version, *, hardware: bool) -> None:
        self._tables = tables
        self._version = version
        self._hardware = hardware

    def find(self, menu: Words, word: str) -> Words | CommandSyntax | None:
        """Return the menu below or the command that `word` means in `menu`, or None."""
        children = self.children(menu)
        if not menu:  # `:environment print` is the language's own
            children = _not_builtins(children)
        commands = self.commands(menu)
        if word in children:
            return (*menu, word)
        if word in commands:
            return commands[word]
        name = complete(word, [*children, *(name for name in commands if name not in children)])
        if name is None:
            return None
        if name in children:
            return (*menu, name)
        return commands[name]

    def is_menu(self, words: Words) -> bool:
        """Tell whether a path is a menu, or leads to one."""
        return not words or words[-1] in self.children(words[:-1])

    def children(self, menu: Words) -> tuple[str, ...]:
        """Return the words of the menus right below, sorted."""
        return _children(menu, self._version, hardware=self._hardware)

    def commands(self, menu: Words) -> Mapping[str, CommandSyntax]:
        """Return the commands of a menu by name, those not modelled among them."""
        declared = self._tables.menus.get(menu) or generic_menu(menu, self._version)
        return {} if declared is None else _syntaxes(declared, self._version)


@cache
def _not_builtins(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in BUILTINS)


@cache
def _children(menu: Words, version: Version, *, hardware: bool) -> tuple[str, ...]:
    declared = _declared_children(version).get(menu, set())
    words = {*declared, *known_children(_path(menu), version)}
    if not hardware:
        words = {word for word in words if not needs_hardware(_path((*menu, word)), version)}
    return tuple(sorted(words))


def _path(menu: Words) -> str:
    return "/" + "/".join(menu)


@cache
def _declared_children(version: Version) -> Mapping[Words, set[str]]:
    """Return the words below every declared path and every path that leads to one."""
    found: dict[Words, set[str]] = {}
    for words in menus_at(version):
        for at in range(len(words)):
            found.setdefault(words[:at], set()).add(words[at])
    return found


@cache
def _syntaxes(menu: Menu, version: Version) -> Mapping[str, CommandSyntax]:
    properties = frozenset((*menu.all_fields, ".id"))
    found = {
        name: _syntax(menu, bound, properties, version)
        for name, bound in commands_of(menu, version).items()
        if name != "listen"  # the API's own word
    }
    for name in known_commands(menu.path, version):
        if name not in found:
            arguments = known_arguments(menu.path, name, version)
            found[name] = CommandSyntax(
                name, {each: Argument(each) for each in arguments}, properties=properties
            )
    if not menu.words:
        for name in BUILTINS:  # the language's own
            found.pop(name, None)
    return found


def _syntax(
    menu: Menu, bound: Bound, properties: frozenset[str], version: Version
) -> CommandSyntax:
    arguments = {name: _argument(bound, name, field) for name, field in bound.arguments.items()}
    if bound.items is not None:
        number = "numbers" if bound.items == "many" else "number"
        arguments[number] = Argument(number)
    if bound.where:
        arguments["where"] = Argument("where", ArgumentKind.WHERE)
    if bound.open:
        for name in known_arguments(menu.path, bound.name, version):
            arguments.setdefault(name, Argument(name))
    return CommandSyntax(bound.name, arguments, bound.positional, properties)


def _argument(bound: Bound, name: str, field: Field) -> Argument:
    if field.type is ON or field.presence:
        return Argument(name, ArgumentKind.FLAG)
    if name in bound.code:
        return Argument(name, ArgumentKind.CODE)
    # A name of a property that is none is an error of the run, not of the text.
    return Argument(name, read=None if name == "value-name" else _reader(field))


def _reader(field: Field) -> Callable[[bytes], Value | None]:
    """Return what reads a literal: words outside a closed set are refused, nothing else is.

    What is wrong with a number or an address the console says when the command runs
    (script-cases S524, S750, S751).
    """
    closed = _is_closed(field.type)

    def read(text: bytes) -> Value | None:
        try:
            return field.type.show(field.type.parse(text, Scope(field.name)))
        except RouterError:
            clears = text == b"" and isinstance(field.default, Unset)
            return None if closed and not clears else text

    return read


def _is_closed(kind: FieldType) -> bool:
    inner = getattr(kind, "inner", None)
    return isinstance(kind, Flag | Choice) if inner is None else _is_closed(inner)
