"""Sites: create (ours), list, retrieve, update, delete.

Source: devices-api.md, 3 (generation A). A deleted site is no longer listed or found; the
statuses 201 and 204 are ours where the reference has none.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from coordinator.auth import Scope
from coordinator.contract import Site, SiteCreate, SiteUpdate
from coordinator.errors import InvalidRequestError
from coordinator.routes import render
from coordinator.routes.base import OPERATIONS, PRINCIPAL, Doc, Route, path_id, read_model, reply

__all__ = ["ROUTES"]


async def create(request: web.Request) -> web.Response:
    body = await read_model(request, SiteCreate)
    values = body.model_dump(exclude={"name"}, exclude_none=True)
    site = await request.app[OPERATIONS].create_site(body.name, values, request[PRINCIPAL].team_id)
    answer = reply(render.site(site), 201)
    answer.headers["Location"] = f"/sites/{site.id}"
    return answer


async def list_all(request: web.Request) -> web.Response:
    sites = await request.app[OPERATIONS].list_sites(request[PRINCIPAL].team_id)
    return reply([render.site(site) for site in sites])


async def retrieve(request: web.Request) -> web.Response:
    return reply(render.site(await request.app[OPERATIONS].get_site(path_id(request, "site"))))


async def update(request: web.Request) -> web.Response:
    site_id = path_id(request, "site")
    values = (await read_model(request, SiteUpdate)).model_dump(exclude_unset=True)
    if values.get("name", "") is None:
        raise InvalidRequestError("parameter_invalid", "name: a site must have one.")
    return reply(render.site(await request.app[OPERATIONS].update_site(site_id, values)))


async def delete(request: web.Request) -> web.Response:
    await request.app[OPERATIONS].delete_site(path_id(request, "site"))
    return web.Response(status=204)


_TAG = "Sites"

ROUTES: Final = (
    Route(
        "POST",
        "/sites",
        Scope.SITES_WRITE,
        create,
        Doc("Create a site", _TAG, {201: Site}, body=SiteCreate, ours=("Ours.",)),
    ),
    Route(
        "GET",
        "/sites",
        Scope.SITES_READ,
        list_all,
        Doc("List sites", _TAG, {200: list[Site]}, ours=("Oldest first.",)),
    ),
    Route(
        "GET",
        "/sites/{site_id}",
        Scope.SITES_READ,
        retrieve,
        Doc("Retrieve a site", _TAG, {200: Site}),
    ),
    Route(
        "PATCH",
        "/sites/{site_id}",
        Scope.SITES_WRITE,
        update,
        Doc(
            "Update a site",
            _TAG,
            {200: Site},
            body=SiteUpdate,
            text="Only the fields that are given change.",
        ),
    ),
    Route(
        "DELETE",
        "/sites/{site_id}",
        Scope.SITES_WRITE,
        delete,
        Doc(
            "Delete a site",
            _TAG,
            {204: None},
            text="The site is hidden and what waits in its queue is cancelled.",
            ours=("204 without a body.", "A job that runs is let run to its end."),
        ),
    ),
)
