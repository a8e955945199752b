"""Waking the polls that wait."""

from __future__ import annotations

import asyncio
from uuid import UUID

from coordinator.hub import Hub

A, B = UUID(int=1), UUID(int=2)


async def test_a_waiter_hears_of_its_sites_only() -> None:
    hub = Hub()
    with hub.subscribe([A]) as waiter:
        hub.notify(B)
        assert await waiter.wait(0.01) == []
        hub.notify(A)
        assert await waiter.wait(1) == [A]


async def test_what_is_said_before_the_wait_is_not_missed() -> None:
    hub = Hub()
    with hub.subscribe([A, B]) as waiter:
        hub.notify(B)
        hub.notify(A)
        hub.notify(B)

        assert await waiter.wait(0) == [B, A]
        assert await waiter.wait(0) == []


async def test_all_who_wait_for_a_site_are_woken() -> None:
    hub = Hub()
    with hub.subscribe([A]) as first, hub.subscribe([A, B]) as second:
        waits = [asyncio.create_task(waiter.wait(5)) for waiter in (first, second)]
        await asyncio.sleep(0)
        hub.notify(A)

        assert await asyncio.gather(*waits) == [[A], [A]]


async def test_nothing_is_kept_of_those_who_left() -> None:
    hub = Hub()
    with hub.subscribe([A, B]), hub.subscribe([B]):
        pass
    hub.notify(A)

    assert hub._waiting == {}
    assert hub._all == set()


async def test_closing_dismisses_everybody_now_and_later() -> None:
    hub = Hub()
    with hub.subscribe([A]) as waiter:
        wait = asyncio.create_task(waiter.wait(60))
        await asyncio.sleep(0)
        hub.close()
        assert await asyncio.wait_for(wait, 1) == []
    with hub.subscribe([A]) as late:
        assert await asyncio.wait_for(late.wait(60), 1) == []
