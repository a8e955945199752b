"""kill -9 in the middle of work: what was acknowledged is there, each job ends once."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID, uuid4

import pytest

from coordinator.client import ClientError, CoordinatorClient, CoordinatorRefused
from coordinator.contract import Job, PollRequest, Report, ReportStatus
from coordinator.local import find_target
from coordinator.waiting import wait_for_end

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

T = TypeVar("T")

_JOBS = 120
_SITES = 6
_KILLS = 4


class Victim:
    """A coordinator process that is killed and started again on the same port."""

    def __init__(self, data: Path, port: int) -> None:
        self._command = [sys.executable, "-c", "from coordinator.cli import app; app()", "serve"]
        self._command += ["--data", str(data), "--port", str(port)]

    def start(self) -> None:
        env = os.environ | {"ROS_COORDINATOR_LEASE_SECONDS": "1"}
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env
        )
        assert self._process.stdout is not None
        assert json.loads(self._process.stdout.readline())["event"] == "ready"

    def end(self, number: int = signal.SIGKILL) -> None:
        self._process.send_signal(number)
        self._process.wait(20)
        assert self._process.stdout is not None
        self._process.stdout.close()


async def persist(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call until it is answered, as every caller of the coordinator may."""
    while True:
        try:
            return await call()
        except ClientError as error:
            if not error.retry:
                raise
            await asyncio.sleep(0.02)


async def create_jobs(operator: CoordinatorClient, sites: list[UUID]) -> list[Job]:
    async def create(number: int) -> Job:
        key, site = uuid4(), sites[number % len(sites)]
        await asyncio.sleep(number * 0.02)
        return await persist(
            lambda: operator.create_job(
                site, f":put {number}", description="a job", idempotency_key=key
            )
        )

    return list(await asyncio.gather(*(create(number) for number in range(_JOBS))))


async def work(agent: CoordinatorClient, sites: list[UUID], runs: Counter[UUID]) -> None:
    """Run jobs until cancelled; *busy* answered with 200 counts as a run of the script."""
    while True:
        leases = await persist(lambda: agent.poll(PollRequest(sites=sites, wait=0.5, capacity=6)))
        for lease in leases:
            try:
                await tell(agent, lease.job.id, lease.version, ReportStatus.BUSY)
            except CoordinatorRefused as error:
                if error.code != "lease_superseded":
                    raise
                continue
            runs[lease.job.id] += 1
            await tell(agent, lease.job.id, lease.version, ReportStatus.DONE)


async def tell(agent: CoordinatorClient, job: UUID, version: int, status: ReportStatus) -> None:
    report = Report(lease_version=version, status=status, occurred_at=datetime.now(UTC))
    await persist(lambda: agent.report(job, report))


async def kill_at_random(victim: Victim) -> None:
    for _ in range(_KILLS):
        await asyncio.sleep(random.uniform(0.3, 0.9))
        await asyncio.to_thread(victim.end)
        await asyncio.to_thread(victim.start)


@pytest.mark.slow
async def test_nothing_acknowledged_is_lost_and_nothing_runs_twice(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    victim = Victim(tmp_path, unused_tcp_port)
    victim.start()
    target = find_target(tmp_path)
    runs: Counter[UUID] = Counter()
    async with CoordinatorClient(target.url, target.token) as operator:
        sites = [(await operator.create_site(f"Site {n}")).id for n in range(_SITES)]
        enrolment = await operator.create_enrolment()
        token = (await operator.enrol(enrolment.enrolment_token, "rack-1")).agent_token
        async with CoordinatorClient(target.url, token) as agent:
            worker = asyncio.create_task(work(agent, sites, runs))
            jobs, _ = await asyncio.gather(create_jobs(operator, sites), kill_at_random(victim))
            for job in jobs:
                await wait_for_end(operator, job, 60)
            worker.cancel()
        listed = [job for site in sites for job in await operator.list_jobs(site)]
    victim.end(signal.SIGTERM)

    assert {job.id for job in listed} == {job.id for job in jobs}
    assert len(listed) == _JOBS
    assert all(job.completed_at and not job.failed_at for job in listed)
    assert set(runs.values()) == {1}
