"""Pages of lists: a cursor that is nobody's business, and the link to the next page.

A list stays the bare array that the public API has; without any of these parameters it is whole.
All of it is ours.
"""

from __future__ import annotations

import base64
import binascii
import json
import struct
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from coordinator.clock import millis
from coordinator.errors import InvalidRequestError
from coordinator.routes.base import reply
from coordinator.routes.doc import Param, query

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

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
    "reply_page",
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


class Listed(Protocol):
    """What a list of records is cut by: they come oldest first."""

    @property
    def id(self) -> UUID: ...

    @property
    def created_at(self) -> int: ...


Item = TypeVar("Item", bound=Listed)


def reply_page(
    request: web.Request, records: Sequence[Item], shown: Callable[[Item], Any]
) -> web.Response:
    """Answer with the records that are wanted of a list, oldest first, as they are shown.

    Raises:
        InvalidRequestError: 400; `limit` or `cursor` cannot be used.
    """
    count, after = limit(request), cursor(request, 5)
    left = list(records if after is None else _after(records, after))
    page = left[:count]
    answer = reply([shown(record) for record in page])
    if len(left) > count:
        last = page[-1]
        link_next(request, answer, last.created_at, *_parts(last.id))
    return answer


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


def _after(records: Sequence[Item], place: tuple[int, ...]) -> Sequence[Item]:
    for index, record in enumerate(records):
        if _parts(record.id) == place[1:]:
            return records[index + 1 :]
    # It is gone: go on with what was made later.
    return [record for record in records if record.created_at > place[0]]


def _parts(value: UUID) -> tuple[int, ...]:
    return struct.unpack(">4I", value.bytes)


def _invalid(message: str) -> InvalidRequestError:
    return InvalidRequestError("parameter_invalid", message)
