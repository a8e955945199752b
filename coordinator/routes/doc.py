"""What the served OpenAPI document says of a route; `coordinator.openapi` makes it of this.

A route states what is its own. What every route has is added there: the path's ids, the bearer
token, request ids, and the errors that any request can end in (400, 401, 403, 404 for an id in
the path, 413 for a body, 429, 500, 503).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FLAG", "Doc", "Param", "header", "query"]

#: The schema of a boolean header: its spellings are ours (the reference, 2.2, leaves them open).
FLAG: Mapping[str, Any] = {
    "type": "string",
    "pattern": "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy][Ee][Ss]|[Nn][Oo]|[01])$",
    "examples": ["true", "false"],
}


@dataclass(frozen=True, slots=True)
class Param:
    """A header, a parameter of the query, or a part of the path that is no UUID.

    Attributes:
        where: `header`, `query` or `path`, as OpenAPI has it.
        schema: A JSON schema of the value.
        text: What it means; what the public reference leaves open and we chose ends in "(ours)".
    """

    name: str
    where: str
    text: str
    schema: Mapping[str, Any]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Doc:
    """What one route takes and answers.

    Attributes:
        summary: A few words, the title of the operation.
        tag: The resource it belongs to: `Jobs`, `Sites`, as the public API groups them.
        responses: By status: a model, or `list[Model]` and whatever else pydantic describes, as
            JSON; a content type; a tuple of these when the request decides; None for no body.
        body: Of the request: a model, or a content type, or None.
        params: Headers and query; ids in the path need not be given.
        errors: Statuses beyond those that every route has: 409, 415, …
        text: What does not fit into the summary.
        ours: What we chose where the public reference is silent, one sentence each; for an
            operation that the reference does not have at all, just `("Ours.",)`.
        body_required: Whether the body may be left out.
    """

    summary: str
    tag: str
    responses: Mapping[int, Any]
    body: Any = None
    params: tuple[Param, ...] = ()
    errors: tuple[int, ...] = ()
    text: str = ""
    ours: tuple[str, ...] = field(default=())
    body_required: bool = True


def header(
    name: str, text: str, schema: Mapping[str, Any] | None = None, *, required: bool = False
) -> Param:
    return Param(name, "header", text, schema or {"type": "string"}, required)


def query(name: str, text: str, schema: Mapping[str, Any] | None = None) -> Param:
    return Param(name, "query", text, schema or {"type": "string"})
