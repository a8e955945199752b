"""Calls of notify URLs, to a server on this machine that fails, delays and forgets."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from coordinator.clock import ManualClock
from coordinator.config import Config
from coordinator.contract import ReportStatus
from coordinator.webhooks.courier import pause
from coordinator.webhooks.sender import Sender
from tests.coordinator.conftest import Bench, bench_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

DESK = (IPv4Network("127.0.0.0/8"),)


class TickingClock(ManualClock):
    """The machine's time, moved on."""

    def __init__(self) -> None:
        super().__init__()
        self._offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def advance(self, seconds: float) -> None:
        self._offset += timedelta(seconds=seconds)


class Receiver:
    """A caller's server: answers with the statuses it was given, then with 204."""

    def __init__(self) -> None:
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.delay = 0.0
        self.url = ""
        self._called = asyncio.Event()

    async def handle(self, request: web.Request) -> web.Response:
        self.calls.append((dict(request.headers), await request.read()))
        self._called.set()
        await asyncio.sleep(self.delay)
        status = self.statuses.pop(0) if self.statuses else 204
        return web.Response(status=status, headers={"Location": self.url})

    async def called(self, times: int) -> list[dict[str, Any]]:
        async with asyncio.timeout(10):
            while len(self.calls) < times:
                self._called.clear()
                await self._called.wait()
        return [json.loads(body) for _, body in self.calls]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", made.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(
        data_dir=tmp_path / "data",
        port=0,
        shutdown_seconds=2,
        webhook_allow_http=True,
        webhook_allow_networks=DESK,
        webhook_retry_seconds=0.1,
        webhook_timeout=0.5,
    )


async def run_job(bench: Bench, receiver: Receiver) -> dict[str, Any]:
    site, agent = await bench.site(), await bench.agent()
    job = (await bench.post_job(site, X_Notify_Url=receiver.url)).json()
    lease = await agent.take(site)
    await agent.report(lease, ReportStatus.BUSY)
    await agent.report(lease, ReportStatus.DONE)
    return dict(job)


async def deliveries(bench: Bench, job: dict[str, Any]) -> list[dict[str, Any]]:
    path = f"/site/{job['site_id']}/job/{job['id']}/deliveries"
    return list((await bench.call("GET", path)).json())


async def settled(bench: Bench, job: dict[str, Any], state: str) -> list[dict[str, Any]]:
    async with asyncio.timeout(10):
        while True:
            found = await deliveries(bench, job)
            if found and all(item["state"] == state for item in found):
                return found
            await asyncio.sleep(0.02)


async def ended(bench: Bench, job: dict[str, Any]) -> dict[str, Any]:
    """Return the job's first delivery once it is over."""
    async with asyncio.timeout(10):
        while (first := (await deliveries(bench, job))[0])["state"] == "waiting":  # noqa: ASYNC110 - another process's state
            await asyncio.sleep(0.02)
    return first


async def test_start_and_end_are_told_in_order_and_signed(bench: Bench, receiver: Receiver) -> None:
    job = await run_job(bench, receiver)
    told = await receiver.called(2)

    assert [item["type"] for item in told] == ["job.started", "job.completed"]
    assert told[1]["job"] == {
        name: value
        for name, value in (await bench.call("GET", f"/site/{job['site_id']}/job/{job['id']}"))
        .json()
        .items()
        if name != "script"
    }
    secret = (await bench.call("GET", "/webhooks/secret")).json()["secret"]
    for headers, body in receiver.calls:
        signed = headers["X-Timestamp"].encode() + b"." + body
        wanted = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        assert headers["X-Signature"] == f"v1={wanted}"
    found = await settled(bench, job, "delivered")
    assert [item["attempts"] for item in found] == [1, 1]


async def test_what_fails_is_repeated_and_holds_up_what_follows(
    bench: Bench, receiver: Receiver
) -> None:
    receiver.statuses = [500, 302, 429]
    job = await run_job(bench, receiver)
    told = await receiver.called(5)

    assert [item["type"] for item in told] == ["job.started"] * 4 + ["job.completed"]
    assert len({headers["X-Event-Id"] for headers, _ in receiver.calls[:4]}) == 1
    found = await settled(bench, job, "delivered")
    assert [(item["attempts"], item["last_status"]) for item in found] == [(4, 204), (1, 204)]


async def test_a_server_that_does_not_answer_in_time_is_called_again(
    bench: Bench, receiver: Receiver
) -> None:
    receiver.delay = 5
    job = await run_job(bench, receiver)
    await receiver.called(1)
    waiting = [item for item in await deliveries(bench, job) if item["state"] == "waiting"]
    assert len(waiting) == 2
    receiver.delay = 0

    assert [item["type"] for item in await receiver.called(3)][1:] == [
        "job.started",
        "job.completed",
    ]


async def test_a_call_is_given_up_after_a_day_and_the_next_one_made(
    bench: Bench, receiver: Receiver, clock: TickingClock
) -> None:
    receiver.statuses = [500]
    site, agent = await bench.site(), await bench.agent()
    job = (await bench.post_job(site, X_Notify_Url=receiver.url)).json()
    lease = await agent.take(site)
    await agent.report(lease, ReportStatus.BUSY)
    while not (await settled(bench, job, "waiting"))[0]["attempts"]:
        pass
    receiver.statuses = [500]
    clock.advance(86_400)
    found = await ended(bench, job)
    assert (found["state"], found["last_status"], found["next_at"]) == ("failed", 500, None)

    # Lost meanwhile, which is told by a call of its own.
    assert (await receiver.called(3))[-1]["type"] == "job.failed"


async def test_what_was_not_delivered_is_delivered_after_a_restart(
    config: Config, clock: TickingClock, receiver: Receiver
) -> None:
    receiver.statuses = [503]
    slow = config.model_copy(update={"webhook_retry_seconds": 3600.0})
    async with bench_for(slow, clock) as bench:
        await run_job(bench, receiver)
        await receiver.called(1)
        await asyncio.sleep(0.2)
    clock.advance(2 * 3600)
    async with bench_for(config, clock):
        told = await receiver.called(3)

    assert [item["type"] for item in told[1:]] == ["job.started", "job.completed"]


async def test_a_job_without_a_url_is_told_to_nobody(bench: Bench, receiver: Receiver) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    await agent.report(await agent.take(site), ReportStatus.DONE)

    assert await deliveries(bench, job.model_dump(mode="json")) == []
    assert receiver.calls == []


# --- addresses ---


@asynccontextmanager
async def sender(*networks: IPv4Network) -> AsyncIterator[Sender]:
    async with Sender(allow_http=True, allowed=networks, timeout=2) as made:
        yield made


async def test_a_name_of_a_private_address_is_not_called(receiver: Receiver) -> None:
    url = receiver.url.replace("127.0.0.1", "localhost")
    async with sender() as careful:
        attempt = await careful.send(url, b"{}", {})

    assert (attempt.status, receiver.calls) == (None, [])
    assert "must not be called" in attempt.error


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "017700000001"])
async def test_an_address_in_an_odd_spelling_is_not_called(receiver: Receiver, host: str) -> None:
    async with sender() as careful:
        attempt = await careful.send(receiver.url.replace("127.0.0.1", host), b"{}", {})

    assert (attempt.status, receiver.calls) == (None, [])


async def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.statuses = [307]
    async with sender(*DESK) as careful:
        attempt = await careful.send(receiver.url, b"{}", {})

    assert (attempt.status, attempt.is_delivered, len(receiver.calls)) == (307, False, 1)


def test_pauses_grow_and_are_spread() -> None:
    assert [pause(number, 5, 0.5) for number in (1, 2, 3)] == [5, 10, 20]
    assert pause(50, 5, 0.5) == 3600
    assert pause(1, 5, 0) < pause(1, 5, 1)
