"""What is stored about routers, as plain values; instants in milliseconds since 1970, UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coordinator.teams import DEFAULT_TEAM

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

__all__ = [
    "CommandRecord",
    "DeviceRecord",
    "Gap",
    "Pulse",
    "RunbookRecord",
    "SealedBackup",
    "Stat",
    "StoredFile",
]


@dataclass(frozen=True, slots=True)
class Pulse:
    """When a site was seen last, and what its router said of itself.

    Attributes:
        uptime: Seconds, at `facts_at`.
        facts: Texts by RouterOS's names (`board-name`), those of the newest report that had them.
    """

    site_id: UUID
    last_seen_at: int | None = None
    last_seen_from: str | None = None
    uptime: int | None = None
    hardware_hash: str | None = None
    facts_at: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gap:
    """A silence of a site: from the first missed beat to the next one that came."""

    site_id: UUID
    from_at: int
    to_at: int


@dataclass(frozen=True, slots=True)
class Stat:
    """A sample: percent, bytes, bytes, seconds."""

    at: int
    cpu_load: int
    memory_free: int
    disk_free: int
    uptime: int


@dataclass(frozen=True, slots=True)
class RunbookRecord:
    """How routers are adopted; whoever has the `token` can adopt one."""

    id: UUID
    token: UUID = field(repr=False)
    name: str
    created_at: int
    site_id: UUID | None = None
    team_id: UUID = DEFAULT_TEAM


@dataclass(frozen=True, slots=True)
class DeviceRecord:
    """A router that polls by itself: an agent of one site."""

    site_id: UUID
    agent_id: UUID
    adopted_at: int
    runbook_id: UUID | None = None
    removed_at: int | None = None


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """A live command; `body` and `answer` are JSON."""

    id: UUID
    site_id: UUID
    body: str
    created_at: int
    expires_at: int
    taken_at: int | None = None
    agent_id: UUID | None = None
    answered_at: int | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored backup, without its content. `size` in bytes of the file itself."""

    site_id: UUID
    filename: str
    size: int
    sha256: str
    stored_at: int


@dataclass(frozen=True, slots=True)
class SealedBackup:
    """A stored backup as it lies in the database; `key_id` None: as it was taken."""

    file: StoredFile
    job_id: UUID
    kind: str
    key_id: str | None
    content: bytes = field(repr=False)
