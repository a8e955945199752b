"""Delivers what is due: at least once, in order for each job, for a day, through restarts.

What is to be delivered stands in the database; a process that takes a delivery puts it off for
the others while it makes the call, so one that dies is followed by another. While nothing is
due the courier sleeps.
"""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any, Final

import structlog
from pydantic_core import to_json

from coordinator.clock import from_millis, millis
from coordinator.errors import UnavailableError
from coordinator.routes import render

if TYPE_CHECKING:
    from coordinator.clock import Clock
    from coordinator.hub import Hub
    from coordinator.records import DueDelivery
    from coordinator.store.interface import Store
    from coordinator.webhooks.sender import Attempt, Sender
    from coordinator.webhooks.signing import Signer

__all__ = ["Courier", "pause"]

_log = structlog.get_logger(__name__)

_AT_ONCE: Final = 32
_GIVE_UP_MS: Final = 86_400_000
_LONGEST_PAUSE: Final = 3600.0
# Longer than any call may take, so that nobody else takes it meanwhile.
_HOLD_MS: Final = 120_000
# Where others write to the database, a hint may be lost.
_LOOK_SECONDS: Final = 30.0
# What is written at the same time is looked for once.
_GATHER_SECONDS: Final = 0.02
_AFTER_FAULT_SECONDS: Final = 2.0
_TYPES: Final = {
    "running": "job.started",
    "completed": "job.completed",
    "failed": "job.failed",
    "cancelled": "job.cancelled",
}


def pause(attempts: int, first: float, chance: float) -> float:
    """Return seconds until the next attempt.

    Args:
        attempts: Made so far, 1 or more.
        first: Seconds after the first, doubled after each, to an hour.
        chance: From 0 to 1; spreads the pause from half to one and a half of itself, so that a
            server that comes back is not stormed.
    """
    return min(first * 2.0 ** min(attempts - 1, 30), _LONGEST_PAUSE) * (0.5 + chance)


class Courier:
    """Calls the `notify_url` of jobs.

    Args:
        store: Where deliveries are kept.
        hub: Says that something was written.
        clock: Sets when they are due.
        sender: Makes the calls.
        signer: Signs them.
        first_pause: Seconds until the first repeat.
    """

    def __init__(
        self,
        store: Store,
        hub: Hub,
        clock: Clock,
        sender: Sender,
        signer: Signer,
        *,
        first_pause: float,
    ) -> None:
        self._store = store
        self._hub = hub
        self._clock = clock
        self._sender = sender
        self._signer = signer
        self._first_pause = first_pause
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Deliver until cancelled; calls under way are then broken off, and made again later."""
        try:
            with self._hub.watch() as happened:
                while True:
                    await self._turn(happened)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _turn(self, happened: asyncio.Event) -> None:
        happened.clear()
        try:
            seconds = await self._take_due()
        except UnavailableError as error:
            _log.warning("webhooks.delayed", reason=error.message)
            seconds = _AFTER_FAULT_SECONDS
        except Exception:  # noqa: BLE001 - the courier outlives whatever went wrong once
            _log.exception("webhooks.failed")
            seconds = _AFTER_FAULT_SECONDS
        try:
            async with asyncio.timeout(seconds):
                await happened.wait()
        except TimeoutError:
            return
        await asyncio.sleep(_GATHER_SECONDS)

    async def _take_due(self) -> float | None:
        """Begin what is due; return seconds until more may be, None when nothing waits."""
        now = millis(self._clock.now())
        next_at = await self._store.next_delivery()
        room = _AT_ONCE - len(self._tasks)
        if next_at is not None and next_at <= now and room > 0:
            until = now + _HOLD_MS
            for delivery in await self._store.due_deliveries(now, until, room):
                self._begin(delivery, until)
            next_at = await self._store.next_delivery()
        longest = None if self._store.relay is None else _LOOK_SECONDS
        # With no room left, the end of a call wakes the courier.
        if next_at is None or len(self._tasks) >= _AT_ONCE:
            return longest
        left = max(0.05, (next_at - now) / 1000)
        return left if longest is None else min(left, longest)

    def _begin(self, delivery: DueDelivery, until: int) -> None:
        task = asyncio.create_task(self._deliver(delivery, until))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, delivery: DueDelivery, until: int) -> None:
        try:
            attempt = await self._call(delivery)
            now = millis(self._clock.now())
            values = self._after(delivery, attempt, now)
            await self._store.end_delivery(delivery.seq, until, values)
        except UnavailableError as error:
            _log.warning("webhooks.delayed", reason=error.message)  # it is due again by itself
        except Exception:  # noqa: BLE001 - as above
            _log.exception("webhooks.failed", delivery=delivery.seq)
        self._hub.tell()

    async def _call(self, delivery: DueDelivery) -> Attempt:
        body = await self._body(delivery)
        timestamp = millis(self._clock.now()) // 1000
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "ros-coordinator",
            "X-Delivery-Id": str(delivery.seq),
            "X-Event-Id": str(delivery.event_seq),
        }
        headers |= self._signer.headers(delivery.team_id, timestamp, body)
        return await self._sender.send(delivery.url, body, headers)

    async def _body(self, delivery: DueDelivery) -> bytes:
        job = await self._store.any_job(delivery.job_id)
        # Not the script, which may hold secrets: whoever needs it can read the job.
        shown = {} if job is None else render.job_fields(job)
        shown.pop("script", None)
        return to_json(
            {
                "id": delivery.event_seq,
                "type": _TYPES[delivery.state],
                "created_at": from_millis(delivery.at).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "job": shown,
            }
        )

    def _after(self, delivery: DueDelivery, attempt: Attempt, now: int) -> dict[str, Any]:
        """Return what is stored of a delivery after an attempt."""
        values: dict[str, Any] = {
            "attempts": delivery.attempts + 1,
            "last_status": attempt.status,
            "last_error": attempt.error,
            "next_at": None,
        }
        if attempt.is_delivered:
            return values | {"delivered_at": now}
        if now - delivery.created_at >= _GIVE_UP_MS:
            _log.warning("webhook.given_up", delivery=delivery.seq, job=str(delivery.job_id))
            return values | {"failed_at": now}
        chance = random.random()  # noqa: S311 - no secret
        seconds = pause(delivery.attempts + 1, self._first_pause, chance)
        return values | {"next_at": now + int(seconds * 1000)}
