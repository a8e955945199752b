"""/system/scheduler: entries, when they run and what becomes of their errors."""

from __future__ import annotations

import pytest

from simulator.router import Router
from tests.simulator.driving import Driver

COUNT = b":global n; :set n ($n + 1)"


def counted(driver: Driver) -> bytes:
    """Return how often COUNT ran."""
    rows = driver.rows("/system/script/environment")
    return rows[0]["value"] if rows else b"0"


def with_entry(version: str = "7.22.3", **values: bytes) -> Driver:
    driver = Driver(version)
    driver.add("/system/scheduler", name=b"tick", **values)
    return driver


def test_row_of_an_entry() -> None:
    driver = with_entry(interval=b"1d", on_event=COUNT)

    assert driver.row("/system/scheduler") == {
        ".id": b"*0",
        "name": b"tick",
        "start-date": b"2026-01-15",
        "start-time": b"10:00:00",
        "interval": b"1d",
        "on-event": COUNT,
        "owner": b"admin",
        "policy": b"ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon",
        "run-count": b"0",
        "next-run": b"2026-01-16 10:00:00",
        "disabled": b"false",
    }


def test_dates_are_in_the_form_of_the_release() -> None:
    driver = with_entry("7.9", interval=b"1d", start_date=b"2026-02-01")

    row = driver.row("/system/scheduler")
    assert row["start-date"] == b"feb/01/2026"
    assert row["next-run"] == b"feb/01/2026 10:00:00"


def test_first_run_is_one_interval_after_the_entry_was_added() -> None:
    driver = with_entry(interval=b"15s", on_event=COUNT)
    driver.clock.advance(14)
    assert counted(driver) == b"0"
    driver.clock.advance(1)
    assert counted(driver) == b"1"
    driver.clock.advance(30)
    assert counted(driver) == b"3"
    assert driver.row("/system/scheduler")["run-count"] == b"3"


def test_entry_with_a_start_runs_then_and_without_interval_once() -> None:
    driver = with_entry(start_time=b"10:30:00", on_event=COUNT)
    driver.clock.advance(1799)
    assert counted(driver) == b"0"
    driver.clock.advance(100_000)

    assert counted(driver) == b"1"
    assert "next-run" not in driver.row("/system/scheduler")


def test_entry_runs_the_script_of_its_name() -> None:
    driver = with_entry(interval=b"15s", on_event=b"job")
    driver.add("/system/script", name=b"job", source=COUNT)
    driver.clock.advance(15)

    assert counted(driver) == b"1"
    assert driver.row("/system/script")["run-count"] == b"1"


def test_disabled_entry_has_no_next_run() -> None:
    driver = with_entry(interval=b"15s", on_event=COUNT)
    driver.run("/system/scheduler/disable", numbers=b"tick")
    driver.clock.advance(60)
    assert "next-run" not in driver.row("/system/scheduler")
    assert counted(driver) == b"0"

    driver.run("/system/scheduler/enable", numbers=b"tick")
    driver.clock.advance(15)
    assert counted(driver) == b"1"


def test_changed_interval_counts_from_the_start() -> None:
    driver = with_entry(interval=b"15s", on_event=COUNT)
    driver.run("/system/scheduler/set", numbers=b"tick", interval=b"1m")
    driver.clock.advance(59)
    assert counted(driver) == b"0"
    driver.clock.advance(1)
    assert counted(driver) == b"1"


def test_entry_may_remove_itself() -> None:
    driver = with_entry(
        interval=b"15s", on_event=COUNT + b"; /system scheduler remove [find name=tick]"
    )
    driver.clock.advance(300)

    assert counted(driver) == b"1"
    assert driver.rows("/system/scheduler") == []


def test_removed_entry_runs_no_more() -> None:
    driver = with_entry(interval=b"15s", on_event=COUNT)
    driver.clock.advance(20)
    driver.run("/system/scheduler/remove", numbers=b"tick")
    driver.clock.advance(60)

    assert counted(driver) == b"1"


def test_startup_entry_runs_soon_after_a_reboot() -> None:
    driver = Driver()
    driver.clock.advance(60)
    driver.add("/system/scheduler", start_time=b"startup", on_event=COUNT)
    driver.clock.advance(600)
    assert counted(driver) == b"0"
    assert "start-date" not in driver.row("/system/scheduler")

    driver.router.reboot("api:admin")
    driver.clock.advance(driver.router.boot_seconds + 2)
    assert counted(driver) == b"0"
    driver.clock.advance(2)
    assert counted(driver) == b"1"


def test_startup_entry_of_a_fresh_router_runs_too() -> None:
    driver = with_entry(start_time=b"startup", on_event=COUNT)
    driver.clock.advance(4)

    assert counted(driver) == b"1"


def test_entries_go_on_after_a_reboot() -> None:
    driver = with_entry(interval=b"1m", on_event=COUNT)
    driver.router.reboot("api:admin")
    driver.clock.advance(120)

    assert counted(driver) == b"2"


def test_entries_of_a_router_that_was_reset_are_gone() -> None:
    driver = with_entry(interval=b"15s", on_event=COUNT)
    driver.router.reset()
    driver.clock.advance(60)

    assert counted(driver) == b"0"


def test_router_without_entries_has_no_timer() -> None:
    router = Router()

    assert not router.clock.step()  # type: ignore[attr-defined]


def test_entries_follow_a_clock_that_was_set() -> None:
    driver = with_entry(start_time=b"14:00:00", interval=b"1d", on_event=COUNT)
    driver.run("/system/clock/set", time=b"13:59:50")
    assert driver.row("/system/scheduler")["next-run"] == b"2026-01-15 14:00:00"

    driver.clock.advance(11)
    assert counted(driver) == b"1"


def test_entries_follow_the_time_zone() -> None:
    driver = with_entry(start_time=b"14:00:00", interval=b"1d", on_event=COUNT)
    driver.run("/system/clock/set", time_zone_name=b"Europe/Riga")
    driver.clock.advance(2 * 3600 + 1)  # it was 12:00 there

    assert counted(driver) == b"1"


def test_overlong_run_does_not_hold_up_the_next() -> None:
    driver = with_entry(interval=b"10s", on_event=COUNT + b"; :delay 25s")
    driver.clock.advance(31)

    assert counted(driver) == b"3"


def test_unreadable_date_is_refused() -> None:
    message = Driver().refusal("/system/scheduler/add", name=b"x", start_date=b"someday")

    assert message == b"invalid value for argument start-date"


def log_lines(driver: Driver) -> list[tuple[bytes, bytes]]:
    return [
        (row["topics"], row["message"])
        for row in driver.rows("/log")
        if row["topics"].startswith(b"script")
    ]


@pytest.mark.parametrize(
    ("event", "first", "second"),
    [
        (
            b"job",
            b"executing script job from scheduler (tick) failed, please check it manually",
            b"boom (:error; line 1)",
        ),
        (
            b"/system script run job",
            b"executing script job from scheduler (tick) failed, please check it manually",
            b"boom (:error; line 1)",
        ),
        (
            b':error "own"',
            b"executing script from scheduler (tick) failed, please check it manually",
            b"(scheduler:tick) own (:error; line 1)",
        ),
    ],
)
def test_error_goes_to_the_log(event: bytes, first: bytes, second: bytes) -> None:
    driver = with_entry(interval=b"15s", on_event=event)
    driver.add("/system/script", name=b"job", source=b':error "boom"')
    driver.clock.advance(15)

    assert log_lines(driver)[:2] == [
        (b"script,error", first),
        (b"script,error,debug", second),
    ]


def test_errors_are_not_logged_before_7_15() -> None:
    driver = with_entry("7.14.3", interval=b"15s", on_event=b':error "own"')
    driver.clock.advance(15)

    assert log_lines(driver) == []


def test_entry_is_bound_by_its_policy() -> None:
    driver = with_entry(interval=b"15s", policy=b"read", on_event=b"/system identity set name=ran")
    driver.clock.advance(15)

    assert driver.router.identity == b"MikroTik"
    assert b"not enough permissions (9)" in log_lines(driver)[1][1]


def test_dead_man_loads_a_backup() -> None:
    driver = Driver()
    driver.run("/system/backup/save", name=b"safe", password=b"example")
    driver.clock.advance(5)
    driver.add(
        "/system/scheduler",
        name=b"dead-man",
        interval=b"20s",
        on_event=b"/system backup load name=safe.backup password=example",
    )
    driver.run("/system/identity/set", name=b"broken")
    driver.clock.advance(21)

    assert driver.router.identity == b"MikroTik"
    driver.clock.advance(60)
    assert driver.rows("/system/scheduler") == []
    assert [event.kind for event in driver.router.journal].count("reboot") == 1
