"""Agents as operators see them: let one enrol, list them, revoke one (ours)."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from coordinator.auth import Scope
from coordinator.clock import from_millis
from coordinator.contract import Agent, Enrolment, EnrolmentCreate
from coordinator.routes import render
from coordinator.routes.base import OPERATIONS, PRINCIPAL, Doc, Route, path_id, read_model, reply
from coordinator.routes.paging import CURSOR, LIMIT, reply_page

__all__ = ["ROUTES"]


async def create_enrolment(request: web.Request) -> web.Response:
    body = await read_model(request, EnrolmentCreate)
    token, record = await request.app[OPERATIONS].create_enrolment(
        body.sites, body.expires_in, request[PRINCIPAL].team_id
    )
    enrolment = Enrolment(
        enrolment_token=token, sites=body.sites, expires_at=from_millis(record.expires_at)
    )
    return reply(enrolment, 201)


async def list_all(request: web.Request) -> web.Response:
    agents = await request.app[OPERATIONS].list_agents(request[PRINCIPAL].team_id)
    return reply_page(request, agents, render.agent)


async def revoke(request: web.Request) -> web.Response:
    team_id = request[PRINCIPAL].team_id
    await request.app[OPERATIONS].revoke_agent(path_id(request, "agent"), team_id)
    return web.Response(status=204)


_TAG = "Agents"
_OURS = ("Ours.",)

ROUTES: Final = (
    Route(
        "POST",
        "/agents/enrolments",
        Scope.AGENTS_WRITE,
        create_enrolment,
        Doc(
            "Let one agent enrol",
            _TAG,
            {201: Enrolment},
            body=EnrolmentCreate,
            errors=(404,),
            ours=_OURS,
        ),
    ),
    Route(
        "GET",
        "/agents",
        Scope.AGENTS_WRITE,
        list_all,
        Doc(
            "List agents",
            _TAG,
            {200: list[Agent]},
            params=(LIMIT, CURSOR),
            text="Oldest first.",
            ours=_OURS,
        ),
    ),
    Route(
        "DELETE",
        "/agents/{agent_id}",
        Scope.AGENTS_WRITE,
        revoke,
        Doc("Revoke an agent's token", _TAG, {204: None}, text="At once.", ours=_OURS),
    ),
)
