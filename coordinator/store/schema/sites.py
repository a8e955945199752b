"""Sites: one a router."""

from __future__ import annotations

import sqlalchemy as sa

from coordinator.store.schema.base import METADATA, ROW_NUMBER, instant
from coordinator.store.schema.teams import team

__all__ = ["SITES"]

SITES = sa.Table(
    "sites",
    METADATA,
    sa.Column("seq", ROW_NUMBER, primary_key=True, autoincrement=True),
    sa.Column("id", sa.Uuid, nullable=False, unique=True),
    sa.Column("pid", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("address", sa.String(255)),
    sa.Column("lat", sa.Float),
    sa.Column("lng", sa.Float),
    sa.Column("timezone", sa.String(64)),
    sa.Column("software_version", sa.String(64)),
    instant("created_at"),
    instant("updated_at"),
    instant("deleted_at", null=True),
    team(),
    sqlite_autoincrement=True,
)
#: The sites of a team, oldest first.
sa.Index("sites_team", SITES.c.team_id, SITES.c.seq)
