"""Signs of life, facts and stats of sites; routers that poll by themselves; live commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from coordinator.store.schema.base import METADATA, ROW_NUMBER, instant
from coordinator.store.schema.teams import team

if TYPE_CHECKING:
    from uuid import UUID

__all__ = [
    "COMMANDS",
    "DEVICES",
    "GAPS",
    "PULSES",
    "RUNBOOKS",
    "SITE_ACCESSES",
    "STATS",
    "STATS_HOURLY",
    "UPLOADS",
]


def _site(*, key: bool = False) -> sa.Column[UUID]:
    return sa.Column("site_id", sa.ForeignKey("sites.id"), primary_key=key, nullable=False)


#: What is known of a site's router. Apart from `sites`, for it is written all the time.
PULSES = sa.Table(
    "pulses",
    METADATA,
    _site(key=True),
    instant("last_seen_at", null=True),
    sa.Column("last_seen_from", sa.String(64)),
    # Seconds, as the router said at `facts_at`.
    sa.Column("uptime", sa.BigInteger),
    sa.Column("hardware_hash", sa.String(40)),
    instant("facts_at", null=True),
    # A JSON object of texts by RouterOS's names.
    sa.Column("facts", sa.Text),
)
sa.Index("pulses_hardware", PULSES.c.hardware_hash)

#: From the first missed beat to the beat that came again.
GAPS = sa.Table(
    "gaps",
    METADATA,
    sa.Column("seq", ROW_NUMBER, primary_key=True, autoincrement=True),
    _site(),
    instant("from_at"),
    instant("to_at"),
    sqlite_autoincrement=True,
)
sa.Index("gaps_site", GAPS.c.site_id, GAPS.c.to_at)


def _stats(name: str) -> sa.Table:
    return sa.Table(
        name,
        METADATA,
        _site(key=True),
        sa.Column("at", sa.BigInteger, primary_key=True),
        sa.Column("cpu_load", sa.Integer, nullable=False),
        sa.Column("memory_free", sa.BigInteger, nullable=False),
        sa.Column("disk_free", sa.BigInteger, nullable=False),
        sa.Column("uptime", sa.BigInteger, nullable=False),
    )


STATS = _stats("stats")
#: One row an hour, made of the rows in `stats` before these are deleted.
STATS_HOURLY = _stats("stats_hourly")
sa.Index("stats_at", STATS.c.at)
sa.Index("stats_hourly_at", STATS_HOURLY.c.at)

RUNBOOKS = sa.Table(
    "runbooks",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    # Whoever has it can adopt a router: it is in every bootstrap command, so it is kept.
    sa.Column("token", sa.Uuid, nullable=False, unique=True),
    sa.Column("name", sa.String(100), nullable=False),
    # Adopt into this site; NULL makes a site for each router.
    sa.Column("site_id", sa.ForeignKey("sites.id")),
    instant("created_at"),
    team(),
)
sa.Index("runbooks_team", RUNBOOKS.c.team_id, RUNBOOKS.c.created_at)

#: A router that polls by itself is an agent of one site.
DEVICES = sa.Table(
    "devices",
    METADATA,
    _site(key=True),
    sa.Column("agent_id", sa.ForeignKey("agents.id"), nullable=False, unique=True),
    sa.Column("runbook_id", sa.ForeignKey("runbooks.id")),
    instant("adopted_at"),
    instant("removed_at", null=True),
)

#: Who looked at which site last when.
SITE_ACCESSES = sa.Table(
    "site_accesses",
    METADATA,
    sa.Column("subject", sa.String(200), primary_key=True),
    _site(key=True),
    instant("accessed_at"),
)

#: Live commands on their way to an agent and back.
COMMANDS = sa.Table(
    "commands",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    _site(),
    sa.Column("body", sa.Text, nullable=False),
    instant("created_at"),
    instant("expires_at"),
    instant("taken_at", null=True),
    sa.Column("agent_id", sa.ForeignKey("agents.id")),
    instant("answered_at", null=True),
    sa.Column("answer", sa.Text),
    sa.CheckConstraint("(taken_at IS NULL) = (agent_id IS NULL)", name="taken"),
)
sa.Index(
    "commands_waiting",
    COMMANDS.c.site_id,
    sqlite_where=sa.text("taken_at IS NULL"),
    postgresql_where=sa.text("taken_at IS NULL"),
)
sa.Index("commands_end", COMMANDS.c.expires_at)

#: Pieces of a backup that a router sends before it is whole.
UPLOADS = sa.Table(
    "uploads",
    METADATA,
    sa.Column("job_id", sa.ForeignKey("jobs.id"), primary_key=True),
    sa.Column("lease_version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    instant("stored_at"),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
