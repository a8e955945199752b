"""Teams that sites, agents and enrolments belong to; API keys; the audit log.

What was there before belongs to the default team, which is made here.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# `coordinator.teams.DEFAULT_TEAM` as it was when this step was made; SQLite keeps the digits.
_DEFAULT = "00000000000040008000000000000001"


def upgrade() -> None:
    _teams()
    _belong("sites", sqlite_autoincrement=True)
    _belong("agents")
    used_once = sa.CheckConstraint(
        "(used_at IS NULL) = (agent_id IS NULL)", name=op.f("enrolments_used_once_check")
    )
    _belong("enrolments", used_once)
    op.create_index("sites_team", "sites", ["team_id", "seq"])
    _api_keys()
    _audit()


def _teams() -> None:
    teams = op.create_table(
        "teams",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="teams_pk"),
        sa.UniqueConstraint("name", name="teams_name_key"),
    )
    op.execute(
        sa.insert(teams).values(
            id=sa.text(f"'{_DEFAULT}'"), name="default", created_at=sa.text("0")
        )
    )


def _belong(
    table: str, *constraints: sa.CheckConstraint, sqlite_autoincrement: bool = False
) -> None:
    # SQLite makes the table anew; the checks that it does not tell are told to it again.
    kwargs = {"sqlite_autoincrement": True} if sqlite_autoincrement else {}
    team = sa.Column("team_id", sa.Uuid(), server_default=sa.text(f"'{_DEFAULT}'"), nullable=False)
    with op.batch_alter_table(table, table_args=constraints, table_kwargs=kwargs) as batch:
        batch.add_column(team)
        batch.create_foreign_key(f"{table}_team_id_fk", "teams", ["team_id"], ["id"])


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="api_keys_team_id_fk"),
        sa.PrimaryKeyConstraint("id", name="api_keys_pk"),
    )
    op.create_index("api_keys_team", "api_keys", ["team_id", "created_at"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", _ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=200), nullable=False),
        sa.Column("target", sa.String(length=500), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="audit_pk"),
        sqlite_autoincrement=True,
    )
    op.create_index("audit_team", "audit", ["team_id", "seq"])
