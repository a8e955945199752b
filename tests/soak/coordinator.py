"""Coordinators that are killed at random while agents work and operators ask.

Agents compete for the same sites, drop leases, lose answers and repeat themselves. What they
were told is checked as it happens and against the database at the end: every job ends once and
as it was reported, is allowed to run once, never beside another of its site, and every key has
made one job.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID, uuid4

import aiohttp

from coordinator.auth import Scope
from coordinator.client import ClientError, CoordinatorClient, CoordinatorRefused
from coordinator.contract import ErrorClass, Lease, PollRequest, Report, ReportStatus, RunError
from coordinator.local import mint_token

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.postgres import Server

__all__ = ["Outcome", "Plan", "crash_run"]

T = TypeVar("T")

_COMMAND = (sys.executable, "-c", "from coordinator.cli import app; app()", "serve")
_LEASE_SECONDS = 3
# What an agent does with a lease beside running it.
_DROPS, _REPEATS, _FAILS = 0.05, 0.1, 0.2
_SITES_A_POLL = 12
_REPLICAS = 3


@dataclass
class Plan:
    """How much is done, and how often something is killed (seconds between, on average)."""

    jobs: int
    agents: int
    sites: int
    seed: int = 0
    kill_seconds: float = 2.5
    cut_seconds: float = 0.7
    limit_seconds: float = 3600


@dataclass
class Outcome:
    """What happened; `faults` are promises that were broken."""

    seconds: float = 0
    kills: int = 0
    cuts: int = 0
    retries: int = 0
    leases: int = 0
    superseded: int = 0
    jobs: int = 0
    faults: list[str] = field(default_factory=list)


class Replica:
    """A coordinator process that is killed and started again on the same port."""

    def __init__(self, folder: Path, number: int, url: str | None) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [*_COMMAND, "--data", str(folder / f"data-{number}")]
        self._command += ["--port", str(self.port)]
        self._command += [] if url is None else ["--database", url]
        self._environment = os.environ | {
            "ROS_COORDINATOR_LEASE_SECONDS": str(_LEASE_SECONDS),
            "ROS_COORDINATOR_SIGNING_KEY_FILE": str(folder / "signing.key"),
            "ROS_COORDINATOR_LOG_LEVEL": "error",
        }
        self._errors = (folder / f"errors-{number}").open("ab")

    async def start(self) -> None:
        line = await asyncio.to_thread(self._begin)
        if not line:
            raise RuntimeError(f"a coordinator did not start; see {self._errors.name}")
        assert json.loads(line)["event"] == "ready"

    def _begin(self) -> bytes:
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=self._errors, env=self._environment
        )
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def is_dead(self) -> bool:
        return self._process.poll() is not None

    async def end(self, number: int = signal.SIGKILL) -> None:
        self._process.send_signal(number)
        await asyncio.to_thread(self._process.wait, 30)
        assert self._process.stdout is not None
        self._process.stdout.close()

    async def stop(self) -> None:
        await self.end(signal.SIGTERM)
        self._errors.close()


class World:
    """The replicas, what callers may do with them, and what was promised."""

    def __init__(self, plan: Plan, replicas: list[Replica], session: aiohttp.ClientSession) -> None:
        self.plan = plan
        self.outcome = Outcome()
        self.random = random.Random(plan.seed)
        self.replicas = replicas
        self._session = session
        self.created: dict[UUID, UUID] = {}  # by job, its site
        self.allowed: Counter[UUID] = Counter()
        self.ended: dict[UUID, ReportStatus] = {}
        self._running: dict[UUID, UUID] = {}  # by site, its job
        self._seen: set[tuple[UUID, int]] = set()
        self.all_ended = asyncio.Event()

    def fault(self, text: str) -> None:
        self.outcome.faults.append(text)

    async def call(self, token: str, what: Callable[[CoordinatorClient], Awaitable[T]]) -> T:
        """Make a call of any replica until it is answered, as every caller may."""
        while True:
            url = self.random.choice(self.replicas).url
            try:
                return await what(CoordinatorClient(url, token, session=self._session))
            except ClientError as error:
                if not error.retry:
                    raise
            self.outcome.retries += 1
            await asyncio.sleep(self.random.uniform(0.01, 0.2))

    # --- operators ---

    async def create(self, token: str, site: UUID, number: int) -> None:
        key = uuid4()

        async def ask(client: CoordinatorClient) -> UUID:
            job = await client.create_job(
                site, f":put {number}", description="a job", idempotency_key=key
            )
            return job.id

        job = await self.call(token, ask)
        self.created[job] = site
        if self.random.random() < _REPEATS and await self.call(token, ask) != job:
            self.fault(f"one key made two jobs: {job}")

    # --- agents ---

    async def work(self, token: str, sites: list[UUID]) -> None:
        while True:
            some = self.random.sample(sites, min(len(sites), _SITES_A_POLL))
            request = PollRequest(sites=some, wait=1, capacity=4)
            for lease in await self.call(token, lambda client: client.poll(request)):  # noqa: B023 - awaited here
                await self._serve(token, lease)

    async def _serve(self, token: str, lease: Lease) -> None:
        job, site = lease.job.id, lease.job.site_id
        self.outcome.leases += 1
        if (job, lease.version) in self._seen:
            self.fault(f"version {lease.version} of the lease of {job} was given twice")
        self._seen.add((job, lease.version))
        if self.random.random() < _DROPS:
            return
        if not await self._begin(token, lease):
            return
        self.allowed[job] += 1
        if (other := self._running.setdefault(site, job)) != job:
            self.fault(f"{job} and {other} of one site were allowed to run together")
        await asyncio.sleep(self.random.uniform(0, 0.01))
        fails = self.random.random() < _FAILS
        status = ReportStatus.FAIL if fails else ReportStatus.DONE
        self._running.pop(site, None)  # it may be heard from now on
        for _ in range(1 + (self.random.random() < _REPEATS)):
            await self._tell(token, lease, status)
        self.ended[job] = status
        if len(self.ended) == self.plan.jobs:
            self.all_ended.set()

    async def _begin(self, token: str, lease: Lease) -> bool:
        try:
            for _ in range(1 + (self.random.random() < _REPEATS)):
                await self._tell(token, lease, ReportStatus.BUSY)
        except CoordinatorRefused as error:
            if error.code != "lease_superseded":
                self.fault(f"busy of {lease.job.id} was refused with {error.code}")
            self.outcome.superseded += 1
            return False
        return True

    async def _tell(self, token: str, lease: Lease, status: ReportStatus) -> None:
        error = RunError(error_class=ErrorClass.TRAP, message="failure: no")
        report = Report(
            lease_version=lease.version,
            status=status,
            occurred_at=datetime.now(UTC),
            error=error if status is ReportStatus.FAIL else None,
        )
        await self.call(token, lambda client: client.report(lease.job.id, report))

    # --- chaos ---

    async def kill_at_random(self) -> None:
        while True:
            await asyncio.sleep(self.random.uniform(0.5, 1.5) * self.plan.kill_seconds)
            replica = self.random.choice(self.replicas)
            await replica.end()
            self.outcome.kills += 1
            await replica.start()

    async def cut_at_random(self, server: Server, url: str) -> None:
        while True:
            await asyncio.sleep(self.random.uniform(0.5, 1.5) * self.plan.cut_seconds)
            self.outcome.cuts += await server.cut(url, chance=0.3)

    # --- the end ---

    async def check(self, token: str, sites: list[UUID]) -> None:
        stored = {}
        for site in sites:
            for job in await self.call(token, lambda client: client.list_jobs(site)):  # noqa: B023 - awaited here
                stored[job.id] = job
        self.outcome.jobs = len(stored)
        if stored.keys() != self.created.keys():
            self.fault(f"{len(self.created)} jobs were created, {len(stored)} are stored")
        for job_id, count in self.allowed.items():
            if count != 1:
                self.fault(f"{job_id} was allowed to run {count} times")
        for job_id in self.created:
            if (found := stored.get(job_id)) is None:
                continue
            told = self.ended.get(job_id)
            done, failed = found.completed_at is not None, found.failed_at is not None
            if (done, failed) != (told is ReportStatus.DONE, told is ReportStatus.FAIL):
                self.fault(f"{job_id} was told {told}; completed {done}, failed {failed}")


async def crash_run(plan: Plan, folder: Path, server: Server | None, url: str | None) -> Outcome:
    """Let agents get through the jobs while replicas and connections are killed.

    Args:
        plan: How much of it.
        folder: Empty; holds what the processes leave.
        server: Of the PostgreSQL database `url`; None for one process on SQLite.
        url: An empty database.
    """
    key = folder / "signing.key"
    key.touch(mode=0o600)
    key.write_text(secrets.token_hex(32))
    replicas = [Replica(folder, number, url) for number in range(1 if url is None else _REPLICAS)]
    began = time.monotonic()
    async with AsyncExitStack() as stack:
        connector = aiohttp.TCPConnector(limit=0)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        await asyncio.gather(*(replica.start() for replica in replicas))
        for replica in replicas:
            stack.push_async_callback(replica.stop)
        world = World(plan, replicas, session)
        await _live(world, _operator_token(folder), server, url)
    world.outcome.seconds = round(time.monotonic() - began, 1)
    return world.outcome


def _operator_token(folder: Path) -> str:
    before = os.environ.get("ROS_COORDINATOR_SIGNING_KEY_FILE")
    os.environ["ROS_COORDINATOR_SIGNING_KEY_FILE"] = str(folder / "signing.key")
    try:
        return mint_token(folder / "data-0", tuple(Scope), 86_400)
    finally:
        del os.environ["ROS_COORDINATOR_SIGNING_KEY_FILE"]
        if before is not None:
            os.environ["ROS_COORDINATOR_SIGNING_KEY_FILE"] = before


async def _live(world: World, operator: str, server: Server | None, url: str | None) -> None:
    plan = world.plan
    sites = [
        (await world.call(operator, lambda client: client.create_site(f"Site {number}"))).id  # noqa: B023 - awaited here
        for number in range(plan.sites)
    ]
    tokens = [await _enrol(world, operator, number) for number in range(plan.agents)]
    background = [asyncio.create_task(world.work(token, sites)) for token in tokens]
    background.append(asyncio.create_task(world.kill_at_random()))
    if server is not None and url is not None:
        background.append(asyncio.create_task(world.cut_at_random(server, url)))
    try:
        async with asyncio.timeout(plan.limit_seconds):
            await _create_all(world, operator, sites)
            ended = asyncio.create_task(world.all_ended.wait())
            await asyncio.wait({ended, *background}, return_when=asyncio.FIRST_COMPLETED)
            ended.cancel()
    except TimeoutError:
        world.fault(f"{len(world.ended)} jobs of {plan.jobs} had ended in time")
    for task in background:
        task.cancel()
    for result in await asyncio.gather(*background, return_exceptions=True):
        if isinstance(result, Exception):
            world.fault(f"a caller was answered wrongly: {result!r}")
    await _revive(world)
    await world.check(operator, sites)


async def _create_all(world: World, operator: str, sites: list[UUID]) -> None:
    numbers = iter(range(world.plan.jobs))

    async def create_some() -> None:
        for number in numbers:
            await world.create(operator, sites[number % len(sites)], number)

    await asyncio.gather(*(create_some() for _ in range(8)))


async def _enrol(world: World, operator: str, number: int) -> str:
    # An enrolment whose answer is lost is used up; the next one is asked for.
    while True:
        enrolment = await world.call(operator, lambda client: client.create_enrolment())
        token = enrolment.enrolment_token
        try:
            reply = await world.call("", lambda client: client.enrol(token, f"agent-{number}"))  # noqa: B023 - awaited here
        except CoordinatorRefused:
            continue
        return reply.agent_token


async def _revive(world: World) -> None:
    """Start again what was killed when the run ended."""
    for replica in world.replicas:
        if replica.is_dead():
            await replica.start()
