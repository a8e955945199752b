"""Statements about deliveries: which event is to be told to a job's `notify_url`, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from coordinator.jobs import Event, State
from coordinator.records import DeliveryRecord, DueDelivery
from coordinator.store.schema import DELIVERIES, JOB_EVENTS, JOBS, SITES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from coordinator.jobs import JobRecord, Note

__all__ = ["add", "due", "end", "is_told", "next_due", "of_job"]

# What a caller is told of: the transitions that a job's public timestamps show, and its removal.
_ENDS = frozenset({State.COMPLETED, State.FAILED, State.CANCELLED})

_OTHER = DELIVERIES.alias("earlier")
# In order for each job: what was queued earlier goes first, or is given up first.
_IS_FIRST = ~(
    sa.exists()
    .select_from(_OTHER)
    .where(
        _OTHER.c.job_id == DELIVERIES.c.job_id,
        _OTHER.c.seq < DELIVERIES.c.seq,
        _OTHER.c.next_at.is_not(None),
    )
)
_NEXT_DUE = sa.select(sa.func.min(DELIVERIES.c.next_at)).where(
    DELIVERIES.c.next_at.is_not(None), _IS_FIRST
)
_DUE = (
    sa.select(
        DELIVERIES.c.seq,
        DELIVERIES.c.event_seq,
        DELIVERIES.c.next_at,
        DELIVERIES.c.created_at,
        DELIVERIES.c.attempts,
        JOB_EVENTS.c.state,
        JOB_EVENTS.c.at,
        JOBS.c.id,
        SITES.c.team_id,
        JOBS.c.notify_url,
    )
    .join(JOB_EVENTS, JOB_EVENTS.c.seq == DELIVERIES.c.event_seq)
    .join(JOBS, JOBS.c.id == DELIVERIES.c.job_id)
    .join(SITES, SITES.c.id == JOBS.c.site_id)
    .where(DELIVERIES.c.next_at <= sa.bindparam("now"), _IS_FIRST)
    .order_by(DELIVERIES.c.next_at, DELIVERIES.c.seq)
    .limit(sa.bindparam("count"))
)
# Only when nobody else took it since: its time tells.
_HOLD = (
    sa.update(DELIVERIES)
    .where(
        DELIVERIES.c.seq == sa.bindparam("seq_is"),
        DELIVERIES.c.next_at == sa.bindparam("was"),
    )
    .values(next_at=sa.bindparam("until"))
)
_OF_JOB = (
    sa.select(
        DELIVERIES.c.seq,
        DELIVERIES.c.event_seq,
        JOB_EVENTS.c.event,
        DELIVERIES.c.created_at,
        DELIVERIES.c.next_at,
        DELIVERIES.c.delivered_at,
        DELIVERIES.c.failed_at,
        DELIVERIES.c.attempts,
        DELIVERIES.c.last_status,
        DELIVERIES.c.last_error,
    )
    .join(JOB_EVENTS, JOB_EVENTS.c.seq == DELIVERIES.c.event_seq)
    .where(DELIVERIES.c.job_id == sa.bindparam("job_id"))
    .where(DELIVERIES.c.seq > sa.bindparam("after"))
    .order_by(DELIVERIES.c.seq)
    .limit(sa.bindparam("count"))
)


def is_told(note: Note) -> bool:
    """Return whether a job's `notify_url` is called for this line of its timeline."""
    return note.event == Event.BUSY or note.state in _ENDS


def add(connection: sa.Connection, job: JobRecord, note: Note, event_seq: int) -> None:
    connection.execute(
        sa.insert(DELIVERIES).values(
            event_seq=event_seq,
            job_id=job.id,
            created_at=note.at,
            next_at=note.at,
            attempts=0,
            last_error="",
        )
    )


def next_due(connection: sa.Connection) -> int | None:
    return connection.execute(_NEXT_DUE).scalar()


def due(connection: sa.Connection, now: int, hold_until: int, count: int) -> list[DueDelivery]:
    held = []
    for row in connection.execute(_DUE, {"now": now, "count": count}).all():
        delivery = _due(row)
        values = {"seq_is": delivery.seq, "was": delivery.next_at, "until": hold_until}
        if connection.execute(_HOLD, values).rowcount == 1:
            held.append(delivery)
    return held


def end(connection: sa.Connection, seq: int, held_until: int, values: Mapping[str, Any]) -> bool:
    """Store how an attempt went; False when somebody else has the delivery by now."""
    changed = connection.execute(
        sa.update(DELIVERIES)
        .where(DELIVERIES.c.seq == seq, DELIVERIES.c.next_at == held_until)
        .values(values)
    )
    return changed.rowcount == 1


def of_job(connection: sa.Connection, job_id: UUID, after: int, count: int) -> list[DeliveryRecord]:
    values = {"job_id": job_id, "after": after, "count": count}
    return [_record(row) for row in connection.execute(_OF_JOB, values)]


def _due(row: Sequence[Any]) -> DueDelivery:
    return DueDelivery(*row)


def _record(row: Sequence[Any]) -> DeliveryRecord:
    return DeliveryRecord(*row)
