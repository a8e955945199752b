"""Which command of which menu, and may the actor."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.router import Router
from simulator.version import Version
from tests.simulator.driving import ALL, Driver


def test_unknown_menu_gets_two_traps_and_names_the_word() -> None:
    error = Driver().refused("/ip/adress/print")
    assert error.message == b"no such command or directory (adress)"
    assert error.category == 0
    assert error.more == (b"no such command prefix",)


@pytest.mark.parametrize("path", ["/adress/print", "/user/adress/print", "/adress/x/print"])
def test_unknown_menu_names_its_first_unknown_word(path: str) -> None:
    assert Driver().refusal(path) == b"no such command or directory (adress)"


def test_unknown_command_of_a_known_menu_gets_one_trap() -> None:
    error = Driver().refused("/system/identity/frobnicate")
    assert (error.message, error.category, error.more) == (b"no such command", None, ())


def test_menu_is_no_command() -> None:
    assert Driver().refusal("/system/identity") == b"no such command"


def test_unknown_parameter_is_named_from_version_7_on() -> None:
    assert Driver().refusal("/system/identity/set", nme=b"x") == b"unknown parameter nme"
    assert Driver("6.49.18").refusal("/system/identity/set", nme=b"x") == b"unknown parameter"


def test_unknown_parameter_beats_a_bad_value() -> None:
    message = Driver().refusal("/user/add", name=b"x", group=b"nosuch", nosuch=b"")
    assert message == b"unknown parameter nosuch"


def test_bad_value_beats_a_missing_argument() -> None:
    message = Driver().refusal("/user/add", group=b"nosuch")
    assert message == b"input does not match any value of group"


def test_missing_argument_beats_a_taken_name() -> None:
    message = Driver().refusal("/user/add", name=b"admin", group=b"full")
    assert message == b"missing value(s) of argument(s) password"


def test_reading_needs_read_and_writing_needs_write() -> None:
    reader = Driver(policies=ALL - {"write", "policy"})
    assert reader.row("/system/identity") == {"name": b"MikroTik"}
    assert reader.refusal("/system/identity/set", name=b"x") == b"not enough permissions (9)"
    assert reader.row("/system/identity") == {"name": b"MikroTik"}
    writer = Driver(policies=ALL - {"read"})
    assert writer.refusal("/system/identity/print") == b"not enough permissions (9)"


def test_users_are_changed_with_the_policy_named_policy_only() -> None:
    writer = Driver(policies=ALL - {"policy"})
    message = writer.refusal("/user/add", name=b"x", group=b"full", password=b"example")
    assert message == b"not enough permissions (9)"


def test_permission_is_checked_before_arguments() -> None:
    reader = Driver(policies=frozenset({"read", "api"}))
    assert reader.refusal("/system/identity/set", nosuch=b"") == b"not enough permissions (9)"


def test_getall_is_print() -> None:
    assert Driver().run("/system/identity/getall").rows == [{"name": b"MikroTik"}]


def test_singleton_has_no_items_and_does_not_listen() -> None:
    driver = Driver()
    assert driver.refusal("/system/identity/add", name=b"x") == b"no such command"
    message = driver.refusal("/system/identity/print", follow_only=b"")
    assert message == b"unknown parameter follow-only"


def test_property_outside_the_table_but_inside_routeros_is_kept_and_noted() -> None:
    driver = Driver()
    tables, words = driver.router.tables, ("system", "logging", "action")
    fields = tuple(each for each in tables.menus[words].fields if each.name != "vrf")
    tables.menus = {**tables.menus, words: replace(tables.menus[words], fields=fields)}
    new = driver.add("/system/logging/action", name=b"far", target=b"remote", vrf=b"main")
    rows = driver.rows("/system/logging/action")
    assert next(row for row in rows if row[".id"] == new)["vrf"] == b"main"
    assert ("not-modelled", "/system/logging/action/add vrf") in [
        (event.kind, event.detail) for event in driver.router.journal
    ]


def test_menu_outside_the_tables_but_inside_routeros_keeps_what_it_is_given() -> None:
    driver = Driver()
    new = driver.add("/ip/proxy/access", dst_host=b"www.example.com", action=b"deny")
    (row,) = driver.rows("/ip/proxy/access")
    assert row[".id"] == new
    assert (row["dst-host"], row["action"]) == (b"www.example.com", b"deny")
    driver.run("/ip/proxy/access/set", id=new, action=b"allow")
    assert driver.rows("/ip/proxy/access")[0]["action"] == b"allow"
    assert driver.refusal("/ip/proxy/access/add", no_such=b"x") == b"unknown parameter no-such"
    driver.run("/ip/proxy/access/remove", id=new)
    assert driver.rows("/ip/proxy/access") == []


def test_menu_outside_the_tables_is_of_one_router_only() -> None:
    one, other = Driver(), Driver()
    one.add("/ip/proxy/access", action=b"deny")
    assert other.rows("/ip/proxy/access") == []
    assert ("ip", "proxy", "access") in one.router.tables.menus
    assert Driver().router.tables.menus is not one.router.tables.menus


def test_menu_of_a_later_release_is_not_there() -> None:
    assert "safe-mode" in Driver("7.22.3").router.console.tree.children(())
    assert "safe-mode" not in Driver("7.16.2").router.console.tree.children(())


def test_every_change_is_written_to_the_journal() -> None:
    driver = Driver()
    new = driver.add("/user/group", name=b"ops", policy=b"read")
    assert driver.router.journal[-1].kind == "change"
    assert driver.router.journal[-1].detail == f"/user/group {new.decode()}"


def test_menu_of_a_package_is_not_on_a_virtual_router() -> None:
    path = "/caps-man/registration-table/print"
    assert Driver("7.16.2").refusal(path).startswith(b"no such command")
    assert Driver("7.12.2").run(path).rows == []
    board = Driver(router=Router(Version("7.16.2"), board="RB750GL"))
    assert board.run(path).rows == []
