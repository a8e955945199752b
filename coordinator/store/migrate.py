"""Brings a database to this program's schema before anything else touches it.

On PostgreSQL other processes may use the database meanwhile, or start at the same moment: the
steps run in one transaction, under a lock that only migrations take.
"""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

from coordinator.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["migrate"]


# Alembic keeps the migration that runs in module variables: one at a time in a process.
_ALEMBIC = threading.Lock()
# Any number that nobody else locks.
_ADVISORY = 0x726F732D6A6F6273
# A step waits for the transactions before it, and everybody else waits for the step.
_LOCK_TIMEOUT = "5s"
_ATTEMPTS = 6
# lock_not_available, admin_shutdown
_PASSING = frozenset({"55P03", "57P01"})


def migrate(url: sa.URL) -> list[str]:
    """Apply the steps that the database does not have yet; return their names, oldest first.

    Blocks, and must not be called where an event loop runs. Safe to call on a database of any
    age, the newest included, and in several processes and threads at once.

    Raises:
        SchemaError: A newer program has changed the database, or it cannot be opened.
    """
    place = url.render_as_string(hide_password=True)
    try:
        with _ALEMBIC:
            if url.get_backend_name() == "sqlite":
                return _migrate_sqlite(url)
            return _migrate_postgres(url)
    except sa.exc.DBAPIError as error:
        raise SchemaError(f"the database {place} cannot be opened: {error.orig}") from error
    except OSError as error:
        raise SchemaError(f"the database {place} cannot be reached: {error}") from error


def _migrate_sqlite(url: sa.URL) -> list[str]:
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            return _upgrade(connection)
    finally:
        engine.dispose()


def _migrate_postgres(url: sa.URL) -> list[str]:
    for number in range(1, _ATTEMPTS + 1):
        try:
            return asyncio.run(_migrate_asyncpg(url))
        except sa.exc.DBAPIError as error:
            # The steps are one transaction: a connection that was cut leaves nothing behind.
            passes = error.connection_invalidated or (
                getattr(error.orig, "sqlstate", None) in _PASSING
            )
            if not passes or number == _ATTEMPTS:
                raise
        time.sleep(number)  # lets through who waited for the table behind us
    raise AssertionError


async def _migrate_asyncpg(url: sa.URL) -> list[str]:
    engine = create_async_engine(url, poolclass=sa.NullPool)
    try:
        async with engine.begin() as connection:
            lock = sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY))
            await connection.execute(lock)
            await connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
            return await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _upgrade(connection: sa.Connection) -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    script = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    missing = list(_missing(script, current))
    if missing:
        command.upgrade(config, "head")
    return missing


def _missing(script: ScriptDirectory, current: str | None) -> Iterator[str]:
    known = [step.revision for step in script.walk_revisions()][::-1]  # oldest first
    if current is None:
        yield from known
    elif current in known:
        yield from known[known.index(current) + 1 :]
    else:
        raise SchemaError(
            f"the database has schema {current}, which this program does not know: a newer "
            f"version has been run on it (this one knows up to {known[-1]}). Run that version, "
            "or restore a copy made before the upgrade."
        )
