"""All menus that are declared, by path and version.

Source of the words of unmodelled menus: `simulator.menus.known`, when it is there.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

import simulator.menus as package

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.menus.table import Menu
    from simulator.version import Version

__all__ = ["all_menus", "menus_at"]


@cache
def all_menus() -> tuple[Menu, ...]:
    """Return every menu of every module of this package, in order of module name.

    Raises:
        ValueError: Two modules declare one path for the same release.
    """
    found: list[Menu] = []
    for module in sorted(info.name for info in pkgutil.iter_modules(package.__path__)):
        loaded = importlib.import_module(f"{package.__name__}.{module}")
        found.extend(getattr(loaded, "MENUS", ()))
    return tuple(found)


@cache
def menus_at(version: Version) -> Mapping[tuple[str, ...], Menu]:
    """Return the menus that a release has, by the words of their paths.

    The answer is shared by all routers of the release and never changes.

    Raises:
        ValueError: Two tables claim one path.
    """
    found: dict[tuple[str, ...], Menu] = {}
    for declared in all_menus():
        menu = declared.at(version)
        if menu is None:
            continue
        if menu.words in found:
            raise ValueError(f"two tables for {menu.path}")
        found[menu.words] = menu
    return found
