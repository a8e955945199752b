"""Time as the simulator sees it: a source of instants and of callbacks.

Everything that waits (`:delay`, the scheduler, a file that becomes whole, a
lease that ends) asks a `Clock`, so the same router runs in real time behind a
server and in no time at all in a test. `server.RealClock` is the other one.
"""

from __future__ import annotations

import heapq
import itertools
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Clock", "Timer", "VirtualClock"]

NANOSECONDS = 1_000_000_000


class Timer(Protocol):
    """A callback that has not happened yet."""

    def cancel(self) -> None: ...


class Clock(Protocol):
    """Where instants and callbacks come from."""

    def now(self) -> int:
        """Return nanoseconds since 1970, UTC."""

    def monotonic(self) -> int:
        """Return nanoseconds that only ever grow, from an arbitrary start."""

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Arrange for one call, `seconds` from now; 0 means as soon as others had a turn."""

    def wake_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Do as `call_later`, for somebody who waits: a clock that skips goes there at once."""


class _Event:
    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None


class VirtualClock:
    """A clock that moves only when told to.

    Args:
        start: Nanoseconds since 1970, UTC, that `now` begins with.
    """

    def __init__(self, start: int = 1_768_471_200 * NANOSECONDS) -> None:  # 2026-01-15T10:00:00Z
        self._start = start
        self._elapsed = 0
        self._order = itertools.count()
        self._events: list[tuple[int, int, _Event]] = []

    def now(self) -> int:
        return self._start + self._elapsed

    def monotonic(self) -> int:
        return self._elapsed

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        event = _Event(callback)
        due = self._elapsed + max(0, round(seconds * NANOSECONDS))
        heapq.heappush(self._events, (due, next(self._order), event))
        return event

    wake_later = call_later

    def advance(self, seconds: float) -> None:
        """Move on by `seconds`, making every call that falls due, in order."""
        end = self._elapsed + round(seconds * NANOSECONDS)
        while self._events and self._events[0][0] <= end:
            self._step()
        self._elapsed = max(self._elapsed, end)

    def step(self) -> bool:
        """Move on to the next call and make it; False when none is waiting."""
        while self._events and self._events[0][2].callback is None:
            heapq.heappop(self._events)
        if not self._events:
            return False
        self._step()
        return True

    def _step(self) -> None:
        due, _, event = heapq.heappop(self._events)
        self._elapsed = max(self._elapsed, due)
        if (callback := event.callback) is not None:
            callback()
