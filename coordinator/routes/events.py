"""Server-sent events: one job, one site, everything (ours).

Each event has the number of its line in the timeline as id, so a reader that comes back with
`Last-Event-ID` misses nothing. A comment is sent while nothing happens. One that is too slow is
let go, and resumes.

Source: WHATWG HTML, 9.2, server-sent events.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from aiohttp import web

from coordinator.auth import Scope
from coordinator.errors import InvalidRequestError
from coordinator.events import Wanted
from coordinator.jobs import State
from coordinator.routes import render
from coordinator.routes.base import CONFIG, OPERATIONS, Doc, Route, header, path_id, query
from coordinator.routes.who import TIMELINES, team

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from coordinator.records import EventRecord

__all__ = ["ROUTES"]

_ENDS: Final = frozenset({State.COMPLETED, State.FAILED, State.CANCELLED})
# Bytes that a reader has not taken yet, beside the system's own buffers.
_UNREAD: Final = 64 * 1024
# How long one piece may wait for a reader that takes nothing.
_STUCK_SECONDS: Final = 30.0
_RETRY: Final = b"retry: 1000\n\n"


async def of_job(request: web.Request) -> web.StreamResponse:
    """Stream a job's whole timeline, then what happens, until the job has ended."""
    site_id, job_id = path_id(request, "site"), path_id(request, "job")
    after = _last_seen(request)
    job = await request.app[OPERATIONS].get_job(site_id, job_id)
    if job.state in _ENDS and after is not None:
        left = await request.app[TIMELINES].timeline(site_id, job_id, after, 1)
        if not left:
            return web.Response(status=204)  # tells a browser not to come back
    return await _stream(request, Wanted(job_id=job_id), after or 0)


async def of_site(request: web.Request) -> web.StreamResponse:
    site_id = path_id(request, "site")
    after = _last_seen(request)
    await request.app[OPERATIONS].get_site(site_id)
    return await _stream(request, Wanted(site_id=site_id), after)


async def of_all(request: web.Request) -> web.StreamResponse:
    return await _stream(request, Wanted(team_id=team(request)), _last_seen(request))


async def _stream(request: web.Request, wanted: Wanted, after: int | None) -> web.StreamResponse:
    answer = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream",
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",  # a proxy in front must pass events on at once
        }
    )
    pages = request.app[TIMELINES].follow(
        wanted, after, request.app[CONFIG].stream_heartbeat_seconds
    )
    await answer.prepare(request)
    if request.transport is not None:
        request.transport.set_write_buffer_limits(high=_UNREAD)
    try:
        async with asyncio.timeout(_STUCK_SECONDS):
            await answer.write(_RETRY)
        await _send(answer, pages, until_end=wanted.job_id is not None)
        async with asyncio.timeout(_STUCK_SECONDS):
            await answer.write_eof()
    except (TimeoutError, ConnectionError):
        if request.transport is not None:
            request.transport.abort()
    return answer


async def _send(
    answer: web.StreamResponse, pages: AsyncIterator[list[EventRecord]], *, until_end: bool
) -> None:
    # Closed by name: a reader that leaves must leave the feed at once, too.
    async with contextlib.aclosing(pages):  # type: ignore[type-var] # it is a generator
        async for page in pages:
            data = b"".join(map(_event, page)) or b": still here\n\n"
            async with asyncio.timeout(_STUCK_SECONDS):
                await answer.write(data)
            if until_end and any(event.state in _ENDS for event in page):
                return


def _event(record: EventRecord) -> bytes:
    data = render.event(record).model_dump_json()
    return f"id: {record.seq}\nevent: {record.event}\ndata: {data}\n\n".encode()


def _last_seen(request: web.Request) -> int | None:
    text = request.headers.get("Last-Event-ID", request.query.get("last_event_id"))
    if text is None or not text.strip():
        return None
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise InvalidRequestError("parameter_invalid", "Last-Event-ID must be an event's id.")
    return int(text)


_TAG = "Events"
_PARAMS = (
    header("Last-Event-ID", "Begin after this event.", {"type": "string", "pattern": "^[0-9]*$"}),
    query(
        "last_event_id",
        "The same, for readers that cannot set headers.",
        {"type": "string", "pattern": "^[0-9]*$"},
    ),
)
_STREAM = {200: "text/event-stream"}

ROUTES: Final = (
    Route(
        "GET",
        "/site/{site_id}/job/{job_id}/events",
        Scope.JOBS_READ,
        of_job,
        Doc(
            "Follow a job",
            _TAG,
            {200: "text/event-stream", 204: None},
            params=_PARAMS,
            text="Its timeline from the start, then what happens, until it has ended; 204 when "
            "it has and the reader has seen all.",
            ours=("Ours.",),
        ),
    ),
    Route(
        "GET",
        "/site/{site_id}/events",
        Scope.JOBS_READ,
        of_site,
        Doc(
            "Follow a site",
            _TAG,
            _STREAM,
            params=_PARAMS,
            text="What happens to its jobs from now on, or after the event that was seen last.",
            ours=("Ours.",),
        ),
    ),
    Route(
        "GET",
        "/events",
        Scope.JOBS_READ,
        of_all,
        Doc(
            "Follow everything",
            _TAG,
            _STREAM,
            params=_PARAMS,
            text="As for a site, for all sites that the token may see.",
            ours=("Ours.",),
        ),
    ),
)
