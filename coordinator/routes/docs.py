"""The API's own description: the OpenAPI document, and a page that shows it (ours).

The page is three files of ours and asks for nothing from anywhere else.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final

from aiohttp import web

from coordinator.errors import NotFoundError
from coordinator.openapi import document
from coordinator.routes.base import Access, Doc, Param, Route

__all__ = ["ROUTES"]

_STATIC: Final = Path(__file__).parent.parent / "openapi" / "static"
_TYPES: Final = {
    "page.html": "text/html",
    "docs.css": "text/css",
    "docs.js": "text/javascript",
}
_SAFE: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; connect-src 'self'; img-src 'self' data:; script-src 'self'; "
        "style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


async def openapi(request: web.Request) -> web.Response:  # noqa: ARG001 - the shape of a handler
    return web.Response(body=_document(), content_type="application/json")


async def page(request: web.Request) -> web.Response:  # noqa: ARG001 - as above
    return _file("page.html")


async def asset(request: web.Request) -> web.Response:
    name = request.match_info["file"]
    if name not in _TYPES:
        raise NotFoundError("route_not_found", "There is no such path.")
    return _file(name)


@cache
def _document() -> bytes:
    from coordinator.routes import ROUTES as EVERY  # noqa: PLC0415 - this module is one of them

    return json.dumps(document(EVERY), ensure_ascii=False).encode()


@cache
def _read(name: str) -> bytes:
    return (_STATIC / name).read_bytes()


def _file(name: str) -> web.Response:
    return web.Response(body=_read(name), content_type=_TYPES[name], charset="utf-8", headers=_SAFE)


_TAG = "Operation"
_OURS = ("Ours.",)

ROUTES: Final = (
    Route(
        "GET",
        "/openapi.json",
        Access.PUBLIC,
        openapi,
        Doc("This document", _TAG, {200: dict[str, object]}, ours=_OURS),
    ),
    Route(
        "GET",
        "/docs",
        Access.PUBLIC,
        page,
        Doc("A page that shows this document", _TAG, {200: "text/html"}, ours=_OURS),
    ),
    Route(
        "GET",
        "/docs/{file}",
        Access.PUBLIC,
        asset,
        Doc(
            "A part of that page",
            _TAG,
            {200: ("text/html", "text/css", "text/javascript")},
            params=(Param("file", "path", "Its name.", {"type": "string", "enum": [*_TYPES]}),),
            ours=_OURS,
        ),
    ),
)
