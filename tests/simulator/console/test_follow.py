"""listen, `print follow`, `print interval`."""

from __future__ import annotations

from simulator.errors import Interrupted
from simulator.values import Id
from tests.simulator.driving import Driver, How


def test_listen_shows_changes_only_and_a_short_row_for_a_removal() -> None:
    driver = Driver()
    process = driver.start("/user/group/listen")
    assert driver.emitted == []
    new = driver.add("/user/group", name=b"ops")
    driver.run("/user/group/set", id=new, skin=b"dark")
    driver.clock.advance(0)
    assert [row["skin"] for row in driver.emitted] == [b"default", b"dark"]
    driver.run("/user/group/remove", id=new)
    driver.clock.advance(0)
    assert driver.emitted[-1] == {".id": Id(new), ".dead": True}
    assert not process.ended


def test_listen_ends_by_cancel_and_then_hears_no_more() -> None:
    driver = Driver()
    process = driver.start("/user/group/listen")
    process.interrupt()
    assert isinstance(process.error, Interrupted)
    assert driver.router.tables["/user/group"].listeners == []


def test_follow_shows_what_is_there_first() -> None:
    driver = Driver()
    driver.start("/user/group/print", follow=b"")
    assert [row["name"] for row in driver.emitted] == [b"read", b"write", b"full"]
    driver.add("/user/group", name=b"ops")
    driver.clock.advance(0)
    assert driver.emitted[-1]["name"] == b"ops"


def test_follow_only_is_listen() -> None:
    driver = Driver()
    driver.start("/user/group/print", How(proplist=("name",)), follow_only=b"")
    driver.add("/user/group", name=b"ops")
    driver.clock.advance(0)
    assert driver.emitted == [{"name": b"ops"}]


def test_a_query_limits_what_a_listener_hears_of() -> None:
    driver = Driver()
    driver.start("/user/group/listen", How(where=lambda row: row["name"] == b"b"))
    driver.add("/user/group", name=b"a")
    driver.add("/user/group", name=b"b")
    driver.clock.advance(0)
    assert [row["name"] for row in driver.emitted] == [b"b"]


def test_interval_prints_the_whole_list_again_and_again() -> None:
    driver = Driver()
    process = driver.start("/user/group/print", interval=b"1s")
    driver.clock.advance(2)
    assert len(driver.emitted) == 9
    process.interrupt()
    driver.clock.advance(5)
    assert len(driver.emitted) == 9
    assert driver.refusal("/user/group/print", interval=b"100ms").startswith(
        b"value of interval is out of range ("
    )


def test_log_lines_are_heard_as_they_come() -> None:
    driver = Driver()
    driver.start("/log/listen")
    driver.router.log.add("system,info", "something happened")
    driver.clock.advance(0)
    assert [row["message"] for row in driver.emitted] == [b"something happened"]
