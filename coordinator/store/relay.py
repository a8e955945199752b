"""Carries hints between the processes that share a PostgreSQL database.

`NOTIFY` loses what is said while nobody listens, so a hint is never the only way to learn of
something: `replicas` asks the database as well.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from coordinator.store.postgres import connect_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa

__all__ = ["PostgresRelay", "Relay"]

_log = structlog.get_logger(__name__)

_CHANNEL = "ros_coordinator_sites"
# A payload has less than 8000 bytes; an id takes 33.
_SITES_A_NOTICE = 200
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0
# A connection that died without a word is noticed after this long.
_PROBE_SECONDS = 10.0

_NOTIFY = "SELECT pg_notify($1, $2)"
_CUT = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


class Relay(Protocol):
    """Tells other processes about sites and hears what they tell."""

    def send(self, site_id: UUID) -> None:
        """Say that a job of the site may have changed; soon, and perhaps never heard."""

    async def run(self, heard: Callable[[UUID], None], connected: Callable[[], None]) -> None:
        """Carry hints until cancelled.

        Args:
            heard: Called for each site that another process names.
            connected: Called when hints before this moment may have been missed.
        """


class PostgresRelay:
    """A connection of its own that listens and notifies; made again whenever it is lost."""

    def __init__(self, url: sa.URL) -> None:
        _, self._settings = PGDialect_asyncpg().create_connect_args(url)  # type: ignore[no-untyped-call]
        self._unsent: dict[UUID, None] = {}
        self._something = asyncio.Event()

    def send(self, site_id: UUID) -> None:
        self._unsent[site_id] = None
        self._something.set()

    async def run(self, heard: Callable[[UUID], None], connected: Callable[[], None]) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                async with self._connection() as connection:
                    await self._listen(connection, heard)
                    connected()
                    pause = _FIRST_PAUSE
                    await self._send_all(connection)
            except _CUT as error:
                _log.warning("relay.cut", reason=type(error).__name__, pause=pause)
            except Exception:  # noqa: BLE001 - the relay outlives whatever went wrong once
                _log.exception("relay.failed")
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    @contextlib.asynccontextmanager
    async def _connection(self) -> Any:
        connection = await asyncpg.connect(**self._settings, **connect_settings())
        try:
            yield connection
        finally:
            connection.terminate()

    async def _listen(
        self, connection: asyncpg.Connection[Any], heard: Callable[[UUID], None]
    ) -> None:
        own = connection.get_server_pid()

        def hear(_connection: object, pid: int, _channel: str, payload: object) -> None:
            if pid != own:
                for site_id in str(payload).split(","):
                    heard(UUID(site_id))

        await connection.add_listener(_CHANNEL, hear)

    async def _send_all(self, connection: asyncpg.Connection[Any]) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_PROBE_SECONDS):
                    await self._something.wait()
            if not self._unsent:
                await connection.execute("SELECT 1")
            while self._unsent:
                some = list(self._unsent)[:_SITES_A_NOTICE]
                for site_id in some:
                    del self._unsent[site_id]
                await connection.execute(_NOTIFY, _CHANNEL, ",".join(site.hex for site in some))
            self._something.clear()
