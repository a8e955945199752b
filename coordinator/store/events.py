"""Statements about timelines: written with the change, read by job, by site or as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from coordinator.jobs import State
from coordinator.records import EventRecord
from coordinator.store import deliveries
from coordinator.store.schema import JOB_EVENTS, SITES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from coordinator.jobs import JobRecord

__all__ = ["last", "of_job", "since", "write"]

_COLUMNS = (
    JOB_EVENTS.c.seq,
    JOB_EVENTS.c.job_id,
    JOB_EVENTS.c.site_id,
    JOB_EVENTS.c.at,
    JOB_EVENTS.c.event,
    JOB_EVENTS.c.state,
    JOB_EVENTS.c.lease_version,
    JOB_EVENTS.c.actor,
    JOB_EVENTS.c.reason,
    SITES.c.team_id,
)
_STATE = 5
_SINCE = (
    sa.select(*_COLUMNS)
    .join(SITES, SITES.c.id == JOB_EVENTS.c.site_id)
    .where(JOB_EVENTS.c.seq > sa.bindparam("after"))
    .order_by(JOB_EVENTS.c.seq)
    .limit(sa.bindparam("count"))
)
_OF_JOB = _SINCE.where(JOB_EVENTS.c.job_id == sa.bindparam("job_id"))
_OF_SITE = _SINCE.where(JOB_EVENTS.c.site_id == sa.bindparam("site_id"))
_OF_TEAM = _SINCE.where(SITES.c.team_id == sa.bindparam("team_id"))
_LAST = sa.select(sa.func.max(JOB_EVENTS.c.seq))
_INSERT = sa.insert(JOB_EVENTS)
_INSERT_ONE = _INSERT.returning(JOB_EVENTS.c.seq)


def write(connection: sa.Connection, changed: Iterable[JobRecord]) -> None:
    """Add what was noted of jobs to their timelines, and queue what is to be told of it."""
    rows: list[dict[str, Any]] = []
    for job in changed:
        for note in job.notes:
            row = {
                "job_id": job.id,
                "site_id": job.site_id,
                "at": note.at,
                "event": note.event,
                "state": note.state.value,
                "lease_version": job.lease_version,
                "actor": note.actor,
                "reason": note.reason,
            }
            if job.notify_url is not None and deliveries.is_told(note):
                seq = connection.execute(_INSERT_ONE, row).scalar_one()
                deliveries.add(connection, job, note, seq)
            else:
                rows.append(row)
    if rows:
        connection.execute(_INSERT, rows)


def of_job(connection: sa.Connection, job_id: UUID, after: int, count: int) -> list[EventRecord]:
    return _read(connection, _OF_JOB, {"job_id": job_id, "after": after, "count": count})


def since(
    connection: sa.Connection,
    after: int,
    count: int,
    *,
    site_id: UUID | None = None,
    team_id: UUID | None = None,
) -> list[EventRecord]:
    values: dict[str, Any] = {"after": after, "count": count}
    if site_id is not None:
        return _read(connection, _OF_SITE, values | {"site_id": site_id})
    if team_id is not None:
        return _read(connection, _OF_TEAM, values | {"team_id": team_id})
    return _read(connection, _SINCE, values)


def last(connection: sa.Connection) -> int:
    return connection.execute(_LAST).scalar() or 0


def _record(row: Sequence[Any]) -> EventRecord:
    values = list(row)
    values[_STATE] = State(values[_STATE])
    return EventRecord(*values)


def _read(
    connection: sa.Connection, statement: sa.Select[Any], values: dict[str, Any]
) -> list[EventRecord]:
    return [_record(row) for row in connection.execute(statement, values)]
