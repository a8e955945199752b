"""Stored backups: sealing what comes in, listing, reading, requesting, forgetting."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import structlog

from coordinator.clock import from_millis, millis
from coordinator.devices.pulse import OFFLINE_MS
from coordinator.errors import ConflictError
from coordinator.ids import new_token
from coordinator.jobs import NewJob
from coordinator.service import not_found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coordinator.clock import Clock
    from coordinator.devices.records import SealedBackup, StoredFile
    from coordinator.devices.vault import Vault
    from coordinator.jobs import JobRecord
    from coordinator.records import NewBackup
    from coordinator.service import Operations
    from coordinator.store.interface import Store

__all__ = ["Library", "is_text"]

_log = structlog.get_logger(__name__)

_DAY_MS = 86_400_000
# What a job that only backs up runs: a comment.
_NOTHING = b"# Takes a backup and changes nothing.\n"
_DAILY = "Daily backup"
# Daily backups asked for in one round, so that a fleet is not asked all at once.
_DAILY_AT_ONCE = 100


class Library:
    """The backups of all sites.

    Args:
        store: Where they lie, sealed.
        vault: Seals and opens them.
        clock: Decides what is old.
        operations: Queues the jobs that take them.
    """

    def __init__(self, store: Store, vault: Vault, clock: Clock, operations: Operations) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._operations = operations

    async def seal(self, job_id: UUID, backup: NewBackup) -> NewBackup:
        """Return the backup as it is to be stored."""
        key_id, content = await asyncio.to_thread(
            self._vault.seal,
            backup.content,
            job_id=job_id,
            kind=backup.kind.value,
            sha256=backup.sha256,
        )
        return replace(backup, content=content, size=len(backup.content), key_id=key_id)

    async def files(self, site_id: UUID) -> list[StoredFile]:
        """Return the exports of a site, newest first."""
        await self._operations.get_site(site_id)
        return await self._store.backups_of_site(site_id)

    async def read(self, site_id: UUID, filename: str) -> tuple[StoredFile, bytes]:
        """Return a backup and its content.

        Raises:
            NotFoundError: There is no such site or backup.
        """
        await self._operations.get_site(site_id)
        found = await self._store.backup(site_id, filename)
        if found is None:
            raise not_found("backup")
        return found.file, await self._open(found)

    async def latest(self, sites: Sequence[UUID]) -> dict[UUID, tuple[StoredFile, bytes]]:
        """Return the newest export of each of the sites that has one."""
        found = await self._store.latest_backups(sites)
        return {item.file.site_id: (item.file, await self._open(item)) for item in found}

    async def request(self, site_id: UUID) -> JobRecord:
        """Queue a job that only takes a backup."""
        job, _ = await self._operations.create_job(self._job(site_id, uuid4(), "Backup on request"))
        return job

    async def request_daily(self) -> int:
        """Queue the daily backup of live sites that have none of the last day.

        The key of such a job is made of site and day: several processes make one job.
        """
        now = self._now()
        day = from_millis(now).date()
        sites = await self._store.sites_to_back_up(now - OFFLINE_MS, now - _DAY_MS, _DAILY_AT_ONCE)
        for site_id in sites:
            key = uuid5(NAMESPACE_URL, f"daily-backup:{site_id}:{day}")
            # Refused when somebody cancelled it: then there is none today.
            with contextlib.suppress(ConflictError):
                await self._operations.create_job(self._job(site_id, key, _DAILY))
        return len(sites)

    async def forget(self, days: int, keep: int) -> None:
        """Delete backups older than so many days, but the newest `keep` of every site."""
        gone = await self._store.forget_backups(self._now() - days * _DAY_MS, keep)
        if gone:
            _log.info("backups.forgotten", count=gone)

    async def _open(self, found: SealedBackup) -> bytes:
        return await asyncio.to_thread(
            self._vault.open,
            found.content,
            found.key_id,
            job_id=found.job_id,
            kind=found.kind,
            sha256=found.file.sha256,
        )

    def _job(self, site_id: UUID, key: UUID, description: str) -> NewJob:
        return NewJob(
            id=uuid4(),
            token=new_token(),
            site_id=site_id,
            idempotency_key=key,
            description=description,
            express_execute=False,
            needs_acknowledgement=True,
            should_backup=True,
            script=_NOTHING,
            created_at=self._now(),
        )

    def _now(self) -> int:
        return millis(self._clock.now())


def is_text(filename: str) -> bool:
    """Return whether a file is an export, not the router's own binary form."""
    return not filename.endswith(".backup")
