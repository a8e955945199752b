"""`ros-coordinator job …` against a real server: what stands beside the public API."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from coordinator.app import running_coordinator
from coordinator.client import CoordinatorClient
from coordinator.config import Config
from coordinator.contract import PollRequest, Report, ReportStatus, Site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

_COMMAND = (sys.executable, "-c", "from coordinator.cli import main; main()")


class Desk:
    """A coordinator in this process, an agent, and the command line beside them."""

    def __init__(self, url: str, token: str, agent: CoordinatorClient, site: Site) -> None:
        self.agent = agent
        self.site = site
        self._env = os.environ | {"ROS_COORDINATOR_URL": url, "ROS_COORDINATOR_TOKEN": token}

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*_COMMAND, "job", *arguments],
            env=self._env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    async def run(self, *arguments: str, stdin: bytes = b"", status: int = 0) -> bytes:
        process = await asyncio.to_thread(self.start, *arguments)
        out, errors = await asyncio.to_thread(process.communicate, stdin, 30)
        assert process.returncode == status, errors.decode()
        return out

    async def json(self, *arguments: str, stdin: bytes = b"", status: int = 0) -> Any:
        return json.loads(await self.run(*arguments, "--json", stdin=stdin, status=status))

    async def submit(self) -> dict[str, Any]:
        return dict(await self.json("submit", "Office", "-", stdin=b":put 1"))

    async def report(self, *statuses: ReportStatus) -> None:
        [lease] = await self.agent.poll(PollRequest(sites=[self.site.id], wait=20))
        for status in statuses:
            report = Report(
                lease_version=lease.version,
                status=status,
                occurred_at=datetime.now(UTC),
                output="hello\n",
                output_bytes=6,
            )
            await self.agent.report(lease.job.id, report)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    config = Config(data_dir=tmp_path / "data", port=0, shutdown_seconds=2)
    async with running_coordinator(config) as running, contextlib.AsyncExitStack() as stack:
        token = running.token()
        async with CoordinatorClient(running.url, token) as operator:
            site = await operator.create_site("Office")
            reply = await operator.enrol(await running.enrolment_token(), "rack-1")
        client = CoordinatorClient(running.url, reply.agent_token)
        yield Desk(running.url, token, await stack.enter_async_context(client), site)


async def test_a_job_that_was_waited_for_comes_with_its_run(desk: Desk) -> None:
    work = desk.report(ReportStatus.BUSY, ReportStatus.DONE)
    submit = desk.json("submit", "Office", "-", "--wait", stdin=b":put 1")
    job, _ = await asyncio.gather(submit, work)

    assert job["completed_at"] is not None
    assert (job["run"]["output"], job["run"]["error"], job["run"]["diff"]) == (
        "hello\n",
        None,
        None,
    )


async def test_a_running_job_is_asked_to_end_and_resolved(desk: Desk) -> None:
    job = await desk.submit()
    await desk.report(ReportStatus.BUSY)
    asked = await desk.json("cancel", "Office", job["token"], "--running", "--reason", "mistake")
    assert (asked["answer"], asked["state"]) == (None, "running")
    run = await desk.json("resolve", "Office", job["token"], "failed", "--reason", "router gone")
    assert (run["state"], run["cancel_answer"]) == ("failed", "unknown")

    lines = await desk.json("timeline", "Office", job["token"])
    assert [line["event"] for line in lines][-2:] == ["ask_cancel", "resolve_failed"]
    assert [line["reason"] for line in lines][-2:] == ["mistake", "router gone"]
    text = (await desk.run("timeline", "Office", job["token"])).decode()
    assert "router gone" in text


async def test_a_resolution_needs_a_running_job_and_a_reason(desk: Desk) -> None:
    job = await desk.submit()

    await desk.run("resolve", "Office", job["id"], "failed", "--reason", "gone now", status=1)
    await desk.run("resolve", "Office", job["id"], "failed", status=2)


async def test_a_watch_prints_each_event_and_ends_with_the_job(desk: Desk) -> None:
    job = await desk.submit()
    process = desk.start("watch", "Office", job["id"], "--json")
    assert process.stdout is not None
    first = json.loads(await asyncio.to_thread(process.stdout.readline))
    await desk.report(ReportStatus.BUSY, ReportStatus.FAIL)
    out, _ = await asyncio.to_thread(process.communicate, None, 30)

    assert first["event"] == "created"
    assert [json.loads(line)["event"] for line in out.splitlines()] == ["lease", "busy", "fail"]
    assert process.returncode == 1
