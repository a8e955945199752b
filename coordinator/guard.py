"""What stands before every handler: who may call it, how often, and whose site it is about.

The order: the token (401), the rate (429), the scope (403), the team of the site in the path
(404), the handler; then the audit log, if the handler may have written something.
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Final

from coordinator.auth import Scope, bearer
from coordinator.errors import ApiError
from coordinator.ids import parse
from coordinator.openapi.names import public_path
from coordinator.routes.base import (
    ADMINISTRATION,
    AGENT,
    AUDIT,
    DISPATCH,
    GATE,
    LIMITS,
    METRICS,
    PRINCIPAL,
    REQUEST_ID,
    Access,
    check_site,
)
from coordinator.service import not_found
from coordinator.teams import NewAudit

if TYPE_CHECKING:
    from aiohttp import web

    from coordinator.routes.base import Handler, Route

__all__ = ["guard"]

_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# How the paths of the public API call a site's id.
_SITE_NAMES: Final = ("site_id", "router_id")
# Longest target that the audit log takes, characters.
_LONGEST_TARGET: Final = 500


def guard(route: Route) -> Handler:
    """Return the route's handler behind its checks, measured."""
    match route.access:
        case Access.PUBLIC:
            return _measured(route, route.handler)
        case Access.AGENT:
            return _measured(route, _for_agent(route.handler))
        case _:
            checked = _for_operator(route)
            handler = checked if route.method in _READS else _audited(route, checked)
            return _measured(route, _known(handler))


def _for_agent(handler: Handler) -> Handler:
    async def for_agent(request: web.Request) -> web.StreamResponse:
        token = bearer(request)
        request[AGENT] = await request.app[DISPATCH].authenticate(token)
        request.app[LIMITS].take(token)
        return await handler(request)

    return for_agent


def _known(handler: Handler) -> Handler:
    async def known(request: web.Request) -> web.StreamResponse:
        token = bearer(request)
        request[PRINCIPAL] = await request.app[GATE].principal(token)
        request.app[LIMITS].take(token)
        return await handler(request)

    return known


def _for_operator(route: Route) -> Handler:
    handler, scope = route.handler, Scope(route.access.value)
    names = [name for name in _SITE_NAMES if f"{{{name}}}" in route.path]

    async def for_operator(request: web.Request) -> web.StreamResponse:
        request[PRINCIPAL].require(scope)
        for name in names:
            if (site_id := parse(request.match_info[name])) is None:
                raise not_found("site")
            await check_site(request, site_id)
        return await handler(request)

    return for_operator


def _audited(route: Route, handler: Handler) -> Handler:
    action = f"{route.method} {public_path(route.path)}"

    async def audited(request: web.Request) -> web.StreamResponse:
        status = 500
        try:
            answer = await handler(request)
            status = answer.status
        except ApiError as error:
            status = error.status
            raise
        finally:
            # Any other refusal changed nothing; a fault of ours may have.
            if status < 400 or status == 403 or status >= 500:
                await request.app[AUDIT].note(_entry(request, action, status))
        return answer

    return audited


def _entry(request: web.Request, action: str, status: int) -> NewAudit:
    who = request[PRINCIPAL]
    return NewAudit(
        at=request.app[ADMINISTRATION].now(),
        team_id=who.team_id,
        actor=who.actor[:200],
        action=action,
        target=request.path[:_LONGEST_TARGET],
        status=status,
        request_id=request[REQUEST_ID],
    )


def _measured(route: Route, handler: Handler) -> Handler:
    path = public_path(route.path)

    async def measured(request: web.Request) -> web.StreamResponse:
        begun = perf_counter()
        status = 500
        try:
            answer = await handler(request)
            status = answer.status
        except ApiError as error:
            status = error.status
            raise
        finally:
            seconds = perf_counter() - begun
            request.app[METRICS].answered(route.method, path, status, seconds)
        return answer

    return measured
