"""Jobs of a site: create, list, retrieve, cancel.

Source: devices-api.md, 2.2 (generation A). Statuses 201 on create, 200 on a replay and 204 on
cancel are ours where the reference has none.
"""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from aiohttp import web

from coordinator.auth import Scope
from coordinator.contract import Job
from coordinator.errors import InvalidRequestError
from coordinator.ids import new_token
from coordinator.jobs import NewJob
from coordinator.routes import render
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
    read_body,
    reply,
)

__all__ = ["ROUTES"]

# Characters of X-Description, not bytes.
_SHORTEST, _LONGEST = 3, 100


async def create(request: web.Request) -> web.Response:
    job, created = await request.app[OPERATIONS].create_job(await _read_job(request))
    return reply(render.job_fields(job), 201 if created else 200)


async def list_all(request: web.Request) -> web.Response:
    jobs = await request.app[OPERATIONS].list_jobs(path_id(request, "site"))
    return reply([render.job_fields(job) for job in jobs])


async def retrieve(request: web.Request) -> web.Response:
    job = await request.app[OPERATIONS].get_job(path_id(request, "site"), path_id(request, "job"))
    return reply(render.job_fields(job))


async def cancel(request: web.Request) -> web.Response:
    await request.app[OPERATIONS].cancel_job(path_id(request, "site"), path_id(request, "job"))
    return web.Response(status=204)


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
    return NewJob(
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
    )


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
_RETRIEVE = Doc("Retrieve a job", _TAG, {200: Job})
_LIST = Doc("List the jobs of a site", _TAG, {200: list[Job]}, text="Newest first.")
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
    ),
    errors=(409, 415),
    text="The body is the RouterOS script.",
    ours=(
        "201 for a new job, 200 and the same job when the key is repeated with the same request.",
        "409 `idempotency_key_reused` when the key came with another request.",
        "A key's scope is the site, and it is remembered for ever.",
        "Flags are true, false, 1, 0, yes or no, in any case.",
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
