"""`/log` and `/system logging`."""

from __future__ import annotations

from simulator.log import MEMORY_LINES
from tests.simulator.driving import Driver


def messages(driver: Driver) -> list[bytes]:
    return [row["message"] for row in driver.rows("/log")]


def test_log_commands_write_lines_of_topic_script() -> None:
    driver = Driver()
    driver.run("/log/info", message=b"one")
    driver.run("/log/warning", message=b"two")
    driver.run("/log/error", message=b"three")
    assert [row["topics"] for row in driver.rows("/log")] == [
        b"script,info",
        b"script,warning",
        b"script,error",
    ]
    assert driver.refusal("/log/info") == b"missing =message="


def test_debug_lines_are_kept_only_when_a_rule_takes_them() -> None:
    driver = Driver()
    driver.run("/log/debug", message=b"lost")
    driver.add("/system/logging", topics=b"debug,!packet")
    driver.run("/log/debug", message=b"kept")
    driver.router.log.add("dns,debug,packet", "lost")
    assert messages(driver) == [b"kept"]


def test_rules_may_be_changed_disabled_and_removed() -> None:
    driver = Driver()
    driver.run("/system/logging/disable", numbers=b"*0")
    driver.run("/log/info", message=b"lost")
    driver.run("/system/logging/enable", numbers=b"*0")
    driver.run("/log/info", message=b"kept")
    driver.run("/system/logging/set", numbers=b"*0", action=b"disk")
    driver.run("/log/info", message=b"lost")
    driver.run("/system/logging/remove", numbers=b"*0,*1,*2,*3")
    driver.run("/log/error", message=b"lost")
    assert messages(driver) == [b"kept"]


def test_default_rules_are_the_four_of_every_router() -> None:
    rows = Driver().rows("/system/logging")
    assert [(row[".id"], row["topics"], row["action"]) for row in rows] == [
        (b"*0", b"info", b"memory"),
        (b"*1", b"error", b"memory"),
        (b"*2", b"warning", b"memory"),
        (b"*3", b"critical", b"echo"),
    ]


def test_log_time_has_the_form_of_its_release() -> None:
    for version, first, later in (
        ("6.49.18", b"10:00:00", b"jan/15/2026 10:00:00"),
        ("7.22.3", b"2026-01-15 10:00:00", b"2026-01-15 10:00:00"),
    ):
        driver = Driver(version)
        driver.run("/log/info", message=b"x")
        assert driver.row("/log")["time"] == first
        driver.clock.advance(86_400)
        assert driver.row("/log")["time"] == later


def test_oldest_lines_go_and_ids_go_on() -> None:
    driver = Driver()
    for number in range(MEMORY_LINES + 2):
        driver.router.log.add("system,info", f"line {number}")
    rows = driver.rows("/log")
    assert len(rows) == MEMORY_LINES
    assert (rows[0][".id"], rows[0]["message"]) == (b"*3", b"line 2")


def test_lines_can_be_got_by_id() -> None:
    driver = Driver()
    driver.run("/log/info", message=b"x")
    assert driver.run("/log/get", number=b"*1", value_name=b"message").ret == b"x"
    assert driver.refusal("/log/set", id=b"*1", message=b"y") == b"no such command"


def test_names_of_actions_are_letters_and_digits() -> None:
    driver = Driver()
    message = driver.refusal("/system/logging/action/add", name=b"no-way")
    assert message == b"failure: action name can contain only letters and numbers"
    driver.add("/system/logging/action", name=b"far", target=b"remote", remote=b"192.0.2.5")
    driver.add("/system/logging", topics=b"error", action=b"far")
    assert driver.rows("/system/logging")[-1]["action"] == b"far"


def test_topic_that_is_none_is_refused() -> None:
    message = Driver().refusal("/system/logging/add", topics=b"info,nosuch")
    assert message == b"input does not match any value of topics"
