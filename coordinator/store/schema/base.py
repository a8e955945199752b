"""What all tables are made with."""

from __future__ import annotations

import sqlalchemy as sa

__all__ = ["METADATA", "ROW_NUMBER", "instant"]

METADATA = sa.MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

# SQLite counts rows only in a column declared INTEGER.
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def instant(name: str, *, null: bool = False) -> sa.Column[int]:
    """Return a column of milliseconds since 1970, UTC."""
    return sa.Column(name, sa.BigInteger, nullable=null)
