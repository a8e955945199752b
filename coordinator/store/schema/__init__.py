"""The tables and the invariants that hold whatever the program does.

Instants are milliseconds since 1970, UTC, in BIGINT columns: the same on SQLite and
PostgreSQL, and they compare as they sort. A change here needs a migration
(`migrations/versions`); a test holds the two equal.

One module a subject; each is imported here, so that `METADATA` has every table.
"""

from coordinator.store.schema.agents import AGENT_SITES, AGENTS, ENROLMENTS
from coordinator.store.schema.backups import BACKUPS
from coordinator.store.schema.base import METADATA
from coordinator.store.schema.devices import (
    COMMANDS,
    DEVICES,
    GAPS,
    PULSES,
    RUNBOOKS,
    SITE_ACCESSES,
    STATS,
    STATS_HOURLY,
    UPLOADS,
)
from coordinator.store.schema.events import DELIVERIES, JOB_EVENTS
from coordinator.store.schema.jobs import JOBS, RUNS
from coordinator.store.schema.sites import SITES
from coordinator.store.schema.teams import API_KEYS, AUDIT, TEAMS

__all__ = [
    "AGENTS",
    "AGENT_SITES",
    "API_KEYS",
    "AUDIT",
    "BACKUPS",
    "COMMANDS",
    "DELIVERIES",
    "DEVICES",
    "ENROLMENTS",
    "GAPS",
    "JOBS",
    "JOB_EVENTS",
    "METADATA",
    "PULSES",
    "RUNBOOKS",
    "RUNS",
    "SITES",
    "SITE_ACCESSES",
    "STATS",
    "STATS_HOURLY",
    "TEAMS",
    "UPLOADS",
]
