"""Is the process alive, can it do its work (ours)."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from coordinator.routes.base import OPERATIONS, Access, Doc, Route

__all__ = ["ROUTES"]


async def alive(request: web.Request) -> web.Response:  # noqa: ARG001 - the shape of a handler
    return web.json_response({"status": "ok"})


async def ready(request: web.Request) -> web.Response:
    await request.app[OPERATIONS].check_ready()
    return web.json_response({"status": "ready"})


ROUTES: Final = (
    Route(
        "GET",
        "/healthz",
        Access.PUBLIC,
        alive,
        Doc("Is the process alive", "Operation", {200: dict[str, str]}, ours=("Ours.",)),
    ),
    Route(
        "GET",
        "/readyz",
        Access.PUBLIC,
        ready,
        Doc(
            "Can it do its work",
            "Operation",
            {200: dict[str, str]},
            text="503 while the database cannot be written.",
            ours=("Ours.",),
        ),
    ),
)
