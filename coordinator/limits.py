"""How many requests a token may make: a bucket each, which fills as time passes.

In memory, so each process counts for itself: with three, a token may make up to three times
as many. Pure but for the clock that is handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coordinator.errors import RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RateLimits"]

# Buckets kept; above this, the full ones are forgotten.
_REMEMBERED = 10_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class RateLimits:
    """Buckets by whoever makes requests.

    Args:
        per_minute: Requests that a token may make for ever; 0: as many as it likes.
        burst: Requests that it may make at once after a rest.
        now: Seconds that only ever grow.
    """

    def __init__(self, per_minute: float, burst: int, now: Callable[[], float]) -> None:
        self._rate = per_minute / 60
        self._burst = float(burst)
        self._now = now
        self._buckets: dict[str, _Bucket] = {}

    def take(self, who: str) -> None:
        """Count a request.

        Raises:
            RateLimitedError: 429; says after how many seconds there is room again.
        """
        if not self._rate:
            return
        now = self._now()
        bucket = self._buckets.get(who)
        if bucket is None:
            self._make_room(now)
            bucket = self._buckets[who] = _Bucket(self._burst, now)
        bucket.left = min(self._burst, bucket.left + (now - bucket.at) * self._rate)
        bucket.at = now
        if bucket.left < 1:
            raise RateLimitedError((1 - bucket.left) / self._rate)
        bucket.left -= 1

    def _make_room(self, now: float) -> None:
        if len(self._buckets) < _REMEMBERED:
            return
        rest = self._burst / self._rate
        self._buckets = {w: b for w, b in self._buckets.items() if now - b.at < rest}
        if len(self._buckets) >= _REMEMBERED:  # that many at once: better too generous
            self._buckets.clear()
