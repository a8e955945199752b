"""Log lines: for people on a terminal, JSON everywhere else, always on stderr.

A line about a job carries the job's token and its site, whoever writes it, because they
are bound to the task that runs the job. Secrets are not logged; those that are known are
blotted out besides, should a text from elsewhere (a router's, a library's) hold one.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, TextIO

import structlog

if TYPE_CHECKING:
    from collections.abc import Iterable

    from structlog.typing import EventDict, Processor

__all__ = ["set_up_logs"]

# A shorter one would blot out ordinary words.
_SHORTEST_SECRET = 6


def set_up_logs(level: str, secrets: Iterable[str] = (), *, stream: TextIO | None = None) -> None:
    """Decide once, for the process, where log lines go and how they look.

    Args:
        level: `debug`, `info`, `warning` or `error`.
        secrets: Texts that no line may hold.
        stream: Instead of stderr.
    """
    out = stream or sys.stderr
    # Plain tracebacks: prettier ones show local variables, and a password may be one.
    last: Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if out.isatty()
        else _json
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _Blot(secrets),
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )


_json = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)


class _Blot:
    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = [secret for secret in secrets if len(secret) >= _SHORTEST_SECRET]

    def __call__(self, logger: Any, method: str, event: EventDict) -> EventDict:
        del logger, method
        if self._secrets:
            for key, value in event.items():
                if isinstance(value, str):
                    event[key] = self._clean(value)
        return event

    def _clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text
