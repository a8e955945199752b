"""What makes looking up and adding cheap: names and unique sets of a table's items."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from simulator.errors import RouterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.console.storage import Item, Table
    from simulator.menus.table import Menu
    from simulator.menus.types import Stored

__all__ = ["Pool", "UniqueSets", "ValueIndex"]

_Key: TypeAlias = "tuple[Stored, ...]"

# From here on ids are of items that every router has, `*FFFFFFFE`. Where it begins is assumed.
_TOP = 0xFFFF_0000


class Pool:
    """Ids and names, which a family of tables shares.

    Attributes:
        next: The number of the next item; numbers are not used again.
        names: Items by name.
    """

    __slots__ = ("names", "next")

    def __init__(self, first: int) -> None:
        self.next = first
        self.names: dict[bytes, Item] = {}

    def use(self, number: int) -> None:
        """Never give this number, or one below it, again; those at the top stand apart."""
        if number < _TOP:
            self.next = max(self.next, number + 1)

    def add(self, item: Item) -> None:
        name = item.name
        if name is not None:
            self.names.setdefault(name, item)

    def drop(self, item: Item) -> None:
        name = item.name
        if name is not None and self.names.get(name) is item:
            del self.names[name]


class UniqueSets:
    """Which item has which values of the sets that no two items may share."""

    __slots__ = ("_menu", "_sets")

    def __init__(self, menu: Menu) -> None:
        self._menu = menu
        self._sets: tuple[dict[_Key, Item], ...] = tuple({} for _ in menu.unique)

    def check(self, item: Item, values: Mapping[str, Stored]) -> None:
        """Raise when another item has one of the sets that `item` is to have."""
        if item.dynamic:
            return
        for names, owners in zip(self._menu.unique, self._sets, strict=True):
            key = self._key(values, names)
            if key is not None and owners.get(key, item) is not item:
                raise RouterError(self._menu.unique_error)

    def add(self, item: Item) -> None:
        if item.dynamic:
            return
        for names, owners in zip(self._menu.unique, self._sets, strict=True):
            key = self._key(item.values, names)
            if key is not None:
                owners[key] = item

    def drop(self, item: Item) -> None:
        for names, owners in zip(self._menu.unique, self._sets, strict=True):
            key = self._key(item.values, names)
            if key is not None and owners.get(key) is item:
                del owners[key]

    def _key(self, values: Mapping[str, Stored], names: tuple[str, ...]) -> _Key | None:
        defaults = self._menu.defaults
        key: list[Stored] = []
        for name in names:
            value = values.get(name)
            if value is None:
                value = defaults.get(name)
            if value is None:
                return None
            key.append(value)
        return tuple(key)


class ValueIndex:
    """Which items of a table show which text for one property.

    Items whose rows do not stay, or show something other than text, are always among
    those that may have it. Changed items wait until the next question.
    """

    __slots__ = ("_name", "_places", "_table", "_texts", "_touched")

    def __init__(self, table: Table, name: str) -> None:
        self._table = table
        self._name = name
        self._texts: dict[bytes | None, dict[int, Item]] = {}
        self._places: dict[int, bytes | None] = {}
        self._touched: dict[int, Item] = dict(table.numbered)

    def touch(self, item: Item) -> None:
        """Take note that an item has come, changed or gone."""
        self._touched[item.number] = item

    def having(self, text: bytes) -> Iterable[Item]:
        """Return the items that may show this text, by number."""
        if self._touched:
            self._settle()
        found = {**self._texts.get(text, {}), **self._texts.get(None, {})}
        return [found[number] for number in sorted(found)]

    def _settle(self) -> None:
        for number, item in self._touched.items():
            if number in self._places:
                self._texts[self._places.pop(number)].pop(number)
            if item.alive:
                place = self._place(item)
                self._places[number] = place
                self._texts.setdefault(place, {})[number] = item
        self._touched = {}

    def _place(self, item: Item) -> bytes | None:
        if not self._table.keeps_row(item):
            return None
        value = self._table.row(item).get(self._name)
        return value if isinstance(value, bytes) else None
