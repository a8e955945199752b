from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from simulator.export import export_body
from simulator.menus.types import Negated
from simulator.router import Router
from simulator.snapshot import _plain, _stored, restore_snapshot, take_snapshot
from simulator.values import (
    NIL,
    Array,
    ClockTime,
    Id,
    Ip,
    Ip6,
    Ip6Prefix,
    IpPrefix,
    Time,
)
from simulator.version import Version
from tests.simulator.driving import Driver

if TYPE_CHECKING:
    from simulator.menus.types import Stored


def copied(driver: Driver, version: str = "7.22.3") -> Driver:
    """Return a fresh router that was given the other one's state, through JSON."""
    state = json.loads(json.dumps(take_snapshot(driver.router)))
    fresh = Router(Version(version))
    restore_snapshot(fresh, state)
    return Driver(router=fresh)


def test_untouched_router_keeps_nothing_but_what_is_fresh() -> None:
    driver = Driver()

    assert export_body(copied(driver).router) == []


def test_every_kind_of_value_comes_back() -> None:
    driver = Driver()
    driver.add("/interface/list", name=b"WAN")
    driver.add("/interface/bridge", name=b"br1", comment=bytes(range(256)))
    driver.add("/ip/address", address=b"192.0.2.1/24", interface=b"br1")
    driver.add(
        "/ip/firewall/filter",
        chain=b"forward",
        in_interface_list=b"!WAN",
        connection_state=b"!new,invalid",
        src_address=b"198.51.100.0/24",
    )
    driver.add("/ip/dns/static", name=b"a.example", address=b"192.0.2.9", ttl=b"1h")
    driver.add("/system/scheduler", name=b"t", interval=b"1d", start_time=b"03:00:00")
    driver.run("/system/identity/set", name=b"R1")
    fresh = copied(driver)

    assert export_body(fresh.router) == export_body(driver.router)
    for menu in ("/interface", "/ip/address", "/ip/firewall/filter", "/ip/dns/static"):
        assert fresh.rows(menu) == driver.rows(menu)


@pytest.mark.parametrize(
    "value",
    [
        b"\x00\xfftext",
        True,
        -(2**63),
        Time(-5),
        ClockTime(10_800_000_000_000),
        Ip(0xC0000201),
        IpPrefix(0xC0000201, 24),
        Ip6(1 << 127),
        Ip6Prefix(1 << 127, 64),
        Id(b"*1F"),
        Array([1, b"a", Array([b"b"])], {b"k": Time(1)}),
        NIL,
        (b"a", (b"b", 2)),
        Negated((b"a", b"b")),
    ],
)
def test_value_of_any_type_survives_json(value: Stored) -> None:
    plain = json.loads(json.dumps(_plain(value)))

    assert _stored(Router(), plain, dangling=False) == value
    assert type(_stored(Router(), plain, dangling=False)) is type(value)


def test_references_follow_renames_after_a_copy() -> None:
    driver = Driver()
    driver.add("/interface/bridge", name=b"br1")
    driver.add("/ip/address", address=b"192.0.2.1/24", interface=b"br1")
    fresh = copied(driver)
    fresh.run("/interface/bridge/set", numbers=b"br1", name=b"br2")

    assert fresh.row("/ip/address")["interface"] == b"br2"


def test_reference_to_an_item_that_was_gone_still_shows_its_id() -> None:
    driver = Driver()
    gone = driver.add("/interface/list", name=b"old")
    driver.add("/ip/firewall/filter", chain=b"forward", in_interface_list=b"old")
    driver.run("/interface/list/remove", numbers=b"old")
    assert driver.row("/ip/firewall/filter")["in-interface-list"] == gone

    assert copied(driver).row("/ip/firewall/filter")["in-interface-list"] == gone


def test_removed_builtin_items_stay_removed() -> None:
    driver = Driver()
    rule = next(row for row in driver.rows("/system/logging") if row["topics"] == b"info")
    driver.run("/system/logging/remove", id=rule[".id"])
    fresh = copied(driver)

    assert fresh.rows("/system/logging") == driver.rows("/system/logging")


def test_menu_known_by_its_names_only_comes_back() -> None:
    driver = Driver()
    driver.add("/ip/kid-control", name=b"k1", mon=b"8h-20h")
    assert driver.router.console.menu(("ip", "kid-control")).generic
    fresh = copied(driver)

    assert fresh.row("/ip/kid-control")["name"] == b"k1"


def test_menu_that_the_release_has_not_is_left_out() -> None:
    driver = Driver("7.22.3")
    driver.add("/interface/wireguard", name=b"wg1")
    driver.run("/system/identity/set", name=b"R1")
    fresh = copied(driver, "6.49.18")

    assert fresh.row("/system/identity")["name"] == b"R1"


def test_users_keep_their_passwords() -> None:
    driver = Driver()
    driver.add("/user", name=b"eve", group=b"read", password=b"example")
    eve = copied(driver).router.tables["/user"].get(b"eve")

    assert eve is not None
    assert eve.values["password"] == b"example"


def test_who_is_logged_in_is_not_configuration() -> None:
    driver = Driver()
    driver.router.tables["/user/active"].insert({"name": b"admin"})

    assert copied(driver).rows("/user/active") == []
