from __future__ import annotations

import pytest

from simulator.clock import VirtualClock
from simulator.errors import Interrupted
from simulator.jobs import Job, Jobs
from simulator.process import Process


def waiting(clock: VirtualClock) -> Process:
    """Return a process that waits for a minute."""
    process = Process(lambda process: process.wait(60), clock)
    process.start()
    return process


def job(jobs: Jobs, process: Process) -> Job:
    made = Job(jobs.next_number(), process, b"admin", frozenset(), 0)
    jobs.add(made)
    return made


def test_numbers_are_not_used_again() -> None:
    jobs, clock = Jobs(), VirtualClock()
    first = job(jobs, waiting(clock))
    jobs.end(first)
    jobs.end(first)

    assert job(jobs, waiting(clock)).number != first.number
    assert first.number not in jobs


def test_killed_job_is_off_the_list_and_its_process_interrupted() -> None:
    jobs, clock = Jobs(), VirtualClock()
    one, other = job(jobs, waiting(clock)), job(jobs, waiting(clock))
    jobs.kill(one.number)

    assert isinstance(one.process.error, Interrupted)
    assert list(jobs) == [other.number]
    assert not other.process.ended


def test_killing_what_is_no_job_does_nothing() -> None:
    jobs = Jobs()
    jobs.kill(7)

    assert len(jobs) == 0


def test_job_that_kills_itself_is_interrupted_on_the_spot() -> None:
    jobs, clock = Jobs(), VirtualClock()

    def body(process: Process) -> None:
        own = job(jobs, process)
        with pytest.raises(Interrupted):
            jobs.kill(own.number)

    process = Process(body, clock)
    process.start()

    assert process.ended
    assert process.error is None


def test_kill_all_spares_the_process_that_asks() -> None:
    jobs, clock = Jobs(), VirtualClock()
    other = job(jobs, waiting(clock))

    def body(process: Process) -> Process | None:
        job(jobs, process)
        return jobs.kill_all()

    process = Process(body, clock)
    process.start()

    assert process.result is process
    assert other.process.ended
    assert len(jobs) == 0


def test_parent_is_the_latest_job_of_the_process() -> None:
    jobs, clock = Jobs(), VirtualClock()
    process = waiting(clock)
    assert jobs.parent_of(process) is None
    job(jobs, process)
    inner = job(jobs, process)

    assert jobs.parent_of(process) == inner.number
