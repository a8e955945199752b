"""Starting, stopping and starting again: nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from coordinator.app import running_coordinator
from coordinator.client import CoordinatorClient
from coordinator.config import Config
from coordinator.contract import PollRequest, ReportStatus, RunState
from coordinator.errors import ConfigError, SchemaError
from coordinator.store.migrate import migrate

if TYPE_CHECKING:
    from pathlib import Path

    import aiohttp

    from coordinator.clock import ManualClock
    from tests.coordinator.conftest import Agent


def reconnect(agent: Agent, url: str, session: aiohttp.ClientSession) -> None:
    agent.client = CoordinatorClient(url, agent.token, session=session)


async def test_everything_survives_a_restart(restarted: Any) -> None:
    async with restarted() as bench:
        site, agent = await bench.site(), await bench.agent()
        key = uuid4()
        job = await bench.job(site, b"\xff", idempotency_key=key)
        lease = await agent.take(site)
        await agent.report(lease, ReportStatus.BUSY)
        before = await bench.operator.get_job(site.id, job.id)
        sites = await bench.operator.list_sites()  # seen by now: the agent's poll was a beat
        token = bench.token

    async with restarted() as bench:
        reconnect(agent, bench.url, bench.session)
        assert (await bench.call("GET", "/sites", token=token)).status == 200
        assert await bench.operator.list_sites() == sites
        assert await bench.operator.get_job(site.id, job.id) == before
        assert await bench.job(site, b"\xff", idempotency_key=key) == before
        assert await agent.poll(site) == []
        assert (await agent.report(lease, ReportStatus.DONE)).state is RunState.COMPLETED


async def test_a_deadline_that_passed_meanwhile_is_kept(restarted: Any, clock: ManualClock) -> None:
    async with restarted() as bench:
        site, agent = await bench.site(), await bench.agent()
        job = await bench.job(site)
        await agent.report(await agent.take(site), ReportStatus.BUSY)
    clock.advance(86_400)

    async with restarted() as bench:
        assert (await bench.operator.get_job(site.id, job.id)).failed_at is not None


async def test_stopping_answers_the_polls_that_wait(restarted: Any) -> None:
    began = time.monotonic()
    async with restarted() as bench:
        site, agent = await bench.site(), await bench.agent()
        waiting = agent.client.poll(PollRequest(sites=[site.id], wait=60))
        poll = asyncio.create_task(waiting)
        await asyncio.sleep(0.1)
        stopping = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as group:
            group.create_task(stop(bench))
            assert await poll == []
        assert asyncio.get_running_loop().time() - stopping < 5
    assert time.monotonic() - began < 20


async def stop(bench: Any) -> None:
    """Dismiss the waiting polls as the server's shutdown does."""
    bench.running._operations._hub.close()


async def test_a_poll_after_the_stop_began_does_not_wait(restarted: Any) -> None:
    async with restarted() as bench:
        site, agent = await bench.site(), await bench.agent()
        await stop(bench)

        assert await asyncio.wait_for(agent.poll(site, wait=60), 5) == []


async def test_a_data_directory_has_one_coordinator(config: Config) -> None:
    async with running_coordinator(config):
        with pytest.raises(ConfigError, match="another coordinator is running"):
            async with running_coordinator(config):
                pass


async def test_a_database_has_one_coordinator(config: Config, tmp_path: Path) -> None:
    url = config.store_url
    other = Config(data_dir=tmp_path / "other", port=0, database_url=url)
    async with running_coordinator(config):
        with pytest.raises(ConfigError, match="another coordinator is running"):
            async with running_coordinator(other):
                pass


async def test_what_failed_to_start_leaves_no_lock_behind(config: Config) -> None:
    taken = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    with pytest.raises(ConfigError, match=f"cannot listen on 127.0.0.1:{port}"):
        async with running_coordinator(config.model_copy(update={"port": port})):
            pass
    taken.close()
    await taken.wait_closed()

    async with running_coordinator(config) as running:
        assert running.url.startswith("http://127.0.0.1:")


async def test_the_address_stands_in_the_data_directory_while_it_is_served(
    config: Config,
) -> None:
    path = config.data_dir / "running.json"
    async with running_coordinator(config) as running:
        told = json.loads(path.read_text())
        assert told == {"url": running.url, "audience": "ros-coordinator"}
    assert not path.exists()


async def test_the_first_start_is_told_from_the_others(config: Config) -> None:
    async with running_coordinator(config) as running:
        assert running.first_start
    async with running_coordinator(config) as running:
        assert not running.first_start


async def test_a_newer_database_is_not_touched(config: Config) -> None:
    config.data_dir.mkdir(parents=True)
    url = sa.make_url(config.store_url)
    migrate(url)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0099'")
    engine.dispose()

    with pytest.raises(SchemaError, match="newer version"):
        async with running_coordinator(config):
            pass


async def test_data_is_the_owners_alone(config: Config) -> None:
    async with running_coordinator(config):
        modes = {path.name: path.stat().st_mode & 0o777 for path in config.data_dir.iterdir()}

    assert config.data_dir.stat().st_mode & 0o777 == 0o700
    assert modes["signing.key"] == 0o600
    assert modes["coordinator.db"] == 0o600
    assert modes["coordinator.db-wal"] == 0o600


async def test_a_lease_that_is_due_is_ended_without_any_request(config: Config) -> None:
    short = config.model_copy(update={"lease_seconds": 0.3})
    async with running_coordinator(short) as running:
        async with CoordinatorClient(running.url, running.token()) as operator:
            site = await operator.create_site("Office")
            await operator.create_job(site.id, b":put 1", description="a job")
            token = await running.enrolment_token()
            reply = await operator.enrol(token, "rack-1")
        async with CoordinatorClient(running.url, reply.agent_token) as agent:
            request = PollRequest(sites=[site.id], wait=10)
            assert [lease.version for lease in await agent.poll(request)] == [1]
            assert [lease.version for lease in await agent.poll(request)] == [2]
