"""One process for many sites: polls, courses, the outbox, and an orderly end.

`agent.start` makes one.

Usually one long poll is open for all sites that are idle. A site whose job ends while it
is open joins a further poll at once instead of waiting for the first to return; their
number is bounded, and short further polls merge back into the long one.
"""

from __future__ import annotations

import asyncio
import base64
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog

from agent.cancelling import hear_cancel
from agent.errors import JournalError
from agent.journal import Entry
from agent.live import run_live
from agent.outbox import Outbox
from agent.recovery import Stage
from agent.router import connect
from agent.runner import follow
from agent.work import Tools, Work
from coordinator.client import ClientError
from coordinator.contract import ErrorClass, PollRequest

if TYPE_CHECKING:
    from uuid import UUID

    from agent.config import Config
    from agent.inventory import Target
    from agent.journal import Journal
    from agent.router import Router
    from agent.state import State
    from coordinator.client import CoordinatorClient
    from coordinator.contract import AgentSite, Lease, LiveCommand, Report

__all__ = ["Agent"]

log = structlog.get_logger()

_MOST_POLLS = 4
_FURTHER_POLL_SECONDS = 5.0
_LONGEST_PAUSE = 30.0
_SITES_SECONDS = 60.0
_DRAIN_SECONDS = 5.0


class Agent:
    """A running agent.

    Attributes:
        id: As the coordinator knows it.
        sites: The routers that jobs may be run on, by site id.
        serving: Its work; done when it was stopped or cannot go on.
    """

    def __init__(
        self, config: Config, journal: Journal, client: CoordinatorClient, id_: UUID, state: State
    ) -> None:
        self.id = id_
        self.sites: dict[UUID, Target] = {}
        self.serving: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._config = config
        self._journal = journal
        self._client = client
        self._outbox = Outbox(journal, client, self._break_off)
        self._tools = Tools(config, journal, client, state, self._connect)
        self._courses: dict[UUID, asyncio.Task[None]] = {}
        self._works: dict[UUID, Work] = {}  # by site, as the courses
        self._polls: dict[asyncio.Task[list[Lease]], frozenset[UUID]] = {}
        self._versions: dict[UUID, str] = {}
        self._facts: dict[UUID, dict[str, str]] = {}
        self._answers: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(config.limits.jobs)
        self._changed = asyncio.Event()
        self._stopping = asyncio.Event()
        self._fault: BaseException | None = None
        self._pause = 0.0

    def stop(self) -> None:
        """Take no more jobs; `serve` returns when those in hand are over."""
        self._stopping.set()
        self._changed.set()

    async def serve(self) -> None:
        """Work until stopped.

        Raises:
            JournalError: Nothing more may be done on any router.
        """
        refresh = asyncio.create_task(self._refresh_sites())
        try:
            while not self._stopping.is_set() and self._fault is None:
                self._open_polls()
                await self._next_event()
            await self._drop_polls()
            if self._fault is None:
                await self._finish_courses()
            await self._outbox.drain(_DRAIN_SECONDS)
        finally:
            await self._cancel_all(refresh)
        if self._fault is not None:
            raise self._fault

    async def resume(self) -> None:
        """Go on with what the journal holds: reports first, then jobs that were cut off."""
        for queued in await self._journal.queued_reports():
            self._outbox.send(queued)
        for entry in await self._journal.entries():
            if entry.stage is Stage.REPORTING:
                continue
            if entry.site_id in self.sites and entry.site_id not in self._courses:
                log.info("job resumed", token=entry.token, stage=entry.stage.name.lower())
                self._start(entry)
            else:
                log.error(
                    "job cannot be resumed: no router of its site is configured",
                    token=entry.token,
                    site=str(entry.site_id),
                )

    # --- Sites --------------------------------------------------------------------

    async def match_sites(self) -> None:
        """Ask for the sites that may be served, and match them with the routers.

        Raises:
            ClientError: As any call.
        """
        offered = await self._client.agent_sites()
        sites = {}
        for target in self._config.targets:
            if (site := _match(target.site, offered)) is not None:
                sites[site.id] = target
            elif target not in self.sites.values():
                log.warning("no such site for this agent", router=target.name, site=target.site)
        if sites.keys() != self.sites.keys():
            log.info("sites matched", sites=len(sites), routers=len(self._config.targets))
        self.sites = sites
        self._changed.set()

    async def _refresh_sites(self) -> None:
        while True:
            await asyncio.sleep(_SITES_SECONDS)
            try:
                await self.match_sites()
            except ClientError as error:
                log.warning("sites not refreshed", reason=str(error))

    # --- Polls --------------------------------------------------------------------

    def _open_polls(self) -> None:
        polled = frozenset().union(*self._polls.values())
        idle = self.sites.keys() - self._courses.keys() - polled
        room = self._config.limits.jobs - len(self._courses) - len(self._polls)
        if not idle or room < 1 or len(self._polls) >= _MOST_POLLS:
            return
        wait = self._config.coordinator.poll_seconds
        if self._polls:
            wait = min(wait, _FURTHER_POLL_SECONDS)
        versions = {site: self._versions[site] for site in idle & self._versions.keys()}
        facts = {site: self._facts[site] for site in idle & self._facts.keys()}
        request = PollRequest(
            sites=sorted(idle), wait=wait, capacity=room, versions=versions, facts=facts
        )
        self._polls[asyncio.create_task(self._poll(request))] = frozenset(idle)

    async def _poll(self, request: PollRequest) -> list[Lease]:
        if self._pause:
            await asyncio.sleep(self._pause)
        try:
            told = await self._client.poll_all(request)
        except ClientError as error:
            self._pause = min(max(0.25, self._pause * 2), _LONGEST_PAUSE)
            log.warning("poll failed", reason=str(error), pause=self._pause)
            return []
        self._pause = 0.0
        for site, version in request.versions.items():
            if self._versions.get(site) == version:
                del self._versions[site]
        for site, facts in request.facts.items():
            if self._facts.get(site) == facts:
                del self._facts[site]
        for command in told.commands:
            task = asyncio.create_task(self._answer(command))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)
        for job_id in told.cancels:
            await self._hear_cancel(job_id)
        return told.leases

    async def _hear_cancel(self, job_id: UUID) -> None:
        for work in tuple(self._works.values()):
            if work.entry.job_id == job_id:
                await hear_cancel(work)

    async def _answer(self, command: LiveCommand) -> None:
        if (target := self.sites.get(command.site_id)) is None:
            return  # whoever asked hears that nothing came back
        answer = await run_live(command, target, self._connect)
        try:
            await self._client.answer_command(command.id, answer)
        except ClientError as error:
            log.warning("command not answered", site=str(command.site_id), reason=str(error))

    async def _next_event(self) -> None:
        changed = asyncio.create_task(self._changed.wait())
        done, _ = await asyncio.wait({changed, *self._polls}, return_when=asyncio.FIRST_COMPLETED)
        changed.cancel()
        self._changed.clear()
        for poll in [task for task in self._polls if task in done]:
            del self._polls[poll]
            for lease in poll.result():
                await self._accept(lease)

    async def _accept(self, lease: Lease) -> None:
        job = lease.job
        if job.site_id in self._courses or job.site_id not in self.sites:
            # It goes back by itself when the lease ends.
            log.error("lease of a site that is not idle", token=job.token, site=str(job.site_id))
            return
        entry = Entry(
            job_id=job.id,
            site_id=job.site_id,
            token=job.token,
            lease_version=lease.version,
            should_backup=job.should_backup,
            script=base64.b64decode(lease.script_base64),
            nonce=secrets.token_hex(8),
        )
        try:
            entry = await self._journal.take(entry)
        except JournalError as error:
            self._break_off(error)
            return
        self._start(entry, (lease.expires_at - datetime.now(UTC)).total_seconds())

    async def _drop_polls(self) -> None:
        for poll in self._polls:
            poll.cancel()
        for leases in await asyncio.gather(*self._polls, return_exceptions=True):
            if isinstance(leases, list):
                for lease in leases:
                    log.info("lease left to another agent", token=lease.job.token)
        self._polls.clear()

    # --- Courses ------------------------------------------------------------------

    def _start(self, entry: Entry, lease_seconds: float | None = None) -> None:
        work = Work(entry, self.sites[entry.site_id], self._tools, lease_seconds)
        task = asyncio.create_task(self._follow(work), name=f"job {entry.token}")
        self._courses[entry.site_id] = task
        self._works[entry.site_id] = work
        task.add_done_callback(lambda done: self._end(entry.site_id, done))

    def _end(self, site_id: UUID, task: asyncio.Task[None]) -> None:
        if self._courses.get(site_id) is task:
            del self._courses[site_id]
            del self._works[site_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._break_off(error)
        self._changed.set()

    def _break_off(self, error: BaseException) -> None:
        """Stop at once, and have `serve` raise: what was done next could not be written down."""
        self._fault = self._fault or error
        self._changed.set()

    async def _follow(self, work: Work) -> None:
        entry, target = work.entry, work.target
        structlog.contextvars.bind_contextvars(token=entry.token, site=str(entry.site_id))
        async with self._slots:
            log.info("job taken", router=target.name, lease=entry.lease_version)
            try:
                queued = await follow(work)
            except JournalError:
                raise
            except Exception as error:  # a fault of ours must not leave the job without an end
                log.exception("job broken off")
                queued = await self._journal.conclude(work.entry, _broken_off(work, error))
        if work.facts is not None:
            self._versions[entry.site_id] = work.facts.release.number
            self._facts[entry.site_id] = dict(work.facts.told)
        if queued is not None:
            self._outbox.send(queued)

    async def _finish_courses(self) -> None:
        if self._courses:
            log.info("finishing the jobs in hand", jobs=len(self._courses))
            await asyncio.wait(self._courses.values())

    async def _cancel_all(self, refresh: asyncio.Task[None]) -> None:
        tasks: list[asyncio.Task[Any]] = [
            *(refresh, *self._courses.values(), *self._polls, *self._answers)
        ]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._outbox.drain(0)

    async def _connect(self, target: Target) -> Router:
        limits = self._config.limits
        return await connect(
            target.access,
            connect_seconds=limits.connect_seconds,
            command_seconds=limits.command_seconds,
        )


def _match(wanted: str, offered: list[AgentSite]) -> AgentSite | None:
    for site in offered:
        if wanted in {str(site.id), site.name}:
            return site
    return None


def _broken_off(work: Work, error: Exception) -> Report:
    if work.entry.report is not None:
        return work.entry.report  # the end was known by then
    ordered = work.entry.stage >= Stage.ORDERED
    return work.failure(
        ErrorClass.LOST if ordered else ErrorClass.PREFLIGHT,
        f"the agent broke the job off, {'after' if ordered else 'before'} its script was ordered "
        f"({type(error).__name__}; see the agent's log)",
    )
