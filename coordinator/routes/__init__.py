"""The HTTP surface, one module a resource; `app` serves what stands in `ROUTES`."""

from __future__ import annotations

from coordinator.routes import (
    agents,
    backups,
    bulk,
    developer,
    device,
    docs,
    enrolments,
    events,
    health,
    jobs,
    live,
    metrics,
    runbooks,
    runs,
    sites,
    stats,
    teams,
    timelines,
    webhooks,
)
from coordinator.routes.aliases import with_aliases

__all__ = ["ROUTES"]

_ROUTES = (
    *jobs.ROUTES,
    *runs.ROUTES,
    *stats.ROUTES,
    *runbooks.ROUTES,
    *developer.ROUTES,
    *live.ROUTES,
    *device.ROUTES,
    *timelines.ROUTES,
    *webhooks.ROUTES,
    *events.ROUTES,
    *bulk.ROUTES,
    *sites.ROUTES,
    *backups.ROUTES,
    *enrolments.ROUTES,
    *agents.ROUTES,
    *teams.ROUTES,
    *health.ROUTES,
    *metrics.ROUTES,
    *docs.ROUTES,
)

ROUTES = with_aliases(_ROUTES)
