"""When a site is online, and how long it was not.

A site beats every 30 seconds. It is offline after ten missed beats, and its downtime is then
counted from the first of them to the next good beat.

Source: devices-api.md, 3.3 and 4.2. Ours: the share of missed beats of an hour is that of its
past part only; a site that was never seen has no downtime; of a site made within the window
only the time since counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coordinator.devices.records import Gap, Stat

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

__all__ = [
    "BEAT_MS",
    "OFFLINE_MS",
    "SILENT_MS",
    "Downtime",
    "Gap",
    "Hour",
    "age_text",
    "downtime",
    "has_pulse",
    "hours",
    "mean",
    "open_gap",
    "span_text",
]

BEAT_MS = 30_000
#: When the tenth beat is missed.
OFFLINE_MS = 10 * BEAT_MS
#: Less than this is a beat that came late, not one that was missed.
SILENT_MS = 2 * BEAT_MS
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Downtime:
    """Of a window of `seconds`: how many of them the site was down."""

    seconds: float
    down: float

    @property
    def uptime_percentage(self) -> float:
        if self.seconds <= 0:
            return 100.0
        return round(100 * (1 - self.down / self.seconds), 2)


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour: `at` its begin, milliseconds."""

    at: int
    missed_percentage: float
    minutes_down: float


def has_pulse(last_seen_at: int | None, now: int) -> bool:
    return last_seen_at is not None and now - last_seen_at < OFFLINE_MS


def open_gap(site_id: UUID, last_seen_at: int | None, now: int) -> list[Gap]:
    """Return the silence that lasts until now, if there is one."""
    if last_seen_at is None or now - last_seen_at < SILENT_MS:
        return []
    return [Gap(site_id, last_seen_at + BEAT_MS, now)]


def downtime(gaps: Iterable[Gap], since: int, now: int) -> Downtime:
    """Return the downtime between two instants."""
    down = sum(_within(gap, since, now) for gap in gaps if _is_down(gap))
    return Downtime((now - since) / 1000, down / 1000)


def hours(gaps: Iterable[Gap], since: int, now: int) -> list[Hour]:
    """Return the hours, oldest first, of which `since` and `now` bound the first and last."""
    silences = list(gaps)
    found = []
    for begin in range(since - since % _HOUR_MS, now, _HOUR_MS):
        first, last = max(begin, since), min(begin + _HOUR_MS, now)
        missed = sum(_within(gap, first, last) for gap in silences)
        down = sum(_within(gap, first, last) for gap in silences if _is_down(gap))
        share = 100 * missed / (last - first)
        found.append(Hour(begin, round(share, 2), round(down / 60_000, 2)))
    return found


def mean(at: int, found: Sequence[Stat]) -> Stat:
    """Return one sample for many, oldest first: means, and the last uptime (ours)."""
    count = len(found)
    return Stat(
        at,
        round(sum(stat.cpu_load for stat in found) / count),
        round(sum(stat.memory_free for stat in found) / count),
        round(sum(stat.disk_free for stat in found) / count),
        found[-1].uptime,
    )


def _is_down(gap: Gap) -> bool:
    return gap.to_at - gap.from_at + BEAT_MS >= OFFLINE_MS


def _within(gap: Gap, since: int, until: int) -> int:
    return max(0, min(gap.to_at, until) - max(gap.from_at, since))


def span_text(seconds: int) -> str:
    """Return a span for people, its two largest parts: `3 days 4 hours` (form assumed)."""
    parts = []
    for name, size in (("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}{'s' if count > 1 else ''}")
    if not parts:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    return " ".join(parts[:2])


def age_text(last_seen_at: int, now: int) -> str:
    return f"{span_text(max(0, now - last_seen_at) // 1000)} ago"
