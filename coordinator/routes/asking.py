"""What a caller may ask of a job beside the public API: when, how long, whom to tell (ours)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from coordinator.errors import InvalidRequestError
from coordinator.routes.base import CONFIG, header_number
from coordinator.routes.doc import header
from coordinator.routes.paging import instant
from coordinator.webhooks.address import UnusableUrlError, check

if TYPE_CHECKING:
    from aiohttp import web

    from coordinator.jobs import NewJob

__all__ = ["HEADERS", "check_times", "check_url", "read_headers"]

_LONGEST_RUN: Final = 30 * 86_400
_DATE_TIME: Final = {"type": "string", "format": "date-time"}

#: For the documentation of *create a job*.
HEADERS: Final = (
    header("X-Not-Before", "It is handed out from then on, not earlier (ours).", _DATE_TIME),
    header(
        "X-Expires-At",
        "It fails with class `expired` unless it has started by then (ours).",
        _DATE_TIME,
    ),
    header(
        "X-Run-Timeout",
        "Seconds from its start until it is given up as `lost` (ours).",
        {"type": "string", "pattern": "^[0-9]{1,7}$"},
    ),
    header(
        "X-Notify-Url",
        "Where its start and its end are posted, signed (ours).",
        {"type": "string", "maxLength": 2048},
    ),
)


def read_headers(request: web.Request) -> dict[str, Any]:
    """Return what the headers ask, by the names of NewJob.

    Raises:
        InvalidRequestError: 400; a value cannot be used.
    """
    headers = request.headers
    seconds = header_number(request, "X-Run-Timeout") if "X-Run-Timeout" in headers else None
    if seconds is not None and not 1 <= seconds <= _LONGEST_RUN:
        raise _invalid(f"X-Run-Timeout must be from 1 to {_LONGEST_RUN} seconds.")
    return {
        "not_before": _instant(request, "X-Not-Before"),
        "expires_at": _instant(request, "X-Expires-At"),
        "run_timeout": seconds,
        "notify_url": check_url(request, headers.get("X-Notify-Url")),
    }


def check_times(asked: NewJob) -> None:
    """Refuse a job that could never start.

    Raises:
        InvalidRequestError: 400.
    """
    if asked.expires_at is None:
        return
    if asked.expires_at <= max(asked.created_at, asked.not_before or 0):
        raise _invalid("The job would expire before it may start.")


def check_url(request: web.Request, url: str | None) -> str | None:
    """Return the URL when it may be called.

    Raises:
        InvalidRequestError: 400; the text says why not.
    """
    if url is None:
        return None
    config = request.app[CONFIG]
    try:
        check(url, allow_http=config.webhook_allow_http, allowed=config.webhook_allow_networks)
    except UnusableUrlError as error:
        raise _invalid(f"The notify URL {error}.") from None
    return url


def _instant(request: web.Request, name: str) -> int | None:
    text = request.headers.get(name)
    return None if text is None else instant(text, name)


def _invalid(message: str) -> InvalidRequestError:
    return InvalidRequestError("parameter_invalid", message)
