"""Developer API and Developer Routers: scripts as JSON, and what can be read of a router.

Source: devices-api.md, 6. `needs_acknowledgement` is false here unless it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from coordinator.auth import Scope
from coordinator.clock import from_millis
from coordinator.contract import Job
from coordinator.devices.shapes import AsyncAccepted, AsyncData, AsyncRequest, Fault, OemData
from coordinator.errors import InvalidRequestError
from coordinator.ids import new_token
from coordinator.jobs import NewJob
from coordinator.routes import render
from coordinator.routes.asking import check_url
from coordinator.routes.base import CONFIG, OPERATIONS, Doc, Route, path_id, read_model, reply
from coordinator.routes.parts import health_of
from coordinator.routes.stats import METRICS_DOC, metrics
from coordinator.routes.who import actor

if TYPE_CHECKING:
    from aiohttp import web

__all__ = ["ROUTES"]

# Of a request in JSON beside its script, which may be written as escapes of six bytes.
_JSON_BYTES, _MOST_ESCAPED = 16_384, 6


async def asynchronous(request: web.Request) -> web.Response:
    site_id = path_id(request, "site")
    most = request.app[CONFIG].max_script_bytes
    body = await read_model(request, AsyncRequest, _JSON_BYTES + _MOST_ESCAPED * most)
    script = _encoded(body.script)
    if len(script) > most:
        raise InvalidRequestError(
            "request_too_large", f"The script may have {most} bytes at most.", status=413
        )
    notify_url = check_url(request, body.notify_url)
    job, _ = await request.app[OPERATIONS].create_job(
        NewJob(
            id=uuid4(),
            token=new_token(),
            site_id=site_id,
            idempotency_key=uuid4(),
            description=body.description,
            express_execute=body.express_execute,
            needs_acknowledgement=body.needs_acknowledgement,
            should_backup=body.make_backup,
            script=script,
            created_at=request.app[OPERATIONS].now(),
            notify_url=notify_url,
        ),
        actor(request),
    )
    data = AsyncData(
        idempotency_key=job.idempotency_key,
        request_id=job.id,
        target=job.site_id,
        notify_url=body.notify_url,
        date=from_millis(job.created_at),
    )
    return reply(AsyncAccepted(data=data), 202)


async def oem(request: web.Request) -> web.Response:
    site_id = path_id(request, "site")
    await request.app[OPERATIONS].get_site(site_id)
    facts = (await health_of(request).pulse(site_id)).facts
    texts = {name: facts.get(name.replace("_", "-")) or None for name in OemData.model_fields}
    board = texts.pop("routerboard")
    flag = None if board is None else board in {"true", "yes"}
    return reply(OemData.model_validate({**texts, "routerboard": flag}))


async def jobs(request: web.Request) -> web.Response:
    found = await request.app[OPERATIONS].list_jobs(path_id(request, "site"))
    return reply([render.job_fields(job) for job in found])


async def faults(request: web.Request) -> web.Response:
    site_id = path_id(request, "site")
    found = await request.app[OPERATIONS].list_jobs(site_id)
    return reply(await health_of(request).faults(site_id, found))


def _encoded(script: str) -> bytes:
    try:
        return script.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        raise InvalidRequestError("parameter_invalid", "script: not valid Unicode.") from None


_API, _ROUTERS = "Developer API", "Developer Routers"

ROUTES: Final = (
    Route(
        "POST",
        "/api/asynchronous/{site_id}",
        Scope.JOBS_WRITE,
        asynchronous,
        Doc(
            "Queue a RouterOS script",
            _API,
            {202: AsyncAccepted},
            body=AsyncRequest,
            text="Unlike *create a job*, it is complete once handed over unless "
            "`needs_acknowledgement` is true.",
            ours=(
                "202. `request_id` is the id of the job.",
                "The key is made here, so a repeat makes another job.",
                "`description` has 1 to 100 characters; a script is as long as in any job.",
            ),
        ),
    ),
    Route(
        "GET",
        "/api/routers/{site_id}/oem",
        Scope.SITES_READ,
        oem,
        Doc(
            "Manufacturer data of a router",
            _ROUTERS,
            {200: OemData},
            ours=("The fields are ours; null is what the router has not told.",),
        ),
    ),
    Route(
        "GET",
        "/api/routers/{site_id}/jobs",
        Scope.JOBS_READ,
        jobs,
        Doc("Jobs of a router", _ROUTERS, {200: list[Job]}, ours=("As *list jobs*.",)),
    ),
    Route(
        "GET",
        "/api/routers/{site_id}/faults",
        Scope.SITES_READ,
        faults,
        Doc(
            "The last 100 faults of a router",
            _ROUTERS,
            {200: list[Fault]},
            text="Newest first.",
            ours=("A fault is a time offline or a job that failed.",),
        ),
    ),
    Route("GET", "/api/routers/{site_id}/metrics", Scope.SITES_READ, metrics, METRICS_DOC),
)
