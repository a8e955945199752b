"""What can go wrong in and around the coordinator, and whose fault it is.

CoordinatorError
├── ClientError                 seen by whoever calls a coordinator
│   ├── CoordinatorUnreachable  no answer came: the same call may be made again
│   ├── CoordinatorFailed       it answered 5xx: the same call may be made again
│   └── CoordinatorRefused      it answered 4xx: the same call gets the same answer
├── ApiError                    becomes the answer to a request; carries its status and code
│   ├── InvalidRequestError     400, 413, 415: what was sent cannot be used
│   ├── AuthError               401, 403: who sent it may not
│   ├── RateLimitedError        429: the same call may be made again after a while
│   ├── NotFoundError           404, 405: there is no such thing to act on
│   ├── ConflictError           409: the state of the thing does not allow it
│   └── UnavailableError        503: not now
└── OperatorError               of whoever starts a coordinator: text made to be read
    ├── ConfigError             a setting, a file or its mode
    └── SchemaError             the database belongs to another version
"""

from __future__ import annotations

__all__ = [
    "ApiError",
    "AuthError",
    "ClientError",
    "ConfigError",
    "ConflictError",
    "CoordinatorError",
    "CoordinatorFailed",
    "CoordinatorRefused",
    "CoordinatorUnreachable",
    "InvalidRequestError",
    "NotFoundError",
    "OperatorError",
    "RateLimitedError",
    "SchemaError",
    "UnavailableError",
]


class CoordinatorError(Exception):
    """Root of every error of this package."""


# --- Seen by a client ---------------------------------------------------------


class ClientError(CoordinatorError):
    """A call to a coordinator did not succeed.

    Attributes:
        retry: Whether the very same call may be made again later. Every write has a key,
            a version or a final state behind it, so a repeat changes nothing twice.
    """

    retry = False


class CoordinatorUnreachable(ClientError):  # noqa: N818 - reads as the fact it tells
    """No whole answer came: refused, reset, timed out, or not an answer of a coordinator."""

    retry = True

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"no answer from {url}: {reason}")
        self.url = url
        self.reason = reason


class _AnsweredError(ClientError):
    def __init__(self, status: int, type_: str, code: str, message: str) -> None:
        super().__init__(f"{message} ({status} {code})")
        self.status = status
        self.type = type_
        self.code = code
        self.message = message


class CoordinatorRefused(_AnsweredError):  # noqa: N818 - as above
    """The answer is 4xx: the request, its sender or the state of things is at fault."""


class CoordinatorFailed(_AnsweredError):  # noqa: N818 - as above
    """The answer is 5xx: the coordinator is at fault or is going down."""

    retry = True


# --- Answers to a request -----------------------------------------------------


class ApiError(CoordinatorError):
    """Ends a request with an error body.

    Attributes:
        status: The answer's HTTP status.
        code: Machine-readable; one code always goes with one status.
    """

    status = 500

    def __init__(self, code: str, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        if status is not None:
            self.status = status


class InvalidRequestError(ApiError):
    status = 400


class AuthError(ApiError):
    status = 401


class RateLimitedError(ApiError):
    """Attributes: `seconds` until there is room again."""

    status = 429

    def __init__(self, seconds: float) -> None:
        super().__init__("rate_limited", "The token makes too many requests.")
        self.seconds = seconds


class NotFoundError(ApiError):
    status = 404


class ConflictError(ApiError):
    status = 409


class UnavailableError(ApiError):
    status = 503


# --- Of whoever starts it -----------------------------------------------------


class OperatorError(CoordinatorError):
    """The coordinator cannot start as it was told to."""


class ConfigError(OperatorError):
    """A setting is wrong; the text names each one that is."""


class SchemaError(OperatorError):
    """The database's schema and this program do not fit together."""
