"""Opens the store that a database URL names."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
import structlog

from coordinator.errors import ConfigError
from coordinator.holding import hold
from coordinator.store.migrate import migrate
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
            coordinator uses it.
        SchemaError: The database is of a newer version, or cannot be opened.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise ConfigError(f"database_url {url!r} is not a URL such as sqlite:///PATH") from error
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        raise ConfigError(f"database_url must be sqlite:///PATH, not {url}")
    plain = parsed.set(drivername="sqlite")
    path = Path(str(plain.database))
    lock = hold(path.with_name(f"{path.name}.lock"))
    try:
        _make_private(path)
        steps = await asyncio.to_thread(migrate, plain)
        database = SqliteDatabase(plain, lock)
    except BaseException:
        lock.release()
        raise
    if steps:
        _log.info("database.migrated", steps=steps)
    return SqlStore(database)


def _make_private(path: Path) -> None:
    """Make the file before SQLite does, which would let others read it: scripts hold secrets."""
    try:
        path.touch(mode=0o600)
    except OSError as error:
        raise ConfigError(f"the database {path}: {error.strerror}") from error
