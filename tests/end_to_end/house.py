"""A coordinator, simulated routers and an agent, all real, in one process."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import SecretStr

from agent.config import BackupPolicy, Config, Coordinator, Limits
from agent.inventory import Target
from agent.router import Access, connect
from agent.start import running_agent
from coordinator.app import RunningCoordinator, running_coordinator
from coordinator.client import CoordinatorClient
from coordinator.config import Config as CoordinatorConfig
from simulator.router import Router
from simulator.server import RealClock, RouterServer
from simulator.version import Version

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from agent.router import Row
    from agent.service import Agent
    from coordinator.contract import Job, JobRun, Site

__all__ = ["House", "Lodger", "running_house"]

LIMITS = Limits(
    connect_seconds=5,
    command_seconds=10,
    unreachable_seconds=2,
    backup_seconds=20,
    run_seconds=60,
    verify_seconds=10,
)


@dataclass
class Lodger:
    """One site and its router.

    Attributes:
        port: Where the agent reaches it: the router's own, or a link's in between.
    """

    site: Site
    router: Router
    server: RouterServer
    port: int
    password: str = ""

    async def rows(self, menu: str, **where: str) -> list[Row]:
        """Return what `print` shows of a menu, on a session of its own."""
        session = await connect(
            Access("127.0.0.1", self.server.api_port or 0, "admin", SecretStr("")),
            connect_seconds=5,
            command_seconds=5,
        )
        try:
            return (await session.call(f"{menu}/print", where=where)).rows
        finally:
            await session.close()

    async def leftovers(self) -> list[bytes]:
        """Return the names of what the agent left on the router."""
        items = await self.rows("/system/script") + await self.rows("/file")
        return [row["name"] for row in items if b"job-" in row["name"]]


@dataclass
class House:
    """Everything that runs, and the operator's hand on it."""

    coordinator: RunningCoordinator
    operator: CoordinatorClient
    lodgers: list[Lodger]
    folder: Path
    limits: Limits = LIMITS
    _count: int = field(default=0)

    @property
    def lodger(self) -> Lodger:
        return self.lodgers[0]

    async def config(self, name: str = "agent", *, url: str = "") -> Config:
        """Return the configuration of an agent for all sites, with leave to enrol."""
        return Config(
            coordinator=Coordinator(url=url or self.coordinator.url, poll_seconds=2),
            state_dir=self.folder / name,
            targets=[
                Target(
                    lodger.site.name,
                    str(lodger.site.id),
                    Access("127.0.0.1", lodger.port, "admin", SecretStr(lodger.password)),
                )
                for lodger in self.lodgers
            ],
            name=name,
            enrolment_token=SecretStr(await self.coordinator.enrolment_token()),
            limits=self.limits,
            backup=BackupPolicy(settle_interval=0.03),
        )

    @asynccontextmanager
    async def agent(self, name: str = "agent", *, url: str = "") -> AsyncIterator[Agent]:
        async with running_agent(await self.config(name, url=url)) as agent:
            yield agent

    async def submit(
        self, script: str | bytes, lodger: Lodger | None = None, *, backup: bool = False
    ) -> Job:
        lodger = lodger or self.lodger
        self._count += 1
        return await self.operator.create_job(
            lodger.site.id, script, description=f"test {self._count}", should_backup=backup
        )

    async def end(self, job: Job, seconds: float = 20) -> tuple[Job, JobRun]:
        """Wait until a job has ended; return it and its run."""
        async with asyncio.timeout(seconds):
            while True:
                now = await self.operator.get_job(job.site_id, job.id)
                if now.completed_at or now.failed_at:
                    return now, await self.operator.get_run(job.site_id, job.id)
                await asyncio.sleep(0.02)

    async def run(
        self, script: str | bytes, lodger: Lodger | None = None, *, backup: bool = False
    ) -> tuple[Job, JobRun]:
        """Submit a job and wait for its end."""
        return await self.end(await self.submit(script, lodger, backup=backup))

    async def started(self, job: Job, seconds: float = 10) -> None:
        """Wait until the agent has leave to run a job."""
        async with asyncio.timeout(seconds):
            while True:
                if (await self.operator.get_job(job.site_id, job.id)).started_at:
                    return
                await asyncio.sleep(0.02)


@asynccontextmanager
async def running_house(
    folder: Path,
    *,
    version: str = "7.22.3",
    routers: int = 1,
    limits: Limits = LIMITS,
    lease_seconds: float = 120,
) -> AsyncIterator[House]:
    """Run a coordinator and routers; agents are started by the test."""
    async with contextlib.AsyncExitStack() as stack:
        coordinator = await stack.enter_async_context(
            running_coordinator(
                CoordinatorConfig(
                    port=0, data_dir=folder / "coordinator", lease_seconds=lease_seconds
                )
            )
        )
        operator = await stack.enter_async_context(
            CoordinatorClient(coordinator.url, coordinator.token())
        )
        lodgers = []
        for number in range(1, routers + 1):
            router = Router(Version(version), clock=RealClock(), seed=number)
            server = await stack.enter_async_context(RouterServer(router))
            site = await operator.create_site(f"Site {number}")
            lodgers.append(Lodger(site, router, server, server.api_port or 0))
        yield House(coordinator, operator, lodgers, folder, limits)
