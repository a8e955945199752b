"""The life of a job: one table says what every event does to every state.

scheduled ──ripen──▶ pending ──lease──▶ leased ──busy──▶ running ──done──▶ completed
                        ▲                 │  │              ├────fail────▶ failed
                        └────expire───────┘  ├──fail──▶ failed └──lose────▶ failed (class `lost`)
   scheduled, pending, leased ──cancel──▶ cancelled (no longer shown)
   scheduled, pending, leased ──ask cancel──▶ failed (class `cancelled`); running: it is asked
   pending, leased ──overdue──▶ failed (class `expired`), when it had to start by a time
   running ──resolve──▶ completed or failed (class `lost`), on an operator's word
   pending ──hand over──▶ completed, when no acknowledgement was asked for

Nothing here waits, stores or looks at a clock: instants are arguments, in milliseconds
since 1970 UTC, and every function returns the job as it should be stored. The
database repeats the invariants as constraints (`store.schema`).

Source: devices-api.md, sections 2.2 and 10, for what the four public timestamps mean;
lease, renewal, expiry, loss, schedule, cancel while running and resolve are ours.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from coordinator.contract import CancelAnswer, ErrorClass, ReportStatus
from coordinator.errors import ApiError, ConflictError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

__all__ = [
    "COORDINATOR",
    "CREATED",
    "LIFE",
    "REPORT_EVENTS",
    "Event",
    "JobRecord",
    "Move",
    "NewJob",
    "Note",
    "Refusal",
    "State",
    "Verdict",
    "apply_event",
    "check_holder",
    "check_same_request",
    "queued",
]

#: Who acts when a deadline comes, in timelines.
COORDINATOR: Final = "coordinator"
#: How a timeline begins.
CREATED: Final = "created"


class State(enum.StrEnum):
    """Where a job stands. Each says who moves a job in and out, and what a crash leaves."""

    #: In by create, when it may not start yet. Out at that time (its deadline) or by cancel. A
    #: crash leaves it so; whoever looks at deadlines next lets it go on.
    SCHEDULED = "scheduled"
    #: In by create, or by expiry of a lease. Out by a lease, cancel, or at the deadline, which is
    #: there when it must start by a time. A crash leaves it queued.
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
    RIPEN = "ripen"  # the time has come from which on it may start
    OVERDUE = "overdue"  # the time has passed by which it had to start
    ASK_CANCEL = "ask_cancel"  # an operator wants it ended, even while it runs
    TOO_LATE = "too_late"  # the agent's answer to that: the script has begun
    RESOLVE_COMPLETED = "resolve_completed"  # an operator's word on a run that tells nothing
    RESOLVE_FAILED = "resolve_failed"


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
    NOT_RUNNING = (ConflictError, "job_not_running", "The job is not running.")
    ENDED = (ConflictError, "job_already_finished", "The job has ended.")
    EXPIRED = (ConflictError, "job_expired", "The job had to start earlier.")
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
_WITHDRAWN = Move(State.FAILED, ("failed_at", "cancel_asked_at"))
_ASKED = Move(State.RUNNING, ("cancel_asked_at",))
_CANCELLED = Move(State.CANCELLED, ("cancelled_at",))

# fmt: off
LIFE: Final[Mapping[State, Mapping[Event, Move | Verdict | Refusal]]] = {
    State.SCHEDULED: {
        Event.LEASE: Refusal.NOT_QUEUED,
        Event.HAND_OVER: Refusal.NOT_QUEUED,
        Event.RENEW: Refusal.SUPERSEDED,
        Event.BUSY: Refusal.SUPERSEDED,
        Event.DONE: Refusal.SUPERSEDED,
        Event.FAIL: Refusal.SUPERSEDED,
        Event.EXPIRE: _REPEAT,
        Event.LOSE: _REPEAT,
        Event.CANCEL: _CANCELLED,
        Event.RIPEN: Move(State.PENDING),
        Event.OVERDUE: _FAILED,
        Event.ASK_CANCEL: _WITHDRAWN,
        Event.TOO_LATE: _REPEAT,
        Event.RESOLVE_COMPLETED: Refusal.NOT_RUNNING,
        Event.RESOLVE_FAILED: Refusal.NOT_RUNNING,
    },
    State.PENDING: {
        Event.LEASE: _LEASED,
        Event.HAND_OVER: _HANDED_OVER,
        Event.RENEW: Refusal.SUPERSEDED,  # it expired: only a new lease may go on
        Event.BUSY: Refusal.SUPERSEDED,
        Event.DONE: Refusal.SUPERSEDED,
        Event.FAIL: Refusal.SUPERSEDED,
        Event.EXPIRE: _REPEAT,
        Event.LOSE: _REPEAT,
        Event.CANCEL: _CANCELLED,
        Event.RIPEN: _REPEAT,
        Event.OVERDUE: _FAILED,
        Event.ASK_CANCEL: _WITHDRAWN,
        Event.TOO_LATE: _REPEAT,
        Event.RESOLVE_COMPLETED: Refusal.NOT_RUNNING,
        Event.RESOLVE_FAILED: Refusal.NOT_RUNNING,
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
        Event.CANCEL: _CANCELLED,  # then *busy* is refused
        Event.RIPEN: _REPEAT,
        Event.OVERDUE: _FAILED,
        Event.ASK_CANCEL: _WITHDRAWN,  # as after cancel: nothing has run
        Event.TOO_LATE: _REPEAT,
        Event.RESOLVE_COMPLETED: Refusal.NOT_RUNNING,
        Event.RESOLVE_FAILED: Refusal.NOT_RUNNING,
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
        Event.RIPEN: _REPEAT,
        Event.OVERDUE: _REPEAT,  # it has started in time
        Event.ASK_CANCEL: _ASKED,
        Event.TOO_LATE: Move(State.RUNNING),
        Event.RESOLVE_COMPLETED: _COMPLETED,
        Event.RESOLVE_FAILED: _FAILED,
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
        Event.RIPEN: _REPEAT,
        Event.OVERDUE: _REPEAT,
        Event.ASK_CANCEL: Refusal.ENDED,
        Event.TOO_LATE: _REPEAT,
        Event.RESOLVE_COMPLETED: Refusal.ENDED,
        Event.RESOLVE_FAILED: Refusal.ENDED,
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
        Event.RIPEN: _REPEAT,
        Event.OVERDUE: _REPEAT,
        Event.ASK_CANCEL: Refusal.ENDED,
        Event.TOO_LATE: _REPEAT,
        Event.RESOLVE_COMPLETED: Refusal.ENDED,
        Event.RESOLVE_FAILED: Refusal.ENDED,
    },
    State.CANCELLED: dict.fromkeys(Event, Refusal.GONE),
}
# fmt: on

# What an agent may still say about a job that was complete when it was handed over.
_AFTER_HAND_OVER = frozenset({Event.RENEW, Event.BUSY, Event.DONE, Event.FAIL, Event.TOO_LATE})
# What must not happen any more once the time to start has passed.
_STARTS = frozenset({Event.LEASE, Event.HAND_OVER, Event.BUSY})
_BEFORE_START = frozenset({State.SCHEDULED, State.PENDING, State.LEASED})
# Too many and of no news to anybody.
_NOT_NOTED = frozenset({Event.RENEW})


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job as it was asked for; `script` is its exact bytes.

    Attributes:
        expires_at: It fails, class `expired`, when it has not started by then.
        not_before: It is handed to nobody before then.
        run_timeout: Seconds from *busy* until it is lost; None takes the coordinator's.
        notify_url: Where its transitions are told.
    """

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
    expires_at: int | None = None
    not_before: int | None = None
    run_timeout: int | None = None
    notify_url: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What a timeline says of one transition.

    Attributes:
        event: `created`, or the value of an Event.
        state: The job's state after it.
        actor: `operator:…`, `agent:…` or `coordinator`.
        reason: In the words of whoever acted; may be empty.
    """

    at: int
    event: str
    state: State
    actor: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class JobRecord(NewJob):
    """A job as it is stored.

    Attributes:
        seq: Its place in the order of creation; grows even within one millisecond.
        lease_version: How often it was handed out.
        agent_id: Who holds or held the newest lease.
        deadline: When a lease expires, a run is lost, a scheduled job may go, or a pending one
            had to start; None where nothing of the kind is to come.
        cancel_asked_at: When an operator wanted it ended by `ask_cancel`.
        cancel_answer: What became of that; None while it is open.
        notes: What was decided since it was read; the store adds them to its timeline.
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
    cancel_asked_at: int | None = None
    cancel_answer: CancelAnswer | None = None
    notes: tuple[Note, ...] = field(default=(), compare=False, repr=False)


def queued(asked: NewJob) -> tuple[State, int | None]:
    """Return the state and the deadline with which a job begins."""
    if asked.not_before is not None and asked.not_before > asked.created_at:
        return State.SCHEDULED, asked.not_before
    return State.PENDING, asked.expires_at


def apply_event(
    job: JobRecord,
    event: Event,
    *,
    now: int,
    deadline: int | None = None,
    actor: str = COORDINATOR,
    reason: str = "",
    error_class: ErrorClass | None = None,
) -> JobRecord:
    """Return the job after the event; the same object when the event changes nothing.

    Args:
        job: As stored.
        event: What happened.
        now: When.
        deadline: The end of the lease or run that begins or is renewed here.
        actor: Who made it happen, for the timeline.
        reason: Why, for the timeline.
        error_class: Of a failure that was reported.

    Raises:
        ConflictError: The job's state does not allow the event.
        NotFoundError: The job was cancelled.
    """
    if _is_heard(job, event):
        return job
    match LIFE[job.state][event]:
        case Refusal() as refusal:
            raise refusal.error()
        case Move() as move:
            if event in _STARTS and job.expires_at is not None and job.expires_at <= now:
                raise Refusal.EXPIRED.error()
            changes: dict[str, Any] = {
                name: now for name in move.stamps if getattr(job, name) is None
            }
            changes["cancel_answer"] = _answer(job, event, error_class)
            changes["deadline"] = _deadline(job, move.to, deadline)
            if event not in _NOT_NOTED:
                note = Note(now, event.value, move.to, actor, reason)
                changes["notes"] = (*job.notes, note)
            return replace(job, state=move.to, **changes)
        case Verdict.REPEAT:
            return job


def _is_heard(job: JobRecord, event: Event) -> bool:
    """Return whether the event tells nothing new whatever the table says of the state."""
    if event is Event.ASK_CANCEL and job.state is not State.CANCELLED:
        return job.cancel_asked_at is not None
    if event is Event.TOO_LATE and job.state is not State.CANCELLED:
        return job.cancel_asked_at is None or job.cancel_answer is not None
    handed_over = not job.needs_acknowledgement and job.state is State.COMPLETED
    return handed_over and event in _AFTER_HAND_OVER


def _deadline(job: JobRecord, to: State, asked: int | None) -> int | None:
    if to is State.PENDING:
        return job.expires_at
    if to is State.RUNNING:
        return job.deadline if asked is None else asked
    if to is State.LEASED:
        ends = [value for value in (asked, job.expires_at) if value is not None]
        return min(ends, default=None)
    return None


def _answer(job: JobRecord, event: Event, error_class: ErrorClass | None) -> CancelAnswer | None:
    """Return what becomes of a wish to cancel by this event."""
    if event is Event.ASK_CANCEL:
        return CancelAnswer.CANCELLED if job.state in _BEFORE_START else None
    if job.cancel_asked_at is None or job.cancel_answer is not None:
        return job.cancel_answer
    if event is Event.FAIL and error_class is ErrorClass.CANCELLED:
        return CancelAnswer.CANCELLED
    if event is Event.FAIL and error_class is ErrorClass.LOST:
        return CancelAnswer.UNKNOWN
    if event in {Event.DONE, Event.FAIL, Event.TOO_LATE}:
        return CancelAnswer.TOO_LATE
    return CancelAnswer.UNKNOWN


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
        "expires_at",
        "not_before",
        "run_timeout",
        "notify_url",
    )
    if any(getattr(job, name) != getattr(asked, name) for name in fields):
        raise ConflictError(
            "idempotency_key_reused", "This idempotency key belongs to a different request."
        )
    if job.state is State.CANCELLED:
        raise ConflictError(
            "idempotency_key_reused", "This idempotency key belongs to a job that was cancelled."
        )
