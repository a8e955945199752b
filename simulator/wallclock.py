"""A router's own clock on the wall: what it thinks the time is, in which zone.

Instants are nanoseconds since 1970. `now` counts in UTC; `local` counts as if
the zone's time of day were UTC, which is what `simulator.dates` writes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from simulator.dates import SECOND, date_text, date_time_text, time_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.clock import Clock
    from simulator.version import Version

__all__ = ["MANUAL", "WallClock", "is_zone"]

# The zone without a name, which `/system clock manual` describes.
MANUAL = "manual"


class WallClock:
    """The time of day of one router.

    Args:
        clock: Where time really comes from.
        version: Decides the form of dates.

    Attributes:
        ahead: Nanoseconds that somebody set it ahead of `clock`.
        zone_name: As `/system clock` has it.
        listeners: Called after somebody has set it or moved it to another zone.
    """

    def __init__(self, clock: Clock, version: Version) -> None:
        self._clock = clock
        self._version = version
        self._zone: tzinfo = UTC
        self.ahead = 0
        self.zone_name = MANUAL
        self.listeners: list[Callable[[], None]] = []

    def now(self) -> int:
        """Return the instant, UTC, as this router believes."""
        return self._clock.now() + self.ahead

    def local(self, when: int | None = None) -> int:
        """Return an instant, or this one, as it is written in the router's zone."""
        when = self.now() if when is None else when
        return when + self._offset(when) * SECOND

    def utc_offset(self) -> int:
        """Return seconds east of UTC, now."""
        return self._offset(self.now())

    def daylight_saving(self) -> bool:
        """Tell whether daylight saving time is in force."""
        return bool(self._moment(self.now()).dst())

    def date(self, when: int | None = None) -> bytes:
        """Return an instant's date, or this one's, as the release writes it."""
        return date_text(self.local(when), self._version)

    def time(self, when: int | None = None) -> bytes:
        """Return an instant's time of day, or this one's, `03:04:05`."""
        return time_text(self.local(when))

    def date_time(self, when: int | None = None) -> bytes:
        """Return date and time of an instant, or this one, with a blank between."""
        return date_time_text(self.local(when), self._version)

    def set_local(self, local: int) -> None:
        """Set it to an instant as it is written in the router's zone."""
        written = datetime.fromtimestamp(local // SECOND, UTC).replace(tzinfo=self._zone)
        self.ahead = int(written.timestamp()) * SECOND - self._clock.now()
        self._tell()

    def set_zone(self, name: str) -> None:
        """Take up a time zone that `is_zone`."""
        self._zone = UTC if name == MANUAL else ZoneInfo(name)
        self.zone_name = name
        self._tell()

    def set_manual_offset(self, seconds: int) -> None:
        """Take up a zone without a name, `seconds` east of UTC, unless a named one is in use."""
        if self.zone_name == MANUAL:
            self._zone = timezone(timedelta(seconds=seconds))
            self._tell()

    def _tell(self) -> None:
        for listener in tuple(self.listeners):
            listener()

    def _offset(self, when: int) -> int:
        return int((self._moment(when).utcoffset() or timedelta()).total_seconds())

    def _moment(self, when: int) -> datetime:
        return datetime.fromtimestamp(when // SECOND, self._zone)


def is_zone(name: str) -> bool:
    """Tell whether there is a time zone of that name."""
    if name == MANUAL:
        return True
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
