"""Commands that change items: add, set, remove, enable, disable, comment, unset, reset, move.

Each checks everything before it changes anything, item by item: what a `set`
of several items did to the first ones stays when a later one is refused.

Source: routeros-api.md, 5.2 and 5.4; routeros-script.md, 17.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import texts
from simulator.console.request import Reply
from simulator.console.select import resolve_items
from simulator.errors import RouterError
from simulator.values import Id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.console.call import Call
    from simulator.console.storage import Item, Table
    from simulator.menus.table import Menu
    from simulator.menus.types import Stored

__all__ = [
    "add",
    "comment",
    "disable",
    "edit",
    "enable",
    "move",
    "remove",
    "reset",
    "set_items",
    "set_single",
    "unset",
]

# Arguments of `add` that are no properties.
_PLACING = ("copy-from", "place-before")


def add(call: Call) -> Reply:
    """Add an item; the new id is the command's value."""
    table = call.table
    given, drop = _split_empty(table, call.args)
    values: dict[str, Stored] = {}
    if "copy-from" in call.request.arguments:
        values.update(_named(call, "copy-from").values)
    for name in _PLACING:
        given.pop(name, None)
    values.update(given)
    for name in (*drop, *call.request.unset):
        values.pop(name, None)
    missing = tuple(name for name in table.menu.required if name not in values)
    if missing:
        raise texts.missing_values(missing)
    before = None
    if "place-before" in call.request.arguments:
        before = _named(call, "place-before")
    table.hooks.prepare(values, None)
    item = table.insert(values, before=before)
    return Reply(ret=Id(item.id))


def _named(call: Call, argument: str) -> Item:
    """Return the one item that an argument means."""
    found = resolve_items(call.table, call.request.arguments[argument], call.context)
    if not found:
        raise texts.no_such_item()
    return found[0]


def set_items(call: Call) -> Reply:
    """Give items new values; `!name` and an empty value, where one is legal, clear."""
    for item in call.items:
        call.table.hooks.changeable(item)
        _change(item, call, *_split_empty(call.table, call.args))
    return Reply()


def set_single(call: Call) -> Reply:
    """Change the one record of a singleton."""
    _change(call.table.single, call, *_split_empty(call.table, call.args))
    return Reply()


def _change(item: Item, call: Call, values: dict[str, Stored], drop: Iterable[str]) -> None:
    """Apply a change to an item through its own menu's checks."""
    table = item.table
    gone = {*drop, *call.request.unset}
    after = {name: value for name, value in item.values.items() if name not in gone} | values
    missing = tuple(name for name in _kept(table.menu) if name in gone and name not in after)
    if missing:
        raise texts.missing_values(missing)
    table.hooks.prepare(after, item)
    table.update(item, after, [name for name in item.values if name not in after])


def _kept(menu: Menu) -> tuple[str, ...]:
    """Return the properties that no item may lose: without its name it could not be named.

    That a router refuses to clear a name, and says so as for what `add` needs, is assumed.
    """
    named_by = menu.named_by
    if named_by is None or named_by in menu.required or named_by in menu.defaults:
        return menu.required
    return (*menu.required, named_by)


def _split_empty(table: Table, args: dict[str, Stored]) -> tuple[dict[str, Stored], list[str]]:
    """Part values from those that clear: empty where the property has no default.

    An empty comment is an absent one, an empty `src-address` too.
    """
    menu = table.menu
    drop = [
        name
        for name, value in args.items()
        if value == b"" and name in menu.all_fields and name not in menu.defaults
    ]
    return {name: value for name, value in args.items() if name not in drop}, drop


def remove(call: Call) -> Reply:
    """Take items out, all of them or, when one may not go, none."""
    for item in call.items:
        item.table.hooks.removable(item)
    for item in call.items:
        if item.alive:  # named twice, or gone with one before it
            item.table.delete(item)
    return Reply()


def enable(call: Call) -> Reply:
    return _disabled(call, value=False)


def disable(call: Call) -> Reply:
    return _disabled(call, value=True)


def _disabled(call: Call, *, value: bool) -> Reply:
    for item in call.items:
        call.table.hooks.changeable(item)
        _change(item, call, {"disabled": value}, ())
    return Reply()


def comment(call: Call) -> Reply:
    """Set the comment; an empty one clears it."""
    text = call.text("comment")
    for item in call.items:
        call.table.hooks.changeable(item)
        _change(item, call, {"comment": text} if text else {}, () if text else ("comment",))
    return Reply()


def unset(call: Call) -> Reply:
    """Clear one property, `value-name`, of items."""
    name = call.text("value-name").decode("utf-8", "replace")
    field = call.menu.settable.get(name)
    if field is None or not (field.unsettable or name == "comment"):
        raise texts.no_match("value-name")
    for item in call.items:
        call.table.hooks.changeable(item)
        _change(item, call, {}, (name,))
    return Reply()


def reset(call: Call) -> Reply:
    """Give the named properties, or with none named all of them, their defaults back.

    That no name means all is assumed; required properties stay as they are.
    """
    names = [name for name, on in call.args.items() if on] or list(call.menu.settable)
    names = [name for name in names if not call.menu.settable[name].required]
    for item in call.items or ([call.table.single] if call.menu.singleton else []):
        call.table.hooks.changeable(item)
        _change(item, call, {}, names)
    return Reply()


def move(call: Call) -> Reply:
    """Put items before `destination`, or at the end."""
    before = None
    if "destination" in call.request.arguments:
        before = _named(call, "destination")
    for item in call.items:
        call.table.hooks.changeable(item)
    call.table.place(call.items, before)
    call.table.hooks.moved()
    return Reply()


def edit(call: Call) -> Reply:
    """Refuse: an editor needs somebody at the keyboard. Source: routeros-script.md, 17.6."""
    del call
    raise RouterError(b"this command requires user input")
