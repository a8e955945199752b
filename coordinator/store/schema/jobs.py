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
    instant("expires_at", null=True),
    instant("not_before", null=True),
    # Seconds.
    sa.Column("run_timeout", sa.Integer),
    sa.Column("notify_url", sa.String(2048)),
    instant("cancel_asked_at", null=True),
    sa.Column("cancel_answer", sa.String(16)),
    # Last, so that reading the other columns never walks a long script's pages.
    sa.Column("script", sa.LargeBinary, nullable=False),
    # The key's scope is the site: a roll-out may use one key for many sites.
    sa.UniqueConstraint("site_id", "idempotency_key"),
    sa.CheckConstraint(
        "state IN ('scheduled', 'pending', 'leased', 'running', 'completed', 'failed',"
        " 'cancelled')",
        name="state",
    ),
    sa.CheckConstraint("completed_at IS NULL OR failed_at IS NULL", name="one_end"),
    sa.CheckConstraint("(completed_at IS NOT NULL) = (state = 'completed')", name="completed"),
    sa.CheckConstraint("(failed_at IS NOT NULL) = (state = 'failed')", name="failed"),
    sa.CheckConstraint("(cancelled_at IS NOT NULL) = (state = 'cancelled')", name="cancelled"),
    sa.CheckConstraint(
        "CASE WHEN state IN ('scheduled', 'pending', 'leased', 'cancelled')"
        " THEN started_at IS NULL"
        " WHEN state IN ('running', 'completed') THEN started_at IS NOT NULL ELSE 1 = 1 END",
        name="started",
    ),
    sa.CheckConstraint(
        "CASE WHEN state IN ('scheduled', 'leased', 'running') THEN deadline IS NOT NULL"
        " WHEN state = 'pending' THEN (deadline IS NULL) = (expires_at IS NULL)"
        " ELSE deadline IS NULL END",
        name="deadline",
    ),
    sa.CheckConstraint("state <> 'scheduled' OR not_before IS NOT NULL", name="scheduled"),
    sa.CheckConstraint("run_timeout IS NULL OR run_timeout > 0", name="run_timeout"),
    # While the job runs the answer may be open; once it has ended there is one.
    sa.CheckConstraint(
        "CASE WHEN cancel_asked_at IS NULL THEN cancel_answer IS NULL"
        " WHEN state = 'running' THEN 1 = 1 ELSE cancel_answer IS NOT NULL END",
        name="cancel_answered",
    ),
    sa.CheckConstraint(
        "cancel_answer IN ('cancelled', 'too_late', 'unknown')", name="cancel_answer"
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
#: Runs that an operator wants ended and whose agent has not answered.
sa.Index(
    "jobs_cancel_asked",
    JOBS.c.agent_id,
    sqlite_where=sa.text("state = 'running' AND cancel_asked_at IS NOT NULL"),
    postgresql_where=sa.text("state = 'running' AND cancel_asked_at IS NOT NULL"),
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
    sa.Column("protection", sa.String(32)),
)
#: What was lost, newest last: the metrics count it.
sa.Index(
    "runs_lost",
    RUNS.c.reported_at,
    sqlite_where=sa.text("error_class = 'lost'"),
    postgresql_where=sa.text("error_class = 'lost'"),
)
