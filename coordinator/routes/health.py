"""Is the process alive, can it do its work (ours)."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from coordinator.routes.base import OPERATIONS, Access, Route

__all__ = ["ROUTES"]


async def alive(request: web.Request) -> web.Response:  # noqa: ARG001 - the shape of a handler
    return web.json_response({"status": "ok"})


async def ready(request: web.Request) -> web.Response:
    await request.app[OPERATIONS].check_ready()
    return web.json_response({"status": "ready"})


ROUTES: Final = (
    Route("GET", "/healthz", Access.PUBLIC, alive),
    Route("GET", "/readyz", Access.PUBLIC, ready),
)
