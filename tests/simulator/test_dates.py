from __future__ import annotations

import pytest

from simulator.clock import VirtualClock
from simulator.dates import DAY, date_text, date_time_text, parse_date, time_text
from simulator.version import Version

NOON = VirtualClock().now()


@pytest.mark.parametrize(
    ("version", "text"),
    [("6.49.18", b"jan/15/2026"), ("7.9", b"jan/15/2026"), ("7.10", b"2026-01-15")],
)
def test_form_of_dates_changed_with_7_10(version: str, text: bytes) -> None:
    assert date_text(NOON, Version(version)) == text
    assert date_time_text(NOON, Version(version)) == text + b" 10:00:00"


def test_time_of_day_has_two_digits_each() -> None:
    assert time_text(NOON + 5_000_000_000) == b"10:00:05"


@pytest.mark.parametrize("text", [b"2026-01-15", b"jan/15/2026", b"Jan/15/2026"])
def test_both_forms_are_read(text: bytes) -> None:
    assert parse_date(text) == NOON // DAY * DAY


@pytest.mark.parametrize("text", [b"", b"today", b"2026-02-30", b"foo/01/2026", b"2026-01-15 x"])
def test_other_text_is_no_date(text: bytes) -> None:
    assert parse_date(text) is None
