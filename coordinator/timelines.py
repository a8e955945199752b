"""What operators can do with a job beside the public API.

Its timeline, following it, waiting for its end, ending it while it runs, a word on a stuck run,
pages of a site's jobs, its deliveries. Each method is one use case; nothing here knows HTTP or SQL.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from coordinator.contract import ErrorClass
from coordinator.events import Feed, Subscription, Wanted
from coordinator.jobs import Event, JobRecord, State, apply_event
from coordinator.records import DeliveryRecord, EventRecord, JobFilter, RunRecord
from coordinator.service import Operations, not_found
from coordinator.store.interface import RuleResult

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from coordinator.hub import Hub
    from coordinator.store.interface import Store

__all__ = ["Timelines"]

_log = structlog.get_logger(__name__)

_ENDED = frozenset({State.COMPLETED, State.FAILED})
_WITHDRAWN = "The job was cancelled before its script ran."
# Where others write to the database, a hint may be lost: look at the job this often.
_LOOK_SECONDS = 1.0


class Timelines:
    """Jobs over time.

    Args:
        store: Where jobs and their timelines are kept.
        operations: What the public API can do with jobs.
        hub: Told of every change.
        feed: Hands on what happens.
    """

    def __init__(self, store: Store, operations: Operations, hub: Hub, feed: Feed) -> None:
        self._store = store
        self._operations = operations
        self._hub = hub
        self._feed = feed

    # --- read ---

    async def timeline(
        self, site_id: UUID, job_id: UUID, after: int, count: int
    ) -> list[EventRecord]:
        """Return what happened to a job after an event, oldest first."""
        await self._operations.get_job(site_id, job_id)
        return await self._store.timeline(job_id, after, count)

    async def deliveries(
        self, site_id: UUID, job_id: UUID, after: int, count: int
    ) -> list[DeliveryRecord]:
        """Return the calls of a job's `notify_url`, oldest first."""
        await self._operations.get_job(site_id, job_id)
        return await self._store.deliveries(job_id, after, count)

    async def jobs(self, site_id: UUID, wanted: JobFilter) -> list[JobRecord]:
        """Return a page of a site's jobs, newest first."""
        await self._operations.settle()
        await self._operations.get_site(site_id)
        return await self._store.job_page(site_id, wanted)

    # --- follow ---

    async def wait_for_end(self, site_id: UUID, job_id: UUID, seconds: float) -> JobRecord:
        """Return the job once it has ended, or as it stands after so many seconds.

        Raises:
            NotFoundError: There is none, or it was cancelled meanwhile.
        """
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        async with self._feed.subscribe(Wanted(job_id=job_id)) as (subscription, _):
            while True:
                job = await self._operations.get_job(site_id, job_id)
                left = ends - loop.time()
                if job.state in _ENDED or left <= 0 or subscription.is_over:
                    return job
                shared = self._store.relay is not None
                await subscription.wait(min(left, _LOOK_SECONDS) if shared else left)

    async def follow(
        self, wanted: Wanted, after: int | None, heartbeat: float
    ) -> AsyncIterator[list[EventRecord]]:
        """Yield what happens, oldest first; an empty list after so many seconds without anything.

        Ends when the reader is too slow, and when the process stops.

        Args:
            wanted: Which events.
            after: Begin after this event; None begins with what happens from now on.
            heartbeat: Seconds.
        """
        async with self._feed.subscribe(wanted) as (subscription, position):
            seen = position if after is None else after
            async for page in self._feed.history(wanted, seen, position):
                yield page
            seen = max(seen, position)
            while (come := await _next(subscription, seen, heartbeat)) is not None:
                yield come

    # --- act ---

    async def ask_cancel(self, site_id: UUID, job_id: UUID, actor: str, reason: str) -> JobRecord:
        """End a job: at once when it has not started, else ask whoever runs it.

        The job that is returned says how that stands; asked again, it says so again.

        Raises:
            ConflictError: `job_already_finished`.
        """
        await self._operations.get_job(site_id, job_id)
        now = self._operations.now()

        def ask(job: JobRecord, *, has_run: bool) -> RuleResult:
            after = apply_event(job, Event.ASK_CANCEL, now=now, actor=actor, reason=reason)
            if after is job or after.state is State.RUNNING or has_run:
                return RuleResult(after)
            told = RunRecord(now, error_class=ErrorClass.CANCELLED, error_message=_WITHDRAWN)
            return RuleResult(after, told)

        if (result := await self._store.change_job(job_id, ask)) is None:
            raise not_found("job")
        _log.info("job.cancel_asked", token=result.job.token, site=str(site_id))
        # It may have been leased: the next one of the site can go.
        self._hub.notify(site_id)
        return result.job

    async def resolve(
        self, site_id: UUID, job_id: UUID, state: State, actor: str, reason: str
    ) -> JobRecord:
        """End a run of which nothing is heard, on an operator's word.

        What the agent reports later about a run that was resolved as completed is kept with it.

        Raises:
            ConflictError: `job_not_running` or `job_already_finished`.
        """
        await self._operations.get_job(site_id, job_id)
        now = self._operations.now()
        done = state is State.COMPLETED
        event = Event.RESOLVE_COMPLETED if done else Event.RESOLVE_FAILED

        def end(job: JobRecord, *, has_run: bool) -> RuleResult:
            after = apply_event(job, event, now=now, actor=actor, reason=reason)
            if done or has_run:
                return RuleResult(after)
            text = f"Resolved by an operator: {reason}"
            return RuleResult(
                after, RunRecord(now, error_class=ErrorClass.LOST, error_message=text)
            )

        if (result := await self._store.change_job(job_id, end)) is None:
            raise not_found("job")
        _log.warning("job.resolved", token=result.job.token, site=str(site_id), state=state.value)
        self._hub.notify(site_id)
        return result.job


async def _next(
    subscription: Subscription, seen: int, heartbeat: float
) -> list[EventRecord] | None:
    """Return what came after an event; None when no more will."""
    come = await subscription.wait(heartbeat)
    if not come and subscription.is_over:
        return None
    return [event for event in come if event.seq > seen]
