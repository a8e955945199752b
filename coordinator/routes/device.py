"""What routers call that poll by themselves: bootstrap, adopt, poll, job reports, delete.

Source: devices-api.md, 7 (generation C). Ours: the bootstrap path, what is answered when nothing
waits (an empty 200), POST beside GET on reports, the payload and backup paths, and the end of
signatures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from coordinator.auth import bearer
from coordinator.devices.facts import parse_facts
from coordinator.devices.wrapping import bootstrap_script
from coordinator.errors import InvalidRequestError
from coordinator.routes.base import AGENT, Access, Doc, Param, Route, path_id, query, read_body
from coordinator.routes.parts import PARTS, base_url

if TYPE_CHECKING:
    from coordinator.devices.adoption import Adoption

__all__ = ["ROUTES"]

# Facts are a few hundred bytes; a report and a piece of a backup are what a router can send.
_MOST_FACTS = 16_384
_MOST_SENT = 65_536
_MOST_PARTS = 10_000


async def bootstrap(request: web.Request) -> web.Response:
    token = request.match_info["token"]
    await request.app[PARTS].runbooks.by_token(token)
    return _script(bootstrap_script(f"{base_url(request)}/adopt/{token}"))


async def adopt(request: web.Request) -> web.Response:
    facts = await _facts(request)
    script = await _adoption(request).adopt(
        request.match_info["token"], facts, base_url(request), request.remote
    )
    return _script(script)


async def poll(request: web.Request) -> web.Response:
    def is_gone() -> bool:
        return request.transport is None or request.transport.is_closing()

    script = await _adoption(request).poll(
        request[AGENT],
        bearer(request),
        await _facts(request),
        base_url(request),
        request.remote,
        is_gone,
    )
    return _script(script)


async def update(request: web.Request) -> web.Response:
    body = await read_body(request, _MOST_SENT)
    await _adoption(request).report(path_id(request, "job"), request.query, body)
    return web.Response(text="ok\n")


async def payload(request: web.Request) -> web.Response:
    script = await _adoption(request).payload(path_id(request, "job"), request.query)
    return web.Response(body=script, content_type="text/plain")


async def backup(request: web.Request) -> web.Response:
    job_id, adoption = path_id(request, "job"), _adoption(request)
    content = await read_body(request, _MOST_SENT)
    if "size" in request.query:
        await adoption.end_backup(job_id, request.query, _number(request, "size", 10**12))
    else:
        await adoption.add_part(
            job_id, request.query, _number(request, "part", _MOST_PARTS), content
        )
    return web.Response(text="ok\n")


async def delete(request: web.Request) -> web.Response:
    await _adoption(request).leave(request[AGENT])
    return web.Response(text="ok\n")


def _adoption(request: web.Request) -> Adoption:
    return request.app[PARTS].adoption


async def _facts(request: web.Request) -> dict[str, str]:
    return parse_facts((await read_body(request, _MOST_FACTS)).decode("utf-8", "backslashreplace"))


def _number(request: web.Request, name: str, most: int) -> int:
    text = request.query.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 13 and int(text) <= most):
        raise InvalidRequestError("parameter_invalid", f"{name} must be a whole number.")
    return int(text)


def _script(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/plain", charset="utf-8")


_TAG = "Device side"
_TOKEN = Param("token", "path", "Base 62 of the UUID of the runbook's token.", {"type": "string"})
_TEXT: Final[dict[int, Any]] = {200: "text/plain"}
_SIGNED = (
    query("status", "The act: `busy`, `done`, `fail`, `payload` or `backup`."),
    query("lease", "Version of the job's lease (ours)."),
    query("expires", "When the URL ends, seconds since 1970 (ours)."),
    query("class", "Class of a failure (ours)."),
    query("signature", "HMAC-SHA256 over job, lease, act, class and end, hex."),
)
_UPDATE = Doc(
    "Report how far a job got",
    _TAG,
    _TEXT,
    body="text/plain",
    body_required=False,
    params=_SIGNED,
    errors=(403, 409),
    text="200 to *busy* is the leave to run the script. A repeat changes nothing.",
    ours=(
        "POST with the error's text and the output, up to 64 KB; GET as in the cloud.",
        "The signature has an end and covers the state word.",
    ),
)

ROUTES: Final = (
    Route(
        "GET",
        "/bootstrap/{token}",
        Access.PUBLIC,
        bootstrap,
        Doc("Bootstrap script", _TAG, _TEXT, params=(_TOKEN,), errors=(404,), ours=("Ours.",)),
    ),
    Route(
        "POST",
        "/adopt/{token}",
        Access.PUBLIC,
        adopt,
        Doc(
            "Adopt a router",
            _TAG,
            _TEXT,
            body="text/plain",
            params=(_TOKEN,),
            errors=(404,),
            text="The body is `key=value;` pairs; the answer a script that makes the router poll.",
            ours=(
                "A router known by its hardware gets its site again, and a new token.",
                "`x-ros-debug` is ignored.",
            ),
        ),
    ),
    Route(
        "POST",
        "/poll",
        Access.AGENT,
        poll,
        Doc(
            "Heartbeat, and the next job",
            _TAG,
            _TEXT,
            body="text/plain",
            body_required=False,
            errors=(403,),
            text="The bearer is the device's token. One job a poll, in a script that reports.",
            ours=("Empty when nothing waits.", "A deleted site's router is told to leave."),
        ),
    ),
    Route("GET", "/job/{job_id}/update", Access.PUBLIC, update, _UPDATE),
    Route("POST", "/job/{job_id}/update", Access.PUBLIC, update, _UPDATE),
    Route(
        "GET",
        "/job/{job_id}/payload",
        Access.PUBLIC,
        payload,
        Doc(
            "The script of a job",
            _TAG,
            _TEXT,
            params=_SIGNED,
            errors=(403, 404, 409),
            ours=("Ours: apart from its wrapper, so that it may be no valid script.",),
        ),
    ),
    Route(
        "POST",
        "/job/{job_id}/backup",
        Access.PUBLIC,
        backup,
        Doc(
            "Send a backup in pieces",
            _TAG,
            _TEXT,
            body="text/plain",
            params=(
                *_SIGNED,
                query("part", "Number of the piece, from 0."),
                query("size", "With the last call: bytes of the whole."),
            ),
            errors=(403, 404, 409),
            ours=("Ours.",),
        ),
    ),
    Route(
        "POST",
        "/notify/delete",
        Access.AGENT,
        delete,
        Doc(
            "A router polls no more",
            _TAG,
            _TEXT,
            body="text/plain",
            body_required=False,
            errors=(403,),
            ours=("Its token ends. The method and the answer are ours.",),
        ),
    ),
)
