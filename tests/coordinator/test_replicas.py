"""Several coordinators on one database: what one does, the others know."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import pytest

from coordinator.client import CoordinatorClient
from coordinator.config import Config
from coordinator.contract import ReportStatus, RunState
from coordinator.errors import ConfigError, CoordinatorRefused
from tests.coordinator.conftest import Agent, Bench, bench_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from coordinator.clock import ManualClock
    from tests.postgres import Server


@pytest.fixture
def configs(postgres: Server, tmp_path: Path) -> list[Config]:
    key = tmp_path / "shared.key"
    key.touch(mode=0o600)
    key.write_text("5a" * 32)
    url = postgres.new_database(migrated=True)
    return [
        Config(
            data_dir=tmp_path / name,
            port=0,
            shutdown_seconds=2,
            database_url=url,
            signing_key_file=key,
        )
        for name in ("first", "second")
    ]


@pytest.fixture
async def replicas(configs: list[Config], clock: ManualClock) -> AsyncIterator[list[Bench]]:
    async with contextlib.AsyncExitStack() as stack:
        yield [await stack.enter_async_context(bench_for(config, clock)) for config in configs]


def at(agent: Agent, bench: Bench) -> Agent:
    """Return the agent as it speaks to another replica."""
    client = CoordinatorClient(bench.url, agent.token, session=bench.session)
    return Agent(client, agent.token, agent.id)


async def test_a_job_goes_through_whatever_replica_answers(replicas: list[Bench]) -> None:
    first, second = replicas
    site, agent = await first.site(), await first.agent()
    job = await second.job(site)
    lease = await agent.take(site)
    await at(agent, second).report(lease, ReportStatus.BUSY)
    await agent.report(lease, ReportStatus.DONE)

    assert (await second.call("GET", "/sites", token=first.token)).status == 200
    assert (await second.operator.get_job(site.id, job.id)).completed_at is not None


async def test_a_poll_is_woken_by_a_job_made_elsewhere(replicas: list[Bench]) -> None:
    first, second = replicas
    site, agent = await first.site(), await first.agent()
    poll = asyncio.create_task(agent.poll(site, wait=30))
    await asyncio.sleep(0.2)
    loop = asyncio.get_running_loop()
    began = loop.time()
    job = await second.job(site)

    assert [lease.job.id for lease in await asyncio.wait_for(poll, 5)] == [job.id]
    assert loop.time() - began < 1.5, "it was found by looking, not by a hint"


async def test_a_hint_that_is_lost_costs_time_only(
    replicas: list[Bench], configs: list[Config], postgres: Server
) -> None:
    first, second = replicas
    site, agent = await first.site(), await first.agent()
    poll = asyncio.create_task(agent.poll(site, wait=30))
    await asyncio.sleep(0.2)
    assert await postgres.cut(str(configs[0].database_url), "LISTEN%") == 2
    job = await second.job(site)

    assert [lease.job.id for lease in await asyncio.wait_for(poll, 5)] == [job.id]


async def test_a_deadline_passes_when_the_replica_that_set_it_is_gone(
    configs: list[Config], clock: ManualClock
) -> None:
    async with bench_for(configs[1], clock) as second:
        async with bench_for(configs[0], clock) as first:
            site, agent = await first.site(), await first.agent()
            job = await first.job(site)
            await agent.take(site)
        clock.advance(120)
        lease = (await at(agent, second).poll(site, wait=5))[0]

        assert (lease.job.id, lease.version) == (job.id, 2)


async def test_a_deadline_passes_once_with_many_replicas(
    replicas: list[Bench], clock: ManualClock
) -> None:
    first, second = replicas
    site, agent = await first.site(), await first.agent()
    job = await first.job(site)
    lease = await agent.take(site)
    await agent.report(lease, ReportStatus.BUSY)
    clock.advance(86_400)
    for bench in replicas:
        await asyncio.gather(
            *(bench.operator.get_job(site.id, job.id) for _ in range(5)),
        )
    await asyncio.sleep(1.5)

    run = await second.operator.get_run(site.id, job.id)
    assert run.state is RunState.FAILED
    with pytest.raises(CoordinatorRefused, match="job_already_finished"):
        await at(agent, second).report(lease, ReportStatus.DONE)


async def test_connections_that_are_cut_are_made_again(
    replicas: list[Bench], configs: list[Config], postgres: Server
) -> None:
    first, _ = replicas
    site = await first.site()
    for _ in range(3):
        await first.job(site)
        assert await postgres.cut(str(configs[0].database_url)) > 0
        await first.job(site)

    assert len(await first.operator.list_jobs(site.id)) == 6


async def test_each_replica_has_a_data_directory_of_its_own(
    configs: list[Config], clock: ManualClock
) -> None:
    same = configs[1].model_copy(update={"data_dir": configs[0].data_dir})
    async with bench_for(configs[0], clock):
        with pytest.raises(ConfigError, match="another coordinator"):
            async with bench_for(same, clock):
                pass
