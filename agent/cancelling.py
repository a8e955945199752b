"""An operator's wish to end a job: heard before the script is ordered, it stops; else too late.

The coordinator tells of it in its answers, again and again until it has the agent's.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from agent.errors import StepError
from agent.recovery import Stage
from coordinator.client import ClientError
from coordinator.contract import CancelAnswer, ErrorClass, Report, ReportStatus

if TYPE_CHECKING:
    from agent.work import Work

__all__ = ["hear_cancel", "stop_if_cancelled"]

log = structlog.get_logger()


def stop_if_cancelled(work: Work) -> None:
    """Fail the job, whose script is about to be ordered, if an operator wants that.

    Raises:
        StepError: With class cancelled.
    """
    if work.cancel_requested:
        raise StepError(
            ErrorClass.CANCELLED, "an operator cancelled the job before its script was ordered"
        )


async def hear_cancel(work: Work) -> None:
    """Take note of the wish; once the script is ordered, say that it comes too late."""
    work.cancel_requested = True
    if work.entry.stage < Stage.ORDERED:
        return
    answer = Report(
        lease_version=work.entry.lease_version,
        status=ReportStatus.BUSY,
        occurred_at=datetime.now(UTC),
        cancel=CancelAnswer.TOO_LATE,
    )
    log.info("cancel comes too late", token=work.entry.token)
    try:
        await work.tools.client.report(work.entry.job_id, answer)
    except ClientError as error:
        # Told again with the next poll, or answered by the job's own end.
        log.warning("cancel not answered", token=work.entry.token, reason=str(error))
