"""Live commands: run one command on a site's router, through its agent.

Source: devices-api.md, 6.1; generation A's body is not captured, so B's is taken for both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coordinator.auth import Scope
from coordinator.devices.shapes import SyncReply, SyncRequest
from coordinator.routes.base import PRINCIPAL, Doc, Route, path_id, read_model, reply
from coordinator.routes.parts import PARTS

if TYPE_CHECKING:
    from aiohttp import web

__all__ = ["ROUTES"]

_LONGEST = 1024 * 1024


async def run(request: web.Request) -> web.Response:
    site_id = path_id(request, "site")
    body = await read_model(request, SyncRequest, _LONGEST)
    read_only = Scope.JOBS_WRITE not in request[PRINCIPAL].scopes
    answer = await request.app[PARTS].live.run(site_id, body, read_only=read_only)
    rows = answer.rows
    if answer.ret is not None:
        rows = [*rows, {"ret": answer.ret}]
    return reply(rows)


_RUN = Doc(
    "Run a live command",
    "Developer API",
    {200: SyncReply},
    body=SyncRequest,
    errors=(409, 422, 502, 504),
    text="For reads and short diagnostics: a minute at most, half of it to find an agent.",
    ours=(
        "An object for each row, and one with `ret` when the router answers with that.",
        "A token without `jobs:write` may only print, get and monitor once; others may run all.",
        "409 `site_offline` at once when no beat came for five minutes.",
        "422 `router_trap` in the router's words, or `command_refused` in the agent's.",
        "502 `router_unreachable`, `router_login` or `router_lost`.",
        "504 `agent_timeout`: no agent took it; `router_timeout`: the router did not answer.",
    ),
)

ROUTES: Final = (
    Route("POST", "/api/synchronous/{site_id}", Scope.SITES_READ, run, _RUN),
    Route("POST", "/sites/{site_id}/commands/synchronous", Scope.SITES_READ, run, _RUN),
)
