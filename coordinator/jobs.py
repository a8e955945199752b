"""The life of a job: one table says what every event does to every state.

pending ──lease──▶ leased ──busy──▶ running ──done──▶ completed
   ▲                 │  │              ├────fail────▶ failed
   └────expire───────┘  ├──fail──▶ failed └──lose────▶ failed (class `lost`)
   pending, leased ──cancel──▶ cancelled (no longer shown)
   pending ──hand over──▶ completed, when no acknowledgement was asked for

Nothing here waits, stores or looks at a clock: instants are arguments, in milliseconds
since 1970 UTC, and every function returns the job as it should be stored. The
database repeats the invariants as constraints (`store.schema`).

Source: devices-api.md, sections 2.2 and 10, for what the four public timestamps mean;
lease, renewal, expiry and loss are ours.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from coordinator.contract import ReportStatus
from coordinator.errors import ApiError, ConflictError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

__all__ = [
    "LIFE",
    "REPORT_EVENTS",
    "Event",
    "JobRecord",
    "Move",
    "NewJob",
    "Refusal",
    "State",
    "Verdict",
    "apply_event",
    "check_holder",
    "check_same_request",
]


class State(enum.StrEnum):
    """Where a job stands. Each says who moves a job in and out, and what a crash leaves."""

    #: In by create, or by expiry of a lease. Out by a lease or cancel. A crash leaves it queued.
    PENDING = "pending"
    #: In by an agent's poll. Out by its reports, cancel, or at the deadline: an agent that
    #: dies here has run nothing, so the job goes to whoever polls next.
    LEASED = "leased"
    #: In by *busy*. Out by done or fail, or at the deadline: whether the script ran is not
    #: known here, so the job is never handed out again and ends as lost.
    RUNNING = "running"
    #: Final. In by done, or by handing over a job without acknowledgement.
    COMPLETED = "completed"
    #: Final. In by fail, or by loss.
    FAILED = "failed"
    #: Final and shown to nobody; kept so that a late retry of the create makes no second job.
    CANCELLED = "cancelled"


class Event(enum.StrEnum):
    LEASE = "lease"  # a poll takes the job
    HAND_OVER = "hand_over"  # the same, for a job that wants no acknowledgement
    RENEW = "renew"  # the agent needs longer before it can start
    BUSY = "busy"  # the agent asks for leave to run the script
    DONE = "done"
    FAIL = "fail"
    EXPIRE = "expire"  # the deadline of a lease has come
    LOSE = "lose"  # the deadline of a run has come
    CANCEL = "cancel"


REPORT_EVENTS: Final[Mapping[ReportStatus, Event]] = {
    ReportStatus.BUSY: Event.BUSY,
    ReportStatus.DONE: Event.DONE,
    ReportStatus.FAIL: Event.FAIL,
}


@dataclass(frozen=True, slots=True)
class Move:
    """The event changes the job; `stamps` are the timestamps set to now unless set before."""

    to: State
    stamps: tuple[str, ...] = ()


class Verdict(enum.Enum):
    #: Heard before, or already so: answered like the first time, changes nothing.
    REPEAT = "repeat"


class Refusal(enum.Enum):
    """The event is not allowed: an error class, its code and text."""

    STARTED = (ConflictError, "job_already_started", "The job has already started.")
    FINISHED = (ConflictError, "job_already_finished", "The job has ended differently.")
    SUPERSEDED = (ConflictError, "lease_superseded", "The lease is no longer the job's.")
    NOT_QUEUED = (ConflictError, "job_not_queued", "The job does not wait in the queue.")
    GONE = (NotFoundError, "job_not_found", "There is no such job.")

    def error(self) -> ApiError:
        kind: type[ApiError]
        kind, code, message = self.value
        return kind(code, message)


_REPEAT = Verdict.REPEAT
_LEASED = Move(State.LEASED)
_HANDED_OVER = Move(State.COMPLETED, ("started_at", "completed_at"))
_COMPLETED = Move(State.COMPLETED, ("started_at", "completed_at"))
# A job that fails before busy (preflight, backup) never started.
_FAILED = Move(State.FAILED, ("failed_at",))

# fmt: off
LIFE: Final[Mapping[State, Mapping[Event, Move | Verdict | Refusal]]] = {
    State.PENDING: {
        Event.LEASE: _LEASED,
        Event.HAND_OVER: _HANDED_OVER,
        Event.RENEW: Refusal.SUPERSEDED,  # it expired: only a new lease may go on
        Event.BUSY: Refusal.SUPERSEDED,
        Event.DONE: Refusal.SUPERSEDED,
        Event.FAIL: Refusal.SUPERSEDED,
        Event.EXPIRE: _REPEAT,
        Event.LOSE: _REPEAT,
        Event.CANCEL: Move(State.CANCELLED, ("cancelled_at",)),
    },
    State.LEASED: {
        Event.LEASE: Refusal.NOT_QUEUED,
        Event.HAND_OVER: Refusal.NOT_QUEUED,
        Event.RENEW: _LEASED,
        Event.BUSY: Move(State.RUNNING, ("started_at",)),
        Event.DONE: _COMPLETED,
        Event.FAIL: _FAILED,
        Event.EXPIRE: Move(State.PENDING),
        Event.LOSE: _REPEAT,
        Event.CANCEL: Move(State.CANCELLED, ("cancelled_at",)),  # then *busy* is refused
    },
    State.RUNNING: {
        Event.LEASE: Refusal.NOT_QUEUED,
        Event.HAND_OVER: Refusal.NOT_QUEUED,
        Event.RENEW: _REPEAT,
        Event.BUSY: _REPEAT,
        Event.DONE: _COMPLETED,
        Event.FAIL: _FAILED,
        Event.EXPIRE: _REPEAT,
        Event.LOSE: _FAILED,
        Event.CANCEL: Refusal.STARTED,
    },
    State.COMPLETED: {
        Event.LEASE: Refusal.NOT_QUEUED,
        Event.HAND_OVER: Refusal.NOT_QUEUED,
        Event.RENEW: Refusal.FINISHED,
        Event.BUSY: Refusal.FINISHED,  # a repeat must not read as leave to run
        Event.DONE: _REPEAT,
        Event.FAIL: Refusal.FINISHED,
        Event.EXPIRE: _REPEAT,
        Event.LOSE: _REPEAT,
        Event.CANCEL: Refusal.STARTED,
    },
    State.FAILED: {
        Event.LEASE: Refusal.NOT_QUEUED,
        Event.HAND_OVER: Refusal.NOT_QUEUED,
        Event.RENEW: Refusal.FINISHED,
        Event.BUSY: Refusal.FINISHED,
        Event.DONE: Refusal.FINISHED,
        Event.FAIL: _REPEAT,
        Event.EXPIRE: _REPEAT,
        Event.LOSE: _REPEAT,
        Event.CANCEL: Refusal.STARTED,
    },
    State.CANCELLED: dict.fromkeys(Event, Refusal.GONE),
}
# fmt: on

# What an agent may still say about a job that was complete when it was handed over.
_AFTER_HAND_OVER = frozenset({Event.RENEW, Event.BUSY, Event.DONE, Event.FAIL})
_ENDS_AT_DEADLINE = frozenset({State.LEASED, State.RUNNING})


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job as it was asked for; `script` is its exact bytes."""

    id: UUID
    token: str
    site_id: UUID
    idempotency_key: UUID
    description: str
    express_execute: bool
    needs_acknowledgement: bool
    should_backup: bool
    script: bytes
    created_at: int


@dataclass(frozen=True, slots=True)
class JobRecord(NewJob):
    """A job as it is stored.

    Attributes:
        seq: Its place in the order of creation; grows even within one millisecond.
        lease_version: How often it was handed out.
        agent_id: Who holds or held the newest lease.
        deadline: When a lease expires or a run is lost; None in every other state.
    """

    seq: int = 0
    state: State = State.PENDING
    started_at: int | None = None
    completed_at: int | None = None
    failed_at: int | None = None
    cancelled_at: int | None = None
    associated_backup: str | None = None
    lease_version: int = 0
    agent_id: UUID | None = None
    deadline: int | None = None


def apply_event(
    job: JobRecord, event: Event, *, now: int, deadline: int | None = None
) -> JobRecord:
    """Return the job after the event; the same object when the event changes nothing.

    Args:
        job: As stored.
        event: What happened.
        now: When.
        deadline: The end of the lease or run that begins or is renewed here.

    Raises:
        ConflictError: The job's state does not allow the event.
        NotFoundError: The job was cancelled.
    """
    if not job.needs_acknowledgement and job.state is State.COMPLETED and event in _AFTER_HAND_OVER:
        return job
    match LIFE[job.state][event]:
        case Refusal() as refusal:
            raise refusal.error()
        case Move() as move:
            stamps: dict[str, Any] = {
                name: now for name in move.stamps if getattr(job, name) is None
            }
            ends = deadline if move.to in _ENDS_AT_DEADLINE else None
            return replace(job, state=move.to, deadline=ends, **stamps)
        case Verdict.REPEAT:
            return job


def check_holder(job: JobRecord, agent_id: UUID, lease_version: int) -> None:
    """Refuse an agent that does not hold the newest lease of the job.

    Raises:
        ConflictError: `lease_superseded`; the agent must stop and forget the job.
    """
    if job.lease_version != lease_version or job.agent_id != agent_id:
        raise Refusal.SUPERSEDED.error()


def check_same_request(job: JobRecord, asked: NewJob) -> None:
    """Refuse an idempotency key that comes with another request than the one it made.

    Raises:
        ConflictError: `idempotency_key_reused`. Also for a job that was cancelled since: to
            make it again would undo the cancellation when a create is retried late.
    """
    fields = (
        "description",
        "express_execute",
        "needs_acknowledgement",
        "should_backup",
        "script",
    )
    if any(getattr(job, name) != getattr(asked, name) for name in fields):
        raise ConflictError(
            "idempotency_key_reused", "This idempotency key belongs to a different request."
        )
    if job.state is State.CANCELLED:
        raise ConflictError(
            "idempotency_key_reused", "This idempotency key belongs to a job that was cancelled."
        )
