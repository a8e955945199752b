"""Pages of lists: a cursor that is nobody's business, and the link to the next page.

A list stays the bare array that the public API has; without any of these parameters it is whole.
All of it is ours.
"""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import TYPE_CHECKING, Final

from coordinator.clock import millis
from coordinator.errors import InvalidRequestError
from coordinator.routes.doc import Param, query

if TYPE_CHECKING:
    from aiohttp import web

__all__ = [
    "CURSOR",
    "EVERYTHING",
    "LIMIT",
    "cursor",
    "instant",
    "limit",
    "link_next",
    "query_instant",
]

#: As many as a list without a limit has at most.
EVERYTHING: Final = 2**31 - 1
_MOST: Final = 1000
_PAGE: Final = 100

LIMIT: Final = query(
    "limit",
    f"At most so many (ours); {_PAGE} when only `cursor` is given, all when neither is.",
    {"type": "integer", "minimum": 1, "maximum": _MOST},
)
CURSOR: Final[Param] = query(
    "cursor", 'From the answer before: its header `Link`, rel="next" (ours).'
)


def limit(request: web.Request, default: int = EVERYTHING) -> int:
    """Return how many are wanted.

    Raises:
        InvalidRequestError: 400; it is no number from 1 to 1000.
    """
    text = request.query.get("limit")
    if text is None:
        return _PAGE if "cursor" in request.query else default
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= _MOST):
        raise _invalid(f"limit must be a number from 1 to {_MOST}.")
    return int(text)


def cursor(request: web.Request, count: int) -> tuple[int, ...] | None:
    """Return the numbers of the cursor, None when there is none.

    Raises:
        InvalidRequestError: 400; it was not made here.
    """
    text = request.query.get("cursor")
    if text is None:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=="))
    except (ValueError, binascii.Error, RecursionError):
        values = None
    is_ours = (
        isinstance(values, list)
        and len(values) == count
        and all(type(value) is int and abs(value) < 2**63 for value in values)
    )
    if not is_ours:
        raise _invalid("cursor must be one that an answer of this list named.")
    return tuple(values)


def link_next(request: web.Request, answer: web.StreamResponse, *values: int) -> None:
    """Name the next page, which begins after the numbers."""
    text = base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
    url = request.rel_url.update_query(cursor=text)
    answer.headers["Link"] = f'<{url}>; rel="next"'


def query_instant(request: web.Request, name: str) -> int | None:
    """Return an instant of the query in milliseconds."""
    text = request.query.get(name)
    return None if text is None else instant(text, name)


def instant(text: str, name: str) -> int:
    """Return an instant in milliseconds since 1970, UTC.

    Raises:
        InvalidRequestError: 400; it is no ISO 8601 date-time with a zone.
    """
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        value = None
    if value is None or value.tzinfo is None:
        raise _invalid(f"{name} must be a date-time such as 2026-01-15T10:00:00Z.")
    try:
        return millis(value)
    except OverflowError:
        raise _invalid(f"{name} is out of range.") from None


def _invalid(message: str) -> InvalidRequestError:
    return InvalidRequestError("parameter_invalid", message)
