"""How units of work reach a database.

A unit is an ordinary function over a SQLAlchemy connection, so one text of it serves every
dialect: a thread of its own runs it on SQLite, `AsyncConnection.run_sync` can on PostgreSQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import sqlalchemy as sa

__all__ = ["Database"]

T = TypeVar("T")


class Database(Protocol):
    """Runs units of work; every method may raise UnavailableError.

    Attributes:
        generation: Grows with every commit, where this process is the only one that writes: what
            was read in this generation is still so. None where others write, too.
    """

    generation: int | None

    async def lookup(self, unit: Callable[[sa.Connection], T]) -> T:
        """Run a unit that reads a few rows through an index."""

    async def first(
        self, statement: sa.Select[*tuple[Any, ...]], values: Mapping[str, Any]
    ) -> Sequence[Any] | None:
        """Return the first row of a statement that is made once and run often."""

    async def scan(self, unit: Callable[[sa.Connection], T]) -> T:
        """Run a unit that may read many rows."""

    async def write(self, unit: Callable[[sa.Connection], T]) -> T:
        """Run a unit as one transaction; it is durable when this returns.

        An error that the unit raises undoes all it wrote and comes out unchanged.
        """

    async def close(self) -> None:
        """Finish the units that were begun, then close."""
