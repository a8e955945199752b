"""Runbooks: how a router is told to come to us."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import structlog

from coordinator.clock import millis
from coordinator.devices.base62 import from_base62, to_base62
from coordinator.devices.records import RunbookRecord
from coordinator.devices.scripts import render_script
from coordinator.service import not_found

if TYPE_CHECKING:
    from coordinator.clock import Clock
    from coordinator.store.interface import Store

__all__ = ["Runbooks", "bootstrap_command"]

_log = structlog.get_logger(__name__)


def bootstrap_command(record: RunbookRecord, base_url: str) -> str:
    """Return the line that an operator pastes on a fresh router.

    Unlike the cloud's, which hides how its script is run, it fetches to a file, imports that and
    removes it: three commands that every release from 6.49 on has (ours).
    """
    url = f"{base_url}/bootstrap/{to_base62(record.token)}"
    return render_script("bootstrap_command", url=url).strip()


class Runbooks:
    """Makes and finds runbooks."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def create(self, name: str, site_id: UUID | None, team: UUID) -> RunbookRecord:
        """Make a runbook.

        Raises:
            NotFoundError: There is no such site.
        """
        if site_id is not None and await self._store.site(site_id) is None:
            raise not_found("site")
        now = millis(self._clock.now())
        record = RunbookRecord(uuid4(), uuid4(), name, now, site_id, team)
        await self._store.add_runbook(record)
        _log.info("runbook.created", runbook=str(record.id))
        return record

    async def every(self, team: UUID) -> list[RunbookRecord]:
        """Return the runbooks of a team, oldest first."""
        return await self._store.runbooks(team)

    async def get(self, runbook_id: UUID, team: UUID) -> RunbookRecord:
        if (record := await self._store.runbook(runbook_id, team)) is None:
            raise not_found("runbook")
        return record

    async def by_token(self, text: str) -> RunbookRecord:
        """Return the runbook that a router names by its token.

        Raises:
            NotFoundError: There is none; the text of the error says no more.
        """
        token = from_base62(text)
        record = None if token is None else await self._store.runbook_by_token(token)
        if record is None:
            raise not_found("runbook")
        return record
