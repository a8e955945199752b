"""What Prometheus scrapes (ours). Open like the health checks: it tells figures and no names."""

from __future__ import annotations

from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from coordinator.routes.base import METRICS, OPERATIONS, Access, Doc, Route

__all__ = ["ROUTES"]


async def metrics(request: web.Request) -> web.Response:
    figures = await request.app[OPERATIONS].figures()
    body = request.app[METRICS].text(figures)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


ROUTES: Final = (
    Route(
        "GET",
        "/metrics",
        Access.PUBLIC,
        metrics,
        Doc(
            "Metrics for Prometheus",
            "Operation",
            {200: "text/plain"},
            text="Its text format. Figures of the database are the same in every process.",
            ours=("Ours.",),
        ),
    ),
)
