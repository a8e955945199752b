"""One router: its clock, its journal, its machine."""

from __future__ import annotations

import pytest

from simulator.clock import VirtualClock
from simulator.errors import UsageError
from simulator.router import Event, Router
from simulator.version import Version
from simulator.wallclock import is_zone
from tests.simulator.driving import Driver

SECOND = 1_000_000_000


def test_a_fresh_router_makes_no_table_before_it_is_asked_for() -> None:
    router = Router()
    assert router.tables.made() == ()
    assert "files" not in router.__dict__
    assert "runtime" not in router.__dict__


def test_uptime_counts_whole_seconds_from_the_start() -> None:
    clock = VirtualClock()
    clock.advance(100)
    router = Router(clock=clock)
    clock.advance(1.9)
    assert router.uptime() == SECOND


def test_wall_clock_can_be_ahead_of_the_real_one() -> None:
    router = Router()
    router.wall.set_local(router.wall.local() + 3600 * SECOND)
    assert router.date_time() == b"2026-01-15 11:00:00"
    assert router.now() == router.clock.now() + 3600 * SECOND


def test_instants_are_written_in_the_zone() -> None:
    router = Router(Version("7.9"))
    router.wall.set_zone("America/New_York")
    assert router.date_time() == b"jan/15/2026 05:00:00"
    assert router.date_time(0) == b"dec/31/1969 19:00:00"
    assert router.wall.utc_offset() == -5 * 3600
    assert is_zone("Europe/Riga")
    assert not is_zone("../etc/passwd")


def test_observers_hear_every_event() -> None:
    driver = Driver()
    heard: list[Event] = []
    driver.router.observers.append(heard.append)
    driver.clock.advance(2)
    driver.run("/system/identity/set", name=b"x")
    assert heard == [Event(2 * SECOND, "change", "/system/identity *1")]
    assert list(driver.router.journal) == heard


def test_commands_are_counted() -> None:
    driver = Driver()
    driver.run("/system/identity/print")
    driver.refusal("/system/identity/print", nosuch=b"")
    assert driver.router.commands == 1


def test_unknown_board_is_the_operators_mistake() -> None:
    with pytest.raises(UsageError, match="no board is called 'RB1'"):
        Router(board="RB1")


def test_interfaces_are_as_many_as_asked_for() -> None:
    names = [row["name"] for row in Driver(router=Router(interfaces=2)).rows("/interface")]
    assert names == [b"ether1", b"ether2", b"lo"]
