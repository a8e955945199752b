"""Item numbers where nothing was printed before.

Source: routeros-script.md, section 21: exports name some built-in items `set 0 …`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.console.request import Menu as Words
    from simulator.router import Router

__all__ = ["PlaceNumbers"]


class PlaceNumbers(dict["Words", list[bytes]]):
    """What bare numbers mean before anything was printed: places in a menu's order.

    Exports name items so, `set 0 …`, and imports take it.
    """

    def __init__(self, router: Router) -> None:
        super().__init__()
        self._router = router

    def get(self, menu: Words, default: object = None) -> list[bytes]:
        """Return the ids that were printed last, or else all of them."""
        del default
        return self[menu] if menu in self else [item.id for item in self._router.tables[menu]]
