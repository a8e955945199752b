"""Agents, the sites they may serve, and the tokens by which they enrol."""

from __future__ import annotations

import sqlalchemy as sa

from coordinator.store.schema.base import METADATA, instant
from coordinator.store.schema.teams import team

__all__ = ["AGENTS", "AGENT_SITES", "ENROLMENTS"]

AGENTS = sa.Table(
    "agents",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.String(100), nullable=False),
    # SHA-256 of a token of 256 random bits: nothing to guess, so nothing to slow down.
    sa.Column("token_hash", sa.LargeBinary(32), nullable=False, unique=True),
    # False: only the sites in agent_sites.
    sa.Column("all_sites", sa.Boolean(create_constraint=False), nullable=False),
    instant("created_at"),
    instant("last_seen_at", null=True),
    instant("revoked_at", null=True),
    team(),
)

AGENT_SITES = sa.Table(
    "agent_sites",
    METADATA,
    sa.Column("agent_id", sa.ForeignKey("agents.id"), primary_key=True),
    sa.Column("site_id", sa.ForeignKey("sites.id"), primary_key=True),
)

ENROLMENTS = sa.Table(
    "enrolments",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("token_hash", sa.LargeBinary(32), nullable=False, unique=True),
    # A JSON list of site ids, or NULL for all sites.
    sa.Column("sites", sa.Text),
    instant("created_at"),
    instant("expires_at"),
    instant("used_at", null=True),
    sa.Column("agent_id", sa.ForeignKey("agents.id")),
    team(),
    sa.CheckConstraint("(used_at IS NULL) = (agent_id IS NULL)", name="used_once"),
)
