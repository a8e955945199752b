"""A coordinator on a socket for one case: fresh database, sites, a clock that obeys."""

from __future__ import annotations

import contextlib
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from coordinator.app import RunningCoordinator, running_coordinator
from coordinator.client import CoordinatorClient
from coordinator.config import Config

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["CaseClock", "Coordinator"]

_TEN_YEARS = 10 * 366 * 86_400


class CaseClock:
    """A clock that runs like the machine's, or stands still, and can be moved on.

    Args:
        frozen: It moves only by `advance`.
    """

    def __init__(self, *, frozen: bool = False) -> None:
        self._frozen = datetime.now(UTC) if frozen else None
        self._ahead = timedelta()

    def now(self) -> datetime:
        return (self._frozen or datetime.now(UTC)) + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)


class Coordinator:
    """A running coordinator with an agent enrolled and sites made.

    Args:
        sites: Names of the sites to make.
        frozen: Its clock stands still.

    Attributes:
        url: `http://host:port`, the same over a restart.
        sites: Ids by name.
        operator_headers, agent_headers: What authenticates calls of either side.
    """

    def __init__(self, *, sites: tuple[str, ...], frozen: bool = False) -> None:
        self._names = sites
        self._clock = CaseClock(frozen=frozen)
        self._stack = contextlib.AsyncExitStack()
        self._running = contextlib.AsyncExitStack()
        self._folder: Path
        self._port = 0
        self._coordinator: RunningCoordinator
        self.sites: dict[str, str] = {}
        self.operator_token = ""
        self.operator_headers: dict[str, str] = {}
        self.agent_headers: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        await self._start()
        try:
            await self._populate()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()
        await self._stack.aclose()

    @property
    def url(self) -> str:
        return self._coordinator.url

    def now(self) -> float:
        """Return the coordinator's time, seconds since 1970."""
        return self._clock.now().timestamp()

    async def advance(self, seconds: float) -> None:
        """Move its clock on."""
        self._clock.advance(seconds)

    async def restart(self) -> None:
        """Start it again on the same database and port, after stopping it if it still runs."""
        await self.stop()
        await self._start()

    async def stop(self) -> None:
        """Stop it; what it has stored stays."""
        await self._running.aclose()

    async def enrolment_token(self) -> str:
        """Return a token with which one more agent can enrol."""
        return await self._coordinator.enrolment_token()

    async def _start(self) -> None:
        config = Config(port=self._port, data_dir=self._folder, shutdown_seconds=0.5)
        running = running_coordinator(config, clock=self._clock)
        self._coordinator = await self._running.enter_async_context(running)
        self._port = int(self.url.rpartition(":")[2])

    async def _populate(self) -> None:
        self.operator_token = self._coordinator.token(lifetime=_TEN_YEARS)
        self.operator_headers = {"Authorization": f"Bearer {self.operator_token}"}
        async with CoordinatorClient(self.url, self.operator_token) as client:
            for name in self._names:
                # A name has three characters or more.
                site = await client.create_site(f"site {name}")
                self.sites[name] = str(site.id)
        async with CoordinatorClient(self.url) as client:
            reply = await client.enrol(await self.enrolment_token(), "cases")
        self.agent_headers = {"Authorization": f"Bearer {reply.agent_token}"}
