"""/ip/address, the routes that addresses make, and their neighbours."""

from __future__ import annotations

import pytest

from tests.simulator.driving import Driver, How

ADDRESS = "/ip/address"
ROUTE = "/ip/route"


def test_an_address_computes_its_network() -> None:
    driver = Driver()
    driver.add(ADDRESS, address=b"192.0.2.130/25", interface=b"ether1")
    row = driver.row(ADDRESS)
    assert row["address"] == b"192.0.2.130/25"
    assert row["network"] == b"192.0.2.128"
    assert row["actual-interface"] == b"ether1"
    assert (row["invalid"], row["dynamic"], row["disabled"]) == (b"false", b"false", b"false")


def test_a_network_that_was_given_stays_until_the_address_changes() -> None:
    driver = Driver()
    new = driver.add(ADDRESS, address=b"192.0.2.1", network=b"192.0.2.9", interface=b"ether1")
    assert driver.row(ADDRESS)["network"] == b"192.0.2.9"
    assert driver.rows(ROUTE)[0]["dst-address"] == b"192.0.2.9/32"
    driver.run(f"{ADDRESS}/set", id=new, address=b"198.51.100.1/24")
    assert driver.row(ADDRESS)["network"] == b"198.51.100.0"


def test_a_netmask_becomes_part_of_the_address() -> None:
    driver = Driver()
    driver.add(ADDRESS, address=b"192.0.2.1", netmask=b"255.255.255.0", interface=b"ether1")
    assert driver.row(ADDRESS)["address"] == b"192.0.2.1/24"
    assert "netmask" not in driver.row(ADDRESS)


def test_an_interface_that_is_not_there_is_no_value() -> None:
    error = Driver().refused(f"{ADDRESS}/add", address=b"192.0.2.1/24", interface=b"nosuch")
    assert error.message == b"input does not match any value of interface"
    assert error.category == 1


def test_an_address_is_once_on_an_interface() -> None:
    driver = Driver()
    driver.add(ADDRESS, address=b"192.0.2.1/24", interface=b"ether1")
    driver.add(ADDRESS, address=b"192.0.2.1/24", interface=b"ether2")
    assert driver.refusal(f"{ADDRESS}/add", address=b"192.0.2.1/24", interface=b"ether1") == (
        b"failure: already have such address"
    )
    assert len(driver.rows(ADDRESS)) == 2


def test_dynamic_addresses_cannot_be_changed_or_removed() -> None:
    driver = Driver()
    table = driver.router.tables[ADDRESS]
    new = driver.add(ADDRESS, address=b"192.0.2.1/24", interface=b"ether1")
    item = table.get(new)
    assert item is not None
    item.dynamic = True
    table.touch(item)
    assert driver.row(ADDRESS)["dynamic"] == b"true"
    for command, arguments in (("set", {"address": b"192.0.2.9/24"}), ("remove", {})):
        message = driver.refusal(f"{ADDRESS}/{command}", id=new, **arguments)
        assert message == b"failure: can not change dynamic"


def test_an_address_makes_a_connected_route() -> None:
    driver = Driver()
    new = driver.add(ADDRESS, address=b"192.0.2.1/24", interface=b"ether1")
    route = driver.row(ROUTE)
    assert route["dst-address"] == b"192.0.2.0/24"
    assert route["gateway"] == b"ether1"
    assert (route["distance"], route["scope"]) == (b"0", b"10")
    assert (route["dynamic"], route["active"], route["connect"]) == (b"true", b"true", b"true")
    assert driver.refusal(f"{ROUTE}/remove", id=route[".id"]) == b"failure: can not change dynamic"
    driver.run(f"{ADDRESS}/remove", id=new)
    assert driver.rows(ROUTE) == []


def test_routeros_6_names_the_address_in_the_connected_route() -> None:
    driver = Driver("6.49.18")
    driver.add(ADDRESS, address=b"192.0.2.1/24", interface=b"ether1")
    assert driver.row(ROUTE)["pref-src"] == b"192.0.2.1"


def test_addresses_in_one_network_make_one_route() -> None:
    driver = Driver()
    first = driver.add(ADDRESS, address=b"192.0.2.1/24", interface=b"ether1")
    driver.add(ADDRESS, address=b"192.0.2.2/24", interface=b"ether1")
    assert len(driver.rows(ROUTE)) == 1
    driver.run(f"{ADDRESS}/remove", id=first)
    assert len(driver.rows(ROUTE)) == 1


@pytest.mark.parametrize("menu", ["/interface", ADDRESS])
def test_a_connected_route_goes_with_what_it_stands_on(menu: str) -> None:
    driver = Driver()
    new = driver.add(ADDRESS, address=b"192.0.2.1/24", interface=b"ether1")
    subject = b"ether1" if menu == "/interface" else new
    driver.run(f"{menu}/disable", id=subject)
    assert driver.rows(ROUTE) == []
    driver.run(f"{menu}/enable", id=subject)
    assert len(driver.rows(ROUTE)) == 1


def test_an_address_on_a_port_of_a_bridge_works_on_the_bridge() -> None:
    driver = Driver()
    driver.add(ADDRESS, address=b"192.0.2.1/24", interface=b"ether1")
    driver.add("/interface/bridge", name=b"lan")
    driver.add("/interface/bridge/port", interface=b"ether1", bridge=b"lan")
    row = driver.row(ADDRESS)
    assert (row["interface"], row["actual-interface"]) == (b"ether1", b"lan")
    assert row["slave"] == b"true"
    assert driver.row(ROUTE)["gateway"] == b"lan"
    driver.run("/interface/bridge/remove", id=b"lan")
    assert driver.row(ADDRESS)["actual-interface"] == b"ether1"
    assert driver.row(ROUTE)["gateway"] == b"ether1"


def test_an_address_outlives_its_interface_and_is_invalid() -> None:
    driver = Driver()
    bridge = driver.add("/interface/bridge", name=b"lan")
    driver.add(ADDRESS, address=b"192.0.2.1/24", interface=b"lan")
    driver.run("/interface/bridge/remove", id=b"lan")
    row = driver.row(ADDRESS)
    assert (row["interface"], row["invalid"]) == (bridge, b"true")
    assert driver.rows(ROUTE) == []


def test_a_static_route_is_active_while_its_gateway_is_in_a_connected_network() -> None:
    driver = Driver()
    driver.add(ROUTE, gateway=b"192.0.2.254")
    route = driver.row(ROUTE)
    assert route["dst-address"] == b"0.0.0.0/0"
    assert (route["active"], route["inactive"], route["static"]) == (b"false", b"true", b"true")
    driver.add(ADDRESS, address=b"192.0.2.1/24", interface=b"ether1")
    route = next(row for row in driver.rows(ROUTE) if row["dst-address"] == b"0.0.0.0/0")
    assert (route["active"], route["immediate-gw"]) == (b"true", b"192.0.2.254%ether1")


def test_a_route_through_an_interface_follows_its_name() -> None:
    driver = Driver()
    driver.add(ROUTE, dst_address=b"198.51.100.7", gateway=b"ether2")
    driver.run("/interface/set", id=b"ether2", name=b"wan")
    route = driver.row(ROUTE)
    assert (route["dst-address"], route["gateway"]) == (b"198.51.100.7/32", b"wan")


def test_a_gateway_is_an_address_or_an_interface() -> None:
    driver = Driver()
    assert driver.refusal(f"{ROUTE}/add", gateway=b"nosuch") == (
        b"input does not match any value of gateway"
    )
    driver.add(ROUTE, gateway=b"192.0.2.1,192.0.2.2")
    assert driver.row(ROUTE)["gateway"] == b"192.0.2.1,192.0.2.2"


def test_a_routing_table_must_be_there_to_be_used() -> None:
    driver = Driver()
    assert driver.refusal(f"{ROUTE}/add", gateway=b"ether1", routing_table=b"t") == (
        b"input does not match any value of routing-table"
    )
    driver.add("/routing/table", name=b"t", fib=b"")
    driver.add(ROUTE, gateway=b"ether1", routing_table=b"t")
    assert driver.rows("/routing/table")[1]["fib"] == b""
    driver.run("/routing/table/set", How(unset=frozenset({"fib"})), id=b"t")
    assert "fib" not in driver.rows("/routing/table")[1]


def test_the_main_table_cannot_go() -> None:
    driver = Driver()
    assert driver.refusal("/routing/table/remove", id=b"main") == b"cannot remove builtin"
    assert driver.row("/routing/table")["dynamic"] == b"true"


def test_a_pool_counts_its_addresses() -> None:
    driver = Driver()
    driver.add("/ip/pool", ranges=b"192.0.2.10-192.0.2.20,192.0.2.64/30")
    row = driver.row("/ip/pool")
    assert (row["name"], row["ranges"]) == (b"pool1", b"192.0.2.10-192.0.2.20,192.0.2.64/30")
    assert row["total"] == b"15"
    assert driver.refusal("/ip/pool/add", name=b"x", ranges=b"nonsense") == (
        b"value of ranges expects range of ip addresses"
    )
    assert driver.refusal("/ip/pool/add", name=b"pool1", ranges=b"192.0.2.1") == (
        b"failure: already have such name"
    )


def test_an_arp_entry_is_permanent() -> None:
    driver = Driver()
    driver.add(
        "/ip/arp", address=b"192.0.2.9", interface=b"ether1", mac_address=b"02-00-00-00-00-09"
    )
    row = driver.row("/ip/arp")
    assert (row["mac-address"], row["complete"]) == (b"02:00:00:00:00:09", b"true")
    assert row["status"] == b"permanent"


def test_an_ipv6_address_knows_whether_it_is_local_to_its_link() -> None:
    driver = Driver()
    driver.add("/ipv6/address", address=b"2001:db8::1/64", interface=b"ether1")
    driver.add("/ipv6/address", address=b"fe80::1/64", interface=b"ether1")
    flags = [(row["global"], row["link-local"]) for row in driver.rows("/ipv6/address")]
    assert flags == [(b"true", b"false"), (b"false", b"true")]


def test_an_empty_value_clears_what_need_not_be_set() -> None:
    driver = Driver()
    new = driver.add(ROUTE, gateway=b"ether1", pref_src=b"")
    assert "pref-src" not in driver.row(ROUTE)
    driver.run(f"{ROUTE}/set", id=new, pref_src=b"192.0.2.1")
    assert driver.row(ROUTE)["pref-src"] == b"192.0.2.1"
    driver.run(f"{ROUTE}/set", id=new, pref_src=b"")
    assert "pref-src" not in driver.row(ROUTE)
    assert driver.refusal("/ip/address/add", address=b"", interface=b"ether1")


def test_an_ipv6_address_without_a_length_has_64() -> None:
    driver = Driver()
    driver.add("/ipv6/address", address=b"2001:db8::1", interface=b"ether1")
    assert driver.row("/ipv6/address")["address"] == b"2001:db8::1/64"


def test_a_blackhole_needs_no_gateway() -> None:
    driver = Driver()
    driver.add(ROUTE, dst_address=b"198.51.100.0/24", blackhole=b"")
    row = driver.row(ROUTE)
    assert (row["blackhole"], row["active"]) == (b"", b"true")
    assert driver.refusal(f"{ROUTE}/add", blackhole=b"perhaps") == (
        b"invalid value for argument blackhole"
    )


def test_a_gateway_may_name_its_interface() -> None:
    driver = Driver()
    driver.add(ROUTE, gateway=b"192.0.2.254%ether1")
    assert driver.row(ROUTE)["immediate-gw"] == b"192.0.2.254%ether1"
    for gateway in (b"192.0.2.254%nosuch", b"ether1%ether2"):
        assert driver.refused(f"{ROUTE}/add", gateway=gateway).category == 1


def test_one_hop_of_several_that_can_be_reached_is_enough() -> None:
    driver = Driver()
    driver.add(ADDRESS, address=b"192.0.2.1/24", interface=b"ether1")
    driver.add(ROUTE, gateway=b"198.51.100.1,192.0.2.254")
    assert driver.rows(ROUTE)[1]["immediate-gw"] == b"192.0.2.254%ether1"


def test_a_disabled_route_is_not_active() -> None:
    driver = Driver()
    driver.add(ROUTE, gateway=b"ether1", disabled=b"yes")
    driver.add(ROUTE, gateway=b"2001:db8::1")
    assert [row["active"] for row in driver.rows(ROUTE)] == [b"false", b"false"]


def test_a_destination_is_a_network() -> None:
    driver = Driver()
    driver.add(ROUTE, dst_address=b"192.0.2.77/24", gateway=b"ether1")
    assert driver.row(ROUTE)["dst-address"] == b"192.0.2.0/24"
    assert driver.refusal(f"{ROUTE}/add", dst_address=b"here", gateway=b"ether1") == (
        b"invalid value for argument dst-address"
    )


def test_ipv6_has_routes_too() -> None:
    driver = Driver()
    driver.add("/ipv6/route", gateway=b"fe80::1%ether1")
    row = driver.row("/ipv6/route")
    assert (row["dst-address"], row["active"], row["static"]) == (b"::/0", b"true", b"true")


def test_the_main_table_cannot_change() -> None:
    assert Driver().refusal("/routing/table/set", id=b"main", name=b"x").startswith(b"failure:")
