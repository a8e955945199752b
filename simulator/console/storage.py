"""Where items live: one `Table` a menu, made when somebody first asks for it.

Adding to a table costs the same however long it is: ids count up and are not
used again, names and unique sets are indexed. A row, once made, is kept until
its item (or the name of an item that it refers to) changes; so whoever is
given a row must not change it.

Nothing here asks who acts or checks values: that is `console.verbs`. Hooks
and behaviours (leases, connected routes) use these methods directly.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

from simulator.console.indexes import Pool, UniqueSets, ValueIndex
from simulator.console.item import Item
from simulator.console.rows import build_row
from simulator.errors import RouterError
from simulator.menus.hooks import Hooks
from simulator.menus.types import Link, Scope, Stored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from simulator.console.request import Row
    from simulator.menus.table import Menu
    from simulator.router import Router

__all__ = ["Item", "Listener", "Table"]

# From so many items on an index is quicker than a walk, even to be used twice only.
_WORTH_AN_INDEX = 64
# Called with the item and whether it is gone.
Listener: TypeAlias = "Callable[[Item, bool], None]"


class Table:
    """The items of one menu of one router.

    Attributes:
        menu: What the items look like.
        hooks: What else the menu does.
        live: The items live elsewhere: `Hooks.items` gives them.
        listeners: Told about every item added, changed or removed.
        members: Tables whose items are shown here too.
        numbered: Items by number, in their order; rows: what was made of them.
        indexes: By property, which items show which text.
        reordered: Items do not stand in the order of their numbers any more.
        last: The highest number so far.
        pool: Numbers and names, shared with the family.
    """

    def __init__(self, router: Router, menu: Menu, family: Table | None) -> None:
        self.router = router
        self.menu = menu
        self.family = family
        self.hooks = menu.hooks(router, self)
        self.live = type(self.hooks).items is not Hooks.items
        self.listeners: list[Listener] = []
        self.members: list[Table] = []
        self.numbered: dict[int, Item] = {}
        self._fresh: dict[int, Mapping[str, Stored]] = {}
        self.pool: Pool = Pool(menu.first_id) if family is None else family.pool
        self.unique = UniqueSets(menu)
        self.rows: dict[int, Row] = {}
        self.indexes: dict[str, ValueIndex] = {}
        self.reordered = False
        self.last = 0
        self._rows_at = 0  # the generation of names that the rows show

    # Looking

    def items(self) -> Iterable[Item]:
        """Return the items in their order."""
        return (self.hooks.items() or ()) if self.live else self.numbered.values()

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items())

    def __len__(self) -> int:
        return sum(1 for _ in self.items()) if self.live else len(self.numbered)

    def get(self, text: bytes) -> Item | None:
        """Return the item with this id (`*1F`) or name, or None."""
        if text.startswith(b"*"):
            return self._by_id(text)
        if self.menu.named_by is None:
            return None
        if not self.live:
            found = self.pool.names.get(text)
            return found if found is not None and found.number in self.numbered else None
        return next((item for item in self.items() if item.name == text), None)

    def _by_id(self, text: bytes) -> Item | None:
        found = None
        if not self.live:
            with suppress(ValueError):  # ids of another form than hex, as files have them
                found = self.numbered.get(int(text[1:], 16))
        if found is not None and found.id == text.upper():
            return found
        return next((item for item in self.items() if item.id == text), None)

    @property
    def single(self) -> Item:
        """The one record of a singleton."""
        return self.numbered[self.menu.first_id]

    def taken(self, name: bytes) -> bool:
        """Tell whether a name is in use, in the whole family when there is one."""
        return name in self.pool.names

    def fresh_values(self, item: Item) -> Mapping[str, Stored]:
        """Return the values that a fresh router has for a builtin item."""
        return self._fresh.get(item.number, {})

    def effective(self, values: Mapping[str, Stored], name: str) -> Stored | None:
        """Return a property as it counts: what was set, else its default, else None."""
        found = values.get(name)
        return self.menu.defaults.get(name) if found is None else found

    def value(self, item: Item, name: str) -> Stored | None:
        """Return a stored property of an item, its default when it was not set."""
        return self.effective(item.values, name)

    def find(self, **values: Stored) -> list[Item]:
        """Return the items whose stored properties equal these, `dst_address` for `dst-address`."""
        wanted = {name.replace("_", "-"): value for name, value in values.items()}
        return [
            item
            for item in self.items()
            if all(self.value(item, name) == value for name, value in wanted.items())
        ]

    def linked(self, name: str, target: Item) -> list[Item]:
        """Return the items whose reference `name` is to `target`."""
        return [item for item in self.items() if item.values.get(name) == Link(target)]

    def row(self, item: Item) -> Row:
        """Return what `print` shows of an item. It is shared: do not change it."""
        if not self.keeps_row(item):
            return build_row(self, item)
        if self._rows_at != self.router.tables.generation:
            self._forget_names()
        row = self.rows.get(item.number)
        if row is None:
            row = build_row(self, item)
            if item.alive:
                self.rows[item.number] = row
        return row

    def keeps_row(self, item: Item) -> bool:
        """Tell whether the item's row stays the same until somebody is told of a change."""
        return not (self.live or (self.hooks.volatile and self.hooks.changes(item)))

    def having(self, equals: Mapping[str, bytes]) -> Iterable[Item]:
        """Return the items, in order, that may show these texts for these properties.

        All that do are among them; others may be. In a long table a property that is asked
        for gets an index, so the next question does not walk over all items.
        """
        for name in (".id", self.menu.named_by):
            if name is not None and name in equals:
                item = self.get(equals[name])
                return [] if item is None else [item]
        if self._rows_at != self.router.tables.generation:
            self._forget_names()
        names = [name for name in equals if name in self.menu.all_fields]
        if not names or self.live or self.reordered or len(self.numbered) < _WORTH_AN_INDEX:
            return self.items()
        index = self.indexes.get(names[0])
        if index is None:
            index = self.indexes[names[0]] = ValueIndex(self, names[0])
        return index.having(equals[names[0]])

    # Changing

    def insert(
        self,
        values: dict[str, Stored],
        *,
        dynamic: bool = False,
        builtin: bool = False,
        before: Item | None = None,
    ) -> Item:
        """Add an item, values as stored; `Hooks.prepare` is not asked.

        Raises:
            RouterError: Its name or another unique set is taken.
        """
        item = Item(self.pool.next, self, values, dynamic=dynamic, builtin=builtin)
        self.check_unique(item, values)
        return self.adopt(item, before=before)

    def fill(self) -> None:
        """Put in what a fresh router has; changes nobody is told of."""
        fresh = list(self.hooks.fresh())
        for given in fresh or ([{}] if self.menu.singleton else []):
            own = {name: text for name, text in given.items() if name != ".id"}
            values = parse_values(self, own)
            self.hooks.prepare(values, None)
            number = int(given[".id"][1:], 16) if ".id" in given else self.pool.next
            item = Item(number, self, values, builtin=True)
            self._fresh[item.number] = values  # shared: a change makes a new dictionary
            self._enter(item)

    def adopt(self, item: Item, *, before: Item | None = None) -> Item:
        """Add an item that was made outside; its number counts as used from now on."""
        self._enter(item)
        if before is not None:
            self.place([item], before)
        self.hooks.added(item)
        self.tell(item, gone=False)
        return item

    def update(self, item: Item, values: Mapping[str, Stored], drop: Iterable[str] = ()) -> None:
        """Give an item new values, as stored, and take some away.

        Raises:
            RouterError: A unique set would be taken twice; nothing has changed.
        """
        after = {**item.values, **values}
        for name in drop:
            after.pop(name, None)
        if after == item.values:
            return
        self.check_unique(item, after)
        before = item.values
        self._unindex(item)
        renamed = item.name
        item.values = after
        self._index(item)
        if renamed != item.name:
            self.router.tables.generation += 1
        item.table.hooks.changed(item, before)
        item.table.tell(item, gone=False)

    def touch(self, item: Item) -> None:
        """Have an item's row made anew: what `Hooks.show` gives of it has changed."""
        item.table.tell(item, gone=False)

    def settle(self, item: Item) -> None:
        """Make a dynamic item one that stays, as `make-static` does.

        Raises:
            RouterError: Another item has its unique set; it stays dynamic.
        """
        item.dynamic = False
        try:
            self.check_unique(item, item.values)
        except RouterError:
            item.dynamic = True
            raise
        self._index(item)
        item.table.tell(item, gone=False)

    def delete(self, item: Item) -> None:
        """Take an item out; what refers to it shows its id from now on."""
        self._unindex(item)
        item.alive = False
        for table in item.table.shown_in():
            table.numbered.pop(item.number, None)
        if self.menu.named_by is not None:
            self.router.tables.generation += 1
        item.table.hooks.removed(item)
        item.table.tell(item, gone=True)

    def place(self, items: Iterable[Item], before: Item | None) -> None:
        """Move items before another one, or to the end; their order among them is kept."""
        moving = {item.number: item for item in items}
        order: dict[int, Item] = {}
        for number, item in self.numbered.items():
            if item is before:
                order.update(moving)
            if number not in moving:
                order[number] = item
        if before is None or before.number in moving:
            order.update(moving)
        self.numbered = order
        self.reordered = True

    def clear(self) -> None:
        """Forget everything, as a reset does; the next look finds a fresh router's items."""
        self.router.tables.forget(self)

    def check_unique(self, item: Item, values: Mapping[str, Stored]) -> None:
        """Raise when another item has the same name or the same unique set."""
        key = self.menu.named_by
        if key is not None:
            name = self.effective(values, key)
            if isinstance(name, bytes) and self.pool.names.get(name, item) is not item:
                raise RouterError(self.menu.name_error)
        item.table.unique.check(item, values)

    def shown_in(self) -> Iterator[Table]:
        """Yield this table and those that show its items too."""
        table: Table | None = self
        while table is not None:
            yield table
            table = table.family

    def tell(self, item: Item, *, gone: bool) -> None:
        """Let everybody know that an item has changed."""
        for table in self.shown_in():
            table.rows.pop(item.number, None)
            for index in table.indexes.values():
                index.touch(item)
            for listener in tuple(table.listeners):
                listener(item, gone)
        self.router.changed(self.menu.path, item, gone=gone)

    # Inside

    def _forget_names(self) -> None:
        """An item somewhere has another name: what shows names is made anew."""
        self._rows_at = self.router.tables.generation
        if self.menu.has_links:
            self.rows.clear()
            self.indexes.clear()

    def _enter(self, item: Item) -> None:
        self.pool.use(item.number)
        for table in self.shown_in():
            table.reordered |= item.number < table.last
            table.last = max(table.last, item.number)
            table.numbered[item.number] = item
        self._index(item)

    def _index(self, item: Item) -> None:
        self.pool.add(item)
        item.table.unique.add(item)

    def _unindex(self, item: Item) -> None:
        self.pool.drop(item)
        item.table.unique.drop(item)


def parse_values(table: Table, given: Mapping[str, bytes]) -> dict[str, Stored]:
    """Turn texts into stored values by the menu's types.

    Raises:
        RouterError: One of them is no such value.
        KeyError: The menu has no such property.
    """
    fields = table.menu.all_fields
    tables = table.router.tables
    return {
        name: fields[name].type.parse(text, Scope(name, tables)) for name, text in given.items()
    }
