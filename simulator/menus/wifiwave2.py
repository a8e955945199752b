"""/interface/wifiwave2: the menus of `/interface/wifi` under the name they had until 7.13.

Source: command tree of 7.12.2 with the package; that the properties were the same, assumed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.menus import wifi, wifi_stations
from simulator.menus.types import ListOf, Reference

if TYPE_CHECKING:
    from simulator.menus.table import Menu
    from simulator.menus.types import FieldType

__all__ = ["MENUS"]

_OLD, _NEW = "/interface/wifiwave2", "/interface/wifi"


def _before(menu: Menu) -> Menu:
    """Return a menu as it was called before, with its references."""
    return replace(
        menu,
        path=menu.path.replace(_NEW, _OLD),
        fields=tuple(replace(each, type=_renamed(each.type)) for each in menu.fields),
        since="7.0",
        until="7.13",
    )


def _renamed(kind: FieldType) -> FieldType:
    if isinstance(kind, ListOf):
        return ListOf(_renamed(kind.inner))
    if not isinstance(kind, Reference):
        return kind
    return Reference(*(path.replace(_NEW, _OLD) for path in kind.paths), also=kind.words)


MENUS = tuple(_before(menu) for menu in (*wifi.MENUS, *wifi_stations.MENUS))
