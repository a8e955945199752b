"""Statements about stored backups. A backup is never changed once it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from coordinator.contract import BackupKind
from coordinator.records import BackupRecord
from coordinator.store import jobs
from coordinator.store.schema import BACKUPS, JOBS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from coordinator.jobs import JobRecord
    from coordinator.records import NewBackup

__all__ = ["add", "content", "of_job"]

_SUFFIXES = {BackupKind.EXPORT: "rsc", BackupKind.BINARY: "backup"}

_SELECT = sa.select(
    BACKUPS.c.site_id,
    BACKUPS.c.job_id,
    BACKUPS.c.kind,
    BACKUPS.c.filename,
    BACKUPS.c.size,
    BACKUPS.c.sha256,
)
_OF_JOB = _SELECT.where(BACKUPS.c.job_id == sa.bindparam("job_id")).order_by(BACKUPS.c.seq)
# Locked, so that the same upload twice at once is stored once.
_JOB = (
    sa.select(*(JOBS.c[name] for name in jobs.FIELDS))
    .where(JOBS.c.id == sa.bindparam("id"))
    .with_for_update()
)


def add(
    connection: sa.Connection,
    job_id: UUID,
    backup: NewBackup,
    check: Callable[[JobRecord], None],
) -> tuple[BackupRecord, bool] | None:
    row = connection.execute(_JOB, {"id": job_id}).first()
    if row is None:
        return None
    job = jobs.record(row)
    check(job)
    same = [b for b in of_job(connection, job_id) if _is_same(b, backup)]
    if same:
        return same[0], False
    return _insert(connection, job, backup), True


def of_job(connection: sa.Connection, job_id: UUID) -> list[BackupRecord]:
    return [_record(row) for row in connection.execute(_OF_JOB, {"job_id": job_id})]


def content(connection: sa.Connection, site_id: UUID, filename: str) -> bytes | None:
    return connection.execute(
        sa.select(BACKUPS.c.content).where(
            BACKUPS.c.site_id == site_id, BACKUPS.c.filename == filename
        )
    ).scalar()


def _is_same(stored: BackupRecord, backup: NewBackup) -> bool:
    return stored.kind is backup.kind and stored.sha256 == backup.sha256


def _insert(connection: sa.Connection, job: JobRecord, backup: NewBackup) -> BackupRecord:
    stored = BackupRecord(
        job.site_id,
        job.id,
        backup.kind,
        _free_name(connection, job.site_id, backup),
        len(backup.content),
        backup.sha256,
    )
    connection.execute(
        sa.insert(BACKUPS).values(
            site_id=stored.site_id,
            job_id=stored.job_id,
            kind=stored.kind.value,
            filename=stored.filename,
            size=stored.size,
            sha256=stored.sha256,
            stored_at=backup.stored_at,
            content=backup.content,
        )
    )
    if stored.kind is BackupKind.EXPORT and job.associated_backup is None:
        connection.execute(
            sa.update(JOBS).where(JOBS.c.seq == job.seq).values(associated_backup=stored.path)
        )
    return stored


def _free_name(connection: sa.Connection, site_id: UUID, backup: NewBackup) -> str:
    second = backup.taken_at
    while True:
        name = f"{second}.{_SUFFIXES[backup.kind]}"
        taken = sa.select(BACKUPS.c.seq).where(
            BACKUPS.c.site_id == site_id, BACKUPS.c.filename == name
        )
        if connection.execute(taken).first() is None:
            return name
        second += 1


def _record(row: Sequence[Any]) -> BackupRecord:
    site_id, job_id, kind, filename, size, sha256 = row
    return BackupRecord(site_id, job_id, BackupKind(kind), filename, size, sha256)
