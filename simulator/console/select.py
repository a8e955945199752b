"""Which items a command is about: `numbers`, `.id`, `number`, `from`, `destination`.

Source: routeros-api.md, 5.1; routeros-script.md, 17.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import texts
from simulator.menus.types import as_text
from simulator.values import Array, Id

if TYPE_CHECKING:
    from simulator.console.request import Context, Predicate, Row
    from simulator.console.storage import Item, Table
    from simulator.values import Value

__all__ = ["ITEM_NAMES", "resolve_items", "select_rows"]

# Ways in which a request names items; clients of the API mix them freely.
ITEM_NAMES = (".id", "numbers", "number")


def resolve_items(table: Table, value: Value, context: Context) -> list[Item]:
    """Return the items that an id, a name, a comma list or an array means.

    An empty array means none. A bare number is a row of the last `print` of the
    same terminal or script; over the API, where each command has a context of its
    own, it never is.

    Raises:
        RouterError: One of them is no item.
    """
    if isinstance(value, Array):
        return [item for each in value.items for item in resolve_items(table, each, context)]
    if isinstance(value, Id):
        return [_one(table, value.text, context)]
    text = as_text(value)
    whole = table.get(text)
    if whole is not None:
        return [whole]
    return [_one(table, part, context) for part in text.split(b",")]


def _one(table: Table, text: bytes, context: Context) -> Item:
    found = table.get(text)
    if found is None and text.isdigit():
        printed = context.printed.get(table.menu.words, ())
        at = int(text)
        found = table.get(printed[at]) if at < len(printed) else None
    if found is None:
        raise texts.no_such_item()
    return found


def select_rows(table: Table, where: Predicate | None) -> list[tuple[Item, Row]]:
    """Return the items that pass, with what `print` shows of them, in order."""
    if where is None:
        return [(item, table.row(item)) for item in table.items()]
    # A predicate may carry `equals`, texts that properties must have.
    equals: dict[str, bytes] = getattr(where, "equals", {})
    found = []
    for item in table.having(equals) if equals else table.items():
        row = table.row(item)
        if where(row):
            found.append((item, row))
    return found
