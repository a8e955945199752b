"""How the run of a job stands or went (ours: the public Job has no state, output or error)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coordinator.auth import Scope
from coordinator.contract import JobRun
from coordinator.routes import render
from coordinator.routes.base import OPERATIONS, Doc, Route, path_id, reply

if TYPE_CHECKING:
    from aiohttp import web

__all__ = ["ROUTES"]


async def retrieve(request: web.Request) -> web.Response:
    job, told, backups = await request.app[OPERATIONS].get_run(
        path_id(request, "site"), path_id(request, "job")
    )
    return reply(render.run(job, told, backups))


ROUTES: Final = (
    Route(
        "GET",
        "/site/{site_id}/job/{job_id}/run",
        Scope.JOBS_READ,
        retrieve,
        Doc("Retrieve how a job runs or ran", "Jobs", {200: JobRun}, ours=("Ours.",)),
    ),
)
