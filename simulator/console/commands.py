"""What commands a menu has, what each takes, and who does it.

The usual ones follow from the menu's table; `Menu.commands` adds to them or
takes their place. `check`, the script parser and `/console/inspect` read the
same `Bound` as the core, so a name is known to all or to none.

Source: the command tree of 7.22.3; routeros-api.md, 3.6 and 5.2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from simulator.console.verbs import edit, export, follow, read
from simulator.menus.table import Command, Field, Menu
from simulator.menus.types import Choice, Code, Duration, FieldType, Text, as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulator.console.call import Call
    from simulator.console.request import Reply
    from simulator.menus.types import Scope, Stored
    from simulator.values import Value
    from simulator.version import Version

__all__ = ["ON", "Bound", "Switch", "commands_of"]


class Switch(FieldType):
    """A flag argument: given is on, with whatever value but `false`.

    Source: routeros-api.md, 3.5, seen with `once` on 7.22.1.
    """

    def parse(self, value: Value, scope: Scope) -> Stored:
        del scope
        return value is not False and as_text(value) != b"false"


ON = Switch()
_TEXT = Text()


@dataclass(frozen=True, slots=True)
class Bound:
    """One command of one menu.

    Attributes:
        name: `print`, `add`.
        run: Does it.
        policy: What the actor needs.
        arguments: By name, `numbers` and `where` left out.
        positional: Names of arguments that need no name, in order; `numbers` may be among them.
        items: `many`, `one` or None, as for `Command`.
        where: Takes a condition.
        code: Arguments that hold script text.
        required: Arguments that must be there; `add` says `missing value(s) of …`.
        open: Properties that RouterOS has and the table has not are taken too.
    """

    name: str
    run: Callable[[Call], Reply]
    policy: str
    arguments: Mapping[str, Field]
    positional: tuple[str, ...] = ()
    items: str | None = None
    where: bool = False
    code: frozenset[str] = frozenset()
    required: tuple[str, ...] = ()
    open: bool = False
    streams: bool = field(default=False)


@cache
def commands_of(menu: Menu, version: Version) -> Mapping[str, Bound]:
    """Return the commands of a menu by name. The answer is shared."""
    found: dict[str, Bound] = {}
    for bound in _usual(menu, version):
        if bound.name not in menu.lacks:
            found[bound.name] = bound
    for name, command in menu.commands.items():
        found[name] = _special(name, command)
    return found


def _usual(menu: Menu, version: Version) -> Iterable[Bound]:
    if menu.export is not None or not menu.all_fields:
        flags = [each for each in _EXPORT if each.at(version)]
        where = version.since("7.13") and not menu.singleton
        yield _bound("export", export.export, menu, flags, policy="read", where=where)
    if not menu.all_fields:
        return
    yield from _reading(menu, version)
    if "*" in menu.lacks:
        return
    if menu.singleton:
        if menu.settable:
            yield _bound("set", edit.set_single, menu, menu.settable.values(), open=True)
            yield _bound("reset", edit.reset, menu, _switches(menu.settable))
        return
    yield from _editing(menu)


def _reading(menu: Menu, version: Version) -> Iterable[Bound]:
    arguments = _print_arguments(menu, version)
    policy = menu.read_policy
    names = ("number",) if not menu.singleton else ()
    get = [_choice("value-name", menu), _flag("as-string"), _flag("as-string-value")]
    listing = not menu.singleton
    yield _bound("print", read.print_items, menu, arguments, policy=policy, where=listing)
    one = "one" if listing else None
    yield _bound("get", read.get, menu, get, (*names, "value-name"), policy=policy, items=one)
    if not menu.singleton:
        yield _bound("find", read.find, menu, (), ("where",), policy=policy, where=True)
        listen = [each for each in arguments if each.name != "interval"]
        yield _bound("listen", follow.listen, menu, listen, policy=policy, streams=True)


def _editing(menu: Menu) -> Iterable[Bound]:
    settable = menu.settable
    numbers = ("numbers",)
    place = (Field("place-before", _TEXT),) if menu.ordered else ()
    copy = Field("copy-from", _TEXT)
    yield _bound(
        "add", edit.add, menu, (*settable.values(), copy, *place), required=menu.required, open=True
    )
    yield _bound("set", edit.set_items, menu, settable.values(), numbers, items="many", open=True)
    yield _bound("remove", edit.remove, menu, (), numbers, items="many")
    yield _bound("reset", edit.reset, menu, _switches(settable), numbers, items="many")
    yield _bound("edit", edit.edit, menu, [_choice("value-name", menu)], ("number", "value-name"))
    if "disabled" in settable:
        yield _bound("enable", edit.enable, menu, (), numbers, items="many")
        yield _bound("disable", edit.disable, menu, (), numbers, items="many")
    if "comment" in settable:
        comment = Field("comment", _TEXT)
        yield _bound("comment", edit.comment, menu, [comment], (*numbers, "comment"), items="many")
    if any(each.unsettable for each in settable.values()):
        name = [Field("value-name", _TEXT)]
        yield _bound("unset", edit.unset, menu, name, (*numbers, "value-name"), items="many")
    if menu.ordered:
        place_at = [Field("destination", _TEXT)]
        yield _bound("move", edit.move, menu, place_at, (*numbers, "destination"), items="many")


def _bound(
    name: str,
    run: Callable[[Call], Reply],
    menu: Menu,
    arguments: Iterable[Field],
    positional: tuple[str, ...] = (),
    *,
    policy: str | None = None,
    items: str | None = None,
    where: bool = False,
    required: tuple[str, ...] = (),
    open: bool = False,  # noqa: A002 - the attribute's name
    streams: bool = False,
) -> Bound:
    by_name = {each.name: each for each in arguments}
    return Bound(
        name,
        run,
        menu.write_policy if policy is None else policy,
        by_name,
        positional,
        items,
        where,
        frozenset(each.name for each in by_name.values() if each.type.code),
        required,
        open,
        streams,
    )


def _special(name: str, command: Command) -> Bound:
    arguments = {each.name: each for each in command.arguments}
    if command.streams:
        for each in _STREAM:
            arguments.setdefault(each.name, each)
    numbers = {"many": ("numbers",), "one": ("number",)}.get(command.items or "", ())
    return Bound(
        name,
        command.run,
        command.policy,
        arguments,
        (*numbers, *(each.name for each in command.arguments if each.positional)),
        command.items,
        code=frozenset(command.code) | {n for n, each in arguments.items() if each.type.code},
        required=tuple(n for n, each in arguments.items() if each.required),
        streams=command.streams,
    )


def _flag(name: str) -> Field:
    return Field(name, ON)


_STREAM = (
    _flag("once"),
    Field("duration", Duration(0)),
    Field("interval", Duration(0.02, 30)),
    Field("freeze-frame-interval", Duration(0.02, 30)),
    Field("do", Code()),
    Field("proplist", _TEXT),
    Field("file", _TEXT),
    *map(_flag, ("append", "as-value", "without-paging")),
)
_PRINT_SINGLE = (
    *map(_flag, ("as-value", "without-paging")),
    Field("file", _TEXT),
    Field("interval", Duration(0.2)),
    Field("proplist", _TEXT),
    Field("oid", ON),
    Field("comments", ON, since="7.22"),
)
_PRINT_LIST = (
    *_PRINT_SINGLE,
    *map(
        _flag,
        (
            *("append", "brief", "count-only", "detail", "follow", "follow-only"),
            *("show-ids", "terse", "value-list"),
        ),
    ),
    Field("from", _TEXT),
    Field("follow-strict", ON, until="7.16"),
    Field("group-by", _TEXT, since="7.17"),
    Field("timestamp", ON, since="7.22"),
    Field("on-event", Code(), since="7.22"),
    Field("order-by", _TEXT, since="7.24"),
)
_EXPORT = (
    Field("file", _TEXT),
    *map(_flag, ("compact", "hide-sensitive", "terse", "verbose")),
    Field("show-sensitive", ON, since="7.0"),
    Field("path", _TEXT, since="7.23"),
)


def _print_arguments(menu: Menu, version: Version) -> list[Field]:
    if menu.singleton:
        return [each for each in _PRINT_SINGLE if each.at(version)]
    flags = {each.stats for each in menu.all_fields.values() if each.stats} | set(menu.print_flags)
    more = [Field(name, _TEXT if name in menu.all_fields else ON) for name in sorted(flags)]
    if any(each.sensitive for each in menu.all_fields.values()):
        more.append(_flag("show-sensitive"))
    return [each for each in (*_PRINT_LIST, *more) if each.at(version)]


def _choice(name: str, menu: Menu) -> Field:
    shown = (each.name for each in menu.all_fields.values() if not each.hidden)
    return Field(name, Choice(*(word.encode() for word in shown)))


def _switches(fields: Iterable[str]) -> list[Field]:
    return [_flag(name) for name in fields]
