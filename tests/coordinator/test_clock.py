"""Instants and the form in which they are stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from coordinator.clock import ManualClock, SystemClock, from_millis, millis


@given(st.integers(min_value=0, max_value=4_000_000_000_000))
def test_a_stored_instant_comes_back(value: int) -> None:
    assert millis(from_millis(value)) == value


def test_zones_do_not_matter() -> None:
    instant = datetime(2026, 1, 15, 12, tzinfo=timezone(timedelta(hours=2)))

    assert millis(instant) == 1_768_471_200_000
    assert from_millis(1_768_471_200_000) == datetime(2026, 1, 15, 10, tzinfo=UTC)


def test_a_manual_clock_moves_when_told() -> None:
    clock = ManualClock()
    before = clock.now()
    clock.advance(1.5)

    assert clock.now() - before == timedelta(seconds=1.5)


def test_the_systems_clock_knows_its_zone() -> None:
    assert SystemClock().now().tzinfo is UTC
