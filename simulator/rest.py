"""REST: the console's commands as HTTP.

| request | command | answer |
| --- | --- | --- |
| GET a menu | print | 200, an array; a singleton's one object |
| GET an item | print of it | 200, an object |
| PUT a menu | add | 201, the new object |
| PATCH an item or a singleton | set | 200, the object as it is now |
| DELETE an item | remove | 204 |
| POST a menu and a command | that command | 200, an array, or `{"ret": …}` |

All values are strings. Bytes that are no UTF-8 go out as they are stored.

Source: routeros-api.md, section 8. Assumed: 201 and 204, which status goes with
which text (`_STATUS`), and that `""` in a PATCH always clears, as null does.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import unquote_to_bytes

from aiohttp import web

from simulator import access, texts
from simulator.console.request import Context, Request
from simulator.errors import Interrupted, RouterError, SimulatorError
from simulator.process import Process
from simulator.values import api_text
from simulator.wire.login import Attempt
from simulator.wire.query import compile_query
from simulator.wire.words import unalias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from simulator.console.request import Actor, Reply, Row
    from simulator.router import Router
    from simulator.values import Value

__all__ = ["make_app"]

_Path: TypeAlias = "tuple[str, ...]"
_Arguments: TypeAlias = "dict[str, Any]"

# Seconds after which a request is answered, whatever the router still does.
TIME_LIMIT = 60.0
# Bytes of a body; 126 KiB of file contents were refused with 413 (weak), the rest is assumed.
_MAX_BODY = 0x1_E000
# How a refusal's text decides the status; everything else is a bad request.
_STATUS = (
    (texts.NO_SUCH_ITEM, HTTPStatus.NOT_FOUND),
    (texts.NO_SUCH_COMMAND, HTTPStatus.NOT_ACCEPTABLE),
)

_log = logging.getLogger(__name__)


class _Refused(SimulatorError):  # noqa: N818 - an answer, not a fault
    """A request that is answered with an error.

    Attributes:
        status: Of HTTP; its phrase is the body's `message`.
        detail: The router's own text, or empty.
    """

    def __init__(self, status: HTTPStatus, detail: bytes = b"") -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail


def make_app(router: Router, *, time_limit: float = TIME_LIMIT) -> web.Application:
    """Return what answers `/rest` for a router.

    Args:
        router: What answers.
        time_limit: Seconds until a request is answered with `Session closed`.
    """
    app = web.Application(client_max_size=_MAX_BODY, middlewares=[_errors])
    if router.version.has_rest:
        rest = _Rest(router, time_limit)
        app.router.add_route("*", "/rest{path:(/.*)?}", rest.answer)
    return app


@web.middleware
async def _errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Word every error as the router does."""
    try:
        return await handler(request)
    except _Refused as error:
        return _error(error.status, error.detail)
    except web.HTTPException as error:
        return _error(HTTPStatus(error.status))


def _error(status: HTTPStatus, detail: bytes = b"") -> web.Response:
    body = {"error": status.value, "message": status.phrase}
    if detail:
        body["detail"] = _text(detail)
    answer = _json(body, status)
    if status is HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Basic realm="RouterOS"'
    return answer


def _json(body: object, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return web.Response(
        body=data.encode("utf-8", "surrogateescape"),
        status=status.value,
        content_type="application/json",
    )


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _bytes(value: object) -> bytes:
    """Return an argument of a body as the API would have had it."""
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, list):
        return b",".join(_bytes(each) for each in value)
    return str(value).encode("utf-8", "surrogateescape")


class _Rest:
    """One router's commands by method and path."""

    def __init__(self, router: Router, time_limit: float) -> None:
        self._router = router
        self._time_limit = time_limit
        self._methods = {
            "GET": self._get,
            "PUT": self._put,
            "PATCH": self._patch,
            "DELETE": self._delete,
            "POST": self._post,
        }

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one request, on behalf of the user that it names."""
        address = request.remote or ""
        if not access.admits(self._router, "www", address, 0):
            if request.transport is not None:
                request.transport.abort()
            raise _Refused(HTTPStatus.FORBIDDEN)  # which nobody gets to see
        method = self._methods.get(request.method)
        if method is None:
            raise _Refused(HTTPStatus.METHOD_NOT_ALLOWED)
        visit = self._enter(request, address)
        try:
            raw = request.rel_url.raw_path.split("/")[2:]
            path = tuple(unquote_to_bytes(part).decode("latin-1") for part in raw if part)
            return await method(visit.actor, path, await self._body(request))
        finally:
            access.leave(self._router, visit)

    def _enter(self, request: web.Request, address: str) -> access.Visit:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        try:
            credentials = base64.b64decode(given, validate=True) if scheme == "Basic" else b""
        except binascii.Error:
            credentials = b""
        name, _, password = credentials.partition(b":")
        attempt = Attempt(name, password, None, b"")
        try:
            return access.enter(self._router, attempt, via="rest-api", address=address)
        except RouterError:
            raise _Refused(HTTPStatus.UNAUTHORIZED) from None

    async def _body(self, request: web.Request) -> _Arguments:
        """Return the arguments: of the address for GET, else the body's object."""
        if request.method == "GET":
            return dict(request.query)
        if not request.can_read_body:
            return {}
        exact = request.headers.get("Content-Type") == "application/json"
        if not exact and not self._router.version.rest_takes_any_content_type:
            raise _Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        try:
            body = json.loads((await request.read()).decode("utf-8", "surrogateescape") or "{}")
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise _Refused(HTTPStatus.BAD_REQUEST, b"invalid JSON")  # the text is assumed
        return body

    async def _get(self, actor: Actor, path: _Path, body: _Arguments) -> web.Response:
        if not self._is_menu(path):
            proplist = _proplist(body.get(".proplist"))
            return _json(await self._shown(actor, path[:-1], path[-1], proplist))
        words = [f"{name}={value}" for name, value in body.items() if name != ".proplist"]
        request = self._request(
            path, "print", {".query": words, ".proplist": body.get(".proplist")}
        )
        rows, reply = await self._run(actor, request)
        if not reply.listing and len(rows) == 1:
            return _json(_object(rows[0]))
        return _json([_object(row) for row in rows])

    async def _put(self, actor: Actor, path: _Path, body: _Arguments) -> web.Response:
        _, reply = await self._run(actor, self._request(path, "add", body))
        if reply.ret is None:
            return _json({}, HTTPStatus.CREATED)
        created = await self._shown(actor, path, api_text(reply.ret).decode("latin-1"))
        return _json(created, HTTPStatus.CREATED)

    async def _patch(self, actor: Actor, path: _Path, body: _Arguments) -> web.Response:
        body = {name: None if value == "" else value for name, value in body.items()}
        if self._is_menu(path):  # a singleton; of any other menu `set` says what it misses
            await self._run(actor, self._request(path, "set", body))
            rows, _ = await self._run(actor, Request(path, "print"))
            return _json(_object(rows[0]) if rows else {})
        menu, item = path[:-1], path[-1]
        before = await self._shown(actor, menu, item, (".id",))
        await self._run(actor, self._request(menu, "set", {**body, ".id": item}))
        return _json(await self._shown(actor, menu, before[".id"]))

    async def _delete(self, actor: Actor, path: _Path, body: _Arguments) -> web.Response:
        del body
        if self._is_menu(path):
            raise _Refused(HTTPStatus.BAD_REQUEST)
        await self._run(actor, self._request(path[:-1], "remove", {".id": path[-1]}))
        return web.Response(status=HTTPStatus.NO_CONTENT.value)

    async def _post(self, actor: Actor, path: _Path, body: _Arguments) -> web.Response:
        if self._is_menu(path):
            raise _Refused(HTTPStatus.BAD_REQUEST)
        rows, reply = await self._run(actor, self._request(path[:-1], path[-1], body))
        if reply.ret is not None:
            return _json({"ret": _text(api_text(reply.ret))})
        return _json([_object(row) for row in rows])

    def _is_menu(self, path: _Path) -> bool:
        return not path or self._router.console.tree.is_menu(path)

    def _request(self, menu: _Path, command: str, body: _Arguments) -> Request:
        arguments = {**body}
        words = arguments.pop(".query", None) or []
        proplist = arguments.pop(".proplist", None)
        given: dict[str, Value] = {
            name: _bytes(value) for name, value in arguments.items() if value is not None
        }
        command = unalias(command, given)
        query = [b"?" + _bytes(word) for word in (words if isinstance(words, list) else [words])]
        return Request(
            menu=menu,
            command=command,
            arguments=given,
            unset=frozenset(name for name, value in arguments.items() if value is None),
            where=compile_query(query, self._router.version),
            proplist=_proplist(proplist),
        )

    async def _shown(
        self, actor: Actor, menu: _Path, item: str, proplist: tuple[str, ...] | None = None
    ) -> dict[str, str]:
        """Return an item by id or name.

        Raises:
            _Refused: There is none, or the menu has no items at all.
        """
        if self._is_menu(menu) and "print" not in self._router.console.tree.commands(menu):
            raise _refusal(texts.no_such_command(), Request(menu, item))
        wanted = Request(
            menu, "print", {"from": item.encode("latin-1", "replace")}, proplist=proplist
        )
        rows, _ = await self._run(actor, wanted)
        if not rows:
            raise _Refused(HTTPStatus.NOT_FOUND)
        return _object(rows[0])

    async def _run(self, actor: Actor, request: Request) -> tuple[list[Row], Reply]:
        """Run a command to its end; return the rows that it streamed and answered.

        Raises:
            _Refused: The router refuses it, or it takes longer than it may.
        """
        rows: list[Row] = []
        ended: asyncio.Future[Process] = asyncio.get_running_loop().create_future()

        def run(process: Process) -> Reply:
            def emit(row: Row) -> None:
                if ended.cancelled():  # nobody waits any more, and it may have no end
                    raise Interrupted("the request was answered")
                rows.append(row)

            context = Context(actor, process, lambda _: None, emit)
            return self._router.console.execute(request, context)

        def end(process: Process) -> None:
            if not ended.done():
                ended.set_result(process)

        process = Process(run, self._router.clock, on_end=end)
        if not process.start():
            await asyncio.wait({ended}, timeout=self._time_limit)
        if not process.ended:
            ended.cancel()
            raise _Refused(HTTPStatus.BAD_REQUEST, b"Session closed")
        if process.error is not None:
            raise _refusal(process.error, request)
        return [*rows, *process.result.rows], process.result


def _proplist(given: object) -> tuple[str, ...] | None:
    names = _bytes(given).decode("latin-1").split(",") if given else []
    return tuple(dict.fromkeys(name for name in names if name)) or None


def _object(row: Row) -> dict[str, str]:
    return {name: _text(api_text(value, b",")) for name, value in row.items()}


def _refusal(error: BaseException, request: Request) -> _Refused:
    if isinstance(error, Interrupted):
        return _Refused(HTTPStatus.BAD_REQUEST, b"Session closed")
    if not isinstance(error, RouterError):
        _log.error("a command failed in the simulator itself", exc_info=error)
        return _Refused(HTTPStatus.INTERNAL_SERVER_ERROR)
    detail = error.message
    if detail == texts.NO_SUCH_COMMAND:  # REST names the command, the API does not
        command = request.command.encode("latin-1", "replace")
        detail = b"no such command or directory (" + command + b")"
    for beginning, status in _STATUS:
        if detail.startswith(beginning):
            return _Refused(status, detail)
    return _Refused(HTTPStatus.BAD_REQUEST, detail)
