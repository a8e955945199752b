"""A virtual clock behind sockets: time stands still until something waits, then jumps.

`:delay 1h` over the API takes no time, and what falls due on the way happens
in order. While nothing waits nothing moves, so a scheduler entry with an
interval does not run for ever.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from simulator.clock import VirtualClock

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from simulator.clock import Timer

__all__ = ["SkippingClock"]


class _Wait:
    """A wait of a process: a timer that is counted while it runs."""

    def __init__(self, clock: SkippingClock, callback: Callable[[], None]) -> None:
        self._clock = clock
        self._callback = callback
        self._over = False
        self.timer: Timer | None = None

    def cancel(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
        self._end()

    def due(self) -> None:
        self._end()
        self._callback()

    def _end(self) -> None:
        if not self._over:
            self._over = True
            self._clock.waits -= 1


class SkippingClock(VirtualClock):
    """A `VirtualClock` that an event loop moves on while somebody waits.

    Attributes:
        waits: How many waits are under way.
    """

    def __init__(self) -> None:
        super().__init__(time.time_ns())
        self._loop: asyncio.AbstractEventLoop | None = None
        self.waits = 0

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take the loop that skips; nothing moves before."""
        self._loop = loop
        self._skip_soon()

    def wake_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        wait = _Wait(self, callback)
        wait.timer = self.call_later(seconds, wait.due)
        self.waits += 1
        self._skip_soon()
        return wait

    def _skip_soon(self) -> None:
        if self._loop is not None:
            self._loop.call_soon(self._skip)

    def _skip(self) -> None:
        # One step at a time, so that the sockets have their turn between any two.
        if self.waits and self.step() and self.waits:
            self._skip_soon()
