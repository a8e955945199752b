"""What stands between agent and coordinator: HTTP that can fail at a chosen moment."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Self

import aiohttp
from aiohttp import web

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Gate"]


class Gate:
    """Passes requests on to a coordinator, unless told otherwise.

    Attributes:
        url: Where the agent finds it.
        down: Every request is cut off.
        hold_busy, hold_last_reports: Reports of that kind wait for `release` and are then
            passed on, or are cut off with their connection.
        held: Set when a report is being held.
        lose_answers_once: The first request of each kind but polls is passed on, its answer
            lost. (The lease in a poll's answer comes back when it has expired.)
    """

    def __init__(self, target: str) -> None:
        self._target = target
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self._lost = {"agent/poll"}
        self.url = ""
        self.down = False
        self.hold_busy = False
        self.hold_last_reports = False
        self.lose_answers_once = False
        self.held = asyncio.Event()
        self.release = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1 << 26)
        app.router.add_route("*", "/{path:.*}", self._pass)
        self._session = aiohttp.ClientSession()
        # A held request must not hold up the end of the test.
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release.set()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    async def _pass(self, request: web.Request) -> web.Response:
        body = await request.read()
        kind = _kind(request, body)
        if (kind == "busy" and self.hold_busy) or (kind == "last" and self.hold_last_reports):
            self.held.set()
            await self.release.wait()
        if self.down:
            return _cut(request)
        try:
            status, answer = await self._forward(request, body)
        except aiohttp.ClientError:
            return _cut(request)
        if self.lose_answers_once and kind not in self._lost:
            self._lost.add(kind)
            return _cut(request)
        return web.Response(status=status, body=answer, content_type="application/json")

    async def _forward(self, request: web.Request, body: bytes) -> tuple[int, bytes]:
        assert self._session is not None
        skipped = {"host", "content-length"}
        headers = {
            name: text for name, text in request.headers.items() if name.lower() not in skipped
        }
        async with self._session.request(
            request.method, self._target + request.path_qs, data=body, headers=headers
        ) as reply:
            return reply.status, await reply.read()


def _kind(request: web.Request, body: bytes) -> str:
    if request.path.endswith("/report"):
        return "busy" if json.loads(body)["status"] == "busy" else "last"
    return "/".join(part for part in request.path.split("/") if part and "-" not in part)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=502)
