"""The HTTP surface, one module a resource; `app` serves what stands in `ROUTES`."""

from __future__ import annotations

from coordinator.routes import (
    agents,
    backups,
    bulk,
    docs,
    enrolments,
    events,
    health,
    jobs,
    metrics,
    runs,
    sites,
    teams,
    timelines,
)

__all__ = ["ROUTES"]

ROUTES = (
    *jobs.ROUTES,
    *runs.ROUTES,
    *timelines.ROUTES,
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
