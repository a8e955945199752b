"""Crashes, cuts and silences: whatever happens, a script has effects at most once."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent.errors import JournalError
from agent.journal import Journal
from coordinator.contract import ErrorClass, RunState
from tests.end_to_end.gate import Gate
from tests.end_to_end.house import House, Lodger, running_house
from tests.end_to_end.link import Cut, Link

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from coordinator.contract import Job

# Every run of it makes the comment one longer.
COUNTING = '/interface set ether1 comment=([/interface get ether1 comment] . "+")'


async def runs(lodger: Lodger) -> int:
    (row,) = await lodger.rows("/interface", name="ether1")
    return len(row.get("comment", b""))


class AgentProcess:
    """`ros-agent run`, as an operator starts it."""

    def __init__(self, house: House, url: str, environment: dict[str, str]) -> None:
        self._folder = house.folder
        self._environment = {**os.environ, **environment}
        self.process: asyncio.subprocess.Process | None = None
        self.config = house.folder / "agent.toml"
        lines = [
            'state_dir = "state"',
            "[coordinator]",
            f'url = "{url}"',
            "[limits]",
            "verify_seconds = 10",
            "[backup]",
            "settle_interval = 0.02",
            "[[router]]",
            'name = "R1"',
            f'site = "{house.lodger.site.id}"',
            'host = "127.0.0.1"',
            f"port = {house.lodger.port}",
            'password = ""',
        ]
        self.config.write_text("\n".join(lines), encoding="utf-8")

    async def start(self) -> dict[str, object]:
        """Start it and return its ready line."""
        program = Path(sys.executable).with_name("ros-agent")
        with (self._folder / "agent.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                program,
                *("run", "--config", self.config),
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env=self._environment,
            )
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), 20)
        assert line, (self._folder / "agent.log").read_text("utf-8")[-2000:]
        ready: dict[str, object] = json.loads(line)
        return ready

    async def end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), 20)


@asynccontextmanager
async def agent_process(house: House, url: str) -> AsyncIterator[AgentProcess]:
    token = await house.coordinator.enrolment_token()
    agent = AgentProcess(house, url, {"ROS_AGENT_ENROLMENT_TOKEN": token})
    try:
        yield agent
    finally:
        if agent.process is not None:
            with contextlib.suppress(ProcessLookupError):
                agent.process.kill()
            await agent.process.wait()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with running_house(tmp_path) as house:
        yield house


async def test_killed_between_run_and_report_the_job_completes_and_has_run_once(
    house: House,
) -> None:
    async with Gate(house.coordinator.url) as gate, agent_process(house, gate.url) as agent:
        await agent.start()
        gate.hold_last_reports = True
        job = await house.submit(COUNTING, backup=True)
        await asyncio.wait_for(gate.held.wait(), 20)
        await agent.end(signal.SIGKILL)
        assert (await house.operator.get_run(job.site_id, job.id)).state is RunState.RUNNING

        gate.hold_last_reports = False
        await agent.start()
        job, run = await house.end(job)

        assert job.completed_at is not None
        assert job.failed_at is None
        assert run.diff is not None
        assert "comment=+" in run.diff
        assert await runs(house.lodger) == 1
        assert await house.lodger.leftovers() == []


async def test_killed_while_the_script_runs_its_end_is_learnt_from_the_router(
    house: House,
) -> None:
    async with agent_process(house, house.coordinator.url) as agent:
        await agent.start()
        job = await house.submit(f"{COUNTING}\n:delay 1s")
        await house.started(job)
        await asyncio.sleep(0.3)
        await agent.end(signal.SIGKILL)

        await agent.start()
        job, run = await house.end(job)

        # Whether a router ends what `/execute` runs when its session goes is not known: it is
        # completed, or lost and said so, and it never runs again.
        assert job.completed_at or (run.error and run.error.error_class is ErrorClass.LOST)
        assert await runs(house.lodger) == 1


async def test_terminated_process_finishes_the_job_in_hand_and_ends_well(house: House) -> None:
    async with agent_process(house, house.coordinator.url) as agent:
        ready = await agent.start()
        assert (ready["event"], ready["sites"]) == ("ready", 1)
        job = await house.submit(f":delay 500ms\n{COUNTING}")
        await house.started(job)

        assert await agent.end(signal.SIGTERM) == 0

        job = await house.operator.get_job(job.site_id, job.id)
        assert job.completed_at is not None


async def test_second_start_needs_no_enrolment_token(house: House) -> None:
    async with agent_process(house, house.coordinator.url) as agent:
        first = await agent.start()
        await agent.end(signal.SIGTERM)
        agent._environment.pop("ROS_AGENT_ENROLMENT_TOKEN")
        second = await agent.start()

        assert first["agent"] == second["agent"]


async def test_coordinator_that_is_down_hears_the_report_later(house: House) -> None:
    async with Gate(house.coordinator.url) as gate, house.agent(url=gate.url):
        job = await house.submit(f"{COUNTING}\n:delay 300ms")
        await house.started(job)
        gate.down = True
        await asyncio.sleep(1)
        assert await runs(house.lodger) == 1
        assert (await house.operator.get_job(job.site_id, job.id)).completed_at is None

        gate.down = False
        job, _ = await house.end(job)

    assert job.completed_at is not None
    assert await runs(house.lodger) == 1


async def test_answer_that_is_lost_on_the_way_changes_nothing(house: House) -> None:
    """Every answer of the coordinator gets lost once; every call is repeated."""
    async with Gate(house.coordinator.url) as gate, house.agent(url=gate.url):
        gate.lose_answers_once = True
        job, _ = await house.run(COUNTING, backup=True)

    assert job.completed_at is not None
    assert await runs(house.lodger) == 1


async def course(house: House, link: Link) -> Job:
    """Run one counting job through a link and return its end."""
    house.lodger.port = link.port
    async with house.agent():
        job, _ = await house.run(COUNTING, backup=True)
    return job


async def test_sentences_of_a_job_are_few(house: House) -> None:
    async with Link(house.lodger.port) as link:
        job = await course(house, link)

    assert job.completed_at is not None
    assert link.sentences.count(b"/login") == 2
    assert link.sentences.count(b"/execute") == 1
    assert len([command for command in link.sentences if command != b"/file/print"]) < 40


async def sentences_of_a_job(folder: Path) -> list[int]:
    """Return the numbers of a job's sentences; of a row of equal ones only the first.

    So a look at a file that may still grow stands for all that follow it.
    """
    async with running_house(folder) as house, Link(house.lodger.port) as link:
        house.lodger.router.files.delay = 0
        await course(house, link)
        steps = enumerate(pairwise([b"", *link.sentences]), 1)
        return [number for number, (last, this) in steps if this != last]


async def hold(house: House, lodger: Lodger, link: Link, job: Job) -> None:
    """Hold the end of a job whose link was cut against what its router tells."""
    job, run = await house.end(job, 60)
    assert link.cut_at is not None
    sentence = link.sentences[link.cut_at - 1]
    place = (link.cut_at, sentence, run)
    done = await runs(lodger)
    if job.completed_at is not None:
        assert done == 1, place
        assert await lodger.leftovers() == [], place
        return
    # Only of the run itself may it be unknown how it ended.
    assert sentence == b"/execute", place
    assert done <= 1, place
    assert run.error is not None, place
    assert run.error.error_class is ErrorClass.LOST, place


@pytest.mark.parametrize("cut", Cut)
async def test_link_cut_at_any_sentence_runs_the_script_at_most_once(
    tmp_path: Path, cut: Cut
) -> None:
    numbers = await sentences_of_a_job(tmp_path / "first")
    async with (
        running_house(tmp_path / "all", routers=len(numbers)) as house,
        AsyncExitStack() as stack,
    ):
        links = []
        for number, lodger in zip(numbers, house.lodgers, strict=True):
            link = await stack.enter_async_context(Link(lodger.port))
            link.cut_at, link.cut = number, cut
            lodger.router.files.delay = 0
            lodger.port = link.port
            links.append(link)
        async with house.agent():
            jobs = [await house.submit(COUNTING, lodger, backup=True) for lodger in house.lodgers]
            for lodger, link, job in zip(house.lodgers, links, jobs, strict=True):
                await hold(house, lodger, link, job)


class JournalThatFails:
    """Makes the agent give up around one access to its journal, as a power cut would.

    Attributes:
        accesses: How often the journal was used.
        at: Number of the access that fails, from 1; None for none.
        after: Whether what was to be written is on the disk by then.
    """

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.accesses = 0
        self.at: int | None = None
        self.after = False
        self._do = Journal._do

        async def access(journal: Journal, work: Callable[[], object]) -> object:
            return await self._access(journal, work)

        patch.setattr(Journal, "_do", access)

    async def _access(self, journal: Journal, work: Callable[[], object]) -> object:
        self.accesses += 1
        fails = self.accesses == self.at
        if fails and not self.after:
            raise JournalError("power cut")
        answer = await self._do(journal, work)
        if fails:
            raise JournalError("power cut")
        return answer


@pytest.mark.parametrize("after", [False, True])
async def test_agent_that_dies_around_any_journal_access_completes_the_job_and_runs_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    failing = JournalThatFails(monkeypatch)
    failing.after = after
    async with running_house(tmp_path, lease_seconds=1) as house:
        house.lodger.router.files.delay = 0
        done, number = 0, 0
        while True:
            number, failing.accesses = number + 1, 0
            failing.at = number
            job = await die_and_come_back(house, failing)
            done += 1
            job, run = await house.end(job)
            assert job.completed_at is not None, (number, run)
            assert await runs(house.lodger) == done, (number, run)
            assert await house.lodger.leftovers() == [], (number, run)
            if failing.at is not None:
                break  # the job has fewer accesses than this

    assert number > 8


async def die_and_come_back(house: House, failing: JournalThatFails) -> Job:
    """Run an agent until its journal fails or its job has ended; start it again if it failed."""
    job = await house.submit(COUNTING, backup=True)
    try:
        async with house.agent() as agent:
            end = asyncio.create_task(house.end(job))
            ends: set[asyncio.Future[Any]] = {end, agent.serving}
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            # What is left is the journal's last access: that the report was heard.
            await asyncio.sleep(0.2)
            end.cancel()
    except JournalError:
        failing.at = None
        async with house.agent():
            await house.end(job)
            await asyncio.sleep(0.2)
    return job


async def test_killed_during_the_backup_it_takes_another_and_completes(house: House) -> None:
    house.lodger.router.files.delay = 2
    async with agent_process(house, house.coordinator.url) as agent:
        await agent.start()
        job = await house.submit(COUNTING, backup=True)
        await asyncio.sleep(1)
        await agent.end(signal.SIGKILL)
        house.lodger.router.files.delay = 0

        await agent.start()
        job, _ = await house.end(job)

    assert job.completed_at is not None
    assert await runs(house.lodger) == 1
    assert await house.lodger.leftovers() == []


async def test_lease_that_went_to_another_agent_meanwhile_is_left_to_it(tmp_path: Path) -> None:
    async with running_house(tmp_path, lease_seconds=0.5) as house:
        house.lodger.router.files.delay = 2
        async with agent_process(house, house.coordinator.url) as agent:
            await agent.start()
            job = await house.submit(COUNTING, backup=True)
            await asyncio.sleep(1)
            await agent.end(signal.SIGKILL)
            house.lodger.router.files.delay = 0
            async with house.agent("another"):
                job, _ = await house.end(job)
                await agent.start()
                other, _ = await house.run(":put 1")

        assert job.completed_at is not None
        assert other.completed_at is not None
        assert await runs(house.lodger) == 1
        assert "not ours any more" in (house.folder / "agent.log").read_text("utf-8")


async def test_router_that_reboots_in_the_run_is_waited_for_and_does_not_run_it_again(
    house: House,
) -> None:
    house.lodger.router.boot_seconds = 1
    async with house.agent():
        job, run = await house.run(f"{COUNTING}\n/system reboot\n:delay 5s")

    assert job.failed_at is not None
    assert run.error is not None
    assert run.error.error_class is ErrorClass.LOST
    assert await runs(house.lodger) == 1


async def test_job_that_was_cancelled_before_leave_is_dropped(house: House) -> None:
    async with Gate(house.coordinator.url) as gate:
        gate.hold_busy = True
        async with house.agent(url=gate.url):
            job = await house.submit(COUNTING)
            await asyncio.wait_for(gate.held.wait(), 10)
            await house.operator.cancel_job(job.site_id, job.id)
            gate.hold_busy = False
            gate.release.set()
            other, _ = await house.run(":put 1")

    assert other.completed_at is not None
    assert await runs(house.lodger) == 0
    assert await house.lodger.leftovers() == []
