"""`Prefer: wait`, pages of jobs, and event streams, on a real socket."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from coordinator.app import running_coordinator
from coordinator.contract import ReportStatus

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from coordinator.clock import ManualClock
    from coordinator.config import Config
    from coordinator.contract import Job
    from tests.coordinator.conftest import Bench


class Stream:
    """A reader of server-sent events."""

    def __init__(self, reply: aiohttp.ClientResponse) -> None:
        self.reply = reply

    async def block(self) -> str:
        async with asyncio.timeout(5):
            return (await self.reply.content.readuntil(b"\n\n")).decode()

    async def event(self) -> dict[str, Any]:
        while True:
            lines = dict(
                line.split(": ", 1) for line in (await self.block()).splitlines() if ": " in line
            )
            if "data" in lines:
                data = json.loads(lines["data"])
                assert (int(lines["id"]), lines["event"]) == (data["id"], data["event"])
                return dict(data)

    async def ends(self) -> bool:
        async with asyncio.timeout(5):
            while await self.reply.content.read(65536):
                pass
        return True


@asynccontextmanager
async def stream(bench: Bench, path: str, **headers: str) -> AsyncIterator[Stream]:
    sent = {"Authorization": f"Bearer {bench.token}"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    async with bench.session.get(bench.url + path, headers=sent) as reply:
        assert reply.status == 200
        assert reply.headers["Content-Type"] == "text/event-stream"
        yield Stream(reply)


def path(job: Job) -> str:
    return f"/site/{job.site_id}/job/{job.id}"


# --- Prefer: wait ---


async def test_a_read_waits_for_the_end_of_the_job(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    lease = await agent.take(site)
    await agent.report(lease, ReportStatus.BUSY)
    waiting = asyncio.create_task(
        bench.call("GET", path(job), headers={"Prefer": "respond-async, wait=30"})
    )
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await agent.report(lease, ReportStatus.DONE)

    async with asyncio.timeout(2):
        answer = await waiting
    assert answer.headers["Preference-Applied"] == "wait=30"
    assert answer.json()["completed_at"] is not None


async def test_a_create_waits_and_answers_when_the_time_is_up(bench: Bench) -> None:
    began = time.monotonic()
    answer = await bench.post_job(await bench.site(), Prefer="wait=1")

    assert 0.9 < time.monotonic() - began < 3
    assert (answer.status, answer.headers["Preference-Applied"]) == (201, "wait=1")
    assert answer.json()["completed_at"] is None


async def test_a_wait_is_bounded_and_what_is_no_wait_is_passed_over(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site, needs_acknowledgement=False)
    await agent.take(site)

    answer = await bench.call("GET", path(job), headers={"Prefer": "wait=86400"})
    assert answer.headers["Preference-Applied"] == "wait=60"
    odd = await bench.call("GET", path(job), headers={"Prefer": "wait=soon"})
    assert "Preference-Applied" not in odd.headers


# --- pages ---


async def test_jobs_come_in_pages_that_miss_and_repeat_none(bench: Bench) -> None:
    site = await bench.site()
    made = [str((await bench.job(site)).id) for _ in range(5)]
    url: str | None = f"/site/{site.id}/job?limit=2"
    seen: list[str] = []
    while url is not None:
        answer = await bench.call("GET", url)
        seen += [job["id"] for job in answer.json()]
        await bench.job(site)  # newer than every page that is still to come
        link = answer.headers.get("Link")
        assert link is None or link.endswith('>; rel="next"')
        url = link[1 : link.index(">")] if link else None

    assert seen == made[::-1]


async def test_jobs_are_filtered_by_state_and_time(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    first = await bench.job(site)
    bench.clock.advance(60)
    second = await bench.job(site)
    await agent.report(await agent.take(site), ReportStatus.DONE)

    async def ids(query: str) -> list[str]:
        return [
            job["id"] for job in (await bench.call("GET", f"/site/{site.id}/job?{query}")).json()
        ]

    assert await ids("state=completed") == [str(first.id)]
    assert await ids("state=completed,pending") == [str(second.id), str(first.id)]
    assert await ids("created_after=2026-01-15T10:00:30Z") == [str(second.id)]
    assert await ids("created_before=2026-01-15T10:00:30Z") == [str(first.id)]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "limit=x",
        "cursor=zzz",
        "cursor=W10",
        "state=cancelled",
        "created_after=1",
    ],
)
async def test_a_page_that_cannot_be_is_refused(bench: Bench, query: str) -> None:
    answer = await bench.call("GET", f"/site/{(await bench.site()).id}/job?{query}")

    assert (answer.status, answer.json()["code"]) == (400, "parameter_invalid")


# --- streams ---


async def test_a_job_is_followed_from_its_first_line_to_its_end(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    async with stream(bench, f"{path(job)}/events") as events:
        assert (await events.event())["event"] == "created"
        lease = await agent.take(site)
        assert (await events.event())["event"] == "lease"
        await agent.report(lease, ReportStatus.BUSY)
        await agent.report(lease, ReportStatus.DONE)
        assert [(await events.event())["event"] for _ in range(2)] == ["busy", "done"]
        assert await events.ends()


async def test_a_reader_resumes_after_what_it_saw(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    async with stream(bench, f"{path(job)}/events") as events:
        seen = (await events.event())["id"]
    await agent.report(await agent.take(site), ReportStatus.DONE)

    async with stream(bench, f"{path(job)}/events", Last_Event_ID=str(seen)) as events:
        assert [(await events.event())["event"] for _ in range(2)] == ["lease", "done"]
        assert await events.ends()
    over = await bench.call("GET", f"{path(job)}/events", headers={"Last-Event-ID": str(seen + 99)})
    assert over.status == 204


async def test_a_site_is_followed_without_the_others(bench: Bench) -> None:
    site, other = await bench.site(), await bench.site("Other")
    async with (
        stream(bench, f"/site/{site.id}/events") as events,
        stream(bench, "/events") as everything,
    ):
        assert "retry" in await events.block()
        assert "retry" in await everything.block()
        elsewhere = await bench.job(other)
        job = await bench.job(site)

        assert (await events.event())["job_id"] == str(job.id)
        assert [(await everything.event())["job_id"] for _ in range(2)] == [
            str(elsewhere.id),
            str(job.id),
        ]


async def test_an_open_stream_does_not_hold_up_a_stop(config: Config, clock: ManualClock) -> None:
    async with AsyncExitStack() as stack, aiohttp.ClientSession() as session:
        running = await stack.enter_async_context(running_coordinator(config, clock=clock))
        sent = {"Authorization": f"Bearer {running.token()}"}
        async with session.get(f"{running.url}/events", headers=sent) as reply:
            events = Stream(reply)
            assert "retry" in await events.block()
            began = time.monotonic()
            stopping = asyncio.create_task(stack.aclose())
            assert await events.ends()
            await stopping
            assert time.monotonic() - began < config.shutdown_seconds


@pytest.mark.parametrize("bad", ["x", "-1", "1" * 30])
async def test_an_id_that_is_none_is_refused(bench: Bench, bad: str) -> None:
    answer = await bench.call("GET", "/events", headers={"Last-Event-ID": bad})

    assert (answer.status, answer.json()["code"]) == (400, "parameter_invalid")


@pytest.mark.parametrize("path", ["/sites", "/site-minimal"])
async def test_sites_come_in_pages(bench: Bench, path: str) -> None:
    made = [str((await bench.site(f"Site {number}")).id) for number in range(3)]
    first = await bench.call("GET", f"{path}?limit=2")
    assert [site["id"] for site in first.json()] == made[:2]
    link = first.headers["Link"]
    second = await bench.call("GET", link[1 : link.index(">")])

    assert [site["id"] for site in second.json()] == made[2:]
    assert "Link" not in second.headers
    assert len((await bench.call("GET", path)).json()) == 3


async def test_agents_and_keys_come_in_pages(bench: Bench) -> None:
    for number in range(2):
        await bench.agent(await bench.site(f"Site {number}"))
    page = await bench.call("GET", "/agents?limit=1")

    assert (page.status, len(page.json()), "Link" in page.headers) == (200, 1, True)
    keys = await bench.call("GET", "/keys?limit=1")
    assert (keys.status, keys.json(), "Link" in keys.headers) == (200, [], False)
