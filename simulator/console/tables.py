"""The tables of one router, made when somebody first asks for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.console.storage import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.item import Item
    from simulator.console.request import Menu as Words
    from simulator.menus.table import Menu
    from simulator.router import Router

__all__ = ["Tables"]


class Tables:
    """The tables of one router, by the words of their menus' paths.

    Attributes:
        generation: Grows when an item that others may refer to is renamed or removed.
    """

    def __init__(self, router: Router, menus: Mapping[Words, Menu]) -> None:
        self.router = router
        self.menus = menus
        self.generation = 0
        self._tables: dict[Words, Table] = {}

    def __getitem__(self, path: str | Words) -> Table:
        """Return a menu's table, making it with a fresh router's items when it is new.

        Raises:
            KeyError: No such menu is declared.
        """
        words = _words(path) if isinstance(path, str) else path
        found = self._tables.get(words)
        return self._make(self.menus[words]) if found is None else found

    def __contains__(self, path: object) -> bool:
        words = _words(path) if isinstance(path, str) else path
        return words in self.menus

    def made(self) -> tuple[Table, ...]:
        """Return the tables that somebody has asked for so far."""
        return tuple(self._tables.values())

    def add_menu(self, menu: Menu) -> Table:
        """Take up a menu that only this router has got (one known by its names)."""
        if menu.words not in self.menus:
            self.menus = {**self.menus, menu.words: menu}
        return self[menu.words]

    def lookup(self, path: str, text: bytes) -> Item | None:
        """Return the item that a reference means, by name or id, or None."""
        return self[path].get(text) if path in self else None

    def forget(self, table: Table) -> None:
        """Drop a table; its next use finds a fresh router's items."""
        for each in (table, *table.members):
            self._tables.pop(each.menu.words, None)
        self.generation += 1

    def _make(self, menu: Menu) -> Table:
        if menu.words in self._tables:
            return self._tables[menu.words]
        family = None if menu.family is None else self[menu.family]
        if menu.words in self._tables:  # its family has just made it
            return self._tables[menu.words]
        table = self._tables[menu.words] = Table(self.router, menu, family)
        if family is not None:
            family.members.append(table)
        if family is None:
            self._make_members(menu)
        table.fill()
        return table

    def _make_members(self, family: Menu) -> None:
        """Make the tables whose items a menu shows too; those have none of their own."""
        for menu in self.menus.values():
            if menu.family == family.path:
                self._make(menu)


def _words(path: str) -> Words:
    return tuple(word for word in path.split("/") if word)
