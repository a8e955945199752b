"""Menus that RouterOS has and no table declares: kept as text, nothing checked but names.

Which names there are is `known`'s to say. A menu made here stores what it is
given, shows it again and exports it; the console notes its use as *not
modelled*. What `known` has not either is the router's own error.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from simulator.menus.hooks import Hooks
from simulator.menus.interface import InterfaceKind
from simulator.menus.known import (
    known_arguments,
    known_command,
    known_commands,
    known_menu,
    known_properties,
)
from simulator.menus.known_items import fresh_items
from simulator.menus.table import Export, Field, Menu
from simulator.menus.types import FieldType, Text

if TYPE_CHECKING:
    from simulator.console.request import Menu as Words
    from simulator.version import Version

__all__ = ["generic_menu", "is_known_argument", "is_known_command"]

# Names under which menus keep secrets; exports of RouterOS 7 leave them out.
_SECRET = re.compile(
    r"(?:^|[-.])(?:password|passphrase|secrets?|pin|"
    r"(?:auth|authentication|md5|pre-?shared|private|protection)-key)$|static-key-\d$"
)

_LIST_COMMANDS = frozenset(
    {"add", "comment", "disable", "edit", "enable", "listen", "move", "remove", "set", "unset"}
)


@cache
def generic_menu(words: Words, version: Version) -> Menu | None:
    """Return a menu made of names, shared by all routers, or None outside RouterOS."""
    path = "/" + "/".join(words)
    if not known_menu(path, version):
        return None
    commands = set(known_commands(path, version))
    kinds = known_properties(path, version)
    names = frozenset(kinds)
    family = _family(words, names) if "find" in commands else None
    fresh = fresh_items(path, version)
    return Menu(
        path,
        fields=tuple(_field(name, kinds[name]) for name in sorted(names - {"disabled", "comment"})),
        family=family,
        builtin=() if fresh is None else fresh.items,
        export=Export() if fresh is None else fresh.export,
        hooks=Hooks if family is None else InterfaceKind,
        singleton="find" not in commands,
        named_by="name" if "name" in names and "find" in commands else None,
        ordered="move" in commands,
        lacks=_LIST_COMMANDS - commands,
        commentable="comment" in names,
        disableable="disabled" in names,
        generic=True,
    )


def _family(words: Words, names: frozenset[str]) -> str | None:
    """Return the menu that shows the items too: kinds of interfaces are interfaces.

    So an address or a rule can refer to a tunnel that is kept as text.
    """
    is_kind = len(words) == 2 and words[0] == "interface" and "name" in names
    return "/interface" if is_kind and ("running" in names or words[1] == "veth") else None


def _field(name: str, kinds: str) -> Field:
    return Field(
        name,
        Text() if name == "name" else FieldType(),
        read_only="a" not in kinds and "s" not in kinds,
        sensitive=_SECRET.search(name) is not None,
        unsettable="u" in kinds,
    )


def is_known_command(menu: Menu, command: str, version: Version) -> bool:
    """Tell whether RouterOS has the command in this menu."""
    return known_command(menu.path, command, version)


def is_known_argument(menu: Menu, command: str, name: str, version: Version) -> bool:
    """Tell whether RouterOS has the argument, which our table may have not."""
    return name in known_arguments(menu.path, command, version)
