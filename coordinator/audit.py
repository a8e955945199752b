"""Writes down who wrote what, before the answer goes out.

Entries that come in while one is being written share the next transaction, so a burst of
requests costs few of them.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from coordinator.errors import UnavailableError

if TYPE_CHECKING:
    from coordinator.store.interface import Store
    from coordinator.teams import NewAudit

__all__ = ["AuditLog"]

_log = structlog.get_logger(__name__)


class AuditLog:
    """The audit log of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[NewAudit] = []
        self._writing = asyncio.Lock()

    async def note(self, entry: NewAudit) -> None:
        """Return when the entry is stored.

        The write that it tells of is done by then: when the database has gone since, the entry
        goes to the process's log instead, whole.
        """
        self._waiting.append(entry)
        async with self._writing:
            if not self._waiting:
                return  # another request took this entry with its own
            entries, self._waiting = self._waiting, []
            try:
                await self._store.add_audit(entries)
            except UnavailableError as error:
                for lost in entries:
                    _log.error(
                        "audit.not_stored",
                        reason=error.message,
                        at=lost.at,
                        actor=lost.actor,
                        action=lost.action,
                        target=lost.target,
                        status=lost.status,
                        request_id=lost.request_id,
                    )
