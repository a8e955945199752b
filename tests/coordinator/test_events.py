"""The feed: one reader, bounded buffers, and numbers that come late."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid4

from coordinator import events
from coordinator.events import BUFFER, Feed, Subscription, Wanted
from coordinator.hub import Hub
from coordinator.jobs import State
from coordinator.records import EventRecord
from coordinator.teams import DEFAULT_TEAM

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest

    from coordinator.store.interface import Store

SITE, JOB = UUID(int=1), UUID(int=2)


def event(seq: int, *, job: UUID = JOB, site: UUID = SITE) -> EventRecord:
    return EventRecord(
        seq, job, site, 1000, "created", State.PENDING, 0, "user:a", "", DEFAULT_TEAM
    )


class Lines:
    """A store of a timeline whose numbers a test makes appear in any order."""

    def __init__(self, *, shared: bool = False) -> None:
        self.lines: dict[int, EventRecord] = {}
        self.relay = object() if shared else None
        self.reads = 0

    def put(self, *numbers: int) -> None:
        self.lines |= {number: event(number) for number in numbers}

    async def last_event(self) -> int:
        return max(self.lines, default=0)

    async def events(self, after: int, count: int, **_: Any) -> list[EventRecord]:
        self.reads += 1
        return [self.lines[seq] for seq in sorted(self.lines) if seq > after][:count]


@asynccontextmanager
async def running(lines: Lines) -> AsyncIterator[tuple[Feed, Hub]]:
    hub = Hub()
    feed = Feed(cast("Store", lines), hub)
    task = asyncio.create_task(feed.run())
    await asyncio.sleep(0)
    yield feed, hub
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def seen(subscription: Subscription, count: int) -> list[int]:
    numbers: list[int] = []
    async with asyncio.timeout(5):
        while len(numbers) < count:
            numbers += [item.seq for item in await subscription.wait(5)]
    return numbers


async def test_nothing_is_read_while_nobody_follows() -> None:
    lines = Lines()
    async with running(lines) as (_, hub):
        lines.put(1)
        hub.tell()
        await asyncio.sleep(0.05)

    assert lines.reads == 0


async def test_one_read_serves_everybody_who_follows() -> None:
    lines = Lines()
    lines.put(1)
    async with (
        running(lines) as (feed, hub),
        feed.subscribe(Wanted()) as (first, position),
        feed.subscribe(Wanted(job_id=JOB)) as (second, _),
        feed.subscribe(Wanted(site_id=uuid4())) as (other, _),
    ):
        assert position == 1
        lines.put(2, 3)
        reads = lines.reads
        hub.tell()

        assert await seen(first, 2) == await seen(second, 2) == [2, 3]
        assert await other.wait(0) == []
        assert lines.reads - reads <= 2


async def test_a_number_that_is_committed_late_is_waited_for() -> None:
    lines = Lines(shared=True)
    async with running(lines) as (feed, hub), feed.subscribe(Wanted()) as (follower, _):
        lines.put(1, 3)
        hub.tell()
        assert await seen(follower, 1) == [1]
        lines.put(2)

        assert await seen(follower, 2) == [2, 3]


async def test_a_number_that_never_comes_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_GAP_SECONDS", 0.1)
    lines = Lines(shared=True)
    async with running(lines) as (feed, hub), feed.subscribe(Wanted()) as (follower, _):
        lines.put(1, 3)
        hub.tell()

        assert await seen(follower, 2) == [1, 3]


async def test_a_hint_that_was_lost_is_made_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_LOOK_SECONDS", 0.05)
    lines = Lines(shared=True)
    async with running(lines) as (feed, _), feed.subscribe(Wanted()) as (follower, _):
        lines.put(1)

        assert await seen(follower, 1) == [1]


async def test_one_who_does_not_keep_up_is_let_go() -> None:
    subscription = Subscription(Wanted())
    for seq in range(BUFFER + 1):
        subscription.offer(event(seq))

    assert (subscription.is_over, subscription.is_slow) == (True, True)
    assert len(await subscription.wait(0)) == BUFFER


async def test_a_feed_that_is_closed_ends_all_that_follow_and_will() -> None:
    async with running(Lines()) as (feed, _), feed.subscribe(Wanted()) as (before, _):
        feed.close()
        async with feed.subscribe(Wanted()) as (after, _):
            assert before.is_over
            assert after.is_over
            assert await before.wait(5) == []
