"""What a caller's server needs to check the calls of its notify URL (ours)."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from coordinator.auth import Scope
from coordinator.routes.base import Doc, Route, reply
from coordinator.routes.who import team
from coordinator.shapes import WebhookSecret
from coordinator.webhooks.signing import Signer

__all__ = ["ROUTES", "SIGNER"]

SIGNER: Final = web.AppKey("signer", Signer)


async def secret(request: web.Request) -> web.Response:
    answer = reply(WebhookSecret(secret=request.app[SIGNER].secret(team(request))))
    answer.headers["Cache-Control"] = "no-store"
    return answer


ROUTES: Final = (
    Route(
        "GET",
        "/webhooks/secret",
        Scope.JOBS_WRITE,
        secret,
        Doc(
            "Retrieve the secret that signs calls of notify URLs",
            "Webhooks",
            {200: WebhookSecret},
            text="`X-Signature` is `v1=` and the hex HMAC-SHA256, under this secret, of the value "
            "of `X-Timestamp` (unix seconds), a dot, and the body. Refuse old timestamps; "
            "`X-Event-Id` is the same whenever a call is repeated.",
            ours=(
                (
                    "Ours, with all of the call: its method is POST, its body `id`, `type` "
                    "(`job.started`, `job.completed`, `job.failed`, `job.cancelled`), `created_at` "
                    "and `job` without its script."
                ),
                (
                    "Repeated with growing pauses for a day until an answer is 2xx; in order "
                    "for each job; redirects are not followed."
                ),
            ),
        ),
    ),
)
