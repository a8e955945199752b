from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from simulator.clock import VirtualClock
from simulator.errors import Interrupted
from simulator.process import Process

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


def test_body_that_does_not_wait_ends_at_once(clock: VirtualClock) -> None:
    ended: list[Process] = []
    process = Process(lambda _: 7, clock, on_end=ended.append)

    assert process.start()
    assert (process.result, process.error, ended) == (7, None, [process])


def test_body_that_waits_goes_on_when_it_is_time(clock: VirtualClock) -> None:
    seen: list[str] = []

    def body(process: Process) -> None:
        for word in ("one", "two"):
            seen.append(word)
            process.wait(5)

    process = Process(body, clock)

    assert not process.start()
    clock.advance(4)
    assert seen == ["one"]
    clock.advance(1)
    assert seen == ["one", "two"]
    clock.advance(5)
    assert process.ended


def test_interrupt_raises_where_it_waits(clock: VirtualClock) -> None:
    process = Process(lambda process: process.wait(5), clock)
    process.start()

    process.interrupt()

    assert isinstance(process.error, Interrupted)
    assert not clock.step()
    process.interrupt()  # does nothing now


def test_error_is_kept_for_whoever_started_it(clock: VirtualClock) -> None:
    def body(_: Process) -> None:
        raise ValueError("no")

    process = Process(body, clock)

    assert process.start()
    assert isinstance(process.error, ValueError)


def test_what_suspend_is_given_is_what_it_returns(clock: VirtualClock) -> None:
    resumes: list[Callable[[Any], None]] = []

    def begin(resume: Callable[[Any], None]) -> Callable[[], None]:
        resumes.append(resume)
        return resumes.clear

    process = Process(lambda process: process.suspend(begin), clock)
    process.start()

    resumes[0](42)

    assert process.result == 42


def test_only_the_body_may_wait(clock: VirtualClock) -> None:
    process = Process(lambda process: process.wait(1), clock)
    process.start()

    with pytest.raises(RuntimeError, match="only the body"):
        process.wait(1)
    process.interrupt()
    with pytest.raises(RuntimeError, match="only the body"):
        process.wait(1)


def test_processes_may_start_processes_and_outlive_them(clock: VirtualClock) -> None:
    order: list[str] = []

    def inner(process: Process) -> None:
        order.append("inner begins")
        process.wait(10)
        order.append("inner ends")

    def outer(process: Process) -> None:
        Process(inner, clock).start()
        order.append("outer goes on")
        process.wait(1)
        order.append("outer ends")

    Process(outer, clock).start()
    clock.advance(10)

    assert order == ["inner begins", "outer goes on", "outer ends", "inner ends"]


def test_process_that_has_ended_is_never_the_current_one(clock: VirtualClock) -> None:
    """Its greenlet runs the next one's body."""
    first = Process(lambda process: process.current, clock)
    first.start()
    seen: list[bool] = []

    second = Process(lambda process: seen.extend((first.current, process.current)), clock)
    second.start()

    assert first.result is True
    assert seen == [False, True]


def test_many_processes_at_once_end_in_the_order_of_their_waits(clock: VirtualClock) -> None:
    ended: list[int] = []

    def body(seconds: int) -> Callable[[Process], None]:
        def run(process: Process) -> None:
            process.wait(seconds)
            ended.append(seconds)

        return run

    for _ in range(3):  # the second and third time in the greenlets of the first
        ended.clear()
        for seconds in range(200, 0, -1):
            Process(body(seconds), clock).start()
        clock.advance(200)

        assert ended == list(range(1, 201))


def test_error_of_on_end_reaches_whoever_resumed_the_process(clock: VirtualClock) -> None:
    def complain(_: Process) -> None:
        raise KeyError("at the end")

    Process(lambda process: process.wait(1), clock, on_end=complain).start()

    with pytest.raises(KeyError, match="at the end"):
        clock.advance(1)
    assert Process(lambda _: 1, clock).start()


def test_threads_do_not_share_greenlets(clock: VirtualClock) -> None:
    Process(lambda _: None, clock).start()
    results: list[int] = []

    def work() -> None:
        for _ in range(3):
            Process(lambda _: results.append(len(results)), VirtualClock()).start()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    Process(lambda _: results.append(len(results)), clock).start()

    assert results == [0, 1, 2, 3]
