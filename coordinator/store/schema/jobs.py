"""Jobs and what became of their runs."""

from __future__ import annotations

import sqlalchemy as sa

from coordinator.store.schema.base import METADATA, ROW_NUMBER, instant

__all__ = ["JOBS", "RUNS"]

JOBS = sa.Table(
    "jobs",
    METADATA,
    # The order of creation, even within one millisecond.
    sa.Column("seq", ROW_NUMBER, primary_key=True, autoincrement=True),
    sa.Column("id", sa.Uuid, nullable=False, unique=True),
    sa.Column("token", sa.String(32), nullable=False, unique=True),
    sa.Column("site_id", sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("idempotency_key", sa.Uuid, nullable=False),
    sa.Column("description", sa.String(100), nullable=False),
    sa.Column("express_execute", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("needs_acknowledgement", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("should_backup", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    instant("created_at"),
    instant("started_at", null=True),
    instant("completed_at", null=True),
    instant("failed_at", null=True),
    instant("cancelled_at", null=True),
    sa.Column("associated_backup", sa.String(80)),
    sa.Column("lease_version", sa.Integer, nullable=False),
    sa.Column("agent_id", sa.ForeignKey("agents.id")),
    instant("deadline", null=True),
    # Last, so that reading the other columns never walks a long script's pages.
    sa.Column("script", sa.LargeBinary, nullable=False),
    # The key's scope is the site: a roll-out may use one key for many sites.
    sa.UniqueConstraint("site_id", "idempotency_key"),
    sa.CheckConstraint(
        "state IN ('pending', 'leased', 'running', 'completed', 'failed', 'cancelled')",
        name="state",
    ),
    sa.CheckConstraint("completed_at IS NULL OR failed_at IS NULL", name="one_end"),
    sa.CheckConstraint("(completed_at IS NOT NULL) = (state = 'completed')", name="completed"),
    sa.CheckConstraint("(failed_at IS NOT NULL) = (state = 'failed')", name="failed"),
    sa.CheckConstraint("(cancelled_at IS NOT NULL) = (state = 'cancelled')", name="cancelled"),
    sa.CheckConstraint(
        "CASE WHEN state IN ('pending', 'leased', 'cancelled') THEN started_at IS NULL"
        " WHEN state IN ('running', 'completed') THEN started_at IS NOT NULL ELSE 1 = 1 END",
        name="started",
    ),
    sa.CheckConstraint(
        "(deadline IS NOT NULL) = (state IN ('leased', 'running'))", name="deadline"
    ),
    sa.CheckConstraint(
        "lease_version >= 0 AND (lease_version > 0) = (agent_id IS NOT NULL)", name="lease"
    ),
    sqlite_autoincrement=True,
)

#: One job at a time a site: the second lease of a site fails whatever the program thinks.
sa.Index(
    "jobs_one_active_a_site",
    JOBS.c.site_id,
    unique=True,
    sqlite_where=sa.text("state IN ('leased', 'running')"),
    postgresql_where=sa.text("state IN ('leased', 'running')"),
)
#: The queue of a site, oldest first. An empty poll ends here.
sa.Index(
    "jobs_queue",
    JOBS.c.site_id,
    JOBS.c.seq,
    sqlite_where=sa.text("state = 'pending'"),
    postgresql_where=sa.text("state = 'pending'"),
)
#: Newest first.
sa.Index("jobs_newest", JOBS.c.site_id, JOBS.c.created_at, JOBS.c.seq)
#: What ends next.
sa.Index(
    "jobs_deadline",
    JOBS.c.deadline,
    sqlite_where=sa.text("deadline IS NOT NULL"),
    postgresql_where=sa.text("deadline IS NOT NULL"),
)

RUNS = sa.Table(
    "runs",
    METADATA,
    sa.Column("job_id", sa.ForeignKey("jobs.id"), primary_key=True),
    instant("reported_at"),
    sa.Column("output", sa.Text, nullable=False),
    sa.Column("output_bytes", sa.BigInteger, nullable=False),
    sa.Column("output_sha256", sa.String(64)),
    sa.Column("error_class", sa.String(16)),
    sa.Column("error_message", sa.Text, nullable=False),
    sa.Column("error_line", sa.Integer),
    sa.Column("error_column", sa.Integer),
    sa.Column("diff", sa.Text),
)
