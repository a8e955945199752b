"""Statements about stored backups. A backup is never changed once it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from coordinator.contract import BackupKind
from coordinator.devices.records import SealedBackup, StoredFile
from coordinator.records import BackupRecord
from coordinator.store import jobs
from coordinator.store.schema import BACKUPS, JOBS, PULSES, SITES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from coordinator.jobs import JobRecord
    from coordinator.records import NewBackup

__all__ = [
    "add",
    "content",
    "find",
    "forget",
    "latest",
    "newest_at",
    "of_job",
    "of_site",
    "stale_sites",
]

_SUFFIXES = {BackupKind.EXPORT: "rsc", BackupKind.BINARY: "backup"}

_SELECT = sa.select(
    BACKUPS.c.site_id,
    BACKUPS.c.job_id,
    BACKUPS.c.kind,
    BACKUPS.c.filename,
    BACKUPS.c.size,
    BACKUPS.c.sha256,
)
_EXPORT = BackupKind.EXPORT.value
_FILE = (
    BACKUPS.c.site_id,
    BACKUPS.c.filename,
    BACKUPS.c.size,
    BACKUPS.c.sha256,
    BACKUPS.c.stored_at,
)
_SEALED = sa.select(*_FILE, BACKUPS.c.job_id, BACKUPS.c.kind, BACKUPS.c.key_id, BACKUPS.c.content)
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
    found = find(connection, site_id, filename)
    return None if found is None else found.content


def find(connection: sa.Connection, site_id: UUID, filename: str) -> SealedBackup | None:
    row = connection.execute(
        _SEALED.where(BACKUPS.c.site_id == site_id, BACKUPS.c.filename == filename)
    ).first()
    return None if row is None else _sealed(row)


def of_site(connection: sa.Connection, site_id: UUID) -> list[StoredFile]:
    """Return the exports of a site, newest first."""
    rows = connection.execute(
        sa.select(*_FILE)
        .where(BACKUPS.c.site_id == site_id, BACKUPS.c.kind == _EXPORT)
        .order_by(BACKUPS.c.stored_at.desc(), BACKUPS.c.seq.desc())
    )
    return [StoredFile(*row) for row in rows]


def latest(connection: sa.Connection, sites: Sequence[UUID]) -> list[SealedBackup]:
    """Return the newest export of each of the sites that has one."""
    newest = (
        sa.select(sa.func.max(BACKUPS.c.seq))
        .where(BACKUPS.c.site_id.in_(sites), BACKUPS.c.kind == _EXPORT)
        .group_by(BACKUPS.c.site_id)
    )
    return [_sealed(row) for row in connection.execute(_SEALED.where(BACKUPS.c.seq.in_(newest)))]


def newest_at(connection: sa.Connection) -> dict[UUID, int]:
    """Return for every site when its newest export was stored."""
    rows = connection.execute(
        sa.select(BACKUPS.c.site_id, sa.func.max(BACKUPS.c.stored_at))
        .where(BACKUPS.c.kind == _EXPORT)
        .group_by(BACKUPS.c.site_id)
    )
    return {row[0]: row[1] for row in rows}


def stale_sites(connection: sa.Connection, seen_since: int, before: int, limit: int) -> list[UUID]:
    """Return live sites older than `before` that have no export since then and no job waiting."""
    fresh = sa.exists().where(
        BACKUPS.c.site_id == SITES.c.id, BACKUPS.c.kind == _EXPORT, BACKUPS.c.stored_at >= before
    )
    waiting = sa.exists().where(
        JOBS.c.site_id == SITES.c.id, sa.text("jobs.state IN ('pending', 'leased', 'running')")
    )
    return list(
        connection.execute(
            sa.select(SITES.c.id)
            .join(PULSES, PULSES.c.site_id == SITES.c.id)
            .where(SITES.c.deleted_at.is_(None), SITES.c.created_at < before)
            .where(PULSES.c.last_seen_at >= seen_since, ~fresh, ~waiting)
            .order_by(SITES.c.seq)
            .limit(limit)
        ).scalars()
    )


def forget(connection: sa.Connection, before: int, keep: int) -> int:
    """Delete what was stored before then, but the newest `keep` of each site and kind."""
    newer = BACKUPS.alias("newer")
    newer_ones = (
        sa.select(sa.func.count())
        .select_from(newer)
        .where(newer.c.site_id == BACKUPS.c.site_id, newer.c.kind == BACKUPS.c.kind)
        .where(newer.c.seq > BACKUPS.c.seq)
        .scalar_subquery()
    )
    gone = connection.execute(
        sa.delete(BACKUPS).where(BACKUPS.c.stored_at < before, newer_ones >= keep)
    )
    return gone.rowcount


def _sealed(row: Sequence[Any]) -> SealedBackup:
    *file, job_id, kind, key_id, data = row
    return SealedBackup(StoredFile(*file), job_id, kind, key_id, data)


def _is_same(stored: BackupRecord, backup: NewBackup) -> bool:
    return stored.kind is backup.kind and stored.sha256 == backup.sha256


def _insert(connection: sa.Connection, job: JobRecord, backup: NewBackup) -> BackupRecord:
    stored = BackupRecord(
        job.site_id,
        job.id,
        backup.kind,
        _free_name(connection, job.site_id, backup),
        len(backup.content) if backup.size is None else backup.size,
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
            key_id=backup.key_id,
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
