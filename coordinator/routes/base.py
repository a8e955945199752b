"""What handlers share: the shape of a route, reading requests, writing replies."""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from coordinator.administration import Administration
from coordinator.audit import AuditLog
from coordinator.auth import Gate, Principal
from coordinator.config import Config
from coordinator.dispatch import Dispatch
from coordinator.errors import ApiError, InvalidRequestError
from coordinator.ids import parse
from coordinator.limits import RateLimits
from coordinator.membership import Membership
from coordinator.metrics import Metrics
from coordinator.records import AgentRecord
from coordinator.routes.doc import FLAG, Doc, Param, header, query
from coordinator.service import Operations, not_found

if TYPE_CHECKING:
    from uuid import UUID

    from coordinator.auth import Scope

__all__ = [
    "ADMINISTRATION",
    "AGENT",
    "AUDIT",
    "CONFIG",
    "DISPATCH",
    "FLAG",
    "GATE",
    "LIMITS",
    "MEMBERSHIP",
    "METRICS",
    "OPERATIONS",
    "PRINCIPAL",
    "REQUEST_ID",
    "Access",
    "Doc",
    "Handler",
    "Param",
    "Route",
    "check_site",
    "header",
    "header_flag",
    "header_number",
    "header_uuid",
    "path_id",
    "query",
    "read_body",
    "read_model",
    "reply",
]

OPERATIONS: Final = web.AppKey("operations", Operations)
DISPATCH: Final = web.AppKey("dispatch", Dispatch)
GATE: Final = web.AppKey("gate", Gate)
ADMINISTRATION: Final = web.AppKey("administration", Administration)
MEMBERSHIP: Final = web.AppKey("membership", Membership)
LIMITS: Final = web.AppKey("limits", RateLimits)
METRICS: Final = web.AppKey("metrics", Metrics)
AUDIT: Final = web.AppKey("audit", AuditLog)
CONFIG: Final = web.AppKey("config", Config)
#: The agent that makes a request, on routes with `Access.AGENT`.
AGENT: Final = web.RequestKey("agent", AgentRecord)
#: Who makes a request, on routes with a scope.
PRINCIPAL: Final = web.RequestKey("principal", Principal)
#: The id in the answer's X-Request-Id, on every route.
REQUEST_ID: Final = web.RequestKey("request_id", str)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Model = TypeVar("Model", bound=BaseModel)

# The spellings of a boolean header, any case (ours: the reference leaves them open, 2.2).
_FLAGS: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_MISSING: Final = "parameter_missing"
_INVALID: Final = "parameter_invalid"


class Access(enum.Enum):
    """Who may call a route that needs no operator's scope."""

    PUBLIC = "public"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: there is none without a word on who may call it."""

    method: str
    path: str
    access: Scope | Access
    handler: Handler
    doc: Doc | None = None


def reply(body: BaseModel | Mapping[str, Any] | list[Any], status: int = 200) -> web.Response:
    """Return a model, or plain JSON values, as a JSON answer."""
    return web.Response(body=to_json(body), status=status, content_type="application/json")


def path_id(request: web.Request, what: str) -> UUID:
    """Return the id of a site, job or agent in the path.

    Raises:
        NotFoundError: It is no UUID, so nothing has it. The reference lists 404 and no 400.
    """
    value = parse(request.match_info[f"{what}_id"])
    if value is None:
        raise not_found(what)
    return value


async def check_site(request: web.Request, site_id: UUID) -> None:
    """Return when a site is the caller's team's, or was until it was deleted.

    For ids that come in a body; those in a path are checked before the handler is called.

    Raises:
        NotFoundError: It does not exist, or is another team's: nobody can tell which.
    """
    if not await request.app[MEMBERSHIP].has(request[PRINCIPAL].team_id, site_id):
        raise not_found("site")


def header_uuid(request: web.Request, name: str) -> UUID:
    value = parse(_header(request, name))
    if value is None:
        raise InvalidRequestError(_INVALID, f"{name} must be a UUID.")
    return value


def header_number(request: web.Request, name: str) -> int:
    text = _header(request, name)
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise InvalidRequestError(_INVALID, f"{name} must be a whole number.")
    return int(text)


def header_flag(request: web.Request, name: str, *, default: bool) -> bool:
    text = request.headers.get(name)
    if text is None:
        return default
    value = _FLAGS.get(text.strip().lower())
    if value is None:
        raise InvalidRequestError(_INVALID, f"{name} must be true or false.")
    return value


async def read_body(request: web.Request, limit: int) -> bytes:
    """Return the body, at most `limit` bytes of it.

    Raises:
        InvalidRequestError: 413 when it is longer, 400 when its encoding is broken.
    """
    if (request.content_length or 0) > limit:
        raise _too_large(limit)
    body = bytearray()
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > limit:
                raise _too_large(limit)
    except web.RequestPayloadError as error:
        raise InvalidRequestError("body_invalid", "The body could not be read.") from error
    return bytes(body)


async def read_model(request: web.Request, model: type[Model], limit: int = 1024 * 1024) -> Model:
    """Return the JSON body as a model.

    Raises:
        InvalidRequestError: 400; the text names each fault, never the values.
    """
    body = await read_body(request, limit)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise _faults(error) from None


def _header(request: web.Request, name: str) -> str:
    if (text := request.headers.get(name)) is None:
        raise InvalidRequestError(_MISSING, f"The header {name} is required.")
    return text.strip()


def _too_large(limit: int) -> ApiError:
    return InvalidRequestError(
        "request_too_large", f"The body may have {limit} bytes at most.", status=413
    )


def _faults(error: ValidationError) -> InvalidRequestError:
    items = error.errors(include_input=False, include_url=False, include_context=False)
    if items[0]["type"] == "json_invalid":
        return InvalidRequestError("body_invalid", "The body is not JSON.")
    kinds = {item["type"] for item in items}
    code = _MISSING if kinds == {"missing"} else _INVALID
    texts = (f"{'.'.join(map(str, item['loc'])) or 'body'}: {item['msg']}" for item in items[:10])
    return InvalidRequestError(code, "; ".join(texts) + ".")
