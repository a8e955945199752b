"""The first schema: sites, agents, jobs, runs and backups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _agents()
    _sites()
    _agent_sites()
    _enrolments()
    _jobs()
    _indexes_of_jobs()
    _backups()
    _runs()


def _agents() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("all_sites", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="agents_pk"),
        sa.UniqueConstraint("token_hash", name="agents_token_hash_key"),
    )


def _sites() -> None:
    op.create_table(
        "sites",
        sa.Column("seq", _ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pid", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("timezone", sa.String(length=64), nullable=True),
        sa.Column("software_version", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name="sites_pk"),
        sa.UniqueConstraint("id", name="sites_id_key"),
        sa.UniqueConstraint("pid", name="sites_pid_key"),
        sqlite_autoincrement=True,
    )


def _agent_sites() -> None:
    op.create_table(
        "agent_sites",
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="agent_sites_agent_id_fk"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="agent_sites_site_id_fk"),
        sa.PrimaryKeyConstraint("agent_id", "site_id", name="agent_sites_pk"),
    )


def _enrolments() -> None:
    op.create_table(
        "enrolments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sites", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(used_at IS NULL) = (agent_id IS NULL)", name=op.f("enrolments_used_once_check")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="enrolments_agent_id_fk"),
        sa.PrimaryKeyConstraint("id", name="enrolments_pk"),
        sa.UniqueConstraint("token_hash", name="enrolments_token_hash_key"),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("seq", _ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.Uuid(), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("express_execute", sa.Boolean(), nullable=False),
        sa.Column("needs_acknowledgement", sa.Boolean(), nullable=False),
        sa.Column("should_backup", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.Column("associated_backup", sa.String(length=80), nullable=True),
        sa.Column("lease_version", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("deadline", sa.BigInteger(), nullable=True),
        sa.Column("script", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(cancelled_at IS NOT NULL) = (state = 'cancelled')", name=op.f("jobs_cancelled_check")
        ),
        sa.CheckConstraint(
            "(completed_at IS NOT NULL) = (state = 'completed')", name=op.f("jobs_completed_check")
        ),
        sa.CheckConstraint(
            "(deadline IS NOT NULL) = (state IN ('leased', 'running'))",
            name=op.f("jobs_deadline_check"),
        ),
        sa.CheckConstraint(
            "(failed_at IS NOT NULL) = (state = 'failed')", name=op.f("jobs_failed_check")
        ),
        sa.CheckConstraint(
            "CASE WHEN state IN ('pending', 'leased', 'cancelled') THEN started_at IS NULL"
            " WHEN state IN ('running', 'completed') THEN started_at IS NOT NULL ELSE 1 = 1 END",
            name=op.f("jobs_started_check"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'leased', 'running', 'completed', 'failed', 'cancelled')",
            name=op.f("jobs_state_check"),
        ),
        sa.CheckConstraint(
            "completed_at IS NULL OR failed_at IS NULL", name=op.f("jobs_one_end_check")
        ),
        sa.CheckConstraint(
            "lease_version >= 0 AND (lease_version > 0) = (agent_id IS NOT NULL)",
            name=op.f("jobs_lease_check"),
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="jobs_agent_id_fk"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="jobs_site_id_fk"),
        sa.PrimaryKeyConstraint("seq", name="jobs_pk"),
        sa.UniqueConstraint("id", name="jobs_id_key"),
        sa.UniqueConstraint("site_id", "idempotency_key", name="jobs_site_id_idempotency_key_key"),
        sa.UniqueConstraint("token", name="jobs_token_key"),
        sqlite_autoincrement=True,
    )


def _indexes_of_jobs() -> None:
    op.create_index(
        "jobs_deadline",
        "jobs",
        ["deadline"],
        unique=False,
        sqlite_where=sa.text("deadline IS NOT NULL"),
        postgresql_where=sa.text("deadline IS NOT NULL"),
    )
    op.create_index("jobs_newest", "jobs", ["site_id", "created_at", "seq"], unique=False)
    op.create_index(
        "jobs_one_active_a_site",
        "jobs",
        ["site_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('leased', 'running')"),
        postgresql_where=sa.text("state IN ('leased', 'running')"),
    )
    op.create_index(
        "jobs_queue",
        "jobs",
        ["site_id", "seq"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )


def _backups() -> None:
    op.create_table(
        "backups",
        sa.Column("seq", _ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("filename", sa.String(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('export', 'binary')", name=op.f("backups_kind_check")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="backups_job_id_fk"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="backups_site_id_fk"),
        sa.PrimaryKeyConstraint("seq", name="backups_pk"),
        sa.UniqueConstraint("job_id", "kind", "sha256", name="backups_job_id_kind_sha256_key"),
        sa.UniqueConstraint("site_id", "filename", name="backups_site_id_filename_key"),
        sqlite_autoincrement=True,
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.Column("output", sa.Text(), nullable=False),
        sa.Column("output_bytes", sa.BigInteger(), nullable=False),
        sa.Column("output_sha256", sa.String(length=64), nullable=True),
        sa.Column("error_class", sa.String(length=16), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=False),
        sa.Column("error_line", sa.Integer(), nullable=True),
        sa.Column("error_column", sa.Integer(), nullable=True),
        sa.Column("diff", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="runs_job_id_fk"),
        sa.PrimaryKeyConstraint("job_id", name="runs_pk"),
    )
