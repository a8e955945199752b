"""The store over a database: each method is one unit of work from a module of statements."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from coordinator.jobs import COORDINATOR
from coordinator.store import agents, backups, deliveries, events, jobs, sites
from coordinator.store.sql_devices import DeviceStatements
from coordinator.store.teams import TeamMethods

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from uuid import UUID

    from coordinator.jobs import JobRecord, NewJob
    from coordinator.records import (
        AgentRecord,
        BackupRecord,
        DeliveryRecord,
        DueDelivery,
        EnrolmentRecord,
        EventRecord,
        JobFilter,
        NewBackup,
        RunRecord,
        SiteRecord,
    )
    from coordinator.store.database import Database
    from coordinator.store.interface import Rule, RuleResult
    from coordinator.store.relay import Relay

__all__ = ["SqlStore"]

# Sites of a poll that are looked through at once; about 1 ms. More go to a thread.
_FEW_SITES = 100
# Jobs remembered and the longest script among them, bytes: 64 MiB together at most.
_REMEMBERED = 4096
_LONGEST_REMEMBERED = 16 * 1024


class SqlStore(DeviceStatements, TeamMethods):
    """`store.interface.Store`, where the methods are described."""

    def __init__(self, database: Database, relay: Relay | None = None) -> None:
        self._database = database
        self.relay = relay
        # Jobs as they were read last, each with the generation in which that was.
        self._read: dict[UUID, tuple[int, JobRecord]] = {}

    async def close(self) -> None:
        await self._database.close()

    async def ping(self) -> None:
        await self._database.write(lambda c: c.execute(sa.select(1)).scalar())

    # --- sites ---

    async def add_site(self, site: SiteRecord) -> None:
        await self._database.write(lambda c: sites.add(c, site))

    async def site(self, site_id: UUID) -> SiteRecord | None:
        return await self._database.lookup(lambda c: sites.find(c, site_id))

    async def sites(self, team_id: UUID | None = None) -> list[SiteRecord]:
        return await self._database.scan(lambda c: sites.every(c, team_id))

    async def teams_of(self, sites_asked: Sequence[UUID]) -> dict[UUID, UUID]:
        return await self._database.lookup(lambda c: sites.teams_of(c, sites_asked))

    async def update_site(self, site_id: UUID, values: Mapping[str, Any]) -> SiteRecord | None:
        return await self._database.write(lambda c: sites.update(c, site_id, values))

    async def delete_site(self, site_id: UUID, now: int) -> bool:
        return await self._database.write(lambda c: sites.hide(c, site_id, now))

    async def set_versions(self, versions: Mapping[UUID, str]) -> None:
        await self._database.write(lambda c: sites.set_versions(c, versions))

    # --- agents ---

    async def add_enrolment(self, enrolment: EnrolmentRecord, token_hash: bytes) -> None:
        await self._database.write(lambda c: agents.add_enrolment(c, enrolment, token_hash))

    async def use_enrolment(
        self, enrolment_hash: bytes, agent_id: UUID, name: str, token_hash: bytes, now: int
    ) -> AgentRecord | None:
        return await self._database.write(
            lambda c: agents.use_enrolment(c, enrolment_hash, agent_id, name, token_hash, now)
        )

    async def agent_by_token(self, token_hash: bytes) -> AgentRecord | None:
        row = await self._database.first(agents.BY_TOKEN, {"token_hash": token_hash})
        if row is None:
            return None
        agent = agents.record(row, None)
        if row[agents.ALL_SITES]:
            return agent
        sites = await self._database.lookup(lambda c: agents.sites_of(c, agent.id))
        return replace(agent, sites=sites)

    async def agents(self, team_id: UUID | None = None) -> list[AgentRecord]:
        return await self._database.scan(lambda c: agents.every(c, team_id))

    async def revoke_agent(self, agent_id: UUID, now: int, team_id: UUID | None = None) -> bool:
        return await self._database.write(lambda c: agents.revoke(c, agent_id, now, team_id))

    async def rotate_agent(self, agent_id: UUID, token_hash: bytes, team_id: UUID) -> bool:
        return await self._database.write(lambda c: agents.rotate(c, agent_id, token_hash, team_id))

    async def note_agent_seen(self, agent_id: UUID, now: int) -> None:
        await self._database.write(lambda c: agents.note_seen(c, agent_id, now))

    # --- jobs ---

    async def add_job(self, asked: NewJob, actor: str = COORDINATOR) -> tuple[JobRecord, bool]:
        return await self._database.write(lambda c: jobs.add(c, asked, actor))

    async def job(self, site_id: UUID, job_id: UUID) -> JobRecord | None:
        generation = self._database.generation
        read = self._read.get(job_id)
        if read is not None and read[0] == generation and read[1].site_id == site_id:
            return read[1]
        row = await self._database.first(jobs.BY_ID_AND_SITE, {"id": job_id, "site_id": site_id})
        if row is None:
            return None
        job = jobs.record(row)
        self._remember(generation, job)
        return job

    async def jobs(self, site_id: UUID) -> list[JobRecord]:
        return await self._database.scan(lambda c: jobs.of_site(c, site_id))

    async def change_job(self, job_id: UUID, rule: Rule) -> RuleResult | None:
        return await self._database.write(lambda c: jobs.change(c, job_id, rule))

    async def claimable(self, sites: Sequence[UUID]) -> list[UUID]:
        few = len(sites) <= _FEW_SITES
        run = self._database.lookup if few else self._database.scan
        return await run(lambda c: jobs.claimable(c, sites))

    async def claim(
        self, sites: Sequence[UUID], capacity: int, take: Callable[[JobRecord], JobRecord]
    ) -> list[JobRecord]:
        return await self._database.write(lambda c: jobs.claim(c, sites, capacity, take))

    async def settle(self, now: int, end: Rule) -> list[JobRecord]:
        return await self._database.write(lambda c: jobs.settle(c, now, end))

    async def next_deadline(self) -> int | None:
        return await self._database.lookup(jobs.next_deadline)

    async def asked_to_cancel(self, agent_id: UUID) -> list[UUID]:
        return await self._database.lookup(lambda c: jobs.asked_to_cancel(c, agent_id))

    async def job_page(self, site_id: UUID, wanted: JobFilter) -> list[JobRecord]:
        return await self._database.scan(lambda c: jobs.page(c, site_id, wanted))

    async def any_job(self, job_id: UUID) -> JobRecord | None:
        return await self._database.lookup(lambda c: jobs.find(c, job_id))

    # --- timelines ---

    async def timeline(self, job_id: UUID, after: int, count: int) -> list[EventRecord]:
        return await self._database.lookup(lambda c: events.of_job(c, job_id, after, count))

    async def events(
        self, after: int, count: int, *, site_id: UUID | None = None, team_id: UUID | None = None
    ) -> list[EventRecord]:
        return await self._database.lookup(
            lambda c: events.since(c, after, count, site_id=site_id, team_id=team_id)
        )

    async def last_event(self) -> int:
        return await self._database.lookup(events.last)

    # --- deliveries ---

    async def due_deliveries(self, now: int, hold_until: int, count: int) -> list[DueDelivery]:
        return await self._database.write(lambda c: deliveries.due(c, now, hold_until, count))

    async def end_delivery(self, seq: int, held_until: int, values: Mapping[str, Any]) -> bool:
        return await self._database.write(lambda c: deliveries.end(c, seq, held_until, values))

    async def next_delivery(self) -> int | None:
        return await self._database.lookup(deliveries.next_due)

    async def deliveries(self, job_id: UUID, after: int, count: int) -> list[DeliveryRecord]:
        return await self._database.lookup(lambda c: deliveries.of_job(c, job_id, after, count))

    # --- runs and backups ---

    async def run(self, job_id: UUID) -> RunRecord | None:
        return await self._database.lookup(lambda c: jobs.run_of(c, job_id))

    async def add_backup(
        self, job_id: UUID, backup: NewBackup, check: Callable[[JobRecord], None]
    ) -> tuple[BackupRecord, bool] | None:
        return await self._database.write(lambda c: backups.add(c, job_id, backup, check))

    async def backups_of(self, job_id: UUID) -> list[BackupRecord]:
        return await self._database.lookup(lambda c: backups.of_job(c, job_id))

    async def backup_content(self, site_id: UUID, filename: str) -> bytes | None:
        return await self._database.scan(lambda c: backups.content(c, site_id, filename))

    def _remember(self, generation: int | None, job: JobRecord) -> None:
        if generation is not None and len(job.script) <= _LONGEST_REMEMBERED:
            if len(self._read) >= _REMEMBERED:
                self._read.clear()
            self._read[job.id] = (generation, job)
