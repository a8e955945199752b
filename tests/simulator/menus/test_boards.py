"""What boards and packages have, and menus whose items do something."""

from __future__ import annotations

import pytest

from simulator.router import Router
from simulator.version import Version
from tests.simulator.driving import Driver


def board(version: str = "7.22.3") -> Driver:
    return Driver(router=Router(Version(version), board="RB750GL"))


def test_boards_feel_how_warm_they_are() -> None:
    assert {row["name"] for row in board().rows("/system/health")} == {
        b"cpu-temperature",
        b"voltage",
    }
    assert board("6.49.18").row("/system/health")["temperature"] == b"45C"
    assert Driver().rows("/system/health") == []


def test_a_container_runs_when_it_is_started_and_not_after_a_stop() -> None:
    driver = board()
    driver.add("/container", remote_image=b"example/image:latest")
    (row,) = driver.rows("/container")
    assert (row["name"], row["status"]) == (b"container1", b"stopped")
    driver.run("/container/start", numbers=b"container1")
    assert driver.rows("/container")[0]["status"] == b"running"
    driver.run("/container/stop", numbers=b"container1")
    assert driver.rows("/container")[0]["status"] == b"stopped"
    assert driver.refusal("/container/add", cmd=b"sh") == (
        b"failure: must specify either file or remote-image"
    )


def test_a_virtual_router_alone_in_its_network_is_the_master() -> None:
    driver = Driver()
    driver.add("/interface/vrrp", interface=b"ether1", vrid=b"49")
    (row,) = driver.rows("/interface/vrrp")
    assert (row["name"], row["master"], row["mac-address"]) == (
        b"vrrp1",
        b"true",
        b"00:00:5E:00:01:31",
    )
    driver.run("/interface/ethernet/disable", numbers=b"ether1")
    assert driver.rows("/interface/vrrp")[0]["master"] == b"false"


def test_links_that_nobody_answers_stay_down() -> None:
    driver = Driver()
    driver.add("/interface/l2tp-client", connect_to=b"vpn.example.com", user=b"ann")
    (row,) = driver.rows("/interface/l2tp-client")
    assert (row["name"], row["running"]) == (b"l2tp-out1", b"false")


def test_a_wireless_interface_that_is_added_stands_on_another() -> None:
    driver = board()
    assert driver.refusal("/interface/wireless/add", ssid=b"example") == (
        b"failure: must specify master interface"
    )


@pytest.mark.parametrize(
    ("profile", "prefix", "name"),
    [
        ("/interface/wifi/security", "security", "passphrase"),
        ("/interface/wifi/channel", "channel", "band"),
        ("/caps-man/datapath", "datapath", "client-to-client-forwarding"),
    ],
)
def test_a_configuration_carries_what_its_profiles_have(
    profile: str, prefix: str, name: str
) -> None:
    menus = board().router.tables.menus
    words = tuple(profile.strip("/").split("/"))
    whole = menus[*words[:-1], "configuration"].all_fields[f"{prefix}.{name}"]
    assert menus[words].all_fields[name].type is whole.type


def test_wifi_was_called_wifiwave2() -> None:
    driver = board("7.12.2")
    driver.add("/interface/wifiwave2/security", name=b"home", wps=b"disable")
    driver.add("/interface/wifiwave2/configuration", name=b"home", security=b"home")
    assert driver.refusal(
        "/interface/wifiwave2/configuration/add", name=b"other", security=b"away"
    ) == (b"input does not match any value of security")
    assert ("interface", "wifiwave2") not in board("7.13").router.tables.menus


@pytest.mark.parametrize("version", ["6.49.18", "7.16.2"])
def test_ospf_and_bgp_are_spelled_as_the_release_has_them(version: str) -> None:
    menus = Driver(version).router.tables.menus
    old = {("routing", "ospf", "network"), ("routing", "bgp", "peer"), ("routing", "filter")}
    new = {("routing", "ospf", "interface-template"), ("routing", "bgp", "connection")}
    has_old = {words for words in old if words in menus and menus[words].all_fields}
    assert (has_old, new & menus.keys()) == ((old, set()) if version[0] == "6" else (set(), new))


def test_a_network_of_either_kind_always_has_its_length() -> None:
    driver = Driver()
    for address in (b"192.0.2.7", b"2001:db8::/64"):
        driver.add("/ip/ipsec/peer", name=address.replace(b"/", b"-"), address=address)
    rows = driver.rows("/ip/ipsec/peer")
    assert [row["address"] for row in rows] == [b"192.0.2.7/32", b"2001:db8::/64"]
    assert driver.refusal("/ip/ipsec/peer/add", address=b"nowhere") == (
        b"invalid value for argument address"
    )
