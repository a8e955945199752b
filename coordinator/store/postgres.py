"""PostgreSQL: any number of processes on one database.

- A unit of work is the same function as on SQLite, run by `AsyncConnection.run_sync`. What it
  reads to change it locks (`FOR UPDATE`); claims pass over what another process has locked.
- A few writers, each on a connection of its own, take the units that wait and commit them
  together: the round trips of BEGIN and COMMIT, and the flush, are shared. A unit that fails
  before it wrote leaves nothing to undo; else the batch is undone and done again one by one.
- Whatever passes by itself (a deadlock, a connection that was cut before the commit was sent)
  is tried again a few times. A connection cut while it commits leaves the outcome open: the
  caller hears 503 and asks again, which every write allows.
- Nothing that was read is kept: another process may have changed it since.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from coordinator.errors import CoordinatorError, InvalidRequestError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine

__all__ = ["PostgresDatabase", "connect_settings"]

T = TypeVar("T")

# Connections that write, and those that read beside them.
_WRITERS = 4
_READERS = 8
# Units in one commit: bounds how long the first of them waits, and holds its locks, for the last.
_BATCH = 32
_ATTEMPTS = 6
_CONNECT_SECONDS = 5.0
_COMMAND_SECONDS = 30.0
_POOL_SECONDS = 10.0
# A process that stopped in the middle of a transaction must not hold up the others for ever.
_IDLE_IN_TRANSACTION = "30s"

_CANNOT_STORE = "22"  # class of errors: data exception
_PASSING = frozenset(
    {
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected
        "55P03",  # lock_not_available
    }
)
# Another process was quicker with this site's lease: look again.
_ONE_ACTIVE = "jobs_one_active_a_site"


def connect_settings() -> dict[str, Any]:
    """Return asyncpg's arguments for every connection."""
    return {
        "timeout": _CONNECT_SECONDS,
        "command_timeout": _COMMAND_SECONDS,
        "server_settings": {
            "application_name": "ros-coordinator",
            "idle_in_transaction_session_timeout": _IDLE_IN_TRANSACTION,
            "jit": "off",  # compiling costs more than our statements
        },
    }


@dataclass(slots=True)
class _Unit:
    run: Callable[[sa.Connection], Any]
    done: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Outcome:
    unit: _Unit
    value: Any = None
    error: BaseException | None = None


class _HalfDoneError(CoordinatorError):
    """A unit failed after it had written something, or left the transaction aborted."""


class _OpenOutcomeError(CoordinatorError):
    """The connection was lost while it committed."""


class PostgresDatabase:
    """Run units of work on a PostgreSQL database whose schema is there. Needs a running loop.

    Args:
        url: `postgresql+asyncpg://…`.
    """

    def __init__(self, url: sa.URL) -> None:
        self.generation: int | None = None
        self._engine = _engine(url)
        self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._units: asyncio.Queue[_Unit | None] = asyncio.Queue()
        self._closing = False
        self._writers = [
            asyncio.create_task(self._write_all(), name=f"postgres-writer-{number}")
            for number in range(_WRITERS)
        ]

    async def lookup(self, unit: Callable[[sa.Connection], T]) -> T:
        async def read() -> T:
            async with self._reading.connect() as connection:
                return await connection.run_sync(unit)

        return await _persisted(read)

    async def first(
        self, statement: sa.Select[*tuple[Any, ...]], values: Mapping[str, Any]
    ) -> Sequence[Any] | None:
        return await self.lookup(lambda c: c.execute(statement, values).first())

    async def scan(self, unit: Callable[[sa.Connection], T]) -> T:
        return await self.lookup(unit)

    async def write(self, unit: Callable[[sa.Connection], T]) -> T:
        if self._closing:
            raise UnavailableError("shutting_down", "The coordinator is stopping.")
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._units.put_nowait(_Unit(unit, done))
        return await done

    async def close(self) -> None:
        if not self._closing:
            self._closing = True
            for _ in self._writers:
                self._units.put_nowait(None)
            await asyncio.gather(*self._writers)
            await self._engine.dispose()

    # --- writers ---

    async def _write_all(self) -> None:
        while (batch := await self._next_batch()) is not None:
            for outcome in await self._written(batch):
                if outcome.unit.done.done():  # its caller has gone
                    continue
                if outcome.error is not None:
                    outcome.unit.done.set_exception(outcome.error)
                else:
                    outcome.unit.done.set_result(outcome.value)

    async def _next_batch(self) -> list[_Unit] | None:
        if (first := await self._units.get()) is None:
            return None
        batch = [first]
        while len(batch) < _BATCH and not self._units.empty():
            if (unit := self._units.get_nowait()) is None:
                self._units.put_nowait(None)  # for the next call, after this batch
                break
            batch.append(unit)
        return batch

    async def _written(self, batch: list[_Unit]) -> list[_Outcome]:
        """Return what became of each; never raises, so that a writer goes on."""
        try:
            if len(batch) == 1:
                return await _persisted(lambda: self._commit(batch))
            return await self._commit(batch)
        except Exception as error:  # noqa: BLE001 - told to whoever waits for the unit
            if len(batch) == 1 or isinstance(error, _OpenOutcomeError):
                return [_Outcome(unit, error=_told(error)) for unit in batch]
        # Rare: all is undone, and each is done again by itself.
        return [outcome for unit in batch for outcome in await self._written([unit])]

    async def _commit(self, batch: list[_Unit]) -> list[_Outcome]:
        async with self._engine.connect() as connection:
            outcomes = await connection.run_sync(_run_each, batch)
            try:
                await connection.commit()
            except (sa.exc.DBAPIError, OSError) as error:
                if _is_passing(error) and not _is_cut(error):
                    raise  # the server says that it has undone it
                raise _OpenOutcomeError from error
        return outcomes


def _engine(url: sa.URL) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=_WRITERS + _READERS,
        max_overflow=0,
        pool_timeout=_POOL_SECONDS,
        connect_args=connect_settings() | {"prepared_statement_cache_size": 500},
    )

    @sa.event.listens_for(engine.sync_engine, "before_cursor_execute")
    def note_write(
        connection: sa.Connection,
        _cursor: object,
        _statement: str,
        _parameters: object,
        context: Any,
        _many: bool,
    ) -> None:
        if not isinstance(context.invoked_statement, sa.Select):
            connection.info["written"] = True

    return engine


def _run_each(connection: sa.Connection, batch: list[_Unit]) -> list[_Outcome]:
    return [_run(connection, unit, alone=len(batch) == 1) for unit in batch]


def _run(connection: sa.Connection, unit: _Unit, *, alone: bool) -> _Outcome:
    connection.info["written"] = False
    try:
        return _Outcome(unit, value=unit.run(connection))
    except (sa.exc.DBAPIError, OSError):
        raise
    except Exception as error:
        if connection.info["written"]:
            if not alone:
                raise _HalfDoneError from error
            connection.rollback()
        return _Outcome(unit, error=error)


async def _persisted(attempt: Callable[[], Awaitable[T]]) -> T:
    """Try again what fails for a reason that passes by itself.

    Raises:
        UnavailableError: It did not pass.
        InvalidRequestError: A value cannot be stored.
    """
    for number in range(1, _ATTEMPTS + 1):
        try:
            return await attempt()
        except (sa.exc.SQLAlchemyError, OSError) as error:
            if number == _ATTEMPTS or not _is_passing(error):
                raise _told(error) from error
        # Apart from each other, so that two who met do not meet again.
        await asyncio.sleep(random.uniform(0, 0.02 * 2**number))  # noqa: S311 - no secret
    raise AssertionError


def _is_passing(error: BaseException) -> bool:
    if _is_cut(error) or _sqlstate(error) in _PASSING:
        return True
    return isinstance(error, sa.exc.IntegrityError) and _ONE_ACTIVE in str(error.orig)


def _is_cut(error: BaseException) -> bool:
    """Return whether the connection is gone, or never was."""
    if isinstance(error, sa.exc.DBAPIError):
        state = _sqlstate(error)
        # 57P0x: the server was told to stop or to drop us; 08: connection exceptions.
        return error.connection_invalidated or state.startswith(("57P", "08"))
    return isinstance(error, OSError)


def _sqlstate(error: BaseException) -> str:
    return str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")


def _told(error: BaseException) -> BaseException:
    """Return the error as the caller of a unit hears it; a unit's own comes out unchanged."""
    if isinstance(error, sa.exc.IntegrityError) and not _is_passing(error):
        return error
    if _sqlstate(error).startswith(_CANNOT_STORE) or isinstance(error, sa.exc.DataError):
        told: CoordinatorError = InvalidRequestError(
            "value_not_storable", "A value is out of range, or a text holds the character NUL."
        )
    elif isinstance(error, (sa.exc.SQLAlchemyError, OSError, _OpenOutcomeError)):
        told = UnavailableError("database_unavailable", "The database does not answer.")
    else:
        return error
    told.__cause__ = error
    return told
