"""The one error body of the public API, of an answer or of a part of one.

Source: devices-api.md, 1.2.
"""

from __future__ import annotations

from typing import Final

from coordinator.contract import ErrorBody

__all__ = ["error_body"]

_DOCS: Final = "https://docs.altostrat.io/errors/"


def error_body(status: int, code: str, message: str) -> ErrorBody:
    """Return the body of an error with this status, 4xx or 5xx."""
    is_ours = status >= 500
    family = "api_error" if is_ours else "invalid_request_error"
    return ErrorBody(
        type="api_error" if is_ours else "invalid_request_error",
        code=code,
        message=message,
        doc_url=_DOCS + (family if is_ours else code),
    )
