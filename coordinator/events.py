"""What happens to jobs, as it happens: one reader of the timeline serves everybody who follows.

The reader sleeps until something was written and reads each event once, however many follow.
Who follows has a bounded buffer; one that does not keep up is dropped, and resumes from the
database with the number of the event that it saw last.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from coordinator.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from uuid import UUID

    from coordinator.hub import Hub
    from coordinator.records import EventRecord
    from coordinator.store.interface import Store

__all__ = ["Feed", "Subscription", "Wanted"]

_log = structlog.get_logger(__name__)

#: Events that wait for a reader who does not keep up.
BUFFER: Final = 256
_PAGE = 500
# Where others write to the database as well, a hint may be lost.
_LOOK_SECONDS = 2.0
# A number may be given before a higher one and be committed after it. This long a gap is
# waited for; then whoever had the number is taken to have failed (assumed).
_GAP_SECONDS = 5.0
_GAP_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: of one job, of one site, of a team, or all."""

    job_id: UUID | None = None
    site_id: UUID | None = None
    team_id: UUID | None = None

    def has(self, event: EventRecord) -> bool:
        return (
            self.job_id in {None, event.job_id}
            and self.site_id in {None, event.site_id}
            and self.team_id in {None, event.team_id}
        )


class Subscription:
    """Events for one who follows.

    Attributes:
        is_over: No more will come: too slow, or the process stops.
        is_slow: That is because the buffer was full.
    """

    def __init__(self, wanted: Wanted) -> None:
        self.is_over = False
        self.is_slow = False
        self._wanted = wanted
        self._events: deque[EventRecord] = deque()
        self._changed = asyncio.Event()

    def offer(self, event: EventRecord) -> None:
        if self.is_over or not self._wanted.has(event):
            return
        if len(self._events) >= BUFFER:
            self.is_slow = True
            self.end()
            return
        self._events.append(event)
        self._changed.set()

    def end(self) -> None:
        self.is_over = True
        self._changed.set()

    async def wait(self, seconds: float) -> list[EventRecord]:
        """Return what has come; empty after `seconds` without anything, or when it is over."""
        if not self._events and not self.is_over:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, seconds)):
                    await self._changed.wait()
        self._changed.clear()
        come = list(self._events)
        self._events.clear()
        return come


class Feed:
    """Reads the timeline and hands it to those who follow.

    Args:
        store: Where events are kept.
        hub: Says that something was written.
    """

    def __init__(self, store: Store, hub: Hub) -> None:
        self._store = store
        self._hub = hub
        self._followers: set[Subscription] = set()
        # The newest event that was handed on; None while nobody follows.
        self._position: int | None = None
        self._starting = asyncio.Lock()
        self._happened: asyncio.Event | None = None
        self._gap: tuple[int, float] | None = None
        self._is_closed = False

    def close(self) -> None:
        """End every subscription, now and from now on."""
        self._is_closed = True
        for subscription in tuple(self._followers):
            subscription.end()

    @contextlib.asynccontextmanager
    async def subscribe(self, wanted: Wanted) -> AsyncIterator[tuple[Subscription, int]]:
        """Give a subscription and the event after which it begins."""
        with self._following(wanted) as subscription:
            async with self._starting:
                if self._position is None:
                    self._position = await self._store.last_event()
                position = self._position
            if self._store.relay is not None and self._happened is not None:
                self._happened.set()  # from now on hints need looking after
            yield subscription, position

    async def history(
        self, wanted: Wanted, after: int, until: int
    ) -> AsyncIterator[list[EventRecord]]:
        """Yield what happened after one event and up to another, in pages, oldest first."""
        while after < until:
            page = await self._page(wanted, after)
            shown = [event for event in page if event.seq <= until]
            if shown:
                yield shown
            if len(page) < _PAGE or not shown:
                return
            after = page[-1].seq

    async def run(self) -> None:
        """Hand on events until cancelled."""
        with self._hub.watch() as happened:
            self._happened = happened
            while True:
                await self._rest(happened)
                try:
                    await self._read()
                except UnavailableError as error:
                    _log.warning("events.delayed", reason=error.message)
                    await asyncio.sleep(_LOOK_SECONDS)
                    happened.set()
                except Exception:  # noqa: BLE001 - the reader outlives whatever went wrong once
                    _log.exception("events.failed")
                    await asyncio.sleep(_LOOK_SECONDS)
                    happened.set()

    @contextlib.contextmanager
    def _following(self, wanted: Wanted) -> Iterator[Subscription]:
        subscription = Subscription(wanted)
        self._followers.add(subscription)
        if self._is_closed:
            subscription.end()
        try:
            yield subscription
        finally:
            self._followers.discard(subscription)

    async def _page(self, wanted: Wanted, after: int) -> list[EventRecord]:
        if wanted.job_id is not None:
            return await self._store.timeline(wanted.job_id, after, _PAGE)
        return await self._store.events(
            after, _PAGE, site_id=wanted.site_id, team_id=wanted.team_id
        )

    async def _rest(self, happened: asyncio.Event) -> None:
        seconds: float | None = None
        if self._gap is not None:
            seconds = _GAP_PAUSE
        elif self._store.relay is not None and self._followers:
            seconds = _LOOK_SECONDS
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await happened.wait()
        happened.clear()

    async def _read(self) -> None:
        async with self._starting:
            if not self._followers:
                self._position = None
                self._gap = None
            while self._position is not None:
                page = await self._store.events(self._position, _PAGE)
                ready = page if self._store.relay is None else self._settled(page)
                for event in ready:
                    for subscription in tuple(self._followers):
                        subscription.offer(event)
                if ready:
                    self._position = ready[-1].seq
                if len(ready) < _PAGE:
                    return

    def _settled(self, page: list[EventRecord]) -> list[EventRecord]:
        """Return the events before the first number that may still be committed."""
        now = asyncio.get_running_loop().time()
        expected = (self._position or 0) + 1
        for index, event in enumerate(page):
            if event.seq != expected:
                if self._gap is None or self._gap[0] != expected:
                    self._gap = (expected, now)
                if now - self._gap[1] < _GAP_SECONDS:
                    return page[:index]
            expected = event.seq + 1
        self._gap = None
        return page
