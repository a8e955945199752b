"""Sites: one a router."""

from __future__ import annotations

import sqlalchemy as sa

from coordinator.store.schema.base import METADATA, ROW_NUMBER, instant

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
    sqlite_autoincrement=True,
)
