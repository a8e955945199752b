"""Signs of life, facts and stats of sites, devices of their own, live commands, sealed backups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_DEFAULT = "00000000000040008000000000000001"


def upgrade() -> None:
    _pulses()
    for name in ("stats", "stats_hourly"):
        _stats(name)
    _devices()
    _commands()
    _seal_backups()
    op.create_index("backups_newest", "backups", ["site_id", "kind", "stored_at"])
    op.create_index("backups_stored", "backups", ["stored_at"])


def _seal_backups() -> None:
    # SQLite makes the table anew; the check that it does not tell is told to it again.
    kind = sa.CheckConstraint("kind IN ('export', 'binary')", name=op.f("backups_kind_check"))
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    kwargs = {"sqlite_autoincrement": True}
    checks = (kind,) if is_sqlite else ()
    with op.batch_alter_table(
        "backups",
        recreate="always" if is_sqlite else "never",
        table_args=checks,
        table_kwargs=kwargs if is_sqlite else {},
    ) as batch:
        batch.add_column(sa.Column("key_id", sa.String(length=16), nullable=True))


def _instant(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=null)


def _of(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"{table}_{column}_fk"))


def _pulses() -> None:
    op.create_table(
        "pulses",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        _instant("last_seen_at", null=True),
        sa.Column("last_seen_from", sa.String(length=64), nullable=True),
        sa.Column("uptime", sa.BigInteger(), nullable=True),
        sa.Column("hardware_hash", sa.String(length=40), nullable=True),
        _instant("facts_at", null=True),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pulses_pk")),
        _of("pulses", "site_id", "sites"),
    )
    op.create_index("pulses_hardware", "pulses", ["hardware_hash"])
    op.create_table(
        "gaps",
        sa.Column("seq", _ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        _instant("from_at"),
        _instant("to_at"),
        sa.PrimaryKeyConstraint("seq", name=op.f("gaps_pk")),
        _of("gaps", "site_id", "sites"),
        sqlite_autoincrement=True,
    )
    op.create_index("gaps_site", "gaps", ["site_id", "to_at"])


def _stats(name: str) -> None:
    op.create_table(
        name,
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("cpu_load", sa.Integer(), nullable=False),
        sa.Column("memory_free", sa.BigInteger(), nullable=False),
        sa.Column("disk_free", sa.BigInteger(), nullable=False),
        sa.Column("uptime", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "at", name=op.f(f"{name}_pk")),
        _of(name, "site_id", "sites"),
    )
    op.create_index(f"{name}_at", name, ["at"])


def _devices() -> None:
    op.create_table(
        "runbooks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        _instant("created_at"),
        sa.Column("team_id", sa.Uuid(), server_default=sa.text(f"'{_DEFAULT}'"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("runbooks_pk")),
        sa.UniqueConstraint("token", name=op.f("runbooks_token_key")),
        _of("runbooks", "site_id", "sites"),
        _of("runbooks", "team_id", "teams"),
    )
    op.create_index("runbooks_team", "runbooks", ["team_id", "created_at"])
    op.create_table(
        "devices",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("runbook_id", sa.Uuid(), nullable=True),
        _instant("adopted_at"),
        _instant("removed_at", null=True),
        sa.PrimaryKeyConstraint("site_id", name=op.f("devices_pk")),
        sa.UniqueConstraint("agent_id", name=op.f("devices_agent_id_key")),
        _of("devices", "site_id", "sites"),
        _of("devices", "agent_id", "agents"),
        _of("devices", "runbook_id", "runbooks"),
    )
    op.create_table(
        "site_accesses",
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        _instant("accessed_at"),
        sa.PrimaryKeyConstraint("subject", "site_id", name=op.f("site_accesses_pk")),
        _of("site_accesses", "site_id", "sites"),
    )


def _commands() -> None:
    op.create_table(
        "commands",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        _instant("created_at"),
        _instant("expires_at"),
        _instant("taken_at", null=True),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        _instant("answered_at", null=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("commands_pk")),
        sa.CheckConstraint(
            "(taken_at IS NULL) = (agent_id IS NULL)", name=op.f("commands_taken_check")
        ),
        _of("commands", "site_id", "sites"),
        _of("commands", "agent_id", "agents"),
    )
    op.create_index(
        "commands_waiting",
        "commands",
        ["site_id"],
        sqlite_where=sa.text("taken_at IS NULL"),
        postgresql_where=sa.text("taken_at IS NULL"),
    )
    op.create_index("commands_end", "commands", ["expires_at"])
    op.create_table(
        "uploads",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("lease_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        _instant("stored_at"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "lease_version", "part", name=op.f("uploads_pk")),
        _of("uploads", "job_id", "jobs"),
    )
