"""Last reports on their way to the coordinator, repeated until each was heard.

A report stands in the journal before it is sent and leaves it when the coordinator has
it: a crash, a restart or a coordinator that is down for a day delays it, no more.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from typing import TYPE_CHECKING

import structlog

from coordinator.client import ClientError, CoordinatorRefused

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from agent.journal import Journal, QueuedReport
    from coordinator.client import CoordinatorClient

__all__ = ["Outbox"]

log = structlog.get_logger()

_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 30.0
# Requests under way at once, when a coordinator comes back to hundreds of reports.
_AT_ONCE = 16
# Answers that mean the report can never be accepted; 401 and 403 may be mended.
_FINAL = frozenset({404, 409})


class Outbox:
    """Send reports; each in a task of its own.

    Args:
        journal: Where they stand until they are heard.
        client: The way to the coordinator.
        on_fault: Called when the journal failed: nothing more may be done then.
    """

    def __init__(
        self,
        journal: Journal,
        client: CoordinatorClient,
        on_fault: Callable[[BaseException], None],
    ) -> None:
        self._journal = journal
        self._client = client
        self._on_fault = on_fault
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._tasks: dict[UUID, asyncio.Task[None]] = {}

    def send(self, queued: QueuedReport) -> None:
        """Begin to send a report, in place of an earlier one of the same job."""
        if (earlier := self._tasks.pop(queued.job_id, None)) is not None:
            earlier.cancel()
        task = asyncio.create_task(self._insist(queued), name=f"report {queued.job_id}")
        self._tasks[queued.job_id] = task
        task.add_done_callback(lambda done: self._end(queued.job_id, done))

    def _end(self, job_id: UUID, task: asyncio.Task[None]) -> None:
        if self._tasks.get(job_id) is task:
            del self._tasks[job_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_fault(error)

    async def drain(self, seconds: float) -> None:
        """Wait for what is under way; what is not heard by then stays in the journal."""
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=seconds)
        left = list(self._tasks.values())
        for task in left:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*left, return_exceptions=True)

    async def _insist(self, queued: QueuedReport) -> None:
        pause = _FIRST_PAUSE
        while not await self._heard(queued):
            # Spread out, so that a coordinator that comes back is not stormed.
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
            pause = min(pause * 2, _LONGEST_PAUSE)
        await self._journal.forget(queued.job_id)

    async def _heard(self, queued: QueuedReport) -> bool:
        try:
            async with self._turns:
                reply = await self._client.report(queued.job_id, queued.report)
        except CoordinatorRefused as error:
            log.warning("report refused", code=error.code, reason=str(error))
            return error.status in _FINAL
        except ClientError as error:
            log.warning("report not heard yet", reason=str(error))
            return False
        log.info("report heard", status=queued.report.status.value, repeated=reply.repeated)
        return True
