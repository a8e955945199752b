"""The pass that ends leases and runs: right in time, and idle when nothing is due."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from coordinator.contract import ReportStatus
from coordinator.deadlines import Deadlines
from coordinator.errors import UnavailableError
from coordinator.hub import Hub
from coordinator.store.sql import SqlStore

if TYPE_CHECKING:
    from coordinator.clock import ManualClock
    from tests.coordinator.conftest import Bench


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count what the real store is asked for."""
    counter: Counter[str] = Counter()
    for name in ("settle", "next_deadline"):
        real = getattr(SqlStore, name)

        async def counted(*args: Any, _real: Any = real, _name: str = name) -> Any:
            counter[_name] += 1
            return await _real(*args)

        monkeypatch.setattr(SqlStore, name, counted)
    return counter


async def test_nothing_is_asked_while_nothing_is_due(bench: Bench, calls: Counter[str]) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    await agent.take(site)
    calls.clear()
    for _ in range(20):
        await bench.operator.get_job(site.id, job.id)
        await bench.operator.list_jobs(site.id)
        await agent.poll(site)

    assert calls["settle"] == 0
    assert calls["next_deadline"] <= 1  # the watching task may look once


async def test_a_deadline_of_a_job_that_ended_earlier_writes_nothing(
    bench: Bench, calls: Counter[str], clock: ManualClock
) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    lease = await agent.take(site)
    await agent.report(lease, ReportStatus.BUSY)
    await agent.report(lease, ReportStatus.DONE)
    clock.advance(86_400)
    await bench.operator.get_job(site.id, job.id)

    assert calls["settle"] == 0


async def test_more_jobs_than_one_pass_takes_are_all_ended(
    bench: Bench, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites = [await bench.site(f"Site {n}") for n in range(5)]
    agent = await bench.agent()
    for site in sites:
        await bench.job(site)
    assert len(await agent.poll(*sites)) == 5
    passes = Counter[str]()
    real = SqlStore.settle

    async def some(self: SqlStore, now: int, end: Any) -> Any:
        passes["settle"] += 1
        return await real(self, now, end)

    monkeypatch.setattr(SqlStore, "settle", some)
    clock.advance(120)

    assert [lease.version for lease in await agent.poll(*sites)] == [2] * 5
    assert passes["settle"] == 1


@pytest.mark.parametrize(
    "error", [UnavailableError("database_unavailable", "gone"), LookupError("unforeseen")]
)
async def test_the_watch_outlives_what_goes_wrong(clock: ManualClock, error: Exception) -> None:
    asked = asyncio.Event()

    class Broken:
        relay = None

        async def next_deadline(self) -> int:
            asked.set()
            raise error

    broken: Any = Broken()
    deadlines = Deadlines(broken, clock, Hub())
    task = asyncio.create_task(deadlines.watch())
    await asyncio.wait_for(asked.wait(), 1)
    asked.clear()
    deadlines.note(0)

    await asyncio.wait_for(asked.wait(), 5)
    assert not task.done()
    task.cancel()
