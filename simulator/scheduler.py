"""When scheduler entries are due, and what makes them run.

`next_run` is the rule, without a clock. `Scheduler` keeps one timer for each
enabled entry of one router and none for a router that has no entries.

Source: routeros-api.md, 6.1 (an entry with an interval and no start time first
runs one interval later; `startup` runs about 3 s after the console starts).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.dates import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.clock import Clock, Timer

__all__ = ["STARTUP_DELAY", "Scheduler", "next_run"]

# Seconds from the start of a router to the entries with `start-time=startup`.
STARTUP_DELAY = 3


def next_run(start: int, interval: int, now: int) -> int | None:
    """Return when an entry is due next, or None when it never is again.

    All are nanoseconds; `interval` 0 means once. An entry is not due at the very moment it
    is asked about, so one that starts now first runs an interval later.
    """
    if start > now:
        return start
    if interval <= 0:
        return None
    return start + ((now - start) // interval + 1) * interval


class Scheduler:
    """The timers of one router's entries.

    Args:
        clock: What the timers wait on.
        now: The router's wall clock.
    """

    def __init__(self, clock: Clock, now: Callable[[], int]) -> None:
        self._clock = clock
        self._now = now
        self._timers: dict[int, tuple[int, Timer]] = {}

    def due(self, entry: int) -> int | None:
        """Return when an entry runs next on the wall clock, or None."""
        found = self._timers.get(entry)
        return None if found is None else found[0]

    def arm(self, entry: int, start: int, interval: int, run: Callable[[], None]) -> None:
        """Have `run` called whenever the entry is due, from now on."""
        self.disarm(entry)
        due = next_run(start, interval, self._now())
        if due is None:
            return

        def fire() -> None:
            del self._timers[entry]
            # Armed again first: what runs may remove, disable or change its own entry.
            self.arm(entry, start, interval, run)
            run()

        seconds = (due - self._now()) / SECOND
        self._timers[entry] = (due, self._clock.call_later(seconds, fire))

    def disarm(self, entry: int) -> None:
        """Let an entry run no more."""
        found = self._timers.pop(entry, None)
        if found is not None:
            found[1].cancel()

    def clear(self) -> None:
        """Let no entry run any more."""
        for entry in list(self._timers):
            self.disarm(entry)
