"""Runbooks: create (ours), list (ours), retrieve.

Source: devices-api.md, 5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coordinator.auth import Scope
from coordinator.devices.runbooks import bootstrap_command
from coordinator.devices.shapes import Runbook, RunbookCreate
from coordinator.routes.base import Doc, Route, check_site, path_id, read_model, reply
from coordinator.routes.parts import PARTS, base_url, team

if TYPE_CHECKING:
    from aiohttp import web

    from coordinator.devices.records import RunbookRecord

__all__ = ["ROUTES"]


async def create(request: web.Request) -> web.Response:
    body = await read_model(request, RunbookCreate, 4096)
    if body.site_id is not None:
        await check_site(request, body.site_id)
    runbooks = request.app[PARTS].runbooks
    record = await runbooks.create(body.name, body.site_id, team(request))
    answer = reply(_shown(request, record), 201)
    answer.headers["Location"] = f"/runbooks/{record.id}"
    return answer


async def list_all(request: web.Request) -> web.Response:
    records = await request.app[PARTS].runbooks.every(team(request))
    return reply([_shown(request, record) for record in records])


async def retrieve(request: web.Request) -> web.Response:
    runbook_id = path_id(request, "runbook")
    return reply(_shown(request, await request.app[PARTS].runbooks.get(runbook_id, team(request))))


def _shown(request: web.Request, record: RunbookRecord) -> Runbook:
    command = bootstrap_command(record, base_url(request))
    return Runbook(id=record.id, name=record.name, bootstrap_command=command)


_TAG = "Runbooks"

ROUTES: Final = (
    Route(
        "POST",
        "/runbooks",
        Scope.SITES_WRITE,
        create,
        Doc(
            "Create a runbook",
            _TAG,
            {201: Runbook},
            body=RunbookCreate,
            errors=(404,),
            ours=("Ours.",),
        ),
    ),
    # Whoever reads the command can adopt a router, so reading takes the scope that writes sites.
    Route(
        "GET",
        "/runbooks",
        Scope.SITES_WRITE,
        list_all,
        Doc("List runbooks", _TAG, {200: list[Runbook]}, ours=("Ours.", "Oldest first.")),
    ),
    Route(
        "GET",
        "/runbooks/{runbook_id}",
        Scope.SITES_WRITE,
        retrieve,
        Doc(
            "Retrieve a runbook",
            _TAG,
            {200: Runbook},
            ours=("The command fetches a script to a file, imports it and removes the file.",),
        ),
    ),
)
