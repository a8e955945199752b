"""/interface and what is below it."""

from __future__ import annotations

import pytest

from tests.simulator.driving import Driver, How


def by_name(driver: Driver, menu: str = "/interface") -> dict[bytes, dict[str, bytes]]:
    return {row["name"]: row for row in driver.rows(menu)}


def test_a_fresh_router_has_five_ports_and_lo() -> None:
    interfaces = by_name(Driver())
    assert list(interfaces) == [b"ether1", b"ether2", b"ether3", b"ether4", b"ether5", b"lo"]
    assert interfaces[b"ether1"]["type"] == b"ether"
    assert interfaces[b"ether1"]["mtu"] == b"1500"
    assert interfaces[b"ether1"]["running"] == b"true"
    assert interfaces[b"ether1"]["disabled"] == b"false"
    assert interfaces[b"lo"]["type"] == b"loopback"


def test_old_releases_have_no_lo() -> None:
    assert b"lo" not in by_name(Driver("7.12.2"))


def test_ports_have_addresses_of_their_own_that_follow_from_the_seed() -> None:
    macs = [row["mac-address"] for row in Driver().rows("/interface/ethernet")]
    assert len(set(macs)) == 5
    assert macs == [row["mac-address"] for row in Driver().rows("/interface/ethernet")]


def test_every_kind_of_interface_is_shown_in_the_common_menu() -> None:
    driver = Driver()
    driver.add("/interface/bridge")
    driver.add("/interface/vlan", vlan_id=b"10", interface=b"bridge1")
    driver.add("/interface/bonding", slaves=b"ether4,ether5")
    driver.add("/interface/wireguard")
    driver.add("/interface/pppoe-client", interface=b"ether1")
    kinds = {name: row["type"] for name, row in by_name(driver).items()}
    assert kinds[b"bridge1"] == b"bridge"
    assert kinds[b"vlan1"] == b"vlan"
    assert kinds[b"bonding1"] == b"bond"
    assert kinds[b"wireguard1"] == b"wg"
    assert kinds[b"pppoe-out1"] == b"pppoe-out"


def test_an_id_means_the_same_interface_in_both_menus() -> None:
    driver = Driver()
    new = driver.add("/interface/bridge", name=b"lan")
    driver.run("/interface/set", id=new, name=b"lan2", comment=b"both")
    driver.run("/interface/disable", id=b"lan2")
    row = driver.row("/interface/bridge")
    assert (row["name"], row["comment"], row["disabled"]) == (b"lan2", b"both", b"true")
    assert by_name(driver)[b"lan2"]["running"] == b"false"


def test_names_are_unique_over_all_kinds() -> None:
    driver = Driver()
    assert driver.refusal("/interface/bridge/add", name=b"ether1").startswith(
        b"failure: already have"
    )
    driver.add("/interface/bridge", name=b"br1")
    assert driver.refusal("/interface/bridge/add", name=b"br1").startswith(b"failure: already have")
    assert driver.refusal("/interface/set", id=b"ether1", name=b"br1").startswith(
        b"failure: already have"
    )


def test_ports_of_the_hardware_are_neither_added_nor_removed() -> None:
    driver = Driver()
    assert driver.refusal("/interface/ethernet/add", name=b"ether9") == b"no such command"
    assert driver.refusal("/interface/remove", id=b"ether1") == b"no such command"


def test_mtu_is_read_as_a_number() -> None:
    driver = Driver()
    assert driver.refusal("/interface/set", id=b"ether1", mtu=b"12x") == (
        b"value of mtu contains invalid trailing characters"
    )
    assert driver.refusal("/interface/ethernet/set", id=b"ether1", mtu=b"70000") == (
        b"value of mtu is out of range (0 .. 65535)"
    )
    driver.run("/interface/set", id=b"ether1", mtu=b"1400")
    assert by_name(driver)[b"ether1"]["actual-mtu"] == b"1400"
    assert by_name(driver, "/interface/ethernet")[b"ether1"]["mtu"] == b"1400"


def test_mac_address_is_given_back_on_request() -> None:
    driver = Driver()
    before = by_name(driver)[b"ether1"]["mac-address"]
    driver.run("/interface/ethernet/set", id=b"ether1", mac_address=b"00-00-5e-00-53-af")
    assert by_name(driver)[b"ether1"]["mac-address"] == b"00:00:5E:00:53:AF"
    driver.run("/interface/ethernet/reset-mac-address", id=b"ether1")
    assert by_name(driver)[b"ether1"]["mac-address"] == before


def test_a_port_of_a_bridge_is_its_slave_until_it_leaves() -> None:
    driver = Driver()
    driver.add("/interface/bridge", name=b"lan")
    port = driver.add("/interface/bridge/port", interface=b"ether2", bridge=b"lan")
    assert by_name(driver)[b"ether2"]["slave"] == b"true"
    assert by_name(driver, "/interface/ethernet")[b"ether2"]["slave"] == b"true"
    assert "slave" not in by_name(driver)[b"ether1"]
    driver.run("/interface/bridge/port/disable", id=port)
    assert "slave" not in by_name(driver)[b"ether2"]
    driver.run("/interface/bridge/port/enable", id=port)
    driver.run("/interface/bridge/port/remove", id=port)
    assert "slave" not in by_name(driver)[b"ether2"]


def test_slaves_of_a_bond_are_slaves() -> None:
    driver = Driver()
    driver.add("/interface/bonding", slaves=b"ether4,ether5", mode=b"802.3ad")
    assert by_name(driver)[b"ether4"]["slave"] == b"true"
    driver.run("/interface/bonding/set", id=b"bonding1", slaves=b"ether5")
    assert "slave" not in by_name(driver)[b"ether4"]


def test_an_interface_is_a_port_once() -> None:
    driver = Driver()
    driver.add("/interface/bridge", name=b"lan")
    driver.add("/interface/bridge/port", interface=b"ether2", bridge=b"lan")
    assert driver.refusal("/interface/bridge/port/add", interface=b"ether2", bridge=b"lan") == (
        b"failure: device already added as bridge port"
    )


def test_what_a_bridge_port_needs_is_named_in_the_order_of_the_table() -> None:
    driver = Driver()
    assert driver.refusal("/interface/bridge/port/add") == (
        b"missing value(s) of argument(s) interface bridge"
    )
    assert driver.refusal("/interface/vlan/add") == (
        b"missing value(s) of argument(s) vlan-id interface"
    )
    assert driver.refusal("/interface/list/add") == b"missing value(s) of argument(s) name"
    assert driver.refusal("/interface/wireguard/peers/add") == (
        b"missing value(s) of argument(s) interface allowed-address"
    )


def test_references_follow_a_rename_and_show_the_id_of_what_is_gone() -> None:
    driver = Driver()
    bridge = driver.add("/interface/bridge", name=b"lan")
    driver.add("/interface/bridge/port", interface=b"ether2", bridge=b"lan")
    driver.add("/interface/vlan", name=b"v", vlan_id=b"7", interface=b"lan")
    driver.run("/interface/set", id=b"lan", name=b"office")
    assert driver.row("/interface/bridge/port")["bridge"] == b"office"
    driver.run("/interface/bridge/remove", id=b"office")
    port = driver.row("/interface/bridge/port")
    assert (port["bridge"], port["inactive"]) == (bridge, b"true")
    assert driver.row("/interface/vlan")["interface"] == bridge
    assert driver.row("/interface/vlan")["running"] == b"false"
    assert "slave" not in by_name(driver)[b"ether2"]


def test_a_vlan_runs_while_the_interface_below_it_does() -> None:
    driver = Driver()
    driver.add("/interface/vlan", name=b"v", vlan_id=b"7", interface=b"ether1")
    assert driver.row("/interface/vlan")["running"] == b"true"
    driver.run("/interface/disable", id=b"ether1")
    assert driver.row("/interface/vlan")["running"] == b"false"


def test_vlan_ids_are_limited_and_unique_below_one_interface() -> None:
    driver = Driver()
    assert driver.refusal("/interface/vlan/add", vlan_id=b"4095", interface=b"ether1") == (
        b"value of vlan-id is out of range (1 .. 4094)"
    )
    driver.add("/interface/vlan", vlan_id=b"7", interface=b"ether1")
    driver.add("/interface/vlan", vlan_id=b"7", interface=b"ether2")
    assert driver.refusal("/interface/vlan/add", vlan_id=b"7", interface=b"ether1").startswith(
        b"failure: already have"
    )


def test_names_of_new_interfaces_count_up() -> None:
    driver = Driver()
    for _ in range(3):
        driver.add("/interface/bridge")
    assert [row["name"] for row in driver.rows("/interface/bridge")] == [
        b"bridge1",
        b"bridge2",
        b"bridge3",
    ]


def test_lists_that_every_router_has_can_be_used_but_not_changed() -> None:
    driver = Driver()
    names = [row["name"] for row in driver.rows("/interface/list")]
    assert names == [b"all", b"none", b"dynamic", b"static"]
    assert driver.refusal("/interface/list/remove", id=b"all") == b"cannot remove builtin"
    assert driver.refused("/interface/list/set", id=b"all", name=b"x").message
    driver.add("/interface/list", name=b"LAN", include=b"static")
    assert driver.rows("/interface/list")[-1]["include"] == b"static"


def test_members_of_a_list_are_unique() -> None:
    driver = Driver()
    driver.add("/interface/list", name=b"WAN")
    driver.add("/interface/list/member", list=b"WAN", interface=b"ether1")
    assert driver.refusal("/interface/list/member/add", list=b"WAN", interface=b"ether1") == (
        b"failure: already have such entry"
    )
    assert driver.refusal("/interface/list/member/add", list=b"nil", interface=b"ether1") == (
        b"input does not match any value of list"
    )


def test_a_vlan_of_a_bridge_shows_the_ports_that_run() -> None:
    driver = Driver()
    driver.add("/interface/bridge", name=b"lan", vlan_filtering=b"yes")
    driver.add("/interface/bridge/vlan", bridge=b"lan", vlan_ids=b"10,20-30", tagged=b"lan,ether2")
    driver.run("/interface/disable", id=b"ether2")
    row = driver.row("/interface/bridge/vlan")
    assert (row["vlan-ids"], row["tagged"]) == (b"10,20-30", b"lan,ether2")
    assert row["current-tagged"] == b"lan"


def test_a_port_changes_its_interface_in_the_eyes_of_a_listener() -> None:
    driver = Driver()
    driver.add("/interface/bridge", name=b"lan")
    driver.start("/interface/listen")
    driver.add("/interface/bridge/port", interface=b"ether2", bridge=b"lan")
    driver.clock.advance(0)
    assert [row["name"] for row in driver.emitted] == [b"ether2"]


def test_keys_of_wireguard_are_secret_and_there() -> None:
    driver = Driver()
    driver.add("/interface/wireguard", name=b"wg1")
    row = driver.row("/interface/wireguard")
    assert len(row["private-key"]) == len(row["public-key"]) == 44
    weak = Driver(router=driver.router, policies=frozenset({"read", "api"}))
    assert "private-key" not in weak.row("/interface/wireguard")


@pytest.mark.parametrize("name", ["comment", "name"])
def test_interfaces_have_no_unset(name: str) -> None:
    driver = Driver()
    how = How()
    assert driver.refusal("/interface/unset", how, id=b"ether1", value_name=name.encode()) == (
        b"no such command"
    )


def test_tunnels_and_virtual_routers_are_interfaces_to_others() -> None:
    driver = Driver()
    tunnel = driver.add("/interface/eoip", name=b"t1", remote_address=b"192.0.2.7", mtu=b"1400")
    row = by_name(driver)[b"t1"]
    assert (row[".id"], row["type"], row["actual-mtu"]) == (tunnel, b"eoip", b"1400")
    driver.add("/interface/vrrp", name=b"v1", interface=b"ether1", vrid=b"7")
    driver.add("/ip/address", address=b"192.0.2.1/24", interface=b"v1")
    other = {"name": b"t1", "remote_address": b"192.0.2.9"}
    assert driver.refusal("/interface/gre/add", **other).startswith(b"failure: already have")
    driver.run("/interface/vrrp/disable", numbers=b"v1")
    assert driver.rows("/ip/route") == []


def test_a_bridge_is_no_port_of_itself() -> None:
    driver = Driver()
    driver.add("/interface/bridge", name=b"lan")
    assert driver.refusal("/interface/bridge/port/add", interface=b"lan", bridge=b"lan")


def test_a_bond_can_have_an_address_forced_on_it() -> None:
    driver = Driver()
    driver.add("/interface/bonding", slaves=b"ether4", forced_mac_address=b"02:00:5e:10:00:09")
    assert by_name(driver)[b"bonding1"]["mac-address"] == b"02:00:5E:10:00:09"
    driver.run("/interface/bonding/remove", numbers=b"bonding1")
    assert "slave" not in by_name(driver)[b"ether4"]


def test_peers_of_wireguard_are_named_from_7_15_on() -> None:
    values = {"interface": b"wireguard1", "allowed_address": b"192.0.2.0/24", "public_key": b"A="}
    for version, name in (("7.12.2", None), ("7.16.2", b"peer1")):
        driver = Driver(version)
        driver.add("/interface/wireguard")
        driver.add("/interface/wireguard/peers", **values)
        assert driver.row("/interface/wireguard/peers").get("name") == name
        assert driver.refusal(
            "/interface/wireguard/peers/add", interface=b"wireguard1", allowed_address=b"::/0"
        ).startswith(b"failure: ")
