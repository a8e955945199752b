"""Who makes a request, as timelines name them; and the part that our own routes need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import web

from coordinator.routes.base import PRINCIPAL
from coordinator.timelines import Timelines

if TYPE_CHECKING:
    from uuid import UUID

__all__ = ["TIMELINES", "actor", "team"]

TIMELINES: Final = web.AppKey("timelines", Timelines)
# Characters that a timeline takes of whoever acted.
_LONGEST: Final = 160


def actor(request: web.Request) -> str:
    """Return who acts, as the audit log names them."""
    return request[PRINCIPAL].actor[:_LONGEST]


def team(request: web.Request) -> UUID:
    """Return the team whose sites the request may see."""
    return request[PRINCIPAL].team_id
