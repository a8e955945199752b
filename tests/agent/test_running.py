"""The run of a script as its sessions break, router scripted in order."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from pydantic import SecretStr

from agent.config import Config, Coordinator, Limits
from agent.errors import LinkLostError, LinkTimeoutError, LoginError, RefusedError, UnreachableError
from agent.inventory import Target
from agent.journal import Entry, Journal
from agent.names import Marker, MarkerState
from agent.recovery import Next, Stage
from agent.router import Access, Reply
from agent.running import run_once
from agent.state import State
from agent.work import Tools, Work
from coordinator.client import CoordinatorClient
from coordinator.contract import ErrorClass, ReportStatus

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from agent.router import Router
    from tests.agent.conftest import ScriptedRouter, Steps

TARGET = Target("R1", "Branch", Access("192.0.2.1", 8728, "admin", SecretStr("")))
ENTRY = Entry(
    job_id=UUID(int=1),
    site_id=UUID(int=2),
    token="aB3dE6gH9j",
    lease_version=3,
    should_backup=False,
    script=b'/ip address add address=192.0.2.1/24\n:error "boom"',
    nonce="f00d",
    stage=Stage.ORDERED,
)
CUT = LinkLostError("cut")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.work.LONGEST_PAUSE", 0.001)
    monkeypatch.setattr("agent.running._BETWEEN_LOOKS", 0.001)
    monkeypatch.setattr("agent.execution.LOOK_AGAIN_SECONDS", 0.001)
    monkeypatch.setattr("agent.work.FIRST_PAUSE", 0.001)


class Bench:
    """A job and the sessions it will get, in order; an exception is a failed connection."""

    def __init__(
        self, config: Config, journal: Journal, sessions: list[ScriptedRouter | Exception]
    ) -> None:
        client = CoordinatorClient(config.coordinator.url)
        tools = Tools(config, journal, client, State(config.state_dir), self.connect)
        self.work = Work(ENTRY, TARGET, tools)
        self.sessions = sessions

    async def connect(self, target: Target) -> Router:
        assert target is TARGET
        session = self.sessions.pop(0)
        if isinstance(session, Exception):
            raise session
        return session


@pytest.fixture
async def bench(
    tmp_path: Path, scripted: Callable[[Steps], ScriptedRouter]
) -> AsyncIterator[Callable[..., Bench]]:
    journal = Journal(tmp_path / "journal.sqlite3")
    await journal.take(ENTRY)

    def make(*sessions: Steps | Exception, **limits: float) -> Bench:
        config = Config(
            coordinator=Coordinator(url="http://127.0.0.1:1"),
            state_dir=tmp_path,
            targets=[TARGET],
            limits=Limits.model_validate({"verify_seconds": 5.0, **limits}),
        )
        made = [item if isinstance(item, Exception) else scripted(item) for item in sessions]
        return Bench(config, journal, made)

    yield make
    await journal.close()


FACTS: Steps = [
    ("/system/identity/print", {}, Reply([{"name": b"R1"}])),
    ("/system/resource/print", {}, Reply([{"version": b"7.22.3 (stable)"}])),
]


def marker(state: MarkerState, text: bytes = b"") -> Steps:
    row = {".id": b"*1", "comment": bytes(Marker(state, text))}
    return [("/system/script/print", {"?name": "job-aB3dE6gH9j"}, Reply([row]))]


def running(*names: bytes) -> Steps:
    rows = [{".id": b"*A", "script": name} for name in names]
    return [("/system/script/job/print", {}, Reply(rows))]


def order(answer: bytes | Exception) -> Steps:
    reply = answer if isinstance(answer, Exception) else Reply(ret=answer)
    return [("/execute", {"as-string": ""}, reply)]


OK = b"f00d begin\r\nhello\r\nf00d done\r\n\r\n"


async def test_order_that_never_arrived_is_sent_again(bench: Callable[..., Bench]) -> None:
    made = bench(
        [*marker(MarkerState.READY), *FACTS, *order(CUT)],
        [*marker(MarkerState.READY), *order(OK)],
    )

    report = await run_once(made.work, Next.LOOK)

    assert (report.status, report.output) == (ReportStatus.DONE, "hello\n")
    assert report.lease_version == 3


async def test_order_whose_run_was_done_meanwhile_is_not_sent_again(
    bench: Callable[..., Bench],
) -> None:
    made = bench([*marker(MarkerState.READY), *FACTS, *order(CUT)], marker(MarkerState.DONE))

    report = await run_once(made.work, Next.LOOK)

    assert report.status is ReportStatus.DONE
    assert "lost" in report.output
    assert report.output_bytes == 0


async def test_run_that_goes_on_without_us_is_waited_for(bench: Callable[..., Bench]) -> None:
    made = bench(
        [
            *marker(MarkerState.STARTED),
            *running(b"job-aB3dE6gH9j"),
            *marker(MarkerState.STARTED),
            *running(b"job-aB3dE6gH9j"),
            *marker(MarkerState.FAILED, b"boom (:error; line 2)"),
        ]
    )

    report = await run_once(made.work, Next.LOOK)

    assert report.status is ReportStatus.FAIL
    assert report.error is not None
    assert report.error.message == "boom (:error; line 2)"
    assert (report.error.line, report.error.column) == (2, 1)


async def test_second_order_that_finds_the_first_running_waits_for_it(
    bench: Callable[..., Bench],
) -> None:
    made = bench(
        [
            *marker(MarkerState.READY),
            *FACTS,
            *order(b"f00d not ready routeros-jobs started\r\n"),
            *marker(MarkerState.STARTED),
            *running(b"job-aB3dE6gH9j"),
            *marker(MarkerState.DONE),
        ]
    )

    assert (await run_once(made.work, Next.LOOK)).status is ReportStatus.DONE


async def test_run_that_was_cut_short_is_lost_and_says_so(bench: Callable[..., Bench]) -> None:
    made = bench(
        [
            *marker(MarkerState.STARTED),
            *running(b"another"),
            *marker(MarkerState.STARTED),
            *running(),
            *marker(MarkerState.STARTED),
        ]
    )

    report = await run_once(made.work, Next.LOOK)

    assert report.error is not None
    assert report.error.error_class is ErrorClass.LOST
    assert "it left no end" in report.error.message


async def test_item_that_is_gone_is_lost(bench: Callable[..., Bench]) -> None:
    made = bench([("/system/script/print", {}, Reply())])

    report = await run_once(made.work, Next.LOOK)

    assert report.error is not None
    assert report.error.error_class is ErrorClass.LOST


async def test_router_that_does_not_let_us_look_any_more_is_lost_with_its_words(
    bench: Callable[..., Bench],
) -> None:
    refusal = RefusedError("/system/script/print", b"not enough permissions (9)")
    made = bench(*[[("/system/script/print", {}, refusal)]] * 5)

    report = await run_once(made.work, Next.LOOK)

    assert report.error is not None
    assert report.error.error_class is ErrorClass.LOST
    assert "not enough permissions" in report.error.message


async def test_router_that_boots_is_waited_for_even_when_it_refuses_logins(
    bench: Callable[..., Bench],
) -> None:
    made = bench(
        UnreachableError("down"),
        LoginError("not yet"),
        UnreachableError("x"),
        marker(MarkerState.DONE),
    )

    assert (await run_once(made.work, Next.LOOK)).status is ReportStatus.DONE
    assert made.sessions == []


async def test_router_that_does_not_come_back_is_lost_in_time(bench: Callable[..., Bench]) -> None:
    made = bench(*[UnreachableError("down")] * 500, verify_seconds=0.05)

    report = await run_once(made.work, Next.LOOK)

    assert report.error is not None
    assert report.error.error_class is ErrorClass.LOST
    assert "within 0.05 s" in report.error.message


async def test_run_over_its_time_is_stopped(bench: Callable[..., Bench]) -> None:
    made = bench(
        [*marker(MarkerState.READY), *FACTS, *order(LinkTimeoutError("no answer"))],
        [
            *marker(MarkerState.STARTED),
            *running(b"job-aB3dE6gH9j"),
            *running(b"job-aB3dE6gH9j"),
            ("/system/script/job/remove", {".id": b"*A"}, Reply()),
        ],
        run_seconds=0.000001,
    )

    report = await run_once(made.work, Next.LOOK)

    assert report.error is not None
    assert report.error.error_class is ErrorClass.TIMEOUT


async def test_refused_order_of_a_script_that_is_still_ready_ran_nothing(
    bench: Callable[..., Bench],
) -> None:
    made = bench(
        [
            *marker(MarkerState.READY),
            *FACTS,
            *order(RefusedError("/execute", b"not enough permissions (9)")),
            *marker(MarkerState.READY),
        ]
    )

    report = await run_once(made.work, Next.LOOK)

    assert report.error is not None
    assert report.error.error_class is ErrorClass.PERMISSION
    assert "was not run" in report.error.message


def gone() -> Steps:
    return [("/system/script/print", {"?name": "job-aB3dE6gH9j"}, Reply())]


@pytest.mark.parametrize(
    "seen",
    [
        # It looks cut short only when it looks so three times.
        [
            *marker(MarkerState.STARTED),
            *running(),
            *marker(MarkerState.STARTED),
            *running(),
            *marker(MarkerState.STARTED),
        ],
        gone(),
        marker(MarkerState.FOREIGN),
    ],
    ids=["started", "gone", "foreign"],
)
async def test_refused_order_of_a_script_that_is_not_ready_any_more_is_lost(
    bench: Callable[..., Bench], seen: Steps
) -> None:
    refusal = RefusedError("/execute", b"interrupted")
    made = bench([*marker(MarkerState.READY), *FACTS, *order(refusal), *seen])

    report = await run_once(made.work, Next.LOOK)

    assert report.error is not None
    assert report.error.error_class is ErrorClass.LOST
    assert "was not run" not in report.error.message
    assert "interrupted" in report.output


async def test_refused_answer_of_a_script_that_is_done_takes_nothing_back(
    bench: Callable[..., Bench],
) -> None:
    refusal = RefusedError("/execute", b"afraid to create strings larger than 64kB")
    made = bench([*marker(MarkerState.READY), *FACTS, *order(refusal), *marker(MarkerState.DONE)])

    report = await run_once(made.work, Next.LOOK)

    assert report.status is ReportStatus.DONE
    assert "64kB" in report.output


async def test_output_without_an_end_is_kept_when_the_marker_has_the_end(
    bench: Callable[..., Bench],
) -> None:
    made = bench(
        [
            *marker(MarkerState.READY),
            *FACTS,
            *order(b"f00d begin\r\nhalf way\r\n"),
            *marker(MarkerState.FAILED, b"boom"),
        ]
    )

    report = await run_once(made.work, Next.LOOK)

    assert report.output == "half way\n"
    assert report.error is not None
    assert report.error.message == "boom"


async def test_output_without_any_end_is_lost_with_its_last_line(
    bench: Callable[..., Bench],
) -> None:
    made = bench(
        [
            *marker(MarkerState.READY),
            *FACTS,
            *order(b"f00d begin\r\nhalf way\r\n"),
            *marker(MarkerState.STARTED),
            *running(),
            *marker(MarkerState.STARTED),
            *running(),
            *marker(MarkerState.STARTED),
        ]
    )

    report = await run_once(made.work, Next.LOOK)

    assert report.error is not None
    assert report.error.error_class is ErrorClass.LOST
    assert "half way" in report.error.message
