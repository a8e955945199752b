"""Bodies of what the Devices API has beside jobs: short sites, stats, runbooks, backups, commands.

Source: devices-api.md, 3 to 6 and 8; what is ours says so.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID  # noqa: TC003 - pydantic evaluates the annotations

from pydantic import Field, PlainSerializer, StringConstraints

from coordinator.contract import Instant, Shape

__all__ = [
    "AsyncAccepted",
    "AsyncData",
    "AsyncRequest",
    "Backup",
    "BackupContent",
    "BackupRequested",
    "Fault",
    "HeartbeatHour",
    "LatestBackup",
    "LatestBackups",
    "LatestRequest",
    "OemData",
    "Runbook",
    "RunbookCreate",
    "SiteFacts",
    "SiteMetrics",
    "SiteMinimal",
    "SiteRecent",
    "StatsPoint",
    "SyncRequest",
]


def _offset(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _precise(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# The async acknowledgement has a numeric offset, backups have six digits. Source: 1.4.
OffsetInstant = Annotated[datetime, PlainSerializer(_offset, return_type=str)]
PreciseInstant = Annotated[datetime, PlainSerializer(_precise, return_type=str)]


class SiteMinimal(Shape):
    """Source: 3.2."""

    id: UUID
    pid: str
    name: str
    has_pulse: bool
    software_version: str | None
    software_id: str | None
    serial_number: str | None
    created_at: Instant


class SiteRecent(Shape):
    """Source: 3.2; its names differ from a Site's."""

    id: UUID
    pid: str | None
    name: str | None
    model: str | None
    version: str | None
    ip_address: str | None
    online: bool
    last_seen: str | None
    accessed_at: Instant


class SiteFacts(Shape):
    """What is known of a site's router (ours).

    Attributes:
        facts: By RouterOS's names.
        protection: The strongest protection of a job that its agent found possible.
        device_mode: As `/system/device-mode` tells it.
        last_backup_at: Of the newest backup that was checked; its age in seconds beside it.
    """

    site_id: UUID
    facts_at: Instant | None
    facts: dict[str, str]
    device_mode: str | None
    protection: str | None
    last_backup_at: Instant | None
    last_backup_age: int | None


class StatsPoint(Shape):
    """Percent, bytes, bytes, seconds. Source: 4.1."""

    created_at: Instant
    cpu_load: int
    memory_free: int
    disk_free: int
    uptime: int


class HeartbeatHour(Shape):
    """One hour of the past 24. Source: 4.2."""

    time_formatted: str
    date_formatted: str
    missed_heartbeats_percentage: float
    total_minutes_down: float


class SiteMetrics(Shape):
    """The past 24 hours. Source: 4.2; `last_seen_at` null for a site never seen is ours."""

    uptime_percentage: float
    downtime_duration_seconds: int
    last_status: Literal["online", "offline"]
    last_seen_at: Instant | None


class Runbook(Shape):
    """Source: 5."""

    id: UUID
    bootstrap_command: str
    name: str


class RunbookCreate(Shape):
    """A new runbook (ours: the reference has no such operation).

    Attributes:
        site_id: Adopt into this site; None makes one for each router.
    """

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=100)]
    site_id: UUID | None = None


class AsyncRequest(Shape):
    """Source: 6.2, generation A; the greatest length of the description is D's."""

    description: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    script: Annotated[str, StringConstraints(min_length=1)]
    make_backup: bool = False
    express_execute: bool = False
    needs_acknowledgement: bool = False
    notify_url: Annotated[str, StringConstraints(max_length=2048)] | None = None


class AsyncData(Shape):
    """Source: 6.2; `request_id` is the id of the job (ours)."""

    idempotency_key: UUID
    request_id: UUID
    target: UUID
    notify_url: str | None
    date: OffsetInstant


class AsyncAccepted(Shape):
    status: Literal["success"] = "success"
    data: AsyncData


class OemData(Shape):
    """Manufacturer data (ours: the schema is not captured), null where the router did not say."""

    manufacturer_name: str | None
    model: str | None
    board_name: str | None
    serial_number: str | None
    revision: str | None
    architecture_name: str | None
    routerboard: bool | None
    factory_software: str | None
    factory_firmware: str | None
    current_firmware: str | None
    upgrade_firmware: str | None
    firmware_type: str | None


class Fault(Shape):
    """Something that went wrong at a site (ours: the schema is not captured).

    Attributes:
        type: `site_offline` from the first missed beat to the next one, or `job_failed`.
        resolved_at: None while it lasts; a job's failure is over at once.
    """

    id: str
    type: Literal["site_offline", "job_failed"]
    message: str
    started_at: Instant
    resolved_at: Instant | None
    job_id: UUID | None = None


class Backup(Shape):
    """Source: 8. `date` and `time` are UTC, ISO 8601 (ours: the user's own form in the cloud)."""

    filename: str
    size: str
    date: str
    time: str
    created_at: PreciseInstant


class BackupContent(Backup):
    content: str


class BackupRequested(Shape):
    message: Literal["Backup requested"] = "Backup requested"


class LatestRequest(Shape):
    """Source: 8, `POST /backups/latest`."""

    sites: Annotated[list[UUID], Field(min_length=1, max_length=50)]


class LatestBackup(Shape):
    """What there is for one site (ours: the entry is not captured): a backup or an error."""

    backup: BackupContent | None = None
    error: Literal["site_not_found", "backup_not_found"] | None = None


class LatestBackups(Shape):
    results: dict[UUID, LatestBackup]
    total_sites: int
    successful: int
    errors: int


# `=name=value`, and a query `?name=value` that may begin with `<` or `>`.
_WORD = r"^(=[a-z0-9.-]+=|\?[<>]?[a-z0-9.-]+=)"


class SyncRequest(Shape):
    """A live command. Source: 6.1, generation B.

    Attributes:
        command: Of the RouterOS API, `/interface/print`.
        parameters: Each `=key=value`, or `?key=value` to select (the latter is ours).
    """

    command: Annotated[str, StringConstraints(max_length=200, pattern=r"^/[a-z0-9/-]+$")]
    parameters: Annotated[
        list[Annotated[str, StringConstraints(max_length=4096, pattern=_WORD)]],
        Field(max_length=100, default_factory=list),
    ]


#: What a router answers to a live command: an object for each row, texts by property.
SyncReply = list[dict[str, Any]]
