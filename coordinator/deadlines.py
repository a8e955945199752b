"""Does what is due: ends leases and silent runs, ends or lets go what waits in the queue.

The earliest deadline is known in memory, so while nothing is due a look costs a
comparison. Requests look before they answer, so that an answer is right even when the
task below is late. Where other processes write deadlines, too, the task asks the database
every second; two that end the same job meet at its row, and the rule is asked once.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from coordinator.clock import millis
from coordinator.contract import ErrorClass
from coordinator.errors import UnavailableError
from coordinator.jobs import Event, JobRecord, State, apply_event
from coordinator.records import RunRecord
from coordinator.store.interface import RuleResult

if TYPE_CHECKING:
    from coordinator.clock import Clock
    from coordinator.hub import Hub
    from coordinator.store.interface import Store

__all__ = ["Deadlines"]

_log = structlog.get_logger(__name__)

# Looks at the database at least this often: alone, and beside other processes.
_LONGEST_SLEEP_SECONDS = 30.0
_LONGEST_SLEEP_SHARED_SECONDS = 1.0
_LOST = "No report came before the run's time limit; whether the script ran is not known."
_EXPIRED = "The job had not started by the time that it was given."
_LOGGED = {
    Event.RIPEN: "job.ripened",
    Event.EXPIRE: "job.lease_expired",
    Event.OVERDUE: "job.expired",
    Event.LOSE: "job.lost",
}


class Deadlines:
    """Watches the deadlines of all jobs of a store."""

    def __init__(self, store: Store, clock: Clock, hub: Hub) -> None:
        self._store = store
        self._clock = clock
        self._hub = hub
        self._longest_sleep = (
            _LONGEST_SLEEP_SECONDS if store.relay is None else _LONGEST_SLEEP_SHARED_SECONDS
        )
        self._earliest: int | None = None
        self._sooner = asyncio.Event()
        self._settling = asyncio.Lock()

    async def load(self) -> None:
        """Learn the earliest deadline from the database."""
        self._earliest = await self._store.next_deadline()

    def note(self, deadline: int | None) -> None:
        """Hear of a deadline that was just stored."""
        if deadline is not None and (self._earliest is None or deadline < self._earliest):
            self._earliest = deadline
            self._sooner.set()

    async def settle(self) -> None:
        """End what is due; at once when nothing is."""
        if not self._is_due():
            return
        async with self._settling:
            while self._is_due():
                await self.load()
                if self._is_due() and not await self._end_some():
                    break  # another process is ending them

    async def watch(self) -> None:
        """Settle at every deadline, until cancelled."""
        while True:
            try:
                await self.load()
                await self.settle()
            except UnavailableError as error:
                _log.warning("deadlines.delayed", reason=error.message)
            except Exception:  # noqa: BLE001 - the watch outlives whatever went wrong once
                _log.exception("deadlines.failed")
            self._sooner.clear()
            try:
                async with asyncio.timeout(self._sleep_seconds()):
                    await self._sooner.wait()
            except TimeoutError:
                continue

    def _is_due(self) -> bool:
        return self._earliest is not None and self._earliest <= millis(self._clock.now())

    def _sleep_seconds(self) -> float:
        if self._earliest is None:
            return self._longest_sleep
        left = (self._earliest - millis(self._clock.now())) / 1000
        # Never a busy loop, even when the database cannot be written.
        return min(max(left, 0.05), self._longest_sleep)

    async def _end_some(self) -> bool:
        """End some of what is due; return whether there was any to end."""
        now = millis(self._clock.now())

        def end(job: JobRecord, *, has_run: bool) -> RuleResult:
            if job.deadline is None or job.deadline > now:
                return RuleResult(job)  # somebody else was quicker
            return _ended(job, now, has_run=has_run)

        ended = await self._store.settle(now, end)
        for job in ended:
            self.note(job.deadline)
            for note in job.notes:
                what = _LOGGED[Event(note.event)]
                _log.warning(what, token=job.token, site=str(job.site_id), lease=job.lease_version)
            self._hub.notify(job.site_id)
        return bool(ended)


def _ended(job: JobRecord, now: int, *, has_run: bool) -> RuleResult:
    if job.state is State.SCHEDULED:
        return RuleResult(apply_event(job, Event.RIPEN, now=now))
    if job.state is State.RUNNING:
        told = RunRecord(now, error_class=ErrorClass.LOST, error_message=_LOST)
        after = apply_event(job, Event.LOSE, now=now, reason=_LOST)
        return RuleResult(after, None if has_run else told)
    if job.expires_at is not None and job.expires_at <= now:
        told = RunRecord(now, error_class=ErrorClass.EXPIRED, error_message=_EXPIRED)
        after = apply_event(job, Event.OVERDUE, now=now, reason=_EXPIRED)
        return RuleResult(after, None if has_run else told)
    return RuleResult(apply_event(job, Event.EXPIRE, now=now))
