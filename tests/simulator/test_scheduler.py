from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import VirtualClock
from simulator.scheduler import Scheduler, next_run

MINUTE = 60


@pytest.mark.parametrize(
    ("start", "interval", "now", "due"),
    [
        (100, 0, 50, 100),  # once, later
        (100, 0, 100, None),  # once, and the moment is gone
        (100, 0, 150, None),
        (100, 15, 50, 100),  # the first time at its start
        (100, 15, 100, 115),  # added now: one interval later
        (100, 15, 114, 115),
        (100, 15, 115, 130),
        (100, 15, 1000, 1015),
    ],
)
def test_next_run(start: int, interval: int, now: int, due: int | None) -> None:
    assert next_run(start, interval, now) == due


@given(st.integers(0, 10**12), st.integers(1, 10**9), st.integers(0, 10**12))
def test_next_run_is_later_than_now_and_on_the_beat(start: int, interval: int, now: int) -> None:
    due = next_run(start, interval, now)

    assert due is not None
    assert due > now
    assert due >= start
    assert (due - start) % interval == 0
    assert due == start or due - interval <= now


class Entry:
    """Counts its runs."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.scheduler = Scheduler(self.clock, self.clock.now)
        self.runs: list[float] = []
        self._begin = self.clock.monotonic()

    def arm(self, interval: float, *, start: float = 0) -> None:
        self.scheduler.arm(
            1, self.clock.now() + round(start * 1e9), round(interval * 1e9), self.run
        )

    def run(self) -> None:
        self.runs.append((self.clock.monotonic() - self._begin) / 1e9)


def test_entry_runs_at_every_interval() -> None:
    entry = Entry()
    entry.arm(15)
    entry.clock.advance(46)

    assert entry.runs == [15, 30, 45]


def test_entry_without_an_interval_runs_once() -> None:
    entry = Entry()
    entry.arm(0, start=10)
    entry.clock.advance(MINUTE)

    assert entry.runs == [10]
    assert entry.scheduler.due(1) is None


def test_disarmed_entry_runs_no_more() -> None:
    entry = Entry()
    entry.arm(15)
    entry.clock.advance(20)
    entry.scheduler.disarm(1)
    entry.clock.advance(MINUTE)

    assert entry.runs == [15]


def test_entry_armed_again_has_one_timer() -> None:
    entry = Entry()
    entry.arm(15)
    entry.arm(20)
    entry.clock.advance(45)

    assert entry.runs == [20, 40]


def test_entry_may_disarm_itself_while_it_runs() -> None:
    entry = Entry()
    entry.scheduler.arm(2, entry.clock.now(), 10**9, lambda: entry.scheduler.disarm(2))
    entry.clock.advance(5)

    assert entry.scheduler.due(2) is None


def test_clear_ends_every_entry() -> None:
    entry = Entry()
    entry.arm(15)
    entry.scheduler.clear()
    entry.clock.advance(MINUTE)

    assert entry.runs == []
