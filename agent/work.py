"""What the steps of one job share: its journal entry, its router, its session.

The steps themselves are functions in `preparation` and `running`, and `runner` puts them
in order.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import structlog

from agent import verdict
from agent.backup import Patience
from agent.device import read_facts
from agent.errors import AgentError, LinkError, LoginError
from agent.names import Names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.config import Config
    from agent.facts import Facts
    from agent.inventory import Target
    from agent.journal import Entry, Journal
    from agent.recovery import Stage
    from agent.router import Router
    from agent.state import State
    from coordinator.client import CoordinatorClient
    from coordinator.contract import ErrorClass, Report

__all__ = ["MOST_BREAKS", "NotOursError", "Tools", "Work", "pauses"]

log = structlog.get_logger()

# Sessions that may break within one step before it is given up.
MOST_BREAKS = 4
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0


class Connect(Protocol):
    """Opens a session; raises UnreachableError or LoginError."""

    async def __call__(self, target: Target) -> Router: ...


@dataclass(frozen=True)
class Tools:
    """What all jobs share."""

    config: Config
    journal: Journal
    client: CoordinatorClient
    state: State
    connect: Connect


class NotOursError(AgentError):
    """The coordinator gave the job to somebody else, or nobody wants it any more."""


class Work:
    """One job on one router, while it is worked on.

    Args:
        entry: As the journal has it.
        target: The router.
        tools: Shared by all jobs.
        lease_seconds: Until the lease ends, by the agent's clock; None when not known.

    Attributes:
        entry: As the journal has it now.
        facts: What the router said of itself, once it was asked.
        policies: Of the agent's user there, None while not known.
        backed_up: Whether the backups are with the coordinator.
        cancel_requested: An operator wants the job ended before its script runs.
    """

    def __init__(
        self, entry: Entry, target: Target, tools: Tools, lease_seconds: float | None = None
    ) -> None:
        self.entry = entry
        self.target = target
        self.tools = tools
        self.lease_seconds = lease_seconds
        self.names = Names.of(entry.token, entry.job_id)
        self.limits = tools.config.limits
        self.facts: Facts | None = None
        self.policies: frozenset[str] | None = None
        self.backed_up = False
        self.cancel_requested = False
        self._router: Router | None = None

    # --- The session ----------------------------------------------------------------

    @property
    def router(self) -> Router:
        """The open session; `reach` comes first."""
        if self._router is None:
            raise RuntimeError("a step needs a session, which `reach` opens")
        return self._router

    @property
    def reached(self) -> bool:
        return self._router is not None

    async def reach(self, seconds: float, *, patient_login: bool) -> None:
        """Have a session, trying for so long to open one.

        Args:
            seconds: How long.
            patient_login: Whether a refused login is tried again too: a router that boots
                may answer before its logins work (2.4).

        Raises:
            UnreachableError, LoginError: The last one, when the time is up.
        """
        give_up, pause = time.monotonic() + seconds, pauses()
        while self._router is None:
            try:
                self._router = await self.tools.connect(self.target)
            except (LinkError, LoginError) as error:
                wait = next(pause)
                refused = isinstance(error, LoginError) and not patient_login
                if refused or time.monotonic() + wait > give_up:
                    raise
                log.info("router not reached", reason=str(error))
                await asyncio.sleep(wait)

    async def leave(self) -> None:
        """Close the session, if there is one."""
        if self._router is not None:
            router, self._router = self._router, None
            await router.close()

    async def know(self) -> Facts:
        """Return the router's facts, asking for them the first time."""
        if self.facts is None:
            self.facts = await read_facts(self.router)
        return self.facts

    # --- Journal and reports ----------------------------------------------------------

    async def enter(
        self, stage: Stage, *, before: bytes | None = None, report: Report | None = None
    ) -> None:
        """Write down that the job enters a stage, before what it announces is done."""
        self.entry = await self.tools.journal.advance(
            self.entry, stage, before=before, report=report
        )

    def failure(
        self, error_class: ErrorClass, message: str, place: tuple[int, int] | None = None
    ) -> Report:
        """Return the report of a failure that no run of the script told."""
        now = datetime.now(UTC)
        return verdict.failure(self.entry.lease_version, now, error_class, message, place)

    @property
    def patience(self) -> Patience:
        return Patience(
            interval=self.tools.config.backup.settle_interval,
            deadline=self.limits.backup_seconds,
        )


def pauses() -> Iterator[float]:
    """Yield seconds to wait between repeats: doubling up to a bound."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * 2, LONGEST_PAUSE)
