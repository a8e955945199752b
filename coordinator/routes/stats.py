"""Device stats and metrics of a site.

Source: devices-api.md, 4. Ours: dates are UTC days, samples come oldest first, an hour is told by
its mean and its last uptime.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from coordinator.auth import Scope
from coordinator.devices.shapes import HeartbeatHour, SiteMetrics, StatsPoint
from coordinator.errors import InvalidRequestError
from coordinator.routes.base import Doc, Param, Route, path_id, reply
from coordinator.routes.parts import health_of

if TYPE_CHECKING:
    from aiohttp import web

__all__ = ["METRICS_DOC", "ROUTES", "metrics"]

_MOST_DAYS = 3660


async def stats(request: web.Request) -> web.Response:
    site_id = path_id(request, "site")
    start, end = _day(request, "start_date"), _day(request, "end_date")
    if not 0 <= (end - start).days <= _MOST_DAYS:
        raise InvalidRequestError(
            "parameter_invalid", f"end_date must be 0 to {_MOST_DAYS} days after start_date."
        )
    return reply(await health_of(request).stats(site_id, start, end))


async def metrics(request: web.Request) -> web.Response:
    return reply(await health_of(request).metrics(path_id(request, "site")))


async def heartbeats(request: web.Request) -> web.Response:
    return reply(await health_of(request).heartbeats(path_id(request, "site")))


def _day(request: web.Request, name: str) -> date:
    text = request.query.get(name)
    if text is None:
        raise InvalidRequestError("parameter_missing", f"The parameter {name} is required.")
    try:
        # The library takes other forms of a date as well.
        day = date.fromisoformat(text if len(text) == len("2026-01-31") else "")
    except ValueError:
        day = date.max
    if day.year > 9000 or day.year < 1970:
        raise InvalidRequestError("parameter_invalid", f"{name} must be a date, YYYY-MM-DD.")
    return day


_TAG = "Device Stats"
_DAY = {"type": "string", "format": "date"}
_STATS = Doc(
    "Retrieve stats of a site over a range of days",
    _TAG,
    {200: list[StatsPoint]},
    params=(
        Param("start_date", "query", "First day, included.", _DAY, required=True),
        Param("end_date", "query", "Last day, included.", _DAY, required=True),
    ),
    text="More than 48 hours are told by the hour.",
    ours=(
        "Days are UTC. Oldest first.",
        "An hour is the mean of its samples, its uptime the last one.",
    ),
)
METRICS_DOC = Doc(
    "Uptime of the past 24 hours",
    _TAG,
    {200: SiteMetrics},
    ours=("A site never seen has no uptime and no downtime. A new site counts from its creation.",),
)
_HEARTBEATS = Doc(
    "Heartbeats of the past 24 hours, by the hour",
    _TAG,
    {200: list[HeartbeatHour]},
    ours=("Oldest first, UTC; the hour that runs counts as far as it is past.",),
)

ROUTES: Final = (
    Route("GET", "/sites/{site_id}/mikrotik-stats", Scope.SITES_READ, stats, _STATS),
    Route("GET", "/sites/{site_id}/mikrotik-stats/range", Scope.SITES_READ, stats, _STATS),
    Route("GET", "/sites/{site_id}/metrics", Scope.SITES_READ, metrics, METRICS_DOC),
    Route("GET", "/metrics/mikrotik-stats/{site_id}", Scope.SITES_READ, heartbeats, _HEARTBEATS),
    Route(
        "GET",
        "/v1/monitoring/mikrotik-stats/{site_id}",
        Scope.SITES_READ,
        heartbeats,
        _HEARTBEATS,
    ),
)
