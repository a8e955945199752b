"""Makes the OpenAPI 3.1 document of the routes and their models.

Nothing is written twice: paths, methods and scopes are the routes' own, schemas are the
models'. What every route has in common (ids, bearer, errors, request ids) is added here.
"""

from __future__ import annotations

import http
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from coordinator.contract import ErrorBody
from coordinator.openapi.names import operation_id, path_names, public_path
from coordinator.openapi.schemas import Schemas
from coordinator.routes.doc import Doc, Param

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coordinator.routes.base import Route

__all__ = ["document"]

_DESCRIPTION: Final = """\
Queues RouterOS scripts as jobs for sites (one site = one router) and records what became of \
them; compatible with the public Altostrat MikroTik Devices API.

What that API leaves open and we chose is marked **Ours**. Times are UTC in whole seconds; ids \
are UUIDs. Every answer of status 4xx or 5xx has one body, `ErrorBody`; every answer has the \
header `X-Request-Id`, which is also in the log: a request may bring its own.

A site of another team answers as one that does not exist: 404."""

_BEARER, _AGENT = "BearerAuth", "AgentToken"
_SCHEMES: Final = {
    _BEARER: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A JWT, or an API key `{id}:{team}:{secret}`.",
    },
    _AGENT: {
        "type": "http",
        "scheme": "bearer",
        "description": "An agent's own token, which it got when it enrolled.",
    },
}
_REQUEST_ID: Final = {
    "X-Request-Id": {
        "description": "Names the request in the log.",
        "schema": {"type": "string"},
    }
}
_RETRY_AFTER: Final = {
    "Retry-After": {
        "description": "Seconds after which the request may be made again.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    }
}
_REASONS: Final = {
    400: "What was sent cannot be used.",
    401: "The token is missing, forged, expired or meant for another service.",
    403: "The token lacks the scope.",
    404: "There is no such thing, or it is another team's.",
    409: "The state of the thing does not allow it.",
    413: "The body is too large.",
    415: "The body's Content-Type is not the one that is asked for.",
    429: "The token makes too many requests.",
    500: "A fault of ours; the log has it under the request's id.",
    503: "Not now: the database is out of reach, or the service stops.",
}


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """Return the document as plain JSON values.

    Raises:
        ValueError: A route says nothing of itself.
    """
    routes = tuple(routes)
    docs = [_doc_of(route) for route in routes]
    schemas = Schemas(_models(docs))
    paths: dict[str, dict[str, Any]] = {}
    for route, doc in zip(routes, docs, strict=True):
        operations = paths.setdefault(public_path(route.path), {})
        operations[route.method.lower()] = _operation(route, doc, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "routeros-jobs coordinator",
            "version": version("routeros-jobs"),
            "description": _DESCRIPTION,
            "license": {"name": "GPL-2.0-or-later", "identifier": "GPL-2.0-or-later"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(doc.tag for doc in docs)],
        "paths": paths,
        "components": {"schemas": schemas.components, "securitySchemes": _SCHEMES},
    }


def _doc_of(route: Route) -> Doc:
    if route.doc is None:
        raise ValueError(f"{route.method} {route.path} is not documented")
    return route.doc


def _models(docs: Iterable[Doc]) -> tuple[list[Any], list[Any]]:
    sent = [doc.body for doc in docs if doc.body is not None]
    answered = [item for doc in docs for reply in doc.responses.values() for item in _all(reply)]
    return sent, [*answered, ErrorBody]


def _all(reply: Any) -> tuple[Any, ...]:
    if reply is None:
        return ()
    return reply if isinstance(reply, tuple) else (reply,)


def _operation(route: Route, doc: Doc, schemas: Schemas) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": operation_id(route.method, route.path),
        "summary": doc.summary,
        "tags": [doc.tag],
        "security": _security(route),
    }
    if text := "\n\n".join(filter(None, (doc.text, *(_ours(note) for note in doc.ours)))):
        operation["description"] = text
    if doc.ours:
        operation["x-ours"] = [*doc.ours]
    if parameters := _parameters(route, doc):
        operation["parameters"] = parameters
    if doc.body is not None:
        content = schemas.content(doc.body, "validation")
        operation["requestBody"] = {"required": doc.body_required, "content": content}
    operation["responses"] = _responses(route, doc, schemas)
    return operation


def _ours(note: str) -> str:
    return "**Ours.**" if note == "Ours." else f"**Ours:** {note}"


def _security(route: Route) -> list[dict[str, list[str]]]:
    access = str(route.access.value)
    if access == "public":
        return []
    return [{_AGENT: []}] if ":" not in access else [{_BEARER: [access]}]


def _parameters(route: Route, doc: Doc) -> list[dict[str, Any]]:
    own = {param.name: param for param in doc.params}
    names = path_names(route.path)
    params = [own.get(name) or _id(name) for name in names]
    params += [param for param in doc.params if param.where != "path"]
    return [
        {
            "name": param.name,
            "in": param.where,
            "required": param.required or param.where == "path",
            "description": param.text,
            "schema": dict(param.schema),
        }
        for param in params
    ]


def _id(name: str) -> Param:
    what = name.removesuffix("Id")
    return Param(name, "path", f"Of the {what}.", {"type": "string", "format": "uuid"})


def _responses(route: Route, doc: Doc, schemas: Schemas) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, reply in doc.responses.items():
        answer: dict[str, Any] = {
            "description": http.HTTPStatus(status).phrase,
            "headers": _REQUEST_ID,
        }
        content: dict[str, Any] = {}
        for item in _all(reply):
            content |= schemas.content(item, "serialization")
        if content:
            answer["content"] = content
        responses[str(status)] = answer
    for status in sorted({*_common(route, doc), *doc.errors} - {*doc.responses}):
        headers = _REQUEST_ID | (_RETRY_AFTER if status in {429, 503} else {})
        responses[str(status)] = {
            "description": _REASONS.get(status, http.HTTPStatus(status).phrase + "."),
            "headers": headers,
            "content": schemas.content(ErrorBody, "serialization"),
        }
    return responses


def _common(route: Route, doc: Doc) -> set[int]:
    access = str(route.access.value)
    statuses = {400, 500, 503}
    if access != "public":
        statuses |= {401, 429}
    if ":" in access:
        statuses.add(403)
    if "{" in route.path:
        statuses.add(404)
    if doc.body is not None:
        statuses.add(413)
    return statuses
