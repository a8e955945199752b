"""What the service asks of a store; every driver passes one contract suite.

Each method is one transaction: when it returns, what it wrote survives a crash. Rules
come in as functions, so that the decision and the write are one step and no rule
of a job's life is written in SQL. An error that a rule raises comes out
unchanged and nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from coordinator.jobs import COORDINATOR
from coordinator.store.interface_devices import DeviceStore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from uuid import UUID

    from coordinator.jobs import JobRecord, NewJob
    from coordinator.metrics import Figures
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
    from coordinator.store.relay import Relay
    from coordinator.teams import AuditRecord, KeyRecord, NewAudit, TeamRecord

__all__ = ["Rule", "RuleResult", "Store"]


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What a rule makes of a job.

    Attributes:
        job: The record to store; the very object that came in when nothing changes.
        run: To be stored with it, when the job has none yet.
        repeated: For the caller: what was told had been told before.
    """

    job: JobRecord
    run: RunRecord | None = None
    repeated: bool = False


class Rule(Protocol):
    """Decides what becomes of a job; pure, for it may be asked again when another was quicker.

    Raises:
        ApiError: The change is refused; nothing is written.
    """

    def __call__(self, job: JobRecord, *, has_run: bool) -> RuleResult: ...


class Store(DeviceStore, Protocol):
    """Sites, agents, jobs, runs and backups.

    Attributes:
        relay: To the other processes that may use the same database; None where none may.
    """

    relay: Relay | None

    async def close(self) -> None:
        """Finish what was begun and let go of the database."""

    async def ping(self) -> None:
        """Return when the database answers and can be written to."""

    # --- sites ---

    async def add_site(self, site: SiteRecord) -> None: ...

    async def site(self, site_id: UUID) -> SiteRecord | None:
        """Return a site that is not deleted."""

    async def sites(self, team_id: UUID | None = None) -> list[SiteRecord]:
        """Return all sites that are not deleted, of one team or of all, oldest first."""

    async def teams_of(self, sites: Sequence[UUID]) -> dict[UUID, UUID]:
        """Return the teams of sites, deleted ones included, by the sites' ids."""

    async def update_site(self, site_id: UUID, values: Mapping[str, Any]) -> SiteRecord | None:
        """Set columns of a site that is not deleted; return it, or None when there is none."""

    async def delete_site(self, site_id: UUID, now: int) -> bool:
        """Hide a site, cancel what waits in its queue; False when there is none."""

    async def set_versions(self, versions: Mapping[UUID, str]) -> None:
        """Note the RouterOS version of sites, writing only what is new."""

    # --- agents ---

    async def add_enrolment(self, enrolment: EnrolmentRecord, token_hash: bytes) -> None: ...

    async def use_enrolment(
        self, enrolment_hash: bytes, agent_id: UUID, name: str, token_hash: bytes, now: int
    ) -> AgentRecord | None:
        """Turn an enrolment into an agent, once; None when it is used, expired or unknown."""

    async def agent_by_token(self, token_hash: bytes) -> AgentRecord | None:
        """Return the agent, unless revoked."""

    async def agents(self, team_id: UUID | None = None) -> list[AgentRecord]:
        """Return all agents that are not revoked, of one team or of all, oldest first."""

    async def revoke_agent(self, agent_id: UUID, now: int, team_id: UUID | None = None) -> bool:
        """Refuse an agent's token from now on; False when there is none in the team."""

    async def rotate_agent(self, agent_id: UUID, token_hash: bytes, team_id: UUID) -> bool:
        """Put another token in an agent's place of the old; False when the team has none."""

    async def note_agent_seen(self, agent_id: UUID, now: int) -> None: ...

    # --- teams, API keys, audit log ---

    async def add_team(self, team: TeamRecord) -> bool:
        """Store a team; False when its name is taken."""

    async def teams(self) -> list[TeamRecord]:
        """Return all teams, oldest first."""

    async def has_team(self, team_id: UUID) -> bool: ...

    async def add_key(self, key: KeyRecord, secret_hash: bytes) -> bool:
        """Store an API key; False when there is no such team."""

    async def key_by_id(self, key_id: UUID) -> tuple[KeyRecord, bytes] | None:
        """Return a key and its secret's hash, also when it is revoked or has ended."""

    async def keys(self, team_id: UUID | None) -> list[KeyRecord]:
        """Return the keys that are not revoked, of one team or of all, oldest first."""

    async def revoke_key(self, key_id: UUID, now: int, team_id: UUID | None) -> bool: ...

    async def add_audit(self, entries: Sequence[NewAudit]) -> None: ...

    async def audit(
        self, team_id: UUID | None, limit: int, before: int | None
    ) -> list[AuditRecord]:
        """Return entries of one team or of all, newest first, those below `before` only."""

    # --- metrics ---

    async def figures(self, now: int) -> Figures:
        """Return how things stand; cheap however many jobs there are."""

    # --- jobs ---

    async def add_job(self, asked: NewJob, actor: str = COORDINATOR) -> tuple[JobRecord, bool]:
        """Store a job and the first line of its timeline; return it and whether it is new.

        Raises:
            ConflictError: The key belongs to another request.
            NotFoundError: There is no such site.
        """

    async def job(self, site_id: UUID, job_id: UUID) -> JobRecord | None:
        """Return a job that is not cancelled, of a site that is not deleted."""

    async def jobs(self, site_id: UUID) -> list[JobRecord]:
        """Return every job of a site that is not cancelled, newest first."""

    async def change_job(self, job_id: UUID, rule: Rule) -> RuleResult | None:
        """Let a rule change a job and return what it made; None when there is no such job."""

    async def claimable(self, sites: Sequence[UUID]) -> list[UUID]:
        """Return those of the sites that have a job waiting and none active.

        Reads only; the answer may be stale by the time it arrives.
        """

    async def claim(
        self, sites: Sequence[UUID], capacity: int, take: Callable[[JobRecord], JobRecord]
    ) -> list[JobRecord]:
        """Let `take` lease the oldest waiting job of each site that has none active.

        At most `capacity`, oldest first over all sites. A job that `take` returns unchanged
        stays where it is.
        """

    async def settle(self, now: int, end: Rule) -> list[JobRecord]:
        """Let a rule end every job whose deadline has come; return them changed."""

    async def next_deadline(self) -> int | None:
        """Return the earliest deadline of any job."""

    async def asked_to_cancel(self, agent_id: UUID) -> list[UUID]:
        """Return the jobs that an agent runs, with a wish to cancel that it has not answered."""

    async def job_page(self, site_id: UUID, wanted: JobFilter) -> list[JobRecord]:
        """Return jobs of a site that are not cancelled, newest first, a page of them."""

    async def any_job(self, job_id: UUID) -> JobRecord | None:
        """Return a job wherever it is, a cancelled one too."""

    # --- timelines ---

    async def timeline(self, job_id: UUID, after: int, count: int) -> list[EventRecord]:
        """Return what happened to a job after an event, oldest first."""

    async def events(
        self, after: int, count: int, *, site_id: UUID | None = None, team_id: UUID | None = None
    ) -> list[EventRecord]:
        """Return what happened after an event, oldest first: at a site, in a team, or anywhere."""

    async def last_event(self) -> int:
        """Return the number of the newest event, 0 when there is none."""

    # --- deliveries ---

    async def due_deliveries(self, now: int, hold_until: int, count: int) -> list[DueDelivery]:
        """Return deliveries that are due, the first of each job, put off for everybody else."""

    async def end_delivery(self, seq: int, held_until: int, values: Mapping[str, Any]) -> bool:
        """Store how an attempt went; False when it is somebody else's by now."""

    async def next_delivery(self) -> int | None:
        """Return when the next delivery is due."""

    async def deliveries(self, job_id: UUID, after: int, count: int) -> list[DeliveryRecord]:
        """Return the deliveries of a job, oldest first."""

    # --- runs and backups ---

    async def run(self, job_id: UUID) -> RunRecord | None: ...

    async def add_backup(
        self, job_id: UUID, backup: NewBackup, check: Callable[[JobRecord], None]
    ) -> tuple[BackupRecord, bool] | None:
        """Store a backup for a job that `check` lets pass; None when there is no such job.

        Returns the record and whether it is new; the same content again is not. The
        file's name is the first free second from `taken_at` on.
        """

    async def backups_of(self, job_id: UUID) -> list[BackupRecord]:
        """Return the backups of a job, oldest first."""

    async def backup_content(self, site_id: UUID, filename: str) -> bytes | None: ...
