"""Statements about jobs and their runs.

The values in `state = 'pending'` and its like stand in the text, not in parameters: SQLite
uses a partial index only when it can see that the condition implies the index's own.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from coordinator.contract import CancelAnswer, ErrorClass
from coordinator.errors import NotFoundError
from coordinator.jobs import (
    CREATED,
    Event,
    JobRecord,
    NewJob,
    Note,
    State,
    apply_event,
    check_same_request,
    queued,
)
from coordinator.records import RunRecord
from coordinator.store import events
from coordinator.store.schema import JOBS, RUNS, SITES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from uuid import UUID

    from coordinator.records import JobFilter
    from coordinator.store.interface import Rule, RuleResult

__all__ = [
    "BY_ID_AND_SITE",
    "FIELDS",
    "add",
    "asked_to_cancel",
    "cancel_queue",
    "change",
    "claim",
    "claimable",
    "find",
    "next_deadline",
    "of_site",
    "page",
    "record",
    "run_of",
    "settle",
]

# Sites named in one statement: well below what a statement may have parameters.
_SITES_A_STATEMENT = 500
# Jobs ended in one transaction, so that a great many at once do not hold up the others.
_ENDED_AT_ONCE = 500

#: Columns of a job in the order of the record's fields; notes go to the timeline.
FIELDS = tuple(field.name for field in fields(JobRecord) if field.name != "notes")
_ASKED = tuple(field.name for field in fields(NewJob))
_STATE, _ANSWER = FIELDS.index("state"), FIELDS.index("cancel_answer")
_COLUMNS = [JOBS.c[name] for name in FIELDS]
# What a change of state may touch; everything else is as the caller made it.
_CHANGING = (
    "state",
    "started_at",
    "completed_at",
    "failed_at",
    "cancelled_at",
    "associated_backup",
    "lease_version",
    "agent_id",
    "deadline",
    "cancel_asked_at",
    "cancel_answer",
)

_SITE_DELETED = "The site was deleted."

_ENDED = frozenset({State.COMPLETED, State.FAILED})
_RUN_FIELDS = tuple(field.name for field in fields(RunRecord))

_IS_PENDING = sa.text("jobs.state = 'pending'")
_IS_ACTIVE = sa.text("jobs.state IN ('leased', 'running')")
_IS_SHOWN = JOBS.c.state != State.CANCELLED.value

_SELECT = sa.select(*_COLUMNS)
# What is read to be changed is locked; SQLite has one writer and renders no lock.
_BY_ID = _SELECT.where(JOBS.c.id == sa.bindparam("id")).with_for_update()
_BY_KEY = _SELECT.where(
    JOBS.c.site_id == sa.bindparam("site_id"), JOBS.c.idempotency_key == sa.bindparam("key")
)
#: One job, not cancelled, of a site that is not deleted.
BY_ID_AND_SITE = (
    _SELECT.join(SITES, SITES.c.id == JOBS.c.site_id)
    .where(JOBS.c.id == sa.bindparam("id"), JOBS.c.site_id == sa.bindparam("site_id"))
    .where(_IS_SHOWN, SITES.c.deleted_at.is_(None))
)
_NEWEST = _SELECT.where(JOBS.c.site_id == sa.bindparam("site_id"), _IS_SHOWN).order_by(
    JOBS.c.created_at.desc(), JOBS.c.seq.desc()
)
_DUE = (
    _SELECT.where(JOBS.c.deadline <= sa.bindparam("now"))
    .order_by(JOBS.c.deadline)
    .limit(_ENDED_AT_ONCE)
    .with_for_update(skip_locked=True)  # another process is about to end them
)
_ASKED_TO_CANCEL = sa.select(JOBS.c.id).where(
    JOBS.c.agent_id == sa.bindparam("agent_id"),
    sa.text("jobs.state = 'running' AND jobs.cancel_asked_at IS NOT NULL"),
    JOBS.c.cancel_answer.is_(None),
)
_SITE_LIVES = sa.select(SITES.c.seq).where(
    SITES.c.id == sa.bindparam("site_id"), SITES.c.deleted_at.is_(None)
)
_FREE_SITE = (
    sa.select(SITES.c.id)
    .where(SITES.c.id.in_(sa.bindparam("sites", expanding=True)), SITES.c.deleted_at.is_(None))
    # The least of the queue, not any of it: asked for any, SQLite may well look through all the
    # jobs of a site, the finished ones too.
    .where(
        sa.select(sa.func.min(JOBS.c.seq))
        .where(JOBS.c.site_id == SITES.c.id, _IS_PENDING)
        .scalar_subquery()
        .is_not(None)
    )
    .where(~sa.exists().select_from(JOBS).where(JOBS.c.site_id == SITES.c.id, _IS_ACTIVE))
)
_QUEUE, _ACTIVE = JOBS.alias("queue"), JOBS.alias("active")
_NEXT_OF_FREE = (
    _SELECT.select_from(SITES)
    .join(
        JOBS,
        JOBS.c.seq
        == sa.select(sa.func.min(_QUEUE.c.seq))
        .where(_QUEUE.c.site_id == SITES.c.id, sa.text("queue.state = 'pending'"))
        .scalar_subquery(),
    )
    .where(SITES.c.id.in_(sa.bindparam("sites", expanding=True)), SITES.c.deleted_at.is_(None))
    .where(
        ~sa.exists()
        .select_from(_ACTIVE)
        .where(_ACTIVE.c.site_id == SITES.c.id, sa.text("active.state IN ('leased', 'running')"))
    )
    # Looked at again once the row is locked: another process may have taken it meanwhile.
    .where(_IS_PENDING)
    .with_for_update(of=JOBS, skip_locked=True)
)
_UPDATE = (
    sa.update(JOBS)
    .where(JOBS.c.seq == sa.bindparam("seq_is"))
    .values({name: sa.bindparam(f"new_{name}") for name in _CHANGING})
)
_RUN = sa.select(*(RUNS.c[name] for name in _RUN_FIELDS)).where(
    RUNS.c.job_id == sa.bindparam("job_id")
)


@cache
def _insert(dialect: str) -> sa.Executable:
    """Return the statement that stores a job if its site lives and its key is new.

    One statement, so that of two creates at once the constraint makes one, whoever runs them.
    `insert` with a conflict clause is spelt alike by both databases and by no common dialect.
    """
    new = [sa.bindparam(name, type_=JOBS.c[name].type) for name in _ASKED]
    first = [
        sa.bindparam("state", type_=JOBS.c.state.type),
        sa.bindparam("deadline", type_=JOBS.c.deadline.type),
        sa.literal(0),
    ]
    site_lives = sa.select(*new, *first).where(
        SITES.c.id == sa.bindparam("site_id"), SITES.c.deleted_at.is_(None)
    )
    names = [*_ASKED, "state", "deadline", "lease_version"]
    key = ["site_id", "idempotency_key"]
    insert = sqlite.insert(JOBS) if dialect == "sqlite" else postgresql.insert(JOBS)
    insert = insert.on_conflict_do_nothing(index_elements=key)
    return insert.from_select(names, site_lives).returning(JOBS.c.seq)


def record(row: Sequence[Any]) -> JobRecord:
    """Return the job of a row whose columns are `FIELDS`, in their order."""
    values = list(row)
    values[_STATE] = State(values[_STATE])
    if values[_ANSWER] is not None:
        values[_ANSWER] = CancelAnswer(values[_ANSWER])
    return JobRecord(*values)


def add(connection: sa.Connection, asked: NewJob, actor: str) -> tuple[JobRecord, bool]:
    values: dict[str, Any] = {name: getattr(asked, name) for name in _ASKED}
    state, deadline = queued(asked)
    begin = {"state": state.value, "deadline": deadline}
    seq = connection.execute(_insert(connection.dialect.name), values | begin).scalar()
    if seq is not None:
        note = Note(asked.created_at, CREATED, state, actor)
        job = JobRecord(**values, seq=seq, state=state, deadline=deadline, notes=(note,))
        events.write(connection, [job])
        return job, True
    # Not stored: there is no such site, or its key made a job before.
    if connection.execute(_SITE_LIVES, {"site_id": asked.site_id}).first() is None:
        raise NotFoundError("site_not_found", "There is no such site.")
    key = {"site_id": asked.site_id, "key": asked.idempotency_key}
    existing = record(connection.execute(_BY_KEY, key).one())
    check_same_request(existing, asked)
    return existing, False


def of_site(connection: sa.Connection, site_id: UUID) -> list[JobRecord]:
    return [record(row) for row in connection.execute(_NEWEST, {"site_id": site_id})]


def page(connection: sa.Connection, site_id: UUID, wanted: JobFilter) -> list[JobRecord]:
    statement = _NEWEST.limit(wanted.count)
    if wanted.states:
        statement = statement.where(JOBS.c.state.in_([state.value for state in wanted.states]))
    if wanted.created_after is not None:
        statement = statement.where(JOBS.c.created_at > wanted.created_after)
    if wanted.created_before is not None:
        statement = statement.where(JOBS.c.created_at < wanted.created_before)
    if wanted.before is not None:
        statement = statement.where(sa.tuple_(JOBS.c.created_at, JOBS.c.seq) < wanted.before)
    return [record(row) for row in connection.execute(statement, {"site_id": site_id})]


def find(connection: sa.Connection, job_id: UUID) -> JobRecord | None:
    row = connection.execute(_SELECT.where(JOBS.c.id == job_id)).first()
    return None if row is None else record(row)


def change(connection: sa.Connection, job_id: UUID, rule: Rule) -> RuleResult | None:
    row = connection.execute(_BY_ID, {"id": job_id}).first()
    return None if row is None else _apply(connection, record(row), rule)


def claimable(connection: sa.Connection, sites: Sequence[UUID]) -> list[UUID]:
    free: list[UUID] = []
    for some in _chunks(sites):
        free.extend(connection.execute(_FREE_SITE, {"sites": some}).scalars())
    return free


def claim(
    connection: sa.Connection,
    sites: Sequence[UUID],
    capacity: int,
    take: Callable[[JobRecord], JobRecord],
) -> list[JobRecord]:
    waiting = [
        record(row)
        for some in _chunks(sites)
        for row in connection.execute(_NEXT_OF_FREE, {"sites": some})
    ]
    waiting.sort(key=lambda job: job.seq)
    taken: list[JobRecord] = []
    for job in waiting:
        if len(taken) < capacity and (after := take(job)) is not job:
            _store(connection, after)
            taken.append(after)
    events.write(connection, taken)
    return taken


def settle(connection: sa.Connection, now: int, end: Rule) -> list[JobRecord]:
    due = [record(row) for row in connection.execute(_DUE, {"now": now})]
    return [_apply(connection, job, end).job for job in due]


def cancel_queue(connection: sa.Connection, site_id: UUID, now: int) -> None:
    """Cancel what has not started of a site; a job that runs is let run."""
    waiting = _SELECT.where(
        JOBS.c.site_id == site_id, JOBS.c.state.in_(("scheduled", "pending", "leased"))
    )
    for row in connection.execute(waiting).all():
        job = apply_event(record(row), Event.CANCEL, now=now, reason=_SITE_DELETED)
        _store(connection, job)
        events.write(connection, [job])


def next_deadline(connection: sa.Connection) -> int | None:
    return connection.execute(sa.select(sa.func.min(JOBS.c.deadline))).scalar()


def asked_to_cancel(connection: sa.Connection, agent_id: UUID) -> list[UUID]:
    return list(connection.execute(_ASKED_TO_CANCEL, {"agent_id": agent_id}).scalars())


def run_of(connection: sa.Connection, job_id: UUID) -> RunRecord | None:
    row = connection.execute(_RUN, {"job_id": job_id}).first()
    if row is None:
        return None
    values: dict[str, Any] = dict(zip(_RUN_FIELDS, row, strict=True))
    if values["error_class"] is not None:
        values["error_class"] = ErrorClass(values["error_class"])
    return RunRecord(**values)


def _apply(connection: sa.Connection, job: JobRecord, rule: Rule) -> RuleResult:
    # Only a job that has ended, or was complete when it was handed over, can have one.
    has_run = job.state in _ENDED and run_of(connection, job.id) is not None
    result = rule(job, has_run=has_run)
    if result.job is not job:
        _store(connection, result.job)
        events.write(connection, [result.job])
    if result.run is not None:
        values = {name: getattr(result.run, name) for name in _RUN_FIELDS}
        connection.execute(sa.insert(RUNS), values | {"job_id": job.id})
    return result


def _store(connection: sa.Connection, job: JobRecord) -> None:
    values: dict[str, object] = {f"new_{name}": getattr(job, name) for name in _CHANGING}
    connection.execute(_UPDATE, values | {"seq_is": job.seq})


def _chunks(sites: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(sites), _SITES_A_STATEMENT):
        yield sites[start : start + _SITES_A_STATEMENT]
