"""Dates as RouterOS writes them: `jan/02/2024` up to 7.9, `2024-01-02` from 7.10.

Instants are nanoseconds since 1970 on the router's own wall clock.

Source: routeros-script.md, section 10; routeros-api.md, section 5.5.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.version import Version

__all__ = ["DAY", "SECOND", "date_text", "date_time_text", "parse_date", "time_text"]

SECOND = 1_000_000_000
DAY = 86_400 * SECOND

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(rb"(\d{4})-(\d{1,2})-(\d{1,2})")
_OLD = re.compile(rb"([A-Za-z]{3})/(\d{1,2})/(\d{4})")


def date_text(instant: int, version: Version) -> bytes:
    """Return the date of an instant in the release's form."""
    when = datetime.fromtimestamp(instant // SECOND, UTC)
    if version.iso_dates:
        return f"{when:%Y-%m-%d}".encode()
    return f"{_MONTHS[when.month - 1]}/{when.day:02}/{when.year}".encode()


def time_text(instant: int) -> bytes:
    """Return the time of day of an instant, `03:04:05`."""
    return f"{datetime.fromtimestamp(instant // SECOND, UTC):%H:%M:%S}".encode()


def date_time_text(instant: int, version: Version) -> bytes:
    """Return date and time of an instant with a blank between."""
    return date_text(instant, version) + b" " + time_text(instant)


def parse_date(text: bytes) -> int | None:
    """Return midnight of a date in either form, or None when it is none.

    That every release still reads both forms is assumed.
    """
    if match := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif (match := _OLD.fullmatch(text)) and match[1].decode().lower() in _MONTHS:
        year, day = int(match[3]), int(match[2])
        month = _MONTHS.index(match[1].decode().lower()) + 1
    else:
        return None
    try:
        return int(datetime(year, month, day, tzinfo=UTC).timestamp()) * SECOND
    except ValueError:
        return None
