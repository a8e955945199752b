"""How a menu is declared: a table of fields, and hooks only for real behaviour.

Each module of this package ends in `MENUS`, a tuple of `Menu`. The command
core (`simulator.console`) reads the tables; commands, value checks, printing,
export and the page "what is emulated" all follow from them:

    MENUS = (
        Menu(
            "/ip/address",
            fields=(
                Field("address", Prefix(), required=True),
                Field("network", Address()),
                Field("interface", Reference("/interface"), required=True),
                Field("actual-interface", Text(), read_only=True),
                Field("invalid", Flag(), default=b"no", read_only=True),
                Field("dynamic", Flag(), default=b"no", read_only=True),
            ),
            unique=(("address", "interface"),),
            unique_error=b"failure: already have such address",
            hooks=AddressHooks,
        ),
    )

Order of fields is the order in which devices print them. `disabled` and
`comment` follow at the end by themselves unless the table places them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias

from simulator.menus.hooks import Hooks
from simulator.menus.types import FieldType, Flag, Scope, Stored, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.console.call import Call
    from simulator.console.request import Reply
    from simulator.version import Version

__all__ = ["UNSET", "Builtin", "Command", "Export", "Field", "Menu", "Unset"]


class Unset:
    """The type of UNSET: a property without a default, absent until it is set."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset()

# A fresh item, as a router that nobody touched has it: property name to text. `.id` may
# give it a number out of the row, `*FFFFFFFE`.
Builtin: TypeAlias = "Mapping[str, bytes]"


@dataclass(frozen=True, slots=True)
class Field:
    """One property of a menu's items, or one argument of a command.

    Attributes:
        name: As RouterOS spells it, `dst-address`.
        type: What it holds, see `simulator.menus.types`.
        default: As text, `b"yes"`, `b"1d"`; shown when nothing was set, and not exported.
            UNSET: the property is absent until it is set.
        required: `add` refuses without it.
        read_only: Shown, never an argument. Its value comes from `Hooks.show`, from
            `Table.update`, or is the default.
        sensitive: A secret: never in logs, exported only by `show-sensitive`, shown to
            users with the policy `sensitive` only.
        hidden: Stored but never shown, as `/user` `password`.
        unsettable: `unset` accepts it. `set !name` works for every property.
        since, until: First release that has it; first release that has it no more.
        exported: False for what `/export` never writes.
        slow: Shown only by `detail`, or when `.proplist` asks, where the API does so too.
        presence: Shown (with an empty value, or `true`) only when it is on, as `slave`.
        stats: Shown by `print` with this flag only, over every interface: `stats`, `bytes`.
        positional: For command arguments: may be given without its name, in field order.
    """

    name: str
    type: FieldType
    default: bytes | Unset = UNSET
    required: bool = False
    read_only: bool = False
    sensitive: bool = False
    hidden: bool = False
    unsettable: bool = False
    since: str | None = None
    until: str | None = None
    exported: bool = True
    slow: bool = False
    presence: bool = False
    stats: str | None = None
    positional: bool = False

    def at(self, version: Version) -> bool:
        """Tell whether the release has it."""
        return _at(self.since, self.until, version)


@dataclass(frozen=True, slots=True)
class Command:
    """A command beyond the usual ones, or instead of one.

    Attributes:
        run: Does it. `Call` gives the router, the parsed arguments and the items.
        arguments: What it takes; `numbers` is left out and comes with `items`.
        items: `many`: takes `numbers`/`.id`; `one`: takes `number`/`.id`; None: neither.
        policy: What the actor needs.
        code: Names of arguments that hold script text (`do`, `on-event`).
        streams: Samples come one by one (`once`, `duration`, `interval` are then taken too).
    """

    run: Callable[[Call], Reply]
    arguments: tuple[Field, ...] = ()
    items: str | None = None
    policy: str = "write"
    code: tuple[str, ...] = ()
    streams: bool = False
    since: str | None = None
    until: str | None = None

    def at(self, version: Version) -> bool:
        return _at(self.since, self.until, version)

    def for_release(self, version: Version) -> Command:
        """Return it with the arguments that the release has."""
        return replace(self, arguments=tuple(each for each in self.arguments if each.at(version)))


@dataclass(frozen=True, slots=True)
class Export:
    """How `/export` writes a menu.

    Attributes:
        place: Rank among the menus; menus whose items others refer to come first.
        builtin: How an item that every router has is named: `find` writes
            `set [ find KEY=VALUE ]`, `name` writes `set NAME`, `number` writes `set 0`,
            `id` writes `set *FFFFFFFE`.
        key: The property that `find` uses.

    Source: routeros-script.md, section 21.
    """

    place: int = 500
    builtin: str = "find"
    key: str = "name"


@dataclass(frozen=True, eq=False)
class Menu:
    """One menu.

    Attributes:
        path: `/ip/address`.
        fields: Its properties, in printing order.
        singleton: One record, no items: `print`, `set`, `get` only.
        named_by: The property by which items may be named in `numbers` and references. No
            two items (of the family, when there is one) may have the same.
        ordered: Items have places: `move`, `place-before`.
        unique: Sets of properties of which no two items may have the same values. They are
            indexed, so the check does not depend on how many items there are. Items that
            lack one of the properties, and dynamic ones, are not held against others.
        unique_error: The trap for that, whole.
        name_error: The trap for a name that is taken.
        commands: Commands of this menu only, or replacing a usual one.
        lacks: Names of usual commands that this menu has not, or `frozenset({"*"})`
            for none of them but find, get, print, listen.
        hooks: Behaviour.
        builtin: Items of a fresh router; of a singleton, the values that are not defaults.
        commentable, disableable: Items have `comment`; `disabled`, `enable`, `disable`.
        first_id: Number of the first item, 1 is `*1`.
        family: The path of a menu that shows these items too, as `/interface` shows those
            of `/interface/vlan`: one space of ids and of names, one record, one name index.
            Properties of both are the same when their names are.
        flags: Flags that `print` takes as filters and shows letters for, in legend order,
            as `("disabled", "X")`.
        print_flags: Further arguments of `print`: `stats`, `all`, `dynamic`, `static`.
        export: How it is exported; None: not at all.
        read_policy, write_policy: What reading and changing it needs.
        since, until: As for fields.

    Raises:
        RouterError: A default or builtin value is none of its field's type (when the menu
            is first used; a test uses all).
    """

    path: str
    fields: tuple[Field, ...] = ()
    singleton: bool = False
    named_by: str | None = None
    ordered: bool = False
    unique: tuple[tuple[str, ...], ...] = ()
    unique_error: bytes = b"failure: already have such entry"
    name_error: bytes = b"failure: already have such name"
    commands: Mapping[str, Command] = field(default_factory=dict)
    lacks: frozenset[str] = frozenset()
    hooks: type[Hooks] = Hooks
    builtin: tuple[Builtin, ...] = ()
    commentable: bool = True
    disableable: bool = True
    first_id: int = 1
    family: str | None = None
    flags: tuple[tuple[str, str], ...] = ()
    print_flags: tuple[str, ...] = ()
    export: Export | None = Export()
    read_policy: str = "read"
    write_policy: str = "write"
    since: str | None = None
    until: str | None = None
    generic: bool = False  # made from names only: texts are kept, nothing is checked

    def at(self, version: Version) -> Menu | None:
        """Return the menu as that release has it, or None when it has it not."""
        if not _at(self.since, self.until, version):
            return None
        fields = tuple(each for each in self.fields if each.at(version))
        names = {each.name for each in fields} | {"disabled", "comment"}
        return replace(
            self,
            fields=fields,
            commands={
                name: each.for_release(version)
                for name, each in self.commands.items()
                if each.at(version)
            },
            named_by=self.named_by if self.named_by in names else None,
            unique=tuple(each for each in self.unique if names.issuperset(each)),
        )

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The path as a request has it: `("ip", "address")`."""
        return tuple(word for word in self.path.split("/") if word)

    @cached_property
    def all_fields(self) -> dict[str, Field]:
        """Fields by name, in printing order, `disabled` and `comment` among them.

        A menu of commands only has none at all.
        """
        found = {each.name: each for each in self.fields}
        if found and not self.singleton:
            if self.disableable:
                found.setdefault("disabled", Field("disabled", Flag(), default=b"no"))
            if self.commentable:
                found.setdefault("comment", Field("comment", Text()))
        return found

    @cached_property
    def settable(self) -> dict[str, Field]:
        """The fields that `add` and `set` take."""
        return {name: each for name, each in self.all_fields.items() if not each.read_only}

    @cached_property
    def defaults(self) -> dict[str, Stored]:
        """Parsed defaults of the fields that have one."""
        return {
            name: each.type.parse(each.default, Scope(name))
            for name, each in self.all_fields.items()
            if not isinstance(each.default, Unset)
        }

    @cached_property
    def required(self) -> tuple[str, ...]:
        return tuple(name for name, each in self.settable.items() if each.required)

    @cached_property
    def special(self) -> tuple[Field, ...]:
        """The fields that not every print shows."""
        return tuple(f for f in self.all_fields.values() if f.sensitive or f.slow or f.stats)

    @cached_property
    def has_links(self) -> bool:
        """Whether rows show names of other items, which may change."""
        return any(each.type.links for each in self.all_fields.values())


def _at(since: str | None, until: str | None, version: Version) -> bool:
    return (since is None or version.since(since)) and (until is None or not version.since(until))
