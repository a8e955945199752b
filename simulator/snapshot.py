"""A router's configuration as plain JSON values, and back: what a backup file holds.

Items keep their numbers, so ids and references are the same after a load.
What the router makes by itself (dynamic items) is left out: it makes it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.console.storage import Item
from simulator.errors import RouterError, SimulatorError
from simulator.exportorder import place
from simulator.menus.types import Link, Negated
from simulator.values import (
    NIL,
    Array,
    ClockTime,
    Id,
    Ip,
    Ip6,
    Ip6Prefix,
    IpPrefix,
    Nil,
    Nothing,
    Time,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.console.storage import Table
    from simulator.menus.types import Stored
    from simulator.router import Router

__all__ = ["restore_snapshot", "take_snapshot"]

# Who is logged in.
_NOT_CONFIGURATION = frozenset({"/user/active"})

# Kinds of values that JSON has not, by the word that marks them.
_NUMBERED: dict[str, Callable[[int], Stored]] = {
    "time": Time,
    "clock": ClockTime,
    "ip": Ip,
    "ip6": Ip6,
}
_PREFIXED: dict[str, Callable[[int, int], Stored]] = {"prefix": IpPrefix, "prefix6": Ip6Prefix}


def take_snapshot(router: Router) -> dict[str, Any]:
    """Return every menu's items that are not dynamic, in an order that references allow."""
    tables = [
        each
        for each in router.tables.made()
        if not each.live and each.menu.path not in _NOT_CONFIGURATION
    ]
    tables.sort(key=lambda each: (place(each.menu.path, router.version), each.menu.path))
    return {"menus": {each.menu.path: _items(each) for each in tables}}


def _items(table: Table) -> list[dict[str, Any]]:
    return [
        {
            "number": item.number,
            "builtin": item.builtin,
            "values": {name: _plain(stored) for name, stored in item.values.items()},
        }
        for item in table
        if not item.dynamic and item.table is table
    ]


def _plain(stored: Stored) -> Any:
    """Return one stored value as JSON has it: bytes are its strings, the rest is marked."""
    if isinstance(stored, bool | int):
        return stored
    if isinstance(stored, bytes):
        return stored.decode("latin-1")
    if isinstance(stored, tuple):
        return {"list": [_plain(each) for each in stored]}
    if isinstance(stored, Link):
        return {"link": [stored.item.table.menu.path, stored.item.number]}
    if isinstance(stored, Negated):
        return {"not": _plain(stored.inner)}
    if isinstance(stored, Array):
        keyed = {key.decode("latin-1"): _plain(each) for key, each in stored.keyed.items()}
        return {"array": [_plain(each) for each in stored.items], "keyed": keyed}
    return _plain_scalar(stored)


def _plain_scalar(stored: Stored) -> Any:
    if isinstance(stored, Id):
        return {"id": stored.text.decode()}
    if isinstance(stored, ClockTime):
        return {"clock": stored.nanoseconds}
    if isinstance(stored, Time):
        return {"time": stored.nanoseconds}
    if isinstance(stored, Ip):
        return {"ip": stored.number}
    if isinstance(stored, Ip6):
        return {"ip6": stored.number}
    if isinstance(stored, IpPrefix):
        return {"prefix": [stored.number, stored.length]}
    if isinstance(stored, Ip6Prefix):
        return {"prefix6": [stored.number, stored.length]}
    if isinstance(stored, Nil | Nothing):
        return None
    raise TypeError(f"no menu stores a {type(stored).__name__}")


class _NotYetError(SimulatorError):
    """A reference is to an item that is not there yet; never leaves this module."""


def restore_snapshot(router: Router, state: dict[str, Any]) -> None:
    """Put a fresh router into a saved state; menus that its release has not are left out.

    Items whose references come later wait for a further pass. What is still referred to in
    vain then is an item that was gone when the backup was saved.
    """
    saved = [
        (table, entries)
        for path, entries in state["menus"].items()
        if (table := _table(router, path)) is not None
    ]
    for table, entries in saved:
        _drop_others(table, {entry["number"] for entry in entries})
    waiting = [(table, entry) for table, entries in saved for entry in entries]
    while waiting:
        left = [each for each in waiting if not _put(*each, dangling=False)]
        if len(left) == len(waiting):
            for table, entry in left:
                _put(table, entry, dangling=True)
            break
        waiting = left


def _table(router: Router, path: str) -> Table | None:
    """Return a menu's table, also of a menu that is only known by its names."""
    try:
        menu = router.console.menu(tuple(word for word in path.split("/") if word))
    except RouterError:
        return None
    return router.tables[menu.words]


def _drop_others(table: Table, numbers: set[int]) -> None:
    for item in list(table):
        if item.table is table and not item.dynamic and item.number not in numbers:
            table.delete(item)


def _put(table: Table, entry: dict[str, Any], *, dangling: bool) -> bool:
    """Make or change one item; False when a reference has to wait."""
    try:
        values = {
            name: _stored(table.router, plain, dangling=dangling)
            for name, plain in entry["values"].items()
        }
    except _NotYetError:
        return False
    found = table.get(b"*%X" % entry["number"]) if not table.menu.singleton else table.single
    if found is None:
        table.adopt(Item(entry["number"], table, values, builtin=entry["builtin"]))
    else:
        table.update(found, values, drop=found.values.keys() - values.keys())
    return True


def _stored(router: Router, plain: Any, *, dangling: bool) -> Stored:
    if plain is None:
        return NIL
    if isinstance(plain, bool | int):
        return plain
    if isinstance(plain, str):
        return plain.encode("latin-1")
    kind, body = next(iter(plain.items()))
    if kind == "list":
        return tuple(_stored(router, each, dangling=dangling) for each in body)
    if kind == "link":
        return _link(router, *body, dangling=dangling)
    if kind == "not":
        return Negated(_stored(router, body, dangling=dangling))
    if kind == "array":
        return _array(router, plain, dangling=dangling)
    if kind == "id":
        return Id(body.encode())
    if kind in _NUMBERED:
        return _NUMBERED[kind](body)
    return _PREFIXED[kind](*body)


def _array(router: Router, plain: dict[str, Any], *, dangling: bool) -> Array:
    made = Array()
    for each in plain["array"]:
        made.items.append(_stored(router, each, dangling=dangling))  # type: ignore[arg-type]
    for key, each in plain["keyed"].items():
        made.keyed[key.encode("latin-1")] = _stored(  # type: ignore[assignment]
            router, each, dangling=dangling
        )
    return made


def _link(router: Router, path: str, number: int, *, dangling: bool) -> Link:
    table = router.tables[path]
    item = table.get(b"*%X" % number)
    if item is None:
        if not dangling:
            raise _NotYetError
        item = Item(number, table)
        item.alive = False
    return Link(item)
