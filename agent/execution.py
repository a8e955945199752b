"""Storing, ordering and observing the one run of a job's script.

Source: routeros-api.md, 6.1 and 6.2.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from agent.closers import stray_brace
from agent.device import (
    is_running,
    read_marker,
    read_source,
    remove_script,
    set_marker,
    store_script,
)
from agent.errors import RefusedError, StepError, readable
from agent.names import Marker, MarkerState
from agent.recovery import Sight
from agent.wrapper import Ending, EndingKind, captured_wrapper, read_capture, stored_wrapper
from coordinator.contract import ErrorClass

if TYPE_CHECKING:
    from agent.facts import Release
    from agent.names import Names
    from agent.router import Router

__all__ = [
    "check_size",
    "check_whole",
    "clear",
    "clear_unused",
    "look",
    "order_run",
    "put_in_place",
]

LOOK_AGAIN_SECONDS = 0.5


def check_size(script: bytes, release: Release) -> None:
    """Refuse a script that the router could not hold whole.

    Raises:
        StepError: With class preflight; nothing was changed.
    """
    if len(script) > release.most_script:
        raise StepError(
            ErrorClass.PREFLIGHT,
            f"the script has {len(script)} bytes; RouterOS {release.number} takes "
            f"{release.most_script} at most",
        )


def check_whole(script: bytes) -> None:
    """Refuse a script of which the router would run only a part and call it done.

    Raises:
        StepError: With class syntax and the place; nothing was changed.
    """
    place = stray_brace(script)
    if place is not None:
        raise StepError(
            ErrorClass.SYNTAX,
            "a } that nothing opened: RouterOS would end the script there and ignore the rest",
            place=place,
        )


async def put_in_place(
    router: Router,
    names: Names,
    script: bytes,
    release: Release,
    nonce: str,
    policies: frozenset[str] | None,
) -> None:
    """Store the script, read it back, and mark it ready; it does not run yet.

    A script that the router keeps otherwise than it was given is removed again.

    Args:
        router: The session.
        names: Of the job.
        script: Its exact bytes.
        release: Of the router.
        nonce: Of its marks.
        policies: The user's, None when they are not known.

    Raises:
        StepError: With class preflight or permission.
        LinkError: The session failed.
    """
    ready = Marker(MarkerState.READY)
    try:
        found = (await read_marker(router, names.script)).state
        if found not in {MarkerState.ABSENT, MarkerState.READY}:
            raise StepError(
                ErrorClass.LOST,
                f"the router holds this job's script already, {found.value}; not by this run",
            )
        await store_script(router, names.script, script, ready, policies)
        if not release.runs_captured:
            wrapper = stored_wrapper(names, nonce).encode()
            await store_script(router, names.wrapper, wrapper, ready, policies)
        kept = await read_source(router, names.script)
        if _lines(kept or b"") != _lines(script):
            await clear(router, names)
            raise StepError(
                ErrorClass.PREFLIGHT,
                f"the router kept {len(kept or b'')} bytes of a script of {len(script)}",
            )
    except RefusedError as error:
        raise StepError(
            ErrorClass.PERMISSION if error.forbidden else ErrorClass.PREFLIGHT,
            f"the script could not be stored: {readable(error.message)}",
        ) from error


def _lines(source: bytes) -> bytes:
    return source.replace(b"\r\n", b"\n")


async def order_run(
    router: Router, names: Names, release: Release, nonce: str, seconds: float
) -> Ending:
    """Have the router run the stored script, and wait for its end.

    Raises:
        LinkError: The session failed: whether the order arrived, and how the run ended,
            must be found out by `look` on another session.
    """
    if not release.runs_captured:
        return await _order_uncaptured(router, names, seconds)
    source = captured_wrapper(names, release, nonce)
    try:
        reply = await router.call("/execute", {"script": source, "as-string": ""}, seconds=seconds)
    except RefusedError as error:
        # Errors of what it runs come as text, so this is about the order itself.
        return Ending(EndingKind.REFUSED, error=error.message)
    ending = read_capture(reply.ret or b"", nonce, release)
    if ending.kind is EndingKind.FAILED and not release.tells_errors:
        await set_marker(router, names.script, Marker(MarkerState.FAILED, ending.error))
    return ending


async def _order_uncaptured(router: Router, names: Names, seconds: float) -> Ending:
    try:
        await router.call("/system/script/run", {"number": names.wrapper}, seconds=seconds)
    except RefusedError as error:
        if b" not ready" in error.message:
            return Ending(EndingKind.NOT_READY, captured=False, error=error.message)
        marker = await read_marker(router, names.script)
        if marker.state is not MarkerState.STARTED:
            return Ending(EndingKind.REFUSED, captured=False, error=error.message)
        await set_marker(router, names.script, Marker(MarkerState.FAILED, error.message))
        return Ending(EndingKind.FAILED, captured=False, error=error.message)
    return Ending(EndingKind.DONE, captured=False)


async def look(router: Router, names: Names) -> Sight:
    """See what a router tells of a job's run.

    Raises:
        RefusedError, LinkError: As any command.
    """
    for last in (False, False, True):
        marker = await read_marker(router, names.script)
        if marker.state is not MarkerState.STARTED or last:
            break
        if await is_running(router, names):
            return Sight(marker, running=True)
        # Between the marker and the list of jobs a script may begin or end: what looks cut
        # short counts only when it looks so again after a moment.
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
    return Sight(marker, running=False)


async def clear_unused(router: Router, names: Names) -> None:
    """Remove the job's script items, unless somebody has run them."""
    if (await read_marker(router, names.script)).state is MarkerState.READY:
        await clear(router, names)


async def clear(router: Router, names: Names) -> None:
    """Remove the job's script items."""
    await remove_script(router, names.script)
    await remove_script(router, names.wrapper)
