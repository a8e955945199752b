"""The one run of a script, over as many sessions as it takes to learn how it ended."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from agent import verdict
from agent.cancelling import stop_if_cancelled
from agent.device import kill_script
from agent.errors import LinkError, LoginError, RefusedError
from agent.execution import look, order_run
from agent.recovery import Next, Sight, Stage, after_order
from agent.work import MOST_BREAKS, pauses
from agent.wrapper import EndingKind
from coordinator.contract import ErrorClass, Report

if TYPE_CHECKING:
    from agent.facts import Release
    from agent.work import Work
    from agent.wrapper import Ending

__all__ = ["run_once"]

log = structlog.get_logger()

_BETWEEN_LOOKS = 1.0
_ORDERED = "the script was ordered"


async def run_once(work: Work, start: Next) -> Report:
    """Order the run and find out how it ended.

    Args:
        work: The job.
        start: PREPARE when it was never ordered; LOOK when it may have been.

    Returns:
        The report of its end, whatever that is.

    Raises:
        StepError: With class cancelled; the script was not ordered.
    """
    step = start
    if start is Next.PREPARE:
        stop_if_cancelled(work)
        await work.enter(Stage.ORDERED)
        step = Next.ORDER
    give_up, pause, breaks = time.monotonic() + work.limits.run_seconds, pauses(), 0
    while True:
        try:
            answer = await (_order(work, give_up) if step is Next.ORDER else _see(work, give_up))
        except (LinkError, RefusedError) as error:
            log.warning("session broke during the run", reason=str(error))
            await work.leave()
            answer, breaks = Next.LOOK, breaks + 1
            # A refusal will not pass; a link may, until the run's time is up.
            hopeless = isinstance(error, RefusedError) or time.monotonic() > give_up
            if breaks > MOST_BREAKS and hopeless:
                return work.failure(ErrorClass.LOST, f"{_ORDERED}, and since then: {error}")
            await asyncio.sleep(next(pause))
        if isinstance(answer, Report):
            return answer
        step = answer


async def _order(work: Work, give_up: float) -> Report | Next:
    """Send the order, and wait for the end of the run."""
    release = (await work.know()).release
    log.info("script ordered")
    ending = await order_run(
        work.router,
        work.names,
        release,
        work.entry.nonce,
        max(1.0, give_up - time.monotonic()),
    )
    if ending.kind is EndingKind.NOT_READY:
        return Next.LOOK  # an earlier order had arrived after all
    if ending.kind in {EndingKind.REFUSED, EndingKind.CUT}:
        return await _judge(work, ending, release)
    return _seen(work, ending, release)


async def _judge(work: Work, ending: Ending, release: Release) -> Report | Next:
    """Let the marker decide about an answer without an end, for example one over 64 kB.

    A refusal proves that nothing ran only while the marker is ready: what the script itself
    stops, by removing its job, is refused too.
    """
    sight = await look(work.router, work.names)
    step = after_order(sight)
    if step is Next.WAIT:
        return Next.LOOK
    if step is Next.ORDER or (step is Next.LOST and ending.kind is EndingKind.CUT):
        return _seen(work, ending, release)
    return verdict.with_output(_learnt(work, step, sight), ending)


def _seen(work: Work, ending: Ending, release: Release) -> Report:
    return verdict.of_ending(
        ending,
        script=work.entry.script,
        release=release,
        version=work.entry.lease_version,
        now=datetime.now(UTC),
    )


async def _see(work: Work, give_up: float) -> Report | Next:
    """Ask the router, on another session, what became of the order."""
    try:
        await work.reach(work.limits.verify_seconds, patient_login=True)
    except (LinkError, LoginError) as error:
        return work.failure(
            ErrorClass.LOST,
            f"{_ORDERED}, the session broke, and the router did not answer again within "
            f"{work.limits.verify_seconds:g} s: {error}",
        )
    sight = await look(work.router, work.names)
    step = after_order(sight)
    if step in {Next.WAIT, Next.LOST} and time.monotonic() > give_up:
        return await _stop(work)
    if step is Next.WAIT:
        await asyncio.sleep(_BETWEEN_LOOKS)
        return Next.LOOK
    return step if step is Next.ORDER else _learnt(work, step, sight)


async def _stop(work: Work) -> Report:
    await kill_script(work.router, work.names)
    return work.failure(
        ErrorClass.TIMEOUT,
        f"the script did not end within {work.limits.run_seconds:g} s and was stopped",
    )


def _learnt(work: Work, step: Next, sight: Sight) -> Report:
    return verdict.of_marker(
        step,
        sight.marker,
        script=work.entry.script,
        version=work.entry.lease_version,
        now=datetime.now(UTC),
    )
