"""`simulator.skipping`: waits take no time, and nothing else moves."""

from __future__ import annotations

import asyncio
import time

from simulator.process import Process
from simulator.skipping import SkippingClock


def attached() -> SkippingClock:
    clock = SkippingClock()
    clock.attach(asyncio.get_running_loop())
    return clock


async def test_an_hour_of_waiting_takes_no_time() -> None:
    clock = attached()
    ended = asyncio.Event()
    before = clock.monotonic()
    Process(lambda process: process.wait(3600), clock, on_end=lambda _: ended.set()).start()

    begun = time.perf_counter()
    await asyncio.wait_for(ended.wait(), 5)

    assert time.perf_counter() - begun < 1
    assert clock.monotonic() - before == 3600 * 1_000_000_000


async def test_what_falls_due_on_the_way_happens_in_order() -> None:
    clock = attached()
    seen: list[str] = []
    ended = asyncio.Event()
    clock.call_later(10, lambda: seen.append("ten"))
    clock.call_later(30, lambda: seen.append("thirty"))

    def body(process: Process) -> None:
        process.wait(20)
        seen.append("twenty")

    Process(body, clock, on_end=lambda _: ended.set()).start()
    await asyncio.wait_for(ended.wait(), 5)
    await asyncio.sleep(0.01)

    assert seen == ["ten", "twenty"]


async def test_time_stands_still_while_nothing_waits() -> None:
    clock = attached()
    seen: list[str] = []
    clock.call_later(0.001, lambda: seen.append("never"))

    await asyncio.sleep(0.05)

    assert seen == []


async def test_a_cancelled_wait_moves_nothing() -> None:
    clock = attached()
    clock.wake_later(3600, lambda: None).cancel()

    await asyncio.sleep(0.01)

    assert clock.waits == 0
    assert clock.monotonic() == 0
