"""One item of a menu, or the one record of a singleton."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.console.storage import Table
    from simulator.menus.types import Stored

__all__ = ["Item"]


class Item:
    """One item of a menu, or the one record of a singleton.

    Attributes:
        number: Its id is `*` and this in upper-case hex.
        table: The table whose menu it was added in.
        values: What was set, as stored; a property at its default is not here.
        dynamic: The router made it, and will take it away again.
        builtin: Every router has it.
        alive: Still in its table; references show the id when it is not.
    """

    __slots__ = ("alive", "builtin", "dynamic", "number", "table", "values")

    def __init__(
        self,
        number: int,
        table: Table,
        values: dict[str, Stored] | None = None,
        *,
        dynamic: bool = False,
        builtin: bool = False,
    ) -> None:
        self.number = number
        self.table = table
        self.values: dict[str, Stored] = {} if values is None else values
        self.dynamic = dynamic
        self.builtin = builtin
        self.alive = True

    @property
    def id(self) -> bytes:
        return b"*%X" % self.number

    @property
    def name(self) -> bytes | None:
        """What other items call it, or None when its menu has no names."""
        key = self.table.menu.named_by
        found = None if key is None else self.table.effective(self.values, key)
        return found if isinstance(found, bytes) else None
