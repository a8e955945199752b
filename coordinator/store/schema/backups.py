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
    # Compressed and encrypted with the key of `key_id`; the file itself where that is NULL.
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("key_id", sa.String(16)),
    # Names are never given twice, so what a job points at stays what it was.
    sa.UniqueConstraint("site_id", "filename"),
    # The same file again is a repeat, not another backup.
    sa.UniqueConstraint("job_id", "kind", "sha256"),
    sa.CheckConstraint("kind IN ('export', 'binary')", name="kind"),
    sqlite_autoincrement=True,
)
sa.Index("backups_newest", BACKUPS.c.site_id, BACKUPS.c.kind, BACKUPS.c.stored_at)
sa.Index("backups_stored", BACKUPS.c.stored_at)
