"""Buckets that fill as time passes."""

from __future__ import annotations

import pytest

from coordinator.errors import RateLimitedError
from coordinator.limits import RateLimits


class Ticks:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills_again() -> None:
    ticks = Ticks()
    limits = RateLimits(60, 2, ticks)
    limits.take("a")
    limits.take("a")

    with pytest.raises(RateLimitedError) as caught:
        limits.take("a")
    assert (caught.value.status, caught.value.seconds) == (429, 1.0)

    ticks.now = 1.0
    limits.take("a")
    with pytest.raises(RateLimitedError):
        limits.take("a")


def test_a_rest_fills_a_bucket_and_no_more() -> None:
    ticks = Ticks()
    limits = RateLimits(60, 2, ticks)
    limits.take("a")
    ticks.now = 3600.0

    limits.take("a")
    limits.take("a")
    with pytest.raises(RateLimitedError):
        limits.take("a")


def test_tokens_do_not_share_a_bucket() -> None:
    limits = RateLimits(60, 1, Ticks())
    limits.take("a")
    limits.take("b")

    with pytest.raises(RateLimitedError):
        limits.take("a")


def test_zero_is_no_limit() -> None:
    limits = RateLimits(0, 1, Ticks())

    for _ in range(1000):
        limits.take("a")
    assert not limits._buckets


def test_buckets_are_not_kept_for_ever() -> None:
    ticks = Ticks()
    limits = RateLimits(60, 2, ticks)
    for number in range(30_000):
        ticks.now = float(number)
        limits.take(str(number))

    assert len(limits._buckets) <= 10_000
