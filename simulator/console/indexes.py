"""What makes looking up and adding cheap: names and unique sets of a table's items."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from simulator.errors import RouterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.storage import Item
    from simulator.menus.table import Menu
    from simulator.menus.types import Stored

__all__ = ["Pool", "UniqueSets"]

_Key: TypeAlias = "tuple[Stored, ...]"


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
        """Never give this number, or one below it, again."""
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
