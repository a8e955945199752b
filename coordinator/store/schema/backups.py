"""Backups that were taken for jobs."""

from __future__ import annotations

import sqlalchemy as sa

from coordinator.store.schema.base import METADATA, ROW_NUMBER, instant

__all__ = ["BACKUPS"]

BACKUPS = sa.Table(
    "backups",
    METADATA,
    sa.Column("seq", ROW_NUMBER, primary_key=True, autoincrement=True),
    sa.Column("site_id", sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("job_id", sa.ForeignKey("jobs.id"), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("filename", sa.String(32), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    instant("stored_at"),
    sa.Column("content", sa.LargeBinary, nullable=False),
    # Names are never given twice, so what a job points at stays what it was.
    sa.UniqueConstraint("site_id", "filename"),
    # The same file again is a repeat, not another backup.
    sa.UniqueConstraint("job_id", "kind", "sha256"),
    sa.CheckConstraint("kind IN ('export', 'binary')", name="kind"),
    sqlite_autoincrement=True,
)
