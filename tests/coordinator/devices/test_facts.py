"""What routers say of themselves, and what is made of it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from coordinator.devices.facts import (
    hardware_hash,
    parse_facts,
    parse_uptime,
    pulse_of,
    sample_of,
)
from coordinator.devices.pulse import span_text
from coordinator.devices.records import Stat


def test_pairs_are_read_with_what_values_may_hold() -> None:
    text = "name=R 1; east=a;revision=;build-time=Jan/15/2026 10:00:00;bogus=1;uptime=1w2d;\r\n"

    assert parse_facts(text) == {
        "name": "R 1; east=a",
        "revision": "",
        "build-time": "Jan/15/2026 10:00:00;bogus=1",
        "uptime": "1w2d",
    }


def test_a_long_value_is_cut() -> None:
    assert len(parse_facts("name=" + "x" * 1000)["name"]) == 200


@pytest.mark.parametrize("text", ["", "nonsense", ";;;", "=;="])
def test_what_holds_no_facts(text: str) -> None:
    assert parse_facts(text) == {}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1w2d3h4m5s", 788_645),
        ("5s", 5),
        ("1d", 86_400),
        ("00:01:05", 65),
        ("1w2d03:04:05", 788_645),
        ("", None),
        ("soon", None),
    ],
)
def test_uptimes(text: str, seconds: int | None) -> None:
    assert parse_uptime(text) == seconds


def test_hardware_is_known_by_its_number() -> None:
    board = {"serial-number": "HE1", "model": "hAP", "software-id": "AAAA"}

    assert hardware_hash(board) == hardware_hash(board | {"software-id": "BBBB"})
    assert hardware_hash(board) != hardware_hash(board | {"serial-number": "HE2"})
    assert hardware_hash({"software-id": "AAAA"}) is not None
    assert hardware_hash({"model": "CHR"}) is None


def test_a_sample_needs_all_its_values() -> None:
    facts = {
        "cpu-load": "7%",
        "free-memory": "100",
        "free-hdd-space": "200",
        "uptime": "10s",
    }

    assert sample_of(facts, 5) == Stat(5, 7, 100, 200, 10)
    assert sample_of(facts | {"free-memory": "9" * 30}, 5) is None
    assert sample_of({**facts, "uptime": "x"}, 5) is None


def test_only_known_facts_are_kept() -> None:
    site = uuid4()
    pulse = pulse_of(site, {"name": "R1", "secret": "x", "uptime": "1m"}, 9)

    assert (pulse.facts, pulse.uptime, pulse.facts_at) == ({"name": "R1"} | {"uptime": "1m"}, 60, 9)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (60, "1 minute"),
        (3_700, "1 hour 1 minute"),
        (8 * 86_400, "1 week 1 day"),
    ],
)
def test_spans(seconds: int, text: str) -> None:
    assert span_text(seconds) == text
