"""Where the coordinator's instants come from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

__all__ = ["Clock", "ManualClock", "SystemClock", "from_millis", "millis"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Clock(Protocol):
    """Tells the time; every stored instant comes from here."""

    def now(self) -> datetime:
        """Return the present instant, aware of its zone."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is moved. Waiting polls still wait in real time."""

    def __init__(self, start: datetime = datetime(2026, 1, 15, 10, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


def millis(instant: datetime) -> int:
    """Return milliseconds since 1970, UTC: the form in which instants are stored."""
    return (instant - _EPOCH) // _MILLISECOND


def from_millis(value: int) -> datetime:
    """Return the instant of a stored value."""
    return _EPOCH + value * _MILLISECOND
