"""What an operator can ask for: sites, jobs, backups, agents.

Each method is one use case; handlers call exactly one. Nothing here knows HTTP or SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import structlog

from coordinator.clock import millis
from coordinator.errors import AuthError, NotFoundError
from coordinator.ids import hash_token, new_enrolment_token, new_pid
from coordinator.jobs import Event, JobRecord, apply_event
from coordinator.records import (
    AgentRecord,
    BackupRecord,
    EnrolmentRecord,
    RunRecord,
    SiteRecord,
)
from coordinator.store.interface import RuleResult
from coordinator.teams import DEFAULT_TEAM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coordinator.clock import Clock
    from coordinator.deadlines import Deadlines
    from coordinator.hub import Hub
    from coordinator.jobs import NewJob
    from coordinator.metrics import Figures
    from coordinator.store.interface import Store

__all__ = ["Operations", "not_found"]

_log = structlog.get_logger(__name__)


def not_found(what: str) -> NotFoundError:
    """Return the error for a site, job, backup or agent that is not there."""
    return NotFoundError(f"{what}_not_found", f"There is no such {what}.")


class Operations:
    """The operator's side of the coordinator."""

    def __init__(self, store: Store, clock: Clock, hub: Hub, deadlines: Deadlines) -> None:
        self._store = store
        self._clock = clock
        self._hub = hub
        self._deadlines = deadlines

    def now(self) -> int:
        """Return the present instant, milliseconds since 1970, UTC."""
        return millis(self._clock.now())

    async def check_ready(self) -> None:
        """Return when the database takes writes; raises UnavailableError else."""
        await self._store.ping()

    async def settle(self) -> None:
        """Do what is due, so that what is read next is right."""
        await self._deadlines.settle()

    async def figures(self) -> Figures:
        """Return how things stand, for the metrics."""
        await self._deadlines.settle()
        return await self._store.figures(self.now())

    # --- sites ---

    async def create_site(
        self, name: str, values: Mapping[str, Any], team_id: UUID = DEFAULT_TEAM
    ) -> SiteRecord:
        """Make a site of a team.

        Raises:
            AuthError: 403; the token's team does not exist.
        """
        await self._check_team(team_id)
        now = self.now()
        site = SiteRecord(uuid4(), new_pid(now), name, now, now, team_id=team_id, **values)
        await self._store.add_site(site)
        _log.info("site.created", site=str(site.id))
        return site

    async def list_sites(self, team_id: UUID) -> list[SiteRecord]:
        return await self._store.sites(team_id)

    async def get_site(self, site_id: UUID) -> SiteRecord:
        if (site := await self._store.site(site_id)) is None:
            raise not_found("site")
        return site

    async def update_site(self, site_id: UUID, values: Mapping[str, Any]) -> SiteRecord:
        changes = {**values, "updated_at": self.now()}
        if (site := await self._store.update_site(site_id, changes)) is None:
            raise not_found("site")
        return site

    async def delete_site(self, site_id: UUID) -> None:
        """Hide a site and cancel what waits for it; a job that runs is let run."""
        if not await self._store.delete_site(site_id, self.now()):
            raise not_found("site")
        _log.info("site.deleted", site=str(site_id))

    # --- jobs ---

    async def create_job(self, asked: NewJob, actor: str = "operator") -> tuple[JobRecord, bool]:
        """Queue a job; return it and whether it is new (else its key made it before).

        Raises:
            ConflictError: The key belongs to another request.
            NotFoundError: There is no such site.
        """
        job, created = await self._store.add_job(asked, actor)
        if created:
            _log.info("job.created", token=job.token, site=str(job.site_id), job=str(job.id))
            self._deadlines.note(job.deadline)
            self._hub.notify(job.site_id)
        return job, created

    async def list_jobs(self, site_id: UUID) -> list[JobRecord]:
        await self._deadlines.settle()
        await self.get_site(site_id)
        return await self._store.jobs(site_id)

    async def get_job(self, site_id: UUID, job_id: UUID) -> JobRecord:
        await self._deadlines.settle()
        if (job := await self._store.job(site_id, job_id)) is not None:
            return job
        await self.get_site(site_id)
        raise not_found("job")

    async def get_run(
        self, site_id: UUID, job_id: UUID
    ) -> tuple[JobRecord, RunRecord | None, list[BackupRecord]]:
        job = await self.get_job(site_id, job_id)
        return job, await self._store.run(job_id), await self._store.backups_of(job_id)

    async def cancel_job(self, site_id: UUID, job_id: UUID, actor: str = "operator") -> None:
        """Take a job out of the queue.

        Raises:
            ConflictError: `job_already_started`.
        """
        await self.get_job(site_id, job_id)
        now = self.now()

        def cancel(job: JobRecord, *, has_run: bool) -> RuleResult:  # noqa: ARG001 - a Rule
            return RuleResult(apply_event(job, Event.CANCEL, now=now, actor=actor))

        if (result := await self._store.change_job(job_id, cancel)) is None:
            raise not_found("job")
        _log.info("job.cancelled", token=result.job.token, site=str(site_id), job=str(job_id))
        # It may have been leased: the next one of the site can go.
        self._hub.notify(site_id)

    async def get_backup(self, site_id: UUID, filename: str) -> bytes:
        await self.get_site(site_id)
        if (content := await self._store.backup_content(site_id, filename)) is None:
            raise not_found("backup")
        return content

    # --- agents ---

    async def create_enrolment(
        self, sites: Sequence[UUID] | None, lifetime: float, team_id: UUID = DEFAULT_TEAM
    ) -> tuple[str, EnrolmentRecord]:
        """Return a one-time token, which is not kept, and its record.

        Raises:
            AuthError: 403; the token's team does not exist.
            NotFoundError: A site does not exist, or is another team's.
        """
        await self._check_team(team_id)
        for site_id in sites or ():
            if (await self.get_site(site_id)).team_id != team_id:
                raise not_found("site")
        now, token = self.now(), new_enrolment_token()
        bound = None if sites is None else frozenset(sites)
        record = EnrolmentRecord(uuid4(), bound, now, now + int(lifetime * 1000), team_id)
        await self._store.add_enrolment(record, hash_token(token))
        _log.info("enrolment.created", enrolment=str(record.id))
        return token, record

    async def list_agents(self, team_id: UUID) -> list[AgentRecord]:
        return await self._store.agents(team_id)

    async def revoke_agent(self, agent_id: UUID, team_id: UUID) -> None:
        """Make an agent's token worthless at once."""
        if not await self._store.revoke_agent(agent_id, self.now(), team_id):
            raise not_found("agent")
        _log.info("agent.revoked", agent=str(agent_id))

    async def _check_team(self, team_id: UUID) -> None:
        # An identity provider may name teams that nobody has made here.
        if not await self._store.has_team(team_id):
            raise AuthError("team_unknown", "The token's team does not exist.", status=403)
