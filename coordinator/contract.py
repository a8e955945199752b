"""What goes over HTTP: the public Devices API's shapes and those of our agents.

Public shapes are exactly generation A's, field for field. What the public
documents leave open and we chose is marked "ours".

Source: devices-api.md, sections 1 to 3 (generation A), unless marked ours.
"""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID  # noqa: TC003 - pydantic evaluates the annotations

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    StringConstraints,
    WithJsonSchema,
)

__all__ = [
    "Agent",
    "AgentSite",
    "BackupKind",
    "BackupReceipt",
    "CancelAnswer",
    "CommandAnswer",
    "CommandError",
    "EnrolReply",
    "EnrolRequest",
    "Enrolment",
    "EnrolmentCreate",
    "ErrorBody",
    "ErrorClass",
    "Instant",
    "Job",
    "JobRun",
    "Lease",
    "LeaseRenewal",
    "LeaseRenewed",
    "LiveCommand",
    "PollReply",
    "PollRequest",
    "Report",
    "ReportReply",
    "ReportStatus",
    "RunError",
    "RunState",
    "Site",
    "SiteCreate",
    "SiteUpdate",
    "StoredBackup",
]


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# UTC, whole seconds, `Z`: "every example" of the reference, 1.4.
Instant = Annotated[
    datetime,
    PlainSerializer(_instant, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class Shape(BaseModel):
    """A body that goes over the wire; unknown fields are refused when it comes in."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ErrorBody(Shape):
    """The body of every reply with status 4xx or 5xx. Source: 1.2."""

    type: Literal["invalid_request_error", "api_error"]
    code: str
    message: str
    doc_url: str


# --- Public: jobs -----------------------------------------------------------


class Job(Shape):
    """A RouterOS script queued for one site. Source: 2.1, all fields and no others.

    `script` is text. Bytes of a script that are not UTF-8 are kept exactly: the store
    and the lease hold bytes, and this field shows them with `surrogateescape` replaced
    by U+FFFD (ours; the public field is a JSON string).
    """

    id: UUID
    token: str
    site_id: UUID
    idempotency_key: UUID
    description: str
    express_execute: bool
    needs_acknowledgement: bool
    should_backup: bool
    associated_backup: str | None
    started_at: Instant | None
    completed_at: Instant | None
    failed_at: Instant | None
    created_at: Instant
    log_url: str
    script: str


# --- Public: sites ----------------------------------------------------------


class Site(Shape):
    """The record of one managed router. Source: 3.1."""

    id: UUID
    pid: str
    name: str
    address: str | None = None
    has_pulse: bool = False
    uptime: str | None = None
    architecture_name: str | None = None
    hardware_hash: str | None = None
    serial_number: str | None = None
    software_version: str | None = None
    software_id: str | None = None
    identity: str | None = None
    last_seen_from: str | None = None
    model: str | None = None
    board_name: str | None = None
    routerboard: bool | None = None
    last_seen: str | None = None
    last_seen_at: Instant | None = None
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None = None
    scheduler_removal: str | None = None


SiteName = Annotated[str, StringConstraints(min_length=3, max_length=100)]


class SiteUpdate(Shape):
    """Fields of a site to change; those left out stay. Source: 3.2, PATCH body."""

    name: SiteName | None = None
    lat: float | None = Field(default=None, ge=-90, le=90)
    lng: float | None = Field(default=None, ge=-180, le=180)
    address: Annotated[str, StringConstraints(max_length=255)] | None = None
    timezone: Annotated[str, StringConstraints(max_length=64)] | None = None


class SiteCreate(SiteUpdate):
    """A new site (ours: the public documents show no such operation)."""

    name: SiteName


# --- Ours: a job's run ------------------------------------------------------


class RunState(enum.StrEnum):
    """Where a job stands, finer than the public timestamps tell (ours)."""

    SCHEDULED = "scheduled"
    PENDING = "pending"
    LEASED = "leased"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


class CancelAnswer(enum.StrEnum):
    """What became of the wish to cancel a job, in the end (ours).

    Attributes:
        CANCELLED: The script has not run and will not.
        TOO_LATE: It had begun, and went on to its end.
        UNKNOWN: Nothing was heard of the run, or an operator resolved it.
    """

    CANCELLED = "cancelled"
    TOO_LATE = "too_late"
    UNKNOWN = "unknown"


class ErrorClass(enum.StrEnum):
    """Why a job failed: a closed set (ours)."""

    UNREACHABLE = "unreachable"
    AUTH = "auth"
    PERMISSION = "permission"
    PREFLIGHT = "preflight"
    BACKUP = "backup"
    SYNTAX = "syntax"
    TRAP = "trap"
    TIMEOUT = "timeout"
    LOST = "lost"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class RunError(Shape):
    r"""What went wrong, in the router's own words where they are the router's.

    Attributes:
        message: The text; bytes outside UTF-8 as `\xNN`.
        line: 1-based line of the job's script, when it is known.
        column: 1-based byte column of that line. Where the router names only a line, the
            agent points at the argument or the command that the text names.
    """

    error_class: ErrorClass
    message: str
    line: int | None = None
    column: int | None = None


class JobRun(Shape):
    r"""How the run of one job went (ours: `GET /site/{siteId}/job/{jobId}/run`).

    Attributes:
        output: What the script printed, bytes outside UTF-8 as `\xNN`; over the limit its
            head and its tail with a line between them that says how many bytes are missing.
        output_bytes: Bytes that it printed, all of them.
        diff: Unified diff of the exports before and after, volatile lines and secrets removed;
            empty when nothing changed, None when it was not taken.
        attempts: How often the job was handed out; its script ran once at most.
        deadline_at: When the lease or the run ends, or when a waiting job may start or expires.
        protection: What guarded the run on the router; None when the agent did not tell.
        cancel_asked_at, cancel_answer: The wish to cancel it, and what became of that.
    """

    job_id: UUID
    state: RunState
    lease_version: int
    attempts: int = 0
    deadline_at: Instant | None = None
    not_before: Instant | None = None
    expires_at: Instant | None = None
    run_timeout: int | None = None
    notify_url: str | None = None
    cancel_asked_at: Instant | None = None
    cancel_answer: CancelAnswer | None = None
    protection: str | None = None
    agent_id: UUID | None = None
    lease_expires_at: Instant | None = None
    output: str = ""
    output_bytes: int = 0
    output_sha256: str | None = None
    error: RunError | None = None
    diff: str | None = None
    backups: list[StoredBackup] = []


class StoredBackup(Shape):
    """A backup that the coordinator keeps (ours).

    Attributes:
        path: `{siteId}/{unixSeconds}.rsc` or `….backup`.
        size: Bytes.
        sha256: Of the content, hex.
    """

    path: str
    kind: BackupKind
    size: int
    sha256: str


# --- Ours: agents -----------------------------------------------------------


class BackupKind(enum.StrEnum):
    EXPORT = "export"
    BINARY = "binary"


class EnrolRequest(Shape):
    """`POST /agent/enrol`: a one-time enrolment token against the agent's own."""

    enrolment_token: SecretStr
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class EnrolReply(Shape):
    agent_id: UUID
    agent_token: str = Field(repr=False)


class EnrolmentCreate(Shape):
    """`POST /agents/enrolments`: leave for one agent to enrol.

    Attributes:
        sites: Sites that the agent may serve; None means all, those made later too.
        expires_in: Seconds until the token is worthless.
    """

    sites: Annotated[list[UUID], Field(min_length=1, max_length=10_000)] | None = None
    expires_in: Annotated[int, Field(ge=60, le=30 * 86_400)] = 86_400


class Enrolment(Shape):
    """A one-time enrolment token, shown this once; only its hash is kept."""

    enrolment_token: str = Field(repr=False)
    sites: list[UUID] | None
    expires_at: Instant


class Agent(Shape):
    """An enrolled agent, as an operator sees it. `sites` None means all."""

    id: UUID
    name: str
    sites: list[UUID] | None
    created_at: Instant
    last_seen_at: Instant | None


class AgentSite(Shape):
    """A site that an agent may serve."""

    id: UUID
    name: str


class PollRequest(Shape):
    """`POST /agent/poll`: one long poll for all sites of an agent.

    Attributes:
        sites: Sites that the agent could take a job for now; those it works on are left out.
        wait: Seconds to hold the request open while there is no job.
        capacity: Most leases to hand out.
        versions: RouterOS version last seen per site, for the site's record.
        facts: What routers said of themselves since the last poll, by RouterOS's names.
    """

    sites: Annotated[list[UUID], Field(max_length=10_000)]
    wait: Annotated[float, Field(ge=0, le=60)] = 25
    capacity: Annotated[int, Field(ge=1, le=1000)] = 1
    versions: dict[UUID, Annotated[str, StringConstraints(max_length=64)]] = {}
    facts: dict[UUID, dict[str, Annotated[str, StringConstraints(max_length=200)]]] = {}


class Lease(Shape):
    """A job handed to one agent.

    Attributes:
        version: Grows with every lease of the job; reports carry it, older ones are refused.
        expires_at: Until the agent reports busy, the job goes to somebody else after this.
        script_base64: The script's exact bytes.
    """

    job: Job
    version: int
    expires_at: Instant
    script_base64: str


class LeaseRenewal(Shape):
    """`POST /agent/job/{jobId}/renew`: the lease is still being prepared."""

    lease_version: int


class LeaseRenewed(Shape):
    """The lease and its new end; `cancel_requested` as in ReportReply."""

    version: int
    expires_at: Instant
    cancel_requested: bool = False


class PollReply(Shape):
    """Jobs for the agent.

    Attributes:
        cancels: Jobs that this agent runs and that an operator wants ended, not answered yet.
        commands: Live commands, each handed out once.
    """

    leases: list[Lease]
    cancels: list[UUID] = []
    commands: list[LiveCommand] = []


class LiveCommand(Shape):
    """A command of the RouterOS API to be run at once, and answered.

    Attributes:
        parameters: `=key=value` words, and `?key=value` to select.
        read_only: Whoever asks may only read: the agent runs nothing else.
        seconds: For connecting and the router's answer together.
    """

    id: UUID
    site_id: UUID
    command: str
    parameters: list[str] = []
    read_only: bool = True
    seconds: float = 28


class CommandError(Shape):
    """Why there are no rows: `trap` in the router's words, `refused` in the agent's."""

    kind: Literal["refused", "trap", "unreachable", "login", "lost", "timeout"]
    message: Annotated[str, StringConstraints(max_length=2000)]


class CommandAnswer(Shape):
    r"""`POST /agent/command/{commandId}`: what the router answered.

    Attributes:
        rows: Texts by property; bytes outside UTF-8 as `\xNN`.
        ret: What came as `=ret=`.
    """

    rows: list[dict[str, str]] = []
    ret: str | None = None
    error: CommandError | None = None


class ReportStatus(enum.StrEnum):
    BUSY = "busy"
    DONE = "done"
    FAIL = "fail"


class Report(Shape):
    """`POST /agent/job/{jobId}/report`: how far a job got. Repeating one changes nothing.

    The reply to *busy* is the permission to run the script: anything but 200 means do not.

    Attributes:
        lease_version: Of the lease under which the job is run.
        status: What is reported.
        occurred_at: When it happened by the agent's clock (informative; the coordinator's
            clock sets the job's timestamps).
        output, output_bytes, output_sha256, error, diff: As in JobRun; with done and fail.
        protection: What guarded the run on the router, if the agent tells.
        cancel: Answers a wish to cancel: the script has begun. With a repeat of busy.
    """

    lease_version: int
    status: ReportStatus
    occurred_at: Instant
    output: str = ""
    output_bytes: int = 0
    output_sha256: str | None = None
    error: RunError | None = None
    diff: str | None = None
    protection: Annotated[str, StringConstraints(max_length=32)] | None = None
    cancel: Literal[CancelAnswer.TOO_LATE] | None = None


class ReportReply(Shape):
    """The job's state after the report.

    Attributes:
        repeated: It had been heard before.
        cancel_requested: An operator wants the job ended: if its script has not been ordered
            yet, fail with class `cancelled`; else report busy again with `cancel` too_late.
    """

    state: RunState
    repeated: bool = False
    cancel_requested: bool = False


class BackupReceipt(Shape):
    """Reply of `PUT /agent/job/{jobId}/backup/{kind}`, body the file's bytes.

    Headers: `X-Lease-Version`, `X-Content-SHA256` (hex), `X-Taken-At` (unix seconds: the
    file's name). The first *export* stored becomes the job's `associated_backup`.
    """

    stored: StoredBackup
    repeated: bool = False


JobRun.model_rebuild()
PollReply.model_rebuild()
StoredBackup.model_rebuild()
