"""Statements behind the metrics: each ends in an index, however many jobs there are."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from coordinator.metrics import Figures
from coordinator.store.schema import BACKUPS, JOBS, RUNS

__all__ = ["figures"]

_DAY_MS: Final = 86_400_000

# The states stand in the text, for partial indexes are used only so. Both counts and both
# ages read the index of the queue, of the active jobs, of the deadlines: never a job itself.
_PENDING = sa.select(sa.func.count()).where(sa.text("state = 'pending'")).select_from(JOBS)
_ACTIVE = (
    sa.select(JOBS.c.state, sa.func.count().label("number"))
    .where(sa.text("state IN ('leased', 'running')"))
    .group_by(JOBS.c.state)
)
_OLDEST = sa.select(JOBS.c.created_at).where(
    JOBS.c.seq
    == sa.select(sa.func.min(JOBS.c.seq)).where(sa.text("state = 'pending'")).scalar_subquery()
)
_FIRST_DEADLINE = sa.select(sa.func.min(JOBS.c.deadline)).where(JOBS.c.deadline.is_not(None))
_LOST = sa.select(sa.func.count()).where(
    sa.text("error_class = 'lost'"), RUNS.c.reported_at > sa.bindparam("since")
)
_NEWEST_BACKUP = sa.select(BACKUPS.c.stored_at).order_by(BACKUPS.c.seq.desc()).limit(1)


def figures(connection: sa.Connection, now: int) -> Figures:
    """Return how things stand at `now`, milliseconds since 1970, UTC."""
    jobs = {"pending": connection.execute(_PENDING).scalar_one(), "leased": 0, "running": 0}
    jobs |= {row.state: row.number for row in connection.execute(_ACTIVE)}
    deadline = connection.execute(_FIRST_DEADLINE).scalar()
    return Figures(
        jobs=jobs,
        queue_age=_age(now, connection.execute(_OLDEST).scalar()),
        overdue=max(0.0, _age(now, deadline) or 0.0),
        lost_day=connection.execute(_LOST, {"since": now - _DAY_MS}).scalar_one(),
        backup_age=_age(now, connection.execute(_NEWEST_BACKUP).scalar()),
    )


def _age(now: int, then: int | None) -> float | None:
    return None if then is None else (now - then) / 1000
