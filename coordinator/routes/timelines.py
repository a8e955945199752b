"""A job's timeline, its cancellation while it runs, its resolution, its deliveries.

All of it is ours: the public API has three timestamps, and no cancel once a job has started.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coordinator.auth import Scope
from coordinator.contract import JobRun
from coordinator.jobs import State
from coordinator.routes import render
from coordinator.routes.base import OPERATIONS, Doc, Route, path_id, read_model, reply
from coordinator.routes.paging import CURSOR, LIMIT, cursor, limit, link_next
from coordinator.routes.who import TIMELINES, actor
from coordinator.shapes import CancelReply, CancelRequest, Delivery, JobEvent, ResolveRequest

if TYPE_CHECKING:
    from aiohttp import web

__all__ = ["ROUTES"]

_LONGEST_BODY: Final = 16 * 1024


async def timeline(request: web.Request) -> web.Response:
    site_id, job_id = path_id(request, "site"), path_id(request, "job")
    (after,), count = cursor(request, 1) or (0,), limit(request)
    events = await request.app[TIMELINES].timeline(site_id, job_id, after, count + 1)
    answer = reply([render.event(event) for event in events[:count]])
    if len(events) > count:
        link_next(request, answer, events[count - 1].seq)
    return answer


async def deliveries(request: web.Request) -> web.Response:
    site_id, job_id = path_id(request, "site"), path_id(request, "job")
    (after,), count = cursor(request, 1) or (0,), limit(request)
    found = await request.app[TIMELINES].deliveries(site_id, job_id, after, count + 1)
    answer = reply([render.delivery(delivery) for delivery in found[:count]])
    if len(found) > count:
        link_next(request, answer, found[count - 1].seq)
    return answer


async def cancel(request: web.Request) -> web.Response:
    site_id, job_id = path_id(request, "site"), path_id(request, "job")
    body = CancelRequest()
    if request.body_exists:
        body = await read_model(request, CancelRequest, _LONGEST_BODY)
    job = await request.app[TIMELINES].ask_cancel(
        site_id, job_id, actor(request), body.reason or ""
    )
    return reply(render.cancel(job), 202 if job.cancel_answer is None else 200)


async def resolve(request: web.Request) -> web.Response:
    site_id, job_id = path_id(request, "site"), path_id(request, "job")
    body = await read_model(request, ResolveRequest, _LONGEST_BODY)
    await request.app[TIMELINES].resolve(
        site_id, job_id, State(body.outcome), actor(request), body.reason
    )
    job, told, backups = await request.app[OPERATIONS].get_run(site_id, job_id)
    return reply(render.run(job, told, backups))


_TAG = "Jobs"
_OURS = ("Ours.",)

ROUTES: Final = (
    Route(
        "GET",
        "/site/{site_id}/job/{job_id}/timeline",
        Scope.JOBS_READ,
        timeline,
        Doc(
            "List what happened to a job",
            _TAG,
            {200: list[JobEvent]},
            params=(LIMIT, CURSOR),
            text="Oldest first; each line was written together with the change it tells of.",
            ours=_OURS,
        ),
    ),
    Route(
        "POST",
        "/site/{site_id}/job/{job_id}/cancel",
        Scope.JOBS_WRITE,
        cancel,
        Doc(
            "Cancel a job, even while it runs",
            _TAG,
            {200: CancelReply, 202: CancelReply},
            body=CancelRequest,
            body_required=False,
            errors=(409,),
            text="Not started yet, it fails at once with class `cancelled`. While it runs, its "
            "agent is asked (202); the answer is `cancelled`, `too_late` or `unknown` in the end, "
            "and the same request again shows it.",
            ours=(
                "Ours.",
                "409 `job_already_finished` when it had ended before it was asked.",
                "Unlike DELETE it leaves the job and its timeline visible.",
            ),
        ),
    ),
    Route(
        "POST",
        "/site/{site_id}/job/{job_id}/resolve",
        Scope.JOBS_WRITE,
        resolve,
        Doc(
            "Resolve a run of which nothing is heard",
            _TAG,
            {200: JobRun},
            body=ResolveRequest,
            errors=(409,),
            text="The reason stands in the timeline; as failed, the job's class is `lost`.",
            ours=("Ours.", "409 `job_not_running` when it has not started."),
        ),
    ),
    Route(
        "GET",
        "/site/{site_id}/job/{job_id}/deliveries",
        Scope.JOBS_READ,
        deliveries,
        Doc(
            "List the calls of a job's notify_url",
            _TAG,
            {200: list[Delivery]},
            params=(LIMIT, CURSOR),
            text="Oldest first, those that failed or still wait included.",
            ours=_OURS,
        ),
    ),
)
