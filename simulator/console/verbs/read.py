"""Commands that only read: print, find, get.

Assumed: how `order-by` sorts, that `as-string` gives what `:tostr` would.

Source: routeros-api.md, 3.6, 5.2; routeros-script.md, 17.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import texts
from simulator.console.request import Reply
from simulator.console.screen import render_print
from simulator.console.select import resolve_items, select_rows
from simulator.console.verbs import follow
from simulator.values import NIL, Array, Id, copy_value, to_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.console.call import Call
    from simulator.console.request import Row
    from simulator.console.storage import Item, Table
    from simulator.values import Value

__all__ = ["find", "get", "print_items"]


def print_items(call: Call) -> Reply:
    """List items, or count them, once or for ever (`interval`, `follow`)."""
    if call.args.keys() & {"follow", "follow-only", "interval"}:
        if call.flag("follow-only"):
            return follow.listen(call)
        if call.flag("follow") or "interval" in call.args:
            return follow.follow(call, print_once)
    reply = print_once(call)
    if "file" in call.args:
        _save(call, reply)
    elif call.request.typed and not call.args.keys() & {"as-value", "count-only"}:
        call.context.put(render_print(call, reply.rows))
    return reply


def _save(call: Call, reply: Reply) -> None:
    """Write what a terminal would show into a file, `.txt` added; the rows come all the same."""
    name, files = call.text("file") + b".txt", call.router.files
    before = files.read(name) if call.flag("append") else None
    shown = render_print(call, reply.rows).replace(b"\n", b"\r\n")
    files.write(name, (before or b"") + shown)


def print_once(call: Call) -> Reply:
    """List or count the items as they are now."""
    table = call.table
    if call.menu.singleton:
        return Reply(_cut(call, [table.row(table.single)]))
    found = select_rows(table, call.request.where)
    if "from" in call.request.arguments:
        wanted = resolve_items(table, call.request.arguments["from"], call.context)
        found = [each for each in found if each[0] in wanted]
    if call.menu.print_flags:
        found = _filter(call, found)
    if call.flag("count-only"):
        return Reply(ret=len(found))
    if call.args.get("order-by"):
        found = _ordered(found, call.text("order-by").decode("latin-1").split(","))
    if call.request.typed:
        call.context.printed[call.menu.words] = [item.id for item, _ in found]
    return Reply(_cut(call, [row for _, row in found]), listing=True)


def _ordered(found: list[tuple[Item, Row]], names: list[str]) -> list[tuple[Item, Row]]:
    """Sort by properties as they print, numbers by value; items without one come first."""

    def key(each: tuple[Item, Row]) -> list[tuple[bool, int, bytes]]:
        values = (each[1].get(name) for name in names)
        return [
            (value is not None, value if isinstance(value, int) else 0, _printed(value))
            for value in values
        ]

    return sorted(found, key=key)


def _printed(value: Value | None) -> bytes:
    return b"" if value is None else to_text(value)


def _filter(call: Call, found: list[tuple[Item, Row]]) -> list[tuple[Item, Row]]:
    """Apply the flags that choose among items, such as `dynamic` or `chain=input`."""
    for name in call.menu.print_flags:
        if not call.args.get(name):
            continue
        value = call.args[name]
        if name == "static":
            found = [each for each in found if not each[0].dynamic]
        elif name == "dynamic":
            found = [each for each in found if each[0].dynamic]
        elif name in call.menu.all_fields:
            found = [each for each in found if each[1].get(name) == value]
    return found


def _cut(call: Call, rows: list[Row]) -> list[Row]:
    """Cut rows down to what was asked for and may be seen. The rows themselves stay."""
    wanted = call.request.proplist
    hidden = _hidden(call)
    if wanted is not None:
        names = [name for name in wanted if name not in hidden]
        return [{name: row[name] for name in names if name in row} for row in rows]
    if hidden:
        return [{name: value for name, value in row.items() if name not in hidden} for row in rows]
    return rows


def _hidden(call: Call) -> frozenset[str]:
    """Return the properties that this print leaves out: slow ones, counters, secrets."""
    wanted = call.request.proplist or ()
    hidden = []
    for field in call.menu.special:
        if field.sensitive and "sensitive" not in call.actor.policies:
            hidden.append(field.name)
        elif field.name in wanted:
            continue
        elif (field.stats and not call.flag(field.stats)) or (
            field.slow and not call.flag("detail")
        ):
            hidden.append(field.name)
    return frozenset(hidden)


def find(call: Call) -> Reply:
    """Return ids. The API has no query for it, so there it returns them all."""
    where = call.request.where
    if where is None:
        ids = [Id(item.id) for item in call.table.items()]
    else:
        ids = [Id(item.id) for item, _ in select_rows(call.table, where)]
    return Reply(ret=Array(list(ids)))


def get(call: Call) -> Reply:
    """Return one property, or without a name all of them as a map."""
    item = call.table.single if call.menu.singleton else _only(call.items)
    row = _readable(call, call.table, item)
    name = call.text("value-name").decode("utf-8", "replace")
    found: Value = NIL
    if not name:
        found = Array(keyed={each.encode(): copy_value(row[each]) for each in row})
    elif name in row:
        found = copy_value(row[name])
    as_text = call.flag("as-string") or call.flag("as-string-value")
    return Reply(ret=to_text(found) if as_text else found)


def _only(items: Iterable[Item]) -> Item:
    for item in items:
        return item
    raise texts.no_such_item()


def _readable(call: Call, table: Table, item: Item) -> Row:
    row = table.row(item)
    if "sensitive" in call.actor.policies:
        return row
    secret = {field.name for field in call.menu.special if field.sensitive}
    return {name: value for name, value in row.items() if name not in secret}
