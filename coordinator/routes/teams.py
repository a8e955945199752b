"""Teams, their API keys, an agent's new token, the audit log (ours)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import web

from coordinator.auth import Scope
from coordinator.clock import from_millis
from coordinator.contract_teams import (
    AgentToken,
    ApiKeyCreate,
    ApiKeyCreated,
    ApiKeyShown,
    AuditEntry,
    AuditPage,
    Team,
    TeamCreate,
)
from coordinator.errors import InvalidRequestError
from coordinator.routes.base import (
    ADMINISTRATION,
    PRINCIPAL,
    Doc,
    Route,
    path_id,
    query,
    read_model,
    reply,
)
from coordinator.routes.paging import CURSOR, LIMIT, reply_page

if TYPE_CHECKING:
    from coordinator.teams import AuditRecord, KeyRecord, TeamRecord

__all__ = ["ROUTES"]

_USUAL_PAGE, _LARGEST_PAGE = 100, 1000
# Of a cursor: what a row's number can be.
_LONGEST_CURSOR = 18


async def create_team(request: web.Request) -> web.Response:
    body = await read_model(request, TeamCreate, 4096)
    return reply(_team(await request.app[ADMINISTRATION].create_team(body.name)), 201)


async def list_teams(request: web.Request) -> web.Response:
    teams = await request.app[ADMINISTRATION].list_teams(request[PRINCIPAL])
    return reply_page(request, teams, _team)


async def create_key(request: web.Request) -> web.Response:
    body = await read_model(request, ApiKeyCreate, 16_384)
    key, record = await request.app[ADMINISTRATION].create_key(
        request[PRINCIPAL],
        body.name,
        body.scopes,
        team_id=body.team_id,
        lifetime=body.expires_in,
    )
    return reply(ApiKeyCreated(**_key(record).model_dump(), key=key.text()), 201)


async def list_keys(request: web.Request) -> web.Response:
    keys = await request.app[ADMINISTRATION].list_keys(request[PRINCIPAL])
    return reply_page(request, keys, _key)


async def revoke_key(request: web.Request) -> web.Response:
    await request.app[ADMINISTRATION].revoke_key(request[PRINCIPAL], path_id(request, "key"))
    return web.Response(status=204)


async def rotate_agent(request: web.Request) -> web.Response:
    agent_id = path_id(request, "agent")
    token = await request.app[ADMINISTRATION].rotate_agent(request[PRINCIPAL], agent_id)
    return reply(AgentToken(agent_id=agent_id, agent_token=token))


async def audit(request: web.Request) -> web.Response:
    limit = _number(request, "limit", 4) or _USUAL_PAGE
    if limit > _LARGEST_PAGE:
        raise InvalidRequestError("parameter_invalid", f"limit may be {_LARGEST_PAGE} at most.")
    before = _number(request, "cursor", _LONGEST_CURSOR)
    # One more than is shown tells whether there are older ones.
    found = await request.app[ADMINISTRATION].audit(request[PRINCIPAL], limit + 1, before)
    shown = found[:limit]
    cursor = str(shown[-1].seq) if len(found) > limit else None
    return reply(AuditPage(entries=[_entry(item) for item in shown], next_cursor=cursor))


def _number(request: web.Request, name: str, longest: int) -> int | None:
    text = request.query.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= longest and int(text) > 0):
        raise InvalidRequestError("parameter_invalid", f"{name} must be a number above 0.")
    return int(text)


def _team(record: TeamRecord) -> Team:
    return Team(id=record.id, name=record.name, created_at=from_millis(record.created_at))


def _key(record: KeyRecord) -> ApiKeyShown:
    ends = record.expires_at
    return ApiKeyShown(
        id=record.id,
        team_id=record.team_id,
        name=record.name,
        scopes=sorted(record.scopes),
        created_at=from_millis(record.created_at),
        expires_at=None if ends is None else from_millis(ends),
    )


def _entry(record: AuditRecord) -> AuditEntry:
    entry = record.entry
    return AuditEntry(
        id=record.seq,
        at=from_millis(entry.at),
        team_id=entry.team_id,
        actor=entry.actor,
        action=entry.action,
        target=entry.target,
        status=entry.status,
        request_id=entry.request_id,
    )


_TAG = "Access"
_OURS = ("Ours.",)
_COUNT: Final = {"type": "integer", "minimum": 1, "maximum": _LARGEST_PAGE}
_CURSOR: Final = {"type": "string", "pattern": f"^[1-9][0-9]{{0,{_LONGEST_CURSOR - 1}}}$"}

ROUTES: Final = (
    Route(
        "POST",
        "/teams",
        Scope.TEAMS_WRITE,
        create_team,
        Doc("Create a team", _TAG, {201: Team}, body=TeamCreate, errors=(409,), ours=_OURS),
    ),
    Route(
        "GET",
        "/teams",
        Scope.KEYS_WRITE,
        list_teams,
        Doc(
            "List teams",
            _TAG,
            {200: list[Team]},
            params=(LIMIT, CURSOR),
            text="The own team; with `teams:write` all, oldest first.",
            ours=_OURS,
        ),
    ),
    Route(
        "POST",
        "/keys",
        Scope.KEYS_WRITE,
        create_key,
        Doc(
            "Create an API key",
            _TAG,
            {201: ApiKeyCreated},
            body=ApiKeyCreate,
            errors=(404,),
            text="The key is the bearer token of a program. It is shown this once.",
            ours=_OURS,
        ),
    ),
    Route(
        "GET",
        "/keys",
        Scope.KEYS_WRITE,
        list_keys,
        Doc(
            "List API keys",
            _TAG,
            {200: list[ApiKeyShown]},
            params=(LIMIT, CURSOR),
            text="Oldest first.",
            ours=_OURS,
        ),
    ),
    Route(
        "DELETE",
        "/keys/{key_id}",
        Scope.KEYS_WRITE,
        revoke_key,
        Doc("Revoke an API key", _TAG, {204: None}, text="At once.", ours=_OURS),
    ),
    Route(
        "POST",
        "/agents/{agent_id}/rotate",
        Scope.AGENTS_WRITE,
        rotate_agent,
        Doc(
            "Give an agent a new token",
            "Agents",
            {200: AgentToken},
            text="The old one is worthless at once.",
            ours=_OURS,
        ),
    ),
    Route(
        "GET",
        "/audit",
        Scope.AUDIT_READ,
        audit,
        Doc(
            "Read the audit log",
            _TAG,
            {200: AuditPage},
            params=(
                query("limit", f"Entries of a page; {_USUAL_PAGE} unless given.", _COUNT),
                query("cursor", "The `next_cursor` of the page before.", _CURSOR),
            ),
            text="Writes by the own team, with `teams:write` by all, newest first.",
            ours=_OURS,
        ),
    ),
)
