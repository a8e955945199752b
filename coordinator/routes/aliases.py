"""Generation B's spelling of what stands under A's: the same handlers under other paths.

Source: devices-api.md, 2.2 and 11. Spellings that are no renaming of a prefix stand beside their
routes (`stats`, `backups`, `live`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coordinator.routes.base import Route

__all__ = ["with_aliases"]

# A's beginning of a path: B's.
_PREFIXES: Final = {"/site/{site_id}/job": "/sites/{site_id}/jobs"}


def with_aliases(routes: Iterable[Route]) -> tuple[Route, ...]:
    """Return the routes, and after them B's spellings of those that have one."""
    known = tuple(routes)
    taken = {(route.method, route.path) for route in known}
    aliases = []
    for route in known:
        for ours, theirs in _PREFIXES.items():
            path = theirs + route.path.removeprefix(ours)
            is_whole = route.path == ours or route.path.startswith(f"{ours}/")
            if is_whole and (route.method, path) not in taken:
                aliases.append(replace(route, path=path))
    return (*known, *aliases)
