"""The tables and the invariants that hold whatever the program does.

Instants are milliseconds since 1970, UTC, in BIGINT columns: the same on SQLite and
PostgreSQL, and they compare as they sort. A change here needs a migration
(`migrations/versions`); a test holds the two equal.
"""

from __future__ import annotations

import sqlalchemy as sa

__all__ = ["AGENTS", "AGENT_SITES", "BACKUPS", "ENROLMENTS", "JOBS", "METADATA", "RUNS", "SITES"]

METADATA = sa.MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

# SQLite counts rows only in a column declared INTEGER.
_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _instant(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=null)


SITES = sa.Table(
    "sites",
    METADATA,
    sa.Column("seq", _ROW_NUMBER, primary_key=True, autoincrement=True),
    sa.Column("id", sa.Uuid, nullable=False, unique=True),
    sa.Column("pid", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("address", sa.String(255)),
    sa.Column("lat", sa.Float),
    sa.Column("lng", sa.Float),
    sa.Column("timezone", sa.String(64)),
    sa.Column("software_version", sa.String(64)),
    _instant("created_at"),
    _instant("updated_at"),
    _instant("deleted_at", null=True),
    sqlite_autoincrement=True,
)

AGENTS = sa.Table(
    "agents",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.String(100), nullable=False),
    # SHA-256 of a token of 256 random bits: nothing to guess, so nothing to slow down.
    sa.Column("token_hash", sa.LargeBinary(32), nullable=False, unique=True),
    # False: only the sites in agent_sites.
    sa.Column("all_sites", sa.Boolean(create_constraint=False), nullable=False),
    _instant("created_at"),
    _instant("last_seen_at", null=True),
    _instant("revoked_at", null=True),
)

AGENT_SITES = sa.Table(
    "agent_sites",
    METADATA,
    sa.Column("agent_id", sa.ForeignKey("agents.id"), primary_key=True),
    sa.Column("site_id", sa.ForeignKey("sites.id"), primary_key=True),
)

ENROLMENTS = sa.Table(
    "enrolments",
    METADATA,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("token_hash", sa.LargeBinary(32), nullable=False, unique=True),
    # A JSON list of site ids, or NULL for all sites.
    sa.Column("sites", sa.Text),
    _instant("created_at"),
    _instant("expires_at"),
    _instant("used_at", null=True),
    sa.Column("agent_id", sa.ForeignKey("agents.id")),
    sa.CheckConstraint("(used_at IS NULL) = (agent_id IS NULL)", name="used_once"),
)

JOBS = sa.Table(
    "jobs",
    METADATA,
    # The order of creation, even within one millisecond.
    sa.Column("seq", _ROW_NUMBER, primary_key=True, autoincrement=True),
    sa.Column("id", sa.Uuid, nullable=False, unique=True),
    sa.Column("token", sa.String(32), nullable=False, unique=True),
    sa.Column("site_id", sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("idempotency_key", sa.Uuid, nullable=False),
    sa.Column("description", sa.String(100), nullable=False),
    sa.Column("express_execute", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("needs_acknowledgement", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("should_backup", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    _instant("created_at"),
    _instant("started_at", null=True),
    _instant("completed_at", null=True),
    _instant("failed_at", null=True),
    _instant("cancelled_at", null=True),
    sa.Column("associated_backup", sa.String(80)),
    sa.Column("lease_version", sa.Integer, nullable=False),
    sa.Column("agent_id", sa.ForeignKey("agents.id")),
    _instant("deadline", null=True),
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
    _instant("reported_at"),
    sa.Column("output", sa.Text, nullable=False),
    sa.Column("output_bytes", sa.BigInteger, nullable=False),
    sa.Column("output_sha256", sa.String(64)),
    sa.Column("error_class", sa.String(16)),
    sa.Column("error_message", sa.Text, nullable=False),
    sa.Column("error_line", sa.Integer),
    sa.Column("error_column", sa.Integer),
    sa.Column("diff", sa.Text),
)

BACKUPS = sa.Table(
    "backups",
    METADATA,
    sa.Column("seq", _ROW_NUMBER, primary_key=True, autoincrement=True),
    sa.Column("site_id", sa.ForeignKey("sites.id"), nullable=False),
    sa.Column("job_id", sa.ForeignKey("jobs.id"), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("filename", sa.String(32), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    _instant("stored_at"),
    sa.Column("content", sa.LargeBinary, nullable=False),
    # Names are never given twice, so what a job points at stays what it was.
    sa.UniqueConstraint("site_id", "filename"),
    # The same file again is a repeat, not another backup.
    sa.UniqueConstraint("job_id", "kind", "sha256"),
    sa.CheckConstraint("kind IN ('export', 'binary')", name="kind"),
    sqlite_autoincrement=True,
)
