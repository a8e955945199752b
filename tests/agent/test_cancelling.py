"""A wish to cancel: before the script is ordered it stops, after that it is too late."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from pydantic import SecretStr

from agent.cancelling import hear_cancel, stop_if_cancelled
from agent.config import Config, Coordinator
from agent.errors import StepError
from agent.inventory import Target
from agent.journal import Entry, Journal
from agent.recovery import Next, Stage
from agent.router import Access
from agent.running import run_once
from agent.state import State
from agent.work import Tools, Work
from coordinator.client import CoordinatorClient
from coordinator.contract import (
    CancelAnswer,
    ErrorClass,
    Report,
    ReportReply,
    ReportStatus,
    RunState,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from agent.router import Router

TARGET = Target("R1", "Branch", Access("192.0.2.1", 8728, "admin", SecretStr("")))
ENTRY = Entry(
    job_id=UUID(int=1),
    site_id=UUID(int=2),
    token="aB3dE6gH9j",
    lease_version=3,
    should_backup=False,
    script=b":put 1",
    nonce="f00d",
    stage=Stage.ASKING,
)


class Heard(CoordinatorClient):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1")
        self.reports: list[Report] = []

    async def report(self, job_id: UUID, report: Report) -> ReportReply:
        assert job_id == ENTRY.job_id
        self.reports.append(report)
        return ReportReply(state=RunState.RUNNING, repeated=True)


async def nobody(target: Target) -> Router:
    raise AssertionError(f"{target.name} must not be reached")


@pytest.fixture
async def work(tmp_path: Path) -> AsyncIterator[Work]:
    journal = Journal(tmp_path / "journal.sqlite3")
    await journal.take(ENTRY)
    config = Config(
        coordinator=Coordinator(url="http://127.0.0.1:1"), state_dir=tmp_path, targets=[TARGET]
    )
    yield Work(ENTRY, TARGET, Tools(config, journal, Heard(), State(tmp_path), nobody))
    await journal.close()


def told(work: Work) -> list[Report]:
    assert isinstance(work.tools.client, Heard)
    return work.tools.client.reports


async def test_a_script_that_is_not_ordered_is_never_run(work: Work) -> None:
    await hear_cancel(work)
    with pytest.raises(StepError) as caught:
        await run_once(work, Next.PREPARE)

    assert caught.value.error_class is ErrorClass.CANCELLED
    assert (work.entry.stage, told(work)) == (Stage.ASKING, [])


async def test_a_script_that_is_ordered_goes_on_and_says_so(work: Work) -> None:
    await work.enter(Stage.ORDERED)
    await hear_cancel(work)

    [report] = told(work)
    assert (report.status, report.cancel, report.lease_version) == (
        ReportStatus.BUSY,
        CancelAnswer.TOO_LATE,
        3,
    )


def test_a_job_that_nobody_cancelled_goes_on(work: Work) -> None:
    stop_if_cancelled(work)

    assert not work.cancel_requested
