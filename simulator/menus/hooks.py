"""What a menu does beyond keeping rows: override only what is real behaviour.

One object a router and menu. The core calls it; `self.router` and
`self.table` are there for it. Values given to hooks are as stored: `Link` for
references, tuples for lists, Value for the rest (see `simulator.menus.types`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.console.storage import Item, Table
    from simulator.menus.types import Stored
    from simulator.router import Router
    from simulator.values import Value

__all__ = ["Hooks"]


class Hooks:
    """The behaviour of one menu of one router; every method here does nothing.

    Attributes:
        volatile: What `show` gives depends on more than the item's values (a counter, a
            clock, another menu): rows are then made anew at every print, all of them or
            those for which `changes` says so.
    """

    volatile = False

    def __init__(self, router: Router, table: Table) -> None:
        self.router = router
        self.table = table

    def prepare(self, values: dict[str, Stored], item: Item | None) -> None:
        """Check or complete the values of an `add` (item is None) or a `set`.

        Args:
            values: Everything that was set, as it is going to be; defaults are not in it
                (`self.table.effective(values, name)` reads with them). May be changed.
            item: The item that is set, still with its old values.

        Raises:
            RouterError: The router refuses; nothing has changed.
        """

    def fresh(self) -> Iterable[Mapping[str, bytes]]:
        """Return the items of a router that nobody touched, or a singleton's one record.

        Called when the table is first used. They go through `prepare`, not `added`.
        """
        return self.table.menu.builtin

    def changeable(self, item: Item) -> None:
        """Refuse `set`, `disable` and the like by raising; unless overridden, of dynamic items."""
        if item.dynamic:
            raise texts.cannot_change_dynamic()

    def removable(self, item: Item) -> None:
        """Refuse `remove` by raising; unless overridden, of dynamic and builtin items."""
        if item.builtin:
            raise texts.cannot_remove_builtin()
        if item.dynamic:
            raise texts.cannot_change_dynamic()

    def added(self, item: Item) -> None:
        """The item is in the table now; may raise nothing."""

    def changed(self, item: Item, before: Mapping[str, Stored]) -> None:
        """The item has its new values; `before` has the ones it had."""

    def removed(self, item: Item) -> None:
        """The item is no longer in the table."""

    def moved(self) -> None:
        """The order of the items has changed."""

    def show(self, item: Item) -> Mapping[str, Value]:
        """Return the computed properties of one item; a name left out has its default.

        The core puts them where the table's field order has them.
        """
        del item
        return {}

    def changes(self, item: Item) -> bool:
        """Tell whether an item's row is another one at every print; asked when `volatile`."""
        del item
        return True

    def items(self) -> Iterable[Item] | None:
        """Override to give items that live elsewhere (log lines, sessions).

        Make them with `Item(number, self.table, values)`, values as stored; the table
        itself then keeps none, and rows are made anew at every print.
        """
        return None
