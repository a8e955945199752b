"""Teams, their API keys, and the log of what was written by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from coordinator.store.schema.base import METADATA, ROW_NUMBER, instant

if TYPE_CHECKING:
    from uuid import UUID

__all__ = ["API_KEYS", "AUDIT", "TEAMS", "team"]

# As `coordinator.teams.DEFAULT_TEAM`; PostgreSQL reads a UUID without hyphens, too.
_DEFAULT = "00000000000040008000000000000001"


def team() -> sa.Column[UUID]:
    """Return the column of whatever belongs to a team; the default team's unless given."""
    return sa.Column(
        "team_id",
        sa.ForeignKey("teams.id"),
        nullable=False,
        server_default=sa.text(f"'{_DEFAULT}'"),
    )


TEAMS = sa.Table(
    "teams",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.String(100), nullable=False, unique=True),
    instant("created_at"),
)

API_KEYS = sa.Table(
    "api_keys",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("team_id", sa.ForeignKey("teams.id"), nullable=False),
    sa.Column("name", sa.String(100), nullable=False),
    # SHA-256 of 62 random characters: nothing to guess, so nothing to slow down.
    sa.Column("secret_hash", sa.LargeBinary(32), nullable=False),
    # Words, a blank between them.
    sa.Column("scopes", sa.Text, nullable=False),
    instant("created_at"),
    instant("expires_at", null=True),
    instant("revoked_at", null=True),
)
sa.Index("api_keys_team", API_KEYS.c.team_id, API_KEYS.c.created_at)

AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("seq", ROW_NUMBER, primary_key=True, autoincrement=True),
    instant("at"),
    # No key to another table: the log outlives what it tells of.
    sa.Column("team_id", sa.Uuid, nullable=False),
    sa.Column("actor", sa.String(200), nullable=False),
    sa.Column("action", sa.String(200), nullable=False),
    sa.Column("target", sa.String(500), nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("request_id", sa.String(64), nullable=False),
    sqlite_autoincrement=True,
)
sa.Index("audit_team", AUDIT.c.team_id, AUDIT.c.seq)
