"""From an item to the row that `print` shows of it.

A menu's fields are turned into a plan once, so that making a row is one pass
without looking at types; `Table.row` keeps what is made here.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from simulator.menus.types import Link, Negated
from simulator.values import Id, Value

if TYPE_CHECKING:
    from simulator.console.request import Row
    from simulator.console.storage import Item, Table
    from simulator.menus.table import Menu
    from simulator.menus.types import FieldType

__all__ = ["build_row"]


class _Column(NamedTuple):
    name: str
    type: FieldType
    default: Value | None  # as shown; None: absent
    presence: bool


@cache
def _plan(menu: Menu) -> tuple[_Column, ...]:
    return tuple(
        _Column(
            name,
            field.type,
            field.type.show(menu.defaults[name]) if name in menu.defaults else None,
            field.presence,
        )
        for name, field in menu.all_fields.items()
        if not field.hidden
    )


def build_row(table: Table, item: Item) -> Row:
    """Return the item's properties in printing order, `.id` first unless it is a singleton."""
    values = item.values
    shown = table.hooks.show(item)
    row: Row = {} if table.menu.singleton else {".id": Id(item.id)}
    for name, kind, default, presence in _plan(table.menu):
        value: Value | None
        if name in shown:
            value = shown[name]
        elif name in values:
            stored = values[name]
            plain = not isinstance(stored, (Link, Negated, tuple))
            value = stored if plain else kind.show(stored)  # type: ignore[assignment]
        elif name == "dynamic":
            value = item.dynamic
        else:
            value = default
        if value is None or (presence and value is False):
            continue
        row[name] = value
    _add_unmodelled(row, table.menu, item)
    return row


def _add_unmodelled(row: Row, menu: Menu, item: Item) -> None:
    """Show what was set of properties that RouterOS has and the menu's table has not."""
    fields = menu.all_fields
    if len(item.values) <= len(fields) and item.values.keys() <= fields.keys():
        return
    if item.table.menu is not menu:  # shown by its family, whose table has fewer fields
        return
    for name, stored in item.values.items():
        if name not in fields and isinstance(stored, bytes):
            row[name] = stored
