"""One script for many sites, one job each (ours)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from coordinator.auth import Scope
from coordinator.clock import millis
from coordinator.errors import ApiError, InvalidRequestError
from coordinator.faults import error_body
from coordinator.ids import new_token
from coordinator.jobs import NewJob
from coordinator.routes import render
from coordinator.routes.asking import check_times, check_url
from coordinator.routes.base import (
    CONFIG,
    OPERATIONS,
    Doc,
    Route,
    check_site,
    read_model,
    reply,
)
from coordinator.routes.who import actor
from coordinator.shapes import BulkCreate, BulkReply, BulkResult

if TYPE_CHECKING:
    from uuid import UUID

    from aiohttp import web

__all__ = ["ROUTES"]

# Beside the script: a thousand ids.
_OVERHEAD: Final = 256 * 1024
# Sites at once, so that other requests get their turn.
_AT_ONCE: Final = 16


async def create(request: web.Request) -> web.Response:
    config = request.app[CONFIG]
    # Each byte of a script may take six in JSON.
    body = await read_model(request, BulkCreate, 6 * config.max_script_bytes + _OVERHEAD)
    script = body.script.encode("utf-8", "surrogatepass")
    if len(script) > config.max_script_bytes:
        raise InvalidRequestError(
            "request_too_large",
            f"The script may have {config.max_script_bytes} bytes at most.",
            status=413,
        )
    if len(set(body.sites)) != len(body.sites):
        raise InvalidRequestError("parameter_invalid", "sites: each site may be named once.")
    asked = _asked(request, body, script)
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(site_id: UUID) -> BulkResult:
        async with turns:
            return await _create_for(request, site_id, asked)

    results = await asyncio.gather(*(one(site_id) for site_id in body.sites))
    return reply(BulkReply(results=list(results)))


def _asked(request: web.Request, body: BulkCreate, script: bytes) -> NewJob:
    asked = NewJob(
        id=uuid4(),
        token="",
        site_id=body.sites[0],
        idempotency_key=body.idempotency_key,
        description=body.description,
        express_execute=body.express_execute,
        needs_acknowledgement=body.needs_acknowledgement,
        should_backup=body.should_backup,
        script=script,
        created_at=request.app[OPERATIONS].now(),
        expires_at=None if body.expires_at is None else millis(body.expires_at),
        not_before=None if body.not_before is None else millis(body.not_before),
        run_timeout=body.run_timeout,
        notify_url=check_url(request, body.notify_url),
    )
    check_times(asked)
    return asked


async def _create_for(request: web.Request, site_id: UUID, asked: NewJob) -> BulkResult:
    job = replace(asked, id=uuid4(), token=new_token(), site_id=site_id)
    try:
        await check_site(request, site_id)
        made, created = await request.app[OPERATIONS].create_job(job, actor(request))
    except ApiError as error:
        body = error_body(error.status, error.code, error.message)
        return BulkResult(site_id=site_id, status="failed", error=body)
    status = "created" if created else "repeated"
    return BulkResult.model_validate(
        {"site_id": site_id, "status": status, "job": render.job(made)}
    )


ROUTES: Final = (
    Route(
        "POST",
        "/jobs/bulk",
        Scope.JOBS_WRITE,
        create,
        Doc(
            "Create a job for each of many sites",
            "Jobs",
            {200: BulkReply},
            body=BulkCreate,
            text="One result per site, in their order; a site that cannot be used does not keep "
            "the others from theirs.",
            ours=(
                "Ours.",
                "The one key is each site's own: the same request again makes no second job.",
            ),
        ),
    ),
)
