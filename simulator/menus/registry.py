"""All menus that are declared, by path and version.

A module of this package declares `MENUS`. Two modules may add commands to one
menu when only one of them gives it fields.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import simulator.menus as package
from simulator.menus.known import needs_hardware

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from simulator.menus.table import Menu
    from simulator.version import Version

__all__ = ["all_menus", "menus_at"]


@cache
def _modules() -> tuple[ModuleType, ...]:
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__))
    return tuple(importlib.import_module(f"{package.__name__}.{name}") for name in names)


@cache
def all_menus() -> tuple[Menu, ...]:
    """Return every menu of every module of this package, in order of module name."""
    return tuple(menu for module in _modules() for menu in getattr(module, "MENUS", ()))


# Has one property on virtual routers too: that they are none. Source: routeros-api.md, 13.
_EVERYWHERE = "/system/routerboard"


@cache
def menus_at(version: Version, *, boards: bool = True) -> Mapping[tuple[str, ...], Menu]:
    """Return the menus that a release has, by the words of their paths.

    The answer is shared by all routers of the release and never changes.

    Args:
        version: The release.
        boards: With what only boards and extra packages have.

    Raises:
        ValueError: Two tables give one path fields.
    """
    if not boards:
        return {
            words: menu
            for words, menu in menus_at(version).items()
            if menu.path == _EVERYWHERE or not needs_hardware(menu.path, version)
        }
    found: dict[tuple[str, ...], Menu] = {}
    for declared in all_menus():
        menu = declared.at(version)
        if menu is None:
            continue
        other = found.get(menu.words)
        found[menu.words] = menu if other is None else _merged(other, menu)
    return found


def _merged(one: Menu, other: Menu) -> Menu:
    if one.fields and other.fields:
        raise ValueError(f"two tables for {one.path}")
    full = one if one.fields else other
    return replace(full, commands={**one.commands, **other.commands})
