"""The course of one job, from its lease to its last report.

`follow` is the whole of it: prepare (reach, check, back up, put in place, ask leave), run
once, conclude (verify, tidy up, compare). What may follow a crash or a lost session is
decided by `agent.recovery`.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import structlog

from agent.backup import take_export
from agent.diff import compare_exports
from agent.errors import LinkError, LoginError, RefusedError, StepError
from agent.execution import clear, clear_unused
from agent.preparation import prepare
from agent.recovery import Next, Stage, after_restart
from agent.running import run_once
from agent.verdict import unreachable_after
from agent.work import MOST_BREAKS, NotOursError
from coordinator.contract import ErrorClass, Report, ReportStatus

if TYPE_CHECKING:
    from agent.journal import QueuedReport
    from agent.work import Work

__all__ = ["follow"]

log = structlog.get_logger()


async def follow(work: Work) -> QueuedReport | None:
    """Bring a job from where the journal left it to its last report, still to be sent.

    Returns:
        The report; None when the job turned out to be somebody else's.

    Raises:
        JournalError: Nothing more may be done for any job.
    """
    start = after_restart(work.entry.stage)
    try:
        if start is Next.PREPARE:
            await prepare(work)
        if start in {Next.PREPARE, Next.LOOK}:
            await work.enter(Stage.ENDED, report=await run_once(work, start))
        report = _end(work)
        if start is not Next.REPORT:
            report = await _conclude(work, report)
    except StepError as error:
        log.warning("job failed before its script ran", reason=str(error))
        await _tidy(work)
        report = work.failure(error.error_class, str(error), error.place)
    except NotOursError as error:
        log.warning("job dropped", reason=str(error))
        await _tidy(work)
        await work.tools.journal.forget(work.entry.job_id)
        return None
    finally:
        await work.leave()
    return await work.tools.journal.conclude(work.entry, report)


def _end(work: Work) -> Report:
    """Return the end as it was written down, under the lease that is held now."""
    report = work.entry.report
    if report is None:
        return work.failure(ErrorClass.LOST, "the journal has no end of this run")
    # A job that asked for a backup does not run without one.
    protection = "backup" if work.entry.should_backup else "none"
    return report.model_copy(
        update={"lease_version": work.entry.lease_version, "protection": protection}
    )


async def _conclude(work: Work, report: Report) -> Report:
    """Prove that the router is still reachable, tidy up, and see what changed.

    A run that ended well counts only once a new connection has been made; what fails after
    that takes nothing back.
    """
    log.info("script ended", status=report.status.value)
    if report.status is ReportStatus.DONE:
        await work.leave()
    for _ in range(MOST_BREAKS):
        try:
            await work.reach(work.limits.verify_seconds, patient_login=True)
        except (LinkError, LoginError) as error:
            log.warning("router not reached after the run", reason=str(error))
            if report.status is not ReportStatus.DONE:
                return report
            return unreachable_after(report, work.limits.verify_seconds, str(error))
        try:
            await clear(work.router, work.names)
            return await _compare(work, report)
        except LinkError as error:
            log.warning("session broke after the run", reason=str(error))
            await work.leave()
        except (RefusedError, StepError) as error:
            log.warning("not tidied up or compared", reason=str(error))
            break
    return report


async def _compare(work: Work, report: Report) -> Report:
    """Add the difference of the exports before and after, if there was one before."""
    if work.entry.before is None:
        return report
    after = await take_export(
        work.router,
        work.names.after,
        (await work.know()).release,
        work.patience,
        secrets=work.tools.config.backup.secrets,
    )
    return report.model_copy(update={"diff": compare_exports(work.entry.before, after.content)})


async def _tidy(work: Work) -> None:
    if work.reached:
        with contextlib.suppress(LinkError, RefusedError):
            await clear_unused(work.router, work.names)
