"""The timelines of jobs, and what is to be told of them to callers' own servers."""

from __future__ import annotations

import sqlalchemy as sa

from coordinator.store.schema.base import METADATA, ROW_NUMBER, instant

__all__ = ["DELIVERIES", "JOB_EVENTS"]

#: Append-only: a row is written with the change it tells of and is never touched again.
JOB_EVENTS = sa.Table(
    "job_events",
    METADATA,
    # What a stream is resumed from. On PostgreSQL numbers are given before they are committed,
    # so a lower one may appear after a higher one; of one job they never do (its row is locked).
    sa.Column("seq", ROW_NUMBER, primary_key=True, autoincrement=True),
    sa.Column("job_id", sa.ForeignKey("jobs.id"), nullable=False),
    sa.Column("site_id", sa.ForeignKey("sites.id"), nullable=False),
    instant("at"),
    sa.Column("event", sa.String(24), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("lease_version", sa.Integer, nullable=False),
    sa.Column("actor", sa.String(160), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)
sa.Index("job_events_job", JOB_EVENTS.c.job_id, JOB_EVENTS.c.seq)
sa.Index("job_events_site", JOB_EVENTS.c.site_id, JOB_EVENTS.c.seq)

#: One call of a job's `notify_url` that is to be made, or was.
DELIVERIES = sa.Table(
    "deliveries",
    METADATA,
    sa.Column("seq", ROW_NUMBER, primary_key=True, autoincrement=True),
    sa.Column("event_seq", sa.ForeignKey("job_events.seq"), nullable=False, unique=True),
    sa.Column("job_id", sa.ForeignKey("jobs.id"), nullable=False),
    instant("created_at"),
    # When it is due; NULL once it was delivered or given up.
    instant("next_at", null=True),
    instant("delivered_at", null=True),
    instant("failed_at", null=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    # Of the last attempt: the answer's status, or what went wrong.
    sa.Column("last_status", sa.Integer),
    sa.Column("last_error", sa.Text, nullable=False),
    sa.CheckConstraint(
        "(CASE WHEN next_at IS NULL THEN 0 ELSE 1 END)"
        " + (CASE WHEN delivered_at IS NULL THEN 0 ELSE 1 END)"
        " + (CASE WHEN failed_at IS NULL THEN 0 ELSE 1 END) = 1",
        name="one_state",
    ),
    sqlite_autoincrement=True,
)
sa.Index("deliveries_job", DELIVERIES.c.job_id, DELIVERIES.c.seq)
sa.Index(
    "deliveries_due",
    DELIVERIES.c.next_at,
    sqlite_where=sa.text("next_at IS NOT NULL"),
    postgresql_where=sa.text("next_at IS NOT NULL"),
)
