"""Opens the store that a database URL names."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
import structlog

from coordinator.errors import ConfigError
from coordinator.holding import hold
from coordinator.store.migrate import migrate
from coordinator.store.postgres import PostgresDatabase
from coordinator.store.relay import PostgresRelay
from coordinator.store.sql import SqlStore
from coordinator.store.sqlite import SqliteDatabase

if TYPE_CHECKING:
    from coordinator.store.interface import Store

__all__ = ["open_store"]

_log = structlog.get_logger(__name__)


async def open_store(url: str) -> Store:
    """Migrate the database and open it.

    Raises:
        ConfigError: The URL names no database that this program can use, or another
            coordinator uses its file.
        SchemaError: The database is of a newer version, or cannot be opened.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "postgresql":
        return await _open_postgres(parsed)
    return await _open_sqlite(parsed)


def _parsed(url: str) -> sa.URL:
    try:
        # What other tools take for the same thing.
        parsed = sa.make_url(re.sub(r"^postgres(ql)?://", "postgresql+asyncpg://", url))
    except sa.exc.ArgumentError as error:
        raise ConfigError(f"database_url {url!r} is not a URL such as sqlite:///PATH") from error
    if parsed.drivername == "postgresql+asyncpg" and parsed.database:
        return parsed
    if parsed.get_backend_name() == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed.set(drivername="sqlite")
    place = parsed.render_as_string(hide_password=True)
    raise ConfigError(
        f"database_url must be sqlite:///PATH or postgresql://USER@HOST/DATABASE, not {place}"
    )


async def _open_sqlite(url: sa.URL) -> Store:
    path = Path(str(url.database))
    lock = hold(path.with_name(f"{path.name}.lock"))
    try:
        _make_private(path)
        steps = await asyncio.to_thread(migrate, url)
        database = SqliteDatabase(url, lock)
    except BaseException:
        lock.release()
        raise
    _log_steps(steps)
    return SqlStore(database)


async def _open_postgres(url: sa.URL) -> Store:
    _log_steps(await asyncio.to_thread(migrate, url))
    return SqlStore(PostgresDatabase(url), PostgresRelay(url))


def _log_steps(steps: list[str]) -> None:
    if steps:
        _log.info("database.migrated", steps=steps)


def _make_private(path: Path) -> None:
    """Make the file before SQLite does, which would let others read it: scripts hold secrets."""
    try:
        path.touch(mode=0o600)
    except OSError as error:
        raise ConfigError(f"the database {path}: {error.strerror}") from error
