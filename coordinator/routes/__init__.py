"""The HTTP surface, one module a resource; `app` serves what stands in `ROUTES`."""

from __future__ import annotations

from coordinator.routes import agent_side, agents, backups, health, jobs, sites

__all__ = ["ROUTES"]

ROUTES = (
    *jobs.ROUTES,
    *sites.ROUTES,
    *backups.ROUTES,
    *agents.ROUTES,
    *agent_side.ROUTES,
    *health.ROUTES,
)
