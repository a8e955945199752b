"""What `print` shows at a terminal. The widths are assumed, not captured."""

from __future__ import annotations

from tests.simulator.driving import Driver


def terminal(version: str = "7.22.3") -> Driver:
    return Driver(version, via="console")


def screen(driver: Driver, command: str, **arguments: bytes) -> str:
    driver.printed.clear()
    driver.run(command, **arguments)
    return driver.printed.decode()


def test_singleton_shows_one_property_a_line() -> None:
    assert screen(terminal(), "/system/identity/print") == "  name: MikroTik\n"
    lines = screen(terminal(), "/system/clock/print").splitlines()
    assert lines[0] == "                  time: 10:00:00"


def test_list_is_a_table_with_columns_and_flags_in_use() -> None:
    driver = terminal()
    driver.run("/user/add", name=b"bob", group=b"read", password=b"example", comment=b"new one")
    driver.run("/user/disable", numbers=b"bob")
    lines = screen(driver, "/user/print").splitlines()
    assert lines[0] == "Flags: X - DISABLED"
    assert lines[1].startswith("Columns: NAME, GROUP, ADDRESS")
    assert lines[2].split()[:3] == ["#", "NAME", "GROUP"]
    assert lines[3].split()[:3] == ["0", "admin", "full"]
    assert lines[4] == ";;; new one"
    assert lines[5].split()[:4] == ["1", "X", "bob", "read"]
    assert all(len(line) <= 80 for line in lines)


def test_six_shows_all_flags_and_no_columns() -> None:
    lines = screen(terminal("6.49.18"), "/user/print").splitlines()
    assert lines[0] == "Flags: X - disabled"
    assert lines[1].split()[0] == "#"


def test_detail_wraps_and_quotes() -> None:
    text = screen(terminal(), "/user/print", detail=b"")
    assert ' 0    name="admin" group=full address=' in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_terse_is_one_line_an_item() -> None:
    lines = screen(terminal(), "/user/group/print", terse=b"").splitlines()
    assert len(lines) == 3
    assert lines[2].startswith(" 2  name=full policy=local,telnet,")


def test_empty_list_shows_nothing() -> None:
    assert screen(terminal(), "/user/active/print") == ""


def test_values_for_scripts_are_not_shown() -> None:
    driver = terminal()
    assert screen(driver, "/user/print", as_value=b"") == ""
    assert screen(driver, "/user/print", count_only=b"") == ""
    assert screen(Driver(), "/user/print") == ""
