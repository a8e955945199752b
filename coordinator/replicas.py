"""Keeps the polls of one process right while others write to the same database.

Hints of other processes wake at once; what they miss is found by asking the database about
every site that a poll waits for. A database that one process has for itself needs neither.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from coordinator.errors import UnavailableError

if TYPE_CHECKING:
    from coordinator.hub import Hub
    from coordinator.store.interface import Store

__all__ = ["keep_in_step"]

_log = structlog.get_logger(__name__)

# The longest that a poll waits for a job whose hint was lost.
_LOOK_SECONDS = 2.0


async def keep_in_step(store: Store, hub: Hub) -> None:
    """Wake polls for what other processes did, until cancelled; at once where there are none."""
    if (relay := store.relay) is None:
        return
    look = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(relay.run(hub.wake, look.set), name="relay")
        group.create_task(_look_again_and_again(store, hub, look), name="look")


async def _look_again_and_again(store: Store, hub: Hub, look: asyncio.Event) -> None:
    while True:
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                await look.wait()
        except TimeoutError:
            pass
        look.clear()
        try:
            for site_id in await store.claimable(hub.sites()):
                hub.wake(site_id)
        except UnavailableError as error:
            _log.warning("look.delayed", reason=error.message)
        except Exception:  # noqa: BLE001 - the look outlives whatever went wrong once
            _log.exception("look.failed")
