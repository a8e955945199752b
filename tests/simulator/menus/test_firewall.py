"""Rules and address lists."""

from __future__ import annotations

import pytest

from tests.simulator.driving import Driver, How

FILTER = "/ip/firewall/filter"
LIST = "/ip/firewall/address-list"


def test_a_rule_has_a_chain_and_accepts_unless_told_otherwise() -> None:
    driver = Driver()
    assert driver.refusal(f"{FILTER}/add") == b"missing value(s) of argument(s) chain"
    driver.add(FILTER, chain=b"input")
    row = driver.row(FILTER)
    assert (row["chain"], row["action"]) == (b"input", b"accept")
    assert (row["bytes"], row["packets"], row["log"]) == (b"0", b"0", b"false")
    assert (row["invalid"], row["dynamic"], row["disabled"]) == (b"false", b"false", b"false")


def test_matchers_are_shown_as_routers_write_them() -> None:
    driver = Driver()
    driver.add("/interface/list", name=b"WAN")
    driver.add(
        FILTER,
        chain=b"forward",
        action=b"drop",
        protocol=b"6",
        dst_port=b"80,443,8000-8080",
        src_address=b"192.0.2.7/32",
        dst_address=b"!198.51.100.9/24",
        connection_state=b"new,invalid",
        connection_nat_state=b"!dstnat",
        in_interface=b"!ether1",
        in_interface_list=b"WAN",
        tcp_flags=b"syn,!ack",
    )
    row = driver.row(FILTER)
    assert row["protocol"] == b"tcp"
    assert row["dst-port"] == b"80,443,8000-8080"
    assert (row["src-address"], row["dst-address"]) == (b"192.0.2.7", b"!198.51.100.0/24")
    assert row["connection-state"] == b"new,invalid"
    assert row["connection-nat-state"] == b"!dstnat"
    assert (row["in-interface"], row["in-interface-list"]) == (b"!ether1", b"WAN")
    assert row["tcp-flags"] == b"syn,!ack"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("action", b"explode", b"input does not match any value of action"),
        ("protocol", b"tpc", b"input does not match any value of protocol"),
        ("in_interface", b"nosuch", b"input does not match any value of in-interface"),
        ("connection_state", b"old", b"input does not match any value of connection-state"),
        ("src_address", b"somewhere", b"value of src-address expects range of ip addresses"),
        ("log_prefix", b"x" * 32, b"invalid value for argument log-prefix"),
        ("nonsense", b"1", b"unknown parameter nonsense"),
    ],
)
def test_values_outside_a_property_are_refused(name: str, value: bytes, message: bytes) -> None:
    driver = Driver()
    assert driver.refusal(f"{FILTER}/add", chain=b"input", **{name: value}) == message
    assert driver.rows(FILTER) == []


def test_ports_need_a_protocol_that_has_some() -> None:
    driver = Driver()
    for protocol in ({}, {"protocol": b"icmp"}, {"protocol": b"!tcp"}):
        message = driver.refusal(f"{FILTER}/add", chain=b"input", dst_port=b"22", **protocol)
        assert message.startswith(b"failure: ports can be specified")
    driver.add(FILTER, chain=b"input", dst_port=b"22", protocol=b"udp")


def test_actions_write_down_what_they_need() -> None:
    driver = Driver()
    driver.add(FILTER, chain=b"input", action=b"reject")
    driver.add(FILTER, chain=b"input", action=b"add-src-to-address-list", address_list=b"seen")
    rows = driver.rows(FILTER)
    assert rows[0]["reject-with"] == b"icmp-network-unreachable"
    assert rows[1]["address-list-timeout"] == b"none-dynamic"
    driver.add(
        "/ip/firewall/mangle", chain=b"prerouting", action=b"mark-packet", new_packet_mark=b"m"
    )
    assert driver.row("/ip/firewall/mangle")["passthrough"] == b"true"
    assert driver.refusal(f"{FILTER}/add", chain=b"input", action=b"jump") == (
        b"missing value(s) of argument(s) jump-target"
    )


def test_a_matcher_can_be_unset_and_an_action_cannot() -> None:
    driver = Driver()
    new = driver.add(FILTER, chain=b"input", src_address=b"192.0.2.0/24")
    driver.run(f"{FILTER}/unset", id=new, value_name=b"src-address")
    assert "src-address" not in driver.row(FILTER)
    driver.run(f"{FILTER}/set", id=new, src_address=b"192.0.2.0/24")
    driver.run(f"{FILTER}/set", How(unset=frozenset({"src-address"})), id=new)
    assert "src-address" not in driver.row(FILTER)
    assert driver.refusal(f"{FILTER}/unset", id=new, value_name=b"chain")


def test_a_rule_on_an_interface_that_is_gone_is_invalid() -> None:
    driver = Driver()
    bridge = driver.add("/interface/bridge", name=b"lan")
    driver.add(FILTER, chain=b"input", in_interface=b"!lan")
    driver.run("/interface/bridge/remove", id=b"lan")
    row = driver.row(FILTER)
    assert (row["in-interface"], row["invalid"]) == (b"!" + bridge, b"true")


def test_rules_have_an_order() -> None:
    driver = Driver()
    first = driver.add(FILTER, chain=b"a")
    second = driver.add(FILTER, chain=b"b")
    driver.add(FILTER, chain=b"c", place_before=first)
    assert [row["chain"] for row in driver.rows(FILTER)] == [b"c", b"a", b"b"]
    driver.run(f"{FILTER}/move", numbers=second, destination=first)
    assert [row["chain"] for row in driver.rows(FILTER)] == [b"c", b"b", b"a"]


def test_marks_of_routeros_7_name_routing_tables() -> None:
    arguments = {"chain": b"prerouting", "action": b"mark-routing", "new_routing_mark": b"t"}
    driver = Driver()
    assert driver.refusal("/ip/firewall/mangle/add", **arguments) == (
        b"input does not match any value of new-routing-mark"
    )
    driver.add("/routing/table", name=b"t", fib=b"")
    driver.add("/ip/firewall/mangle", **arguments)
    Driver("6.49.18").add("/ip/firewall/mangle", **arguments)


def test_rules_of_ipv6_take_ipv6() -> None:
    driver = Driver()
    menu = "/ipv6/firewall/filter"
    driver.add(menu, chain=b"input", src_address=b"fe80::/10", protocol=b"udp", dst_port=b"546")
    assert driver.row(menu)["src-address"] == b"fe80::/10"
    assert driver.refusal(f"{menu}/add", chain=b"input", src_address=b"192.0.2.1")


def test_counters_can_be_reset() -> None:
    driver = Driver()
    new = driver.add(FILTER, chain=b"input")
    driver.run(f"{FILTER}/reset-counters", id=new)
    driver.run(f"{FILTER}/reset-counters-all")
    assert driver.row(FILTER)["packets"] == b"0"


def test_one_address_is_listed_without_its_length() -> None:
    driver = Driver()
    driver.add(LIST, list=b"t", address=b"192.0.2.1/32")
    row = driver.row(LIST)
    assert (row["address"], row["dynamic"]) == (b"192.0.2.1", b"false")
    assert row["creation-time"] == b"2026-01-15 10:00:00"
    assert "timeout" not in row


def test_lists_hold_networks_ranges_and_names_too() -> None:
    driver = Driver()
    given = (b"192.0.2.9/24", b"192.0.2.10-192.0.2.20", b"www.example.com")
    for address in given:
        driver.add(LIST, list=b"t", address=address)
    assert [row["address"] for row in driver.rows(LIST)] == [b"192.0.2.0/24", *given[1:]]
    assert driver.refusal(f"{LIST}/add", list=b"t", address=b"192.0.2.300") == (
        b"value of address expects range of ip addresses"
    )


def test_an_address_is_once_in_a_list() -> None:
    driver = Driver()
    driver.add(LIST, list=b"t", address=b"192.0.2.1")
    driver.add(LIST, list=b"u", address=b"192.0.2.1")
    assert driver.refusal(f"{LIST}/add", list=b"t", address=b"192.0.2.1/32") == (
        b"failure: already have such entry"
    )


def test_an_entry_with_a_time_out_counts_down_and_goes() -> None:
    driver = Driver()
    driver.add(LIST, list=b"t", address=b"192.0.2.1", timeout=b"10m")
    row = driver.row(LIST)
    assert (row["dynamic"], row["timeout"]) == (b"true", b"10m")
    driver.clock.advance(61)
    assert driver.row(LIST)["timeout"] == b"8m59s"
    driver.clock.advance(539)
    assert driver.rows(LIST) == []


def test_a_time_out_can_be_renewed_and_ends_with_the_entry() -> None:
    driver = Driver()
    new = driver.add(LIST, list=b"t", address=b"192.0.2.1", timeout=b"1m")
    driver.clock.advance(30)
    driver.run(f"{LIST}/set", id=new, timeout=b"2m")
    driver.clock.advance(90)
    assert driver.row(LIST)["timeout"] == b"30s"
    driver.run(f"{LIST}/remove", id=new)
    assert not driver.clock.step()


def test_an_entry_without_a_time_out_costs_no_timer() -> None:
    driver = Driver()
    driver.add(LIST, list=b"t", address=b"192.0.2.1")
    assert not driver.clock.step()


def test_a_protocol_without_a_name_is_a_number() -> None:
    driver = Driver()
    driver.add(FILTER, chain=b"input", protocol=b"200")
    assert driver.row(FILTER)["protocol"] == b"200"
    assert driver.refusal(f"{FILTER}/add", chain=b"input", protocol=b"300") == (
        b"value of protocol is out of range (0 .. 255)"
    )
    assert driver.refusal(f"{FILTER}/add", chain=b"input", limit=b"a b") == (
        b"invalid value for argument limit"
    )


def test_connections_can_be_removed() -> None:
    driver = Driver()
    menu = "/ip/firewall/connection"
    assert driver.rows(menu) == []
    item = driver.router.tables[menu].insert({"protocol": b"tcp"}, dynamic=True)
    assert driver.row(menu)["protocol"] == b"tcp"
    driver.run(f"{menu}/remove", id=item.id)
    assert driver.rows(menu) == []
    assert driver.refusal(f"{menu}/add") == b"no such command"
