"""Wakes waiting polls. A hint only: the database says what there is to do.

Polls of this process are woken at once, those of other processes by the relay between them.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from coordinator.store.relay import Relay

__all__ = ["Hub", "Waiter"]


class Waiter:
    """One waiting poll: the sites about which something was said since it last looked."""

    def __init__(self) -> None:
        self._woken: dict[UUID, None] = {}
        self._event = asyncio.Event()

    def wake(self, site_id: UUID) -> None:
        self._woken[site_id] = None
        self._event.set()

    def dismiss(self) -> None:
        """End the wait with nothing."""
        self._event.set()

    async def wait(self, seconds: float) -> list[UUID]:
        """Return the sites that were named; empty after `seconds` or when dismissed."""
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._event.wait()
        except TimeoutError:
            return []
        woken = list(self._woken)
        self._woken.clear()
        self._event.clear()
        return woken


class Hub:
    """Who waits for which site.

    Args:
        relay: To the processes that share the database; None when there are none.
    """

    def __init__(self, relay: Relay | None = None) -> None:
        self._relay = relay
        self._waiting: dict[UUID, set[Waiter]] = {}
        self._all: set[Waiter] = set()
        self._watching: set[asyncio.Event] = set()
        self._closed = False

    @contextmanager
    def watch(self) -> Iterator[asyncio.Event]:
        """Give an event that is set whenever something was written to a timeline."""
        event = asyncio.Event()
        self._watching.add(event)
        try:
            yield event
        finally:
            self._watching.discard(event)

    def happened(self, site_id: UUID) -> None:
        """Say that a timeline of the site grew, without anything to take for an agent."""
        self.tell()
        if self._relay is not None:
            self._relay.send(site_id)

    @contextmanager
    def subscribe(self, sites: Sequence[UUID]) -> Iterator[Waiter]:
        """Give a waiter that is woken for any of the sites while the context is open."""
        waiter = Waiter()
        self._all.add(waiter)
        for site_id in sites:
            self._waiting.setdefault(site_id, set()).add(waiter)
        if self._closed:
            waiter.dismiss()
        try:
            yield waiter
        finally:
            self._all.discard(waiter)
            for site_id in sites:
                self._forget(site_id, waiter)

    def sites(self) -> list[UUID]:
        """Return the sites for which somebody waits here."""
        return list(self._waiting)

    def notify(self, site_id: UUID) -> None:
        """Say that a job of the site may have become ready to be taken, here and elsewhere."""
        self.wake(site_id)
        if self._relay is not None:
            self._relay.send(site_id)

    def wake(self, site_id: UUID) -> None:
        """Wake those who wait here for the site, and those who follow all that happens."""
        self.tell()
        for waiter in self._waiting.get(site_id, ()):
            waiter.wake(site_id)

    def close(self) -> None:
        """Dismiss everybody who waits, now and from now on."""
        self._closed = True
        for waiter in self._all:
            waiter.dismiss()

    def tell(self) -> None:
        """Wake those who follow all that happens, in this process."""
        for event in self._watching:
            event.set()

    def _forget(self, site_id: UUID, waiter: Waiter) -> None:
        waiters = self._waiting.get(site_id)
        if waiters is not None:
            waiters.discard(waiter)
            if not waiters:
                del self._waiting[site_id]
