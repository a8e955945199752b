"""`ros-simulator lab`: coordinator, agent and routers in one process, and a job for each site.

The composition root: the one module of this package that knows the other two.
Demonstration, end-to-end tests and benchmarks start the whole system here. The
parts speak to each other over loopback sockets, as they would anywhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from pydantic import SecretStr

from agent.config import BackupPolicy, Config, Coordinator
from agent.inventory import read_inventory, resolve
from agent.start import running_agent
from coordinator.app import RunningCoordinator, running_coordinator
from coordinator.client import CoordinatorClient
from coordinator.config import Config as CoordinatorConfig
from simulator.errors import UsageError
from simulator.fleet import Fleet
from simulator.labreport import Progress, print_json, print_tables
from simulator.version import DEFAULT_VERSION, Version

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self
    from uuid import UUID

    from agent.service import Agent
    from coordinator.contract import Job, JobRun

__all__ = ["GUEST_RULE", "Lab", "Outcome", "run_lab"]

# The job of the demonstration: lets a guest network's hosts through.
GUEST_RULE = b"/ip firewall filter add chain=forward action=accept src-address-list=guests\n"

# Seconds that one look at a job waits before the next.
_LOOK_AGAIN = 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """A job that is over.

    Attributes:
        router: The simulated router's name, which is the site's too.
        job: As `GET /site/{siteId}/job/{jobId}` gives it.
        run: As `GET /site/{siteId}/job/{jobId}/run` gives it.
    """

    router: str
    job: Job
    run: JobRun

    @property
    def failed(self) -> bool:
        return self.job.failed_at is not None

    @property
    def word(self) -> str:
        return "failed" if self.failed else "completed"


class Lab:
    """The whole system, while the context is open.

    Args:
        routers: How many simulated routers; each is a site of the same name.
        version: The release they play.

    Attributes:
        fleet: The routers.
        coordinator: The HTTP service; `coordinator.url` is where.
        client: An operator's client of it, with every scope.
        sites: Site ids by router name.
        agent: What runs the jobs.
        folder: Where database, secrets and journal lie; gone afterwards.
    """

    fleet: Fleet
    coordinator: RunningCoordinator
    client: CoordinatorClient
    agent: Agent
    folder: Path

    def __init__(self, routers: int = 1, *, version: Version = DEFAULT_VERSION) -> None:
        self.sites: dict[str, UUID] = {}
        self._count = routers
        self._version = version
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._open.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def _start(self) -> None:
        enter = self._open.enter_async_context
        self.folder = Path(
            self._open.enter_context(tempfile.TemporaryDirectory(prefix="routeros-lab-"))
        )
        self.fleet = await enter(Fleet(self._count, version=self._version))
        self.coordinator = await enter(
            running_coordinator(
                CoordinatorConfig(host="127.0.0.1", port=0, data_dir=self.folder / "coordinator")
            )
        )
        self.client = await enter(CoordinatorClient(self.coordinator.url, self.coordinator.token()))
        for name in self.fleet.members:
            self.sites[name] = (await self.client.create_site(name)).id
        self.agent = await enter(running_agent(await self._agent_config()))

    async def _agent_config(self) -> Config:
        inventory = self.folder / "inventory.toml"
        self.fleet.write_inventory(inventory)
        entries, faults = read_inventory(inventory)
        targets, wrong = resolve(entries, os.environ)
        if faults or wrong:
            raise UsageError("; ".join(faults + wrong))
        token = await self.coordinator.enrolment_token()
        return Config(
            coordinator=Coordinator(url=self.coordinator.url),
            enrolment_token=SecretStr(token),
            state_dir=self.folder / "agent",
            targets=targets,
            name="lab",
            # A simulated router's files are whole within a quarter of a second.
            backup=BackupPolicy(settle_interval=0.1),
        )

    async def run(
        self,
        script: bytes,
        *,
        description: str = "lab",
        should_backup: bool = True,
        over: Callable[[Outcome], None] = lambda _: None,
    ) -> list[Outcome]:
        """Queue a script for every site and wait until each job has ended.

        Args:
            script: The job's source.
            description: 3 to 100 characters.
            should_backup: Take and check a backup first.
            over: Called with each job as it ends.

        Returns:
            The jobs, in the order of the routers.
        """

        async def one(router: str, site: UUID) -> Outcome:
            job = await self.client.create_job(
                site, script, description=description, should_backup=should_backup
            )
            while job.completed_at is None and job.failed_at is None:
                await asyncio.sleep(_LOOK_AGAIN)
                job = await self.client.get_job(site, job.id)
            outcome = Outcome(router, job, await self.client.get_run(site, job.id))
            over(outcome)
            return outcome

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(*each)) for each in self.sites.items()]
        return [task.result() for task in tasks]


async def run_lab(*, routers: int, script: bytes | None, version: str, as_json: bool) -> int:
    """Bring one script through the whole system and print what became of it.

    Args:
        routers: How many.
        script: Source; the guest network's rule when None.
        version: RouterOS release.
        as_json: Print JSON instead of tables.

    Returns:
        The exit status: 0 when every job completed, 1 when one failed.

    Raises:
        UsageError: The version is none, or the script is empty.
    """
    source = GUEST_RULE if script is None else script
    if not source.strip():
        raise UsageError("the script is empty; give one that does something")
    _quiet()
    with Progress(routers) as progress:
        async with Lab(routers, version=Version(version)) as lab:
            progress.started(lab.coordinator.url)
            outcomes = await lab.run(source, over=progress.over)
    with contextlib.suppress(BrokenPipeError):
        (print_json if as_json else print_tables)(outcomes)
    return 1 if any(each.failed for each in outcomes) else 0


def _quiet() -> None:
    """Leave the terminal to the lab's own lines: only warnings of the parts are shown."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
