"""Jobs of a site: create, list, retrieve, cancel.

Source: devices-api.md, 2.2 (generation A). Statuses 201 on create, 200 on a replay and 204 on
cancel are ours where the reference has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from aiohttp import web

from coordinator.auth import Scope
from coordinator.contract import Job, RunState
from coordinator.errors import InvalidRequestError
from coordinator.ids import new_token
from coordinator.jobs import JobRecord, NewJob, State
from coordinator.records import JobFilter
from coordinator.routes import render
from coordinator.routes.asking import HEADERS, check_times, read_headers
from coordinator.routes.base import (
    CONFIG,
    FLAG,
    OPERATIONS,
    Doc,
    Route,
    header,
    header_flag,
    header_uuid,
    path_id,
    query,
    read_body,
    reply,
)
from coordinator.routes.paging import CURSOR, LIMIT, cursor, limit, link_next, query_instant
from coordinator.routes.prefer import PREFER, applied, wait_seconds, waited
from coordinator.routes.who import TIMELINES, actor

if TYPE_CHECKING:
    from uuid import UUID

__all__ = ["ROUTES"]

# Characters of X-Description, not bytes.
_SHORTEST, _LONGEST = 3, 100
# With none of these the list is whole, as the public API has it.
_FILTERS: Final = frozenset({"limit", "cursor", "state", "created_after", "created_before"})


async def create(request: web.Request) -> web.Response:
    asked = await _read_job(request)
    job, created = await request.app[OPERATIONS].create_job(asked, actor(request))
    return await _answer(request, job, 201 if created else 200)


async def list_all(request: web.Request) -> web.Response:
    site_id = path_id(request, "site")
    if not _FILTERS.isdisjoint(request.query):
        return await _page(request, site_id)
    jobs = await request.app[OPERATIONS].list_jobs(site_id)
    return reply([render.job_fields(job) for job in jobs])


async def retrieve(request: web.Request) -> web.Response:
    job = await request.app[OPERATIONS].get_job(path_id(request, "site"), path_id(request, "job"))
    return await _answer(request, job)


async def cancel(request: web.Request) -> web.Response:
    site_id, job_id = path_id(request, "site"), path_id(request, "job")
    await request.app[OPERATIONS].cancel_job(site_id, job_id, actor(request))
    return web.Response(status=204)


async def _answer(request: web.Request, job: JobRecord, status: int = 200) -> web.Response:
    if "Prefer" not in request.headers:
        return reply(render.job_fields(job), status)
    seconds = wait_seconds(request)
    answer = reply(render.job_fields(await waited(request, job, seconds)), status)
    applied(answer, seconds)
    return answer


async def _page(request: web.Request, site_id: UUID) -> web.Response:
    count, before = limit(request), cursor(request, 2)
    wanted = JobFilter(
        count=count + 1,
        states=_states(request),
        created_after=query_instant(request, "created_after"),
        created_before=query_instant(request, "created_before"),
        before=None if before is None else (before[0], before[1]),
    )
    jobs = await request.app[TIMELINES].jobs(site_id, wanted)
    answer = reply([render.job_fields(job) for job in jobs[:count]])
    if len(jobs) > count:
        last = jobs[count - 1]
        link_next(request, answer, last.created_at, last.seq)
    return answer


def _states(request: web.Request) -> frozenset[State]:
    words = [word for text in request.query.getall("state", ()) for word in text.split(",")]
    try:
        # Cancelled jobs are shown to nobody, so RunState has no word for them.
        return frozenset(State(RunState(word).value) for word in words)
    except ValueError:
        names = ", ".join(RunState)
        raise InvalidRequestError("parameter_invalid", f"state is one of {names}.") from None


async def _read_job(request: web.Request) -> NewJob:
    site_id = path_id(request, "site")
    if request.content_type != "text/plain":
        raise InvalidRequestError(
            "unsupported_media_type", "Content-Type must be text/plain.", status=415
        )
    key = header_uuid(request, "X-Idempotency-Key")
    description = _description(request)
    needs_acknowledgement = header_flag(request, "X-Needs-Ack", default=True)
    should_backup = header_flag(request, "X-Backup", default=False)
    express_execute = header_flag(request, "X-Express-Execute", default=False)
    script = await read_body(request, request.app[CONFIG].max_script_bytes)
    if not script:
        raise InvalidRequestError("parameter_missing", "The body must hold the script.")
    asked = NewJob(
        id=uuid4(),
        token=new_token(),
        site_id=site_id,
        idempotency_key=key,
        description=description,
        express_execute=express_execute,
        needs_acknowledgement=needs_acknowledgement,
        should_backup=should_backup,
        script=script,
        created_at=request.app[OPERATIONS].now(),
        **read_headers(request),
    )
    check_times(asked)
    return asked


def _description(request: web.Request) -> str:
    text = request.headers.get("X-Description")
    if text is None:
        raise InvalidRequestError("parameter_missing", "The header X-Description is required.")
    text = _decoded(text).strip()
    if not _SHORTEST <= len(text) <= _LONGEST:
        raise InvalidRequestError(
            "parameter_invalid", f"X-Description must have {_SHORTEST} to {_LONGEST} characters."
        )
    return text


def _decoded(text: str) -> str:
    """Return a header's text; bytes that are not UTF-8 are read as latin-1 (assumed).

    Header values are bytes: today's clients send UTF-8, older ones latin-1, as HTTP/1.0 had it.
    """
    raw = text.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


_TAG = "Jobs"
_WAITS = "With `Prefer: wait=N` it is answered once the job has ended, or after N seconds."
_RETRIEVE = Doc("Retrieve a job", _TAG, {200: Job}, params=(PREFER,), ours=(_WAITS,))
_TIME: Final = {"type": "string", "format": "date-time"}
_LIST = Doc(
    "List the jobs of a site",
    _TAG,
    {200: list[Job]},
    params=(
        LIMIT,
        CURSOR,
        query(
            "state",
            "Only these; more than once, or with commas (ours).",
            {"type": "array", "items": {"type": "string", "enum": [*RunState]}},
        ),
        query("created_after", "Only what was created later (ours).", _TIME),
        query("created_before", "Only what was created earlier (ours).", _TIME),
    ),
    text="Newest first.",
    ours=('Pages: the next one is named in the header `Link`, rel="next"; the body is the list.',),
)
_CREATE = Doc(
    "Create a job for a site",
    _TAG,
    {200: Job, 201: Job},
    body="text/plain",
    params=(
        header(
            "X-Idempotency-Key",
            "The same key again makes no second job.",
            {"type": "string", "format": "uuid"},
            required=True,
        ),
        header(
            "X-Description",
            "What the job is for.",
            {"type": "string", "minLength": _SHORTEST, "maxLength": _LONGEST},
            required=True,
        ),
        header("X-Needs-Ack", "False: complete once handed over. Default true.", FLAG),
        header("X-Backup", "Run it only behind a checked backup. Default false.", FLAG),
        header("X-Express-Execute", "Try for an early check-in. Default false.", FLAG),
        *HEADERS,
        PREFER,
    ),
    errors=(409, 415),
    text="The body is the RouterOS script.",
    ours=(
        "201 for a new job, 200 and the same job when the key is repeated with the same request.",
        "409 `idempotency_key_reused` when the key came with another request.",
        "A key's scope is the site, and it is remembered for ever.",
        "Flags are true, false, 1, 0, yes or no, in any case.",
        _WAITS,
    ),
)
_CANCEL = Doc(
    "Cancel a pending job",
    _TAG,
    {204: None},
    errors=(409,),
    ours=("204 without a body.", "409 `job_already_started` once it has started or ended."),
)

# Paths are tried in this order: the one that is asked for most comes first.
ROUTES: Final = (
    Route("GET", "/site/{site_id}/job/{job_id}", Scope.JOBS_READ, retrieve, _RETRIEVE),
    Route("POST", "/site/{site_id}/job", Scope.JOBS_WRITE, create, _CREATE),
    Route("GET", "/site/{site_id}/job", Scope.JOBS_READ, list_all, _LIST),
    Route("DELETE", "/site/{site_id}/job/{job_id}", Scope.JOBS_WRITE, cancel, _CANCEL),
)
