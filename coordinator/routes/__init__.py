"""The HTTP surface, one module a resource; `app` serves what stands in `ROUTES`."""

from __future__ import annotations

from coordinator.routes import (
    agents,
    backups,
    docs,
    enrolments,
    health,
    jobs,
    metrics,
    runs,
    sites,
    teams,
)

__all__ = ["ROUTES"]

ROUTES = (
    *jobs.ROUTES,
    *runs.ROUTES,
    *sites.ROUTES,
    *backups.ROUTES,
    *enrolments.ROUTES,
    *agents.ROUTES,
    *teams.ROUTES,
    *health.ROUTES,
    *metrics.ROUTES,
    *docs.ROUTES,
)
