"""What the coordinator keeps beside jobs, as plain values.

Instants are milliseconds since 1970, UTC. No value here knows how it is stored or shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coordinator.teams import DEFAULT_TEAM

if TYPE_CHECKING:
    from uuid import UUID

    from coordinator.contract import BackupKind, ErrorClass
    from coordinator.jobs import State

__all__ = [
    "AgentRecord",
    "BackupRecord",
    "DeliveryRecord",
    "DueDelivery",
    "EnrolmentRecord",
    "EventRecord",
    "JobFilter",
    "NewBackup",
    "RunRecord",
    "SiteRecord",
]


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """One managed router. `lat`, `lng` and `timezone` are kept but not shown publicly."""

    id: UUID
    pid: str
    name: str
    created_at: int
    updated_at: int
    address: str | None = None
    lat: float | None = None
    lng: float | None = None
    timezone: str | None = None
    software_version: str | None = None
    deleted_at: int | None = None
    team_id: UUID = DEFAULT_TEAM


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What the agent told with its last report; `reported_at` is when it was heard."""

    reported_at: int
    output: str = ""
    output_bytes: int = 0
    output_sha256: str | None = None
    error_class: ErrorClass | None = None
    error_message: str = ""
    error_line: int | None = None
    error_column: int | None = None
    diff: str | None = None
    protection: str | None = None


@dataclass(frozen=True, slots=True)
class EventRecord:
    """A line of a job's timeline; `seq` grows over all jobs and is what streams resume from."""

    seq: int
    job_id: UUID
    site_id: UUID
    at: int
    event: str
    state: State
    lease_version: int
    actor: str
    reason: str
    team_id: UUID


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs of a site, and how many of them.

    Attributes:
        states: All when empty.
        created_after, created_before: Exclusive, milliseconds.
        before: `created_at` and `seq` of the last job of the page before.
        count: At most so many.
    """

    count: int
    states: frozenset[State] = frozenset()
    created_after: int | None = None
    created_before: int | None = None
    before: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """A call of a job's `notify_url` that is to be made now.

    Attributes:
        next_at: When it was due.
        attempts: Made before this one.
        state: Of the job after the event, and `at`, when that was.
        team_id: Whose secret signs it.
    """

    seq: int
    event_seq: int
    next_at: int
    created_at: int
    attempts: int
    state: str
    at: int
    job_id: UUID
    team_id: UUID
    url: str


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """A call of a job's `notify_url`; `next_at` None once it was delivered or given up."""

    seq: int
    event_seq: int
    event: str
    created_at: int
    next_at: int | None
    delivered_at: int | None
    failed_at: int | None
    attempts: int
    last_status: int | None
    last_error: str


@dataclass(frozen=True, slots=True)
class BackupRecord:
    """A stored backup without its content; `filename` is unique within its site."""

    site_id: UUID
    job_id: UUID
    kind: BackupKind
    filename: str
    size: int
    sha256: str

    @property
    def path(self) -> str:
        """The form that a job's `associated_backup` has."""
        return f"{self.site_id}/{self.filename}"


@dataclass(frozen=True, slots=True)
class NewBackup:
    """A backup as it came in.

    Attributes:
        taken_at: Unix seconds by the agent's clock, the name of the file.
        stored_at: Milliseconds by ours.
        sha256: Of the file itself.
        content: The file, or what `devices.vault` made of it when there is a `key_id`.
        size: Bytes of the file; None when `content` is it.
    """

    kind: BackupKind
    taken_at: int
    stored_at: int
    sha256: str
    content: bytes
    size: int | None = None
    key_id: str | None = None


@dataclass(frozen=True, slots=True)
class AgentRecord:
    """An enrolled agent; `sites` None means that it may serve all of its team's."""

    id: UUID
    name: str
    sites: frozenset[UUID] | None
    created_at: int
    last_seen_at: int | None = None
    team_id: UUID = DEFAULT_TEAM


@dataclass(frozen=True, slots=True)
class EnrolmentRecord:
    """Leave for one agent to enrol, used at most once before `expires_at`."""

    id: UUID
    sites: frozenset[UUID] | None
    created_at: int
    expires_at: int
    team_id: UUID = DEFAULT_TEAM
