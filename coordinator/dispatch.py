"""What an agent can do: enrol, wait for jobs, report on them, store their backups.

The order of the main path: `poll` leases a job, `renew` keeps the lease while the agent
prepares, `store_backup` takes the backup in, `report` hears busy, done and fail.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import structlog

from coordinator.clock import millis
from coordinator.contract import ReportStatus
from coordinator.errors import AuthError
from coordinator.ids import hash_token, new_agent_token
from coordinator.jobs import (
    REPORT_EVENTS,
    Event,
    JobRecord,
    Refusal,
    State,
    apply_event,
    check_holder,
)
from coordinator.membership import TeamUnknownError
from coordinator.records import AgentRecord, BackupRecord, NewBackup, RunRecord, SiteRecord
from coordinator.service import not_found
from coordinator.store.interface import RuleResult

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from coordinator.clock import Clock
    from coordinator.contract import PollRequest, Report
    from coordinator.deadlines import Deadlines
    from coordinator.hub import Hub
    from coordinator.membership import Membership
    from coordinator.store.interface import Rule, Store

__all__ = ["Dispatch", "Leased"]

_log = structlog.get_logger(__name__)

# An agent's record is written at most this often because it was seen.
_SEEN_EVERY_MS = 60_000
# Characters of an error's text in a timeline; the run has all of it.
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Leased:
    """A job as it was just handed out; `expires_at` in milliseconds since 1970, UTC."""

    job: JobRecord
    expires_at: int


class Dispatch:
    """The agents' side of the coordinator.

    Args:
        store: Where jobs are kept.
        clock: Sets every timestamp.
        hub: Wakes waiting polls.
        deadlines: Ends leases and runs.
        membership: Knows which sites are of an agent's team.
        lease_seconds: From lease or renewal until the job goes to somebody else.
        run_timeout: From *busy* until a silent job is lost, in seconds.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        hub: Hub,
        deadlines: Deadlines,
        membership: Membership,
        *,
        lease_seconds: float,
        run_timeout: float,
    ) -> None:
        self._store = store
        self._clock = clock
        self._hub = hub
        self._deadlines = deadlines
        self._membership = membership
        self._lease_ms = int(lease_seconds * 1000)
        self._run_ms = int(run_timeout * 1000)
        self._seen: dict[UUID, int] = {}
        self._versions: dict[UUID, str] = {}

    # --- who ---

    async def enrol(self, enrolment_token: str, name: str) -> tuple[UUID, str]:
        """Return a new agent's id and its token, of which only a hash is kept.

        Raises:
            AuthError: 401; the enrolment token was used, has expired or never was.
        """
        token = new_agent_token()
        agent = await self._store.use_enrolment(
            hash_token(enrolment_token), uuid4(), name, hash_token(token), self._now()
        )
        if agent is None:
            raise AuthError("token_invalid", "The enrolment token is used, expired or unknown.")
        _log.info("agent.enrolled", agent=str(agent.id), name=name)
        return agent.id, token

    async def authenticate(self, token: str) -> AgentRecord:
        """Return the agent of a token.

        Raises:
            AuthError: 401; there is none, or it is revoked.
        """
        agent = await self._store.agent_by_token(hash_token(token))
        if agent is None:
            raise AuthError("token_invalid", "The token is not an agent's.")
        now = self._now()
        if now - self._seen.get(agent.id, agent.last_seen_at or 0) >= _SEEN_EVERY_MS:
            self._seen[agent.id] = now
            await self._store.note_agent_seen(agent.id, now)
        return agent

    async def sites_of(self, agent: AgentRecord) -> list[SiteRecord]:
        sites = await self._store.sites(agent.team_id)
        return [site for site in sites if agent.sites is None or site.id in agent.sites]

    # --- take ---

    async def poll(
        self,
        agent: AgentRecord,
        request: PollRequest,
        is_gone: Callable[[], bool],
        is_called: Callable[[Sequence[UUID]], Awaitable[bool]],
    ) -> list[Leased]:
        """Lease jobs to an agent, waiting for them if there are none.

        Sites that the agent may not serve are passed over. `is_gone` tells that nobody waits
        for the answer any more: nothing is leased then. `is_called` tells that there is something
        else for some of the sites, which ends the wait, too.
        """
        sites = await self._membership.served(agent, request.sites)
        await self._note_versions(agent, request)
        loop = asyncio.get_running_loop()
        ends = loop.time() + request.wait
        with self._hub.subscribe(sites) as waiter:
            look: Sequence[UUID] = sites
            while not is_gone():
                if look and (leased := await self._claim(agent, look, request.capacity)):
                    return leased
                if look and await is_called(look):
                    return []
                # Also without any site: an agent with all hands full must not ask in a circle.
                if not (look := await waiter.wait(ends - loop.time())):
                    break
        return []

    async def asked_to_cancel(self, agent: AgentRecord) -> list[UUID]:
        """Return the jobs that the agent runs and that an operator wants ended."""
        return await self._store.asked_to_cancel(agent.id)

    async def renew(self, agent: AgentRecord, job_id: UUID, lease_version: int) -> Leased:
        """Put off the end of a lease.

        Raises:
            ConflictError: The lease is no longer the job's, or the job has ended.
            NotFoundError: It was cancelled.
        """
        await self._deadlines.settle()
        now = self._now()
        ends = now + self._lease_ms

        def extend(job: JobRecord, *, has_run: bool) -> RuleResult:  # noqa: ARG001 - a Rule
            self._check(agent, job, lease_version)
            return RuleResult(apply_event(job, Event.RENEW, now=now, deadline=ends))

        result = await self._change(job_id, extend)
        if result is None:
            raise not_found("job")
        self._deadlines.note(result.job.deadline)
        return Leased(result.job, result.job.deadline or ends)

    # --- report ---

    async def report(
        self, agent: AgentRecord, job_id: UUID, report: Report
    ) -> tuple[JobRecord, bool]:
        """Hear how far a job got; return it and whether that was known.

        Raises:
            ConflictError: `lease_superseded` or `job_already_finished`.
            NotFoundError: The job was cancelled or never was: it must not be run.
        """
        await self._deadlines.settle()
        now = self._now()

        def hear(job: JobRecord, *, has_run: bool) -> RuleResult:
            self._check(agent, job, report.lease_version)
            return _heard(job, report, now, self._run_ms, has_run=has_run)

        result = await self._change(job_id, hear)
        if result is None:
            raise not_found("job")
        self._after_report(result, report)
        return result.job, result.repeated

    async def store_backup(
        self, agent: AgentRecord, job_id: UUID, lease_version: int, backup: NewBackup
    ) -> tuple[BackupRecord, bool]:
        """Keep a backup that was taken for a job; return it and whether it was kept before."""
        await self._deadlines.settle()
        token = ""

        def check(job: JobRecord) -> None:
            nonlocal token
            token = job.token
            self._check(agent, job, lease_version)

        try:
            stored = await self._store.add_backup(job_id, backup, check)
        except TeamUnknownError as error:
            await self._membership.learn([error.site_id])
            stored = await self._store.add_backup(job_id, backup, check)
        if stored is None:
            raise not_found("job")
        record, created = stored
        if created:
            _log.info("backup.stored", token=token, path=record.path, size=record.size)
        return record, not created

    # --- parts ---

    def _now(self) -> int:
        return millis(self._clock.now())

    def _check(self, agent: AgentRecord, job: JobRecord, lease_version: int) -> None:
        # First what hides the job's existence, then what the job's holder may know.
        if not self._membership.may_serve(agent, job.site_id) or job.state is State.CANCELLED:
            raise Refusal.GONE.error()
        check_holder(job, agent.id, lease_version)

    async def _change(self, job_id: UUID, rule: Rule) -> RuleResult | None:
        try:
            return await self._store.change_job(job_id, rule)
        except TeamUnknownError as error:  # the first that this process hears of the site
            await self._membership.learn([error.site_id])
            return await self._store.change_job(job_id, rule)

    async def _note_versions(self, agent: AgentRecord, request: PollRequest) -> None:
        new = {
            site: version
            for site, version in request.versions.items()
            if self._versions.get(site) != version
        }
        new = {site: new[site] for site in await self._membership.served(agent, new)}
        if new:
            await self._store.set_versions(new)
            self._versions |= new

    async def _claim(
        self, agent: AgentRecord, sites: Sequence[UUID], capacity: int
    ) -> list[Leased]:
        await self._deadlines.settle()
        free = await self._store.claimable(sites)
        if not free:
            return []
        now = self._now()
        ends = now + self._lease_ms

        def take(job: JobRecord) -> JobRecord:
            if job.deadline is not None and job.deadline <= now:
                self._deadlines.note(job.deadline)  # it had to start earlier: it is to be ended
                return job
            event = Event.LEASE if job.needs_acknowledgement else Event.HAND_OVER
            actor = f"agent:{agent.id}"
            taken = apply_event(job, event, now=now, deadline=ends, actor=actor)
            return replace(taken, lease_version=job.lease_version + 1, agent_id=agent.id)

        jobs = await self._store.claim(free, capacity, take)
        for job in jobs:
            self._deadlines.note(job.deadline)
            _log.info(
                "job.leased",
                token=job.token,
                site=str(job.site_id),
                agent=str(agent.id),
                lease=job.lease_version,
            )
            if job.deadline is None:  # handed over: the site's next one can go
                self._hub.notify(job.site_id)
            else:
                self._hub.happened(job.site_id)
        return [Leased(job, ends) for job in jobs]

    def _after_report(self, result: RuleResult, report: Report) -> None:
        if result.repeated:
            return
        job = result.job
        self._deadlines.note(job.deadline)
        _log.info(
            f"job.{report.status}",
            token=job.token,
            site=str(job.site_id),
            lease=job.lease_version,
            error=report.error.error_class.value if report.error else None,
        )
        if job.deadline is None:
            self._hub.notify(job.site_id)
        else:
            self._hub.happened(job.site_id)


def _heard(job: JobRecord, report: Report, now: int, run_ms: int, *, has_run: bool) -> RuleResult:
    """Return what a report makes of a job; pure."""
    actor = f"agent:{job.agent_id}"
    after = apply_event(
        job,
        REPORT_EVENTS[report.status],
        now=now,
        deadline=now + (run_ms if job.run_timeout is None else job.run_timeout * 1000),
        actor=actor,
        reason=_reason(report),
        error_class=report.error.error_class if report.error else None,
    )
    if report.cancel is not None:
        after = apply_event(after, Event.TOO_LATE, now=now, actor=actor)
    tells = report.status is not ReportStatus.BUSY and not has_run
    run = _run_of(report, now) if tells else None
    handed_over = job.state is State.COMPLETED and report.status is ReportStatus.BUSY
    repeated = after is job and run is None and not handed_over
    return RuleResult(after, run, repeated)


def _reason(report: Report) -> str:
    if report.error is None:
        return ""
    return f"{report.error.error_class}: {report.error.message}"[:_LONGEST_REASON]


def _run_of(report: Report, now: int) -> RunRecord:
    error = report.error
    return RunRecord(
        reported_at=now,
        output=report.output,
        output_bytes=report.output_bytes,
        output_sha256=report.output_sha256,
        error_class=error.error_class if error else None,
        error_message=error.message if error else "",
        error_line=error.line if error else None,
        error_column=error.column if error else None,
        diff=report.diff,
        protection=report.protection,
    )
