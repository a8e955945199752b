"""Every request's way out: error bodies, request ids.

Whatever goes wrong, at whatever layer, is answered with the one error body of the
public API; what a fault of ours was stands in the log under the request's id only.

Source: devices-api.md, 1.2, for the body; the codes beyond those it lists are ours.
"""

from __future__ import annotations

import http
import itertools
import math
import re
import secrets
from typing import TYPE_CHECKING, Final

import structlog
from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from coordinator.errors import ApiError, RateLimitedError
from coordinator.faults import error_body
from coordinator.routes.base import REQUEST_ID

if TYPE_CHECKING:
    from coordinator.routes.base import Handler

__all__ = ["JsonErrorsRunner", "expect", "middleware"]

_log = structlog.get_logger(__name__)

_REQUEST_ID: Final = "X-Request-Id"
_SANE_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
# Ids of our own: which process, and its how-manieth request.
_PROCESS: Final = secrets.token_hex(4)
_NUMBERS: Final = itertools.count(1)
_INTERNAL: Final = "internal_server_error"
# Somebody tries tokens, or the database is out of reach.
_WORTH_A_LINE: Final = frozenset({401, 403, 503})
# What the HTTP library itself refuses, in our words.
_CODES: Final = {
    400: ("request_invalid", "The request is not valid HTTP."),
    404: ("route_not_found", "There is no such path."),
    405: ("method_not_allowed", "The path does not take this method."),
    413: ("request_too_large", "The request is too large."),
    417: ("expectation_failed", "Only the expectation 100-continue can be met."),
}


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give every request an id, and every error its body."""
    request_id = request.headers.get(_REQUEST_ID, "")
    if not _SANE_ID.fullmatch(request_id):
        request_id = f"{_PROCESS}-{next(_NUMBERS):x}"
    request[REQUEST_ID] = request_id
    # Every line that is logged on the way says it.
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        answer = await _answer(request, handler)
    answer.headers[_REQUEST_ID] = request_id
    return answer


async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ApiError as error:
        if error.status in _WORTH_A_LINE:
            _log.warning("request.refused", code=error.code)
        return _of_api_error(error)
    except web.HTTPException as error:
        answer = _of_status(error.status)
        if "Allow" in error.headers:
            answer.headers["Allow"] = error.headers["Allow"]
        return answer
    except ConnectionError:  # the client has gone: nobody to answer
        raise
    except Exception:  # noqa: BLE001 - the last resort: logged here, told to nobody
        _log.exception("request.failed", method=request.method)
        return _error(500, _INTERNAL, "The request could not be completed.")


async def expect(request: web.Request) -> web.StreamResponse | None:
    """Answer an `Expect` header before the body is read."""
    if request.headers.get("Expect", "").lower() != "100-continue":
        return _of_status(417)
    await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    # The 100 is not yet the response's output (RFC 9110, 15.2.1).
    request.writer.output_size = 0
    return None


class _Connection(RequestHandler):
    """A connection whose unreadable requests are answered with the error body, too."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - quotes the sender's bytes
    ) -> web.StreamResponse:
        if request.writer.output_size > 0:
            raise ConnectionError("a part of the answer is already sent") from exc
        if status >= 500:
            _log.error("request.failed", exc_info=exc)
        answer = _of_status(status)
        answer.force_close()
        return answer


class _Server(web.Server):
    def __call__(self) -> RequestHandler:
        return _Connection(self, loop=self._loop, **self._kwargs)


class JsonErrorsRunner(web.AppRunner):
    """Serves an application, with error bodies below its middleware as well."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(made.request_handler, request_factory=made.request_factory, **made._kwargs)  # noqa: SLF001 - aiohttp has no other way in


def _of_api_error(error: ApiError) -> web.Response:
    answer = _error(error.status, error.code, error.message)
    if error.status == http.HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    elif isinstance(error, RateLimitedError):
        answer.headers["Retry-After"] = str(math.ceil(error.seconds))
    elif error.status == http.HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = "1"
    return answer


def _of_status(status: int) -> web.Response:
    if status >= 500:
        return _error(status, _INTERNAL, "The request could not be completed.")
    phrase = http.HTTPStatus(status).phrase
    code, message = _CODES.get(status, ("request_refused", f"{phrase}."))
    return _error(status, code, message)


def _error(status: int, code: str, message: str) -> web.Response:
    body = error_body(status, code, message)
    return web.Response(
        body=body.model_dump_json().encode(), status=status, content_type="application/json"
    )
