"""Schedules, cancellation of running jobs, timelines, and deliveries to callers' servers."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"

_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_CHANGED = {
    "state": "state IN ('scheduled', 'pending', 'leased', 'running', 'completed', 'failed',"
    " 'cancelled')",
    "started": "CASE WHEN state IN ('scheduled', 'pending', 'leased', 'cancelled')"
    " THEN started_at IS NULL"
    " WHEN state IN ('running', 'completed') THEN started_at IS NOT NULL ELSE 1 = 1 END",
    "deadline": "CASE WHEN state IN ('scheduled', 'leased', 'running') THEN deadline IS NOT NULL"
    " WHEN state = 'pending' THEN (deadline IS NULL) = (expires_at IS NULL)"
    " ELSE deadline IS NULL END",
}
_NEW = {
    "scheduled": "state <> 'scheduled' OR not_before IS NOT NULL",
    "run_timeout": "run_timeout IS NULL OR run_timeout > 0",
    "cancel_answered": "CASE WHEN cancel_asked_at IS NULL THEN cancel_answer IS NULL"
    " WHEN state = 'running' THEN 1 = 1 ELSE cancel_answer IS NOT NULL END",
    "cancel_answer": "cancel_answer IN ('cancelled', 'too_late', 'unknown')",
}


def upgrade() -> None:
    _jobs()
    with op.batch_alter_table("runs", recreate=_recreate()) as runs:
        runs.add_column(sa.Column("protection", sa.String(length=32), nullable=True))
    _events()
    _deliveries()


def _recreate() -> Literal["always", "never"]:
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def _jobs() -> None:
    recreate = _recreate()
    is_sqlite = recreate == "always"
    kwargs = {"sqlite_autoincrement": True} if is_sqlite else {}
    with op.batch_alter_table("jobs", recreate=recreate, table_kwargs=kwargs) as jobs:
        for column in _columns():
            # Before the script, whose pages nothing else should have to walk.
            jobs.add_column(column, insert_before="script" if is_sqlite else None)
        for name in _CHANGED:
            jobs.drop_constraint(op.f(f"jobs_{name}_check"), type_="check")
        for name, text in (_CHANGED | _NEW).items():
            jobs.create_check_constraint(op.f(f"jobs_{name}_check"), sa.text(text))
    op.create_index(
        "jobs_cancel_asked",
        "jobs",
        ["agent_id"],
        unique=False,
        sqlite_where=sa.text("state = 'running' AND cancel_asked_at IS NOT NULL"),
        postgresql_where=sa.text("state = 'running' AND cancel_asked_at IS NOT NULL"),
    )


def _columns() -> list[sa.Column[int] | sa.Column[str]]:
    return [
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("not_before", sa.BigInteger(), nullable=True),
        sa.Column("run_timeout", sa.Integer(), nullable=True),
        sa.Column("notify_url", sa.String(length=2048), nullable=True),
        sa.Column("cancel_asked_at", sa.BigInteger(), nullable=True),
        sa.Column("cancel_answer", sa.String(length=16), nullable=True),
    ]


def _events() -> None:
    op.create_table(
        "job_events",
        sa.Column("seq", _ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("lease_version", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=160), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="job_events_job_id_fk"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="job_events_site_id_fk"),
        sa.PrimaryKeyConstraint("seq", name="job_events_pk"),
        sqlite_autoincrement=True,
    )
    op.create_index("job_events_job", "job_events", ["job_id", "seq"], unique=False)
    op.create_index("job_events_site", "job_events", ["site_id", "seq"], unique=False)


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("seq", _ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("event_seq", _ROW_NUMBER, nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN next_at IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN delivered_at IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN failed_at IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("deliveries_one_state_check"),
        ),
        sa.ForeignKeyConstraint(["event_seq"], ["job_events.seq"], name="deliveries_event_seq_fk"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="deliveries_job_id_fk"),
        sa.PrimaryKeyConstraint("seq", name="deliveries_pk"),
        sa.UniqueConstraint("event_seq", name="deliveries_event_seq_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("deliveries_job", "deliveries", ["job_id", "seq"], unique=False)
    op.create_index(
        "deliveries_due",
        "deliveries",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
