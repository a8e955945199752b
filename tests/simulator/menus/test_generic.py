"""Menus that RouterOS has and that are kept as text."""

from __future__ import annotations

import pytest

from simulator.export import ExportOptions, export_body
from simulator.menus.generic import generic_menu
from simulator.menus.known_items import _ITEMS, fresh_items
from simulator.router import Router
from simulator.version import Version
from tests.simulator.driving import Driver


def exported(driver: Driver, *, sensitive: bool = False) -> list[str]:
    options = ExportOptions(sensitive=sensitive)
    return [line.decode() for line in export_body(driver.router, (), options)]


def test_what_was_set_is_shown_and_exported_again() -> None:
    driver = Driver()
    driver.add("/ip/upnp/interfaces", interface=b"ether1", type=b"external")
    row = driver.row("/ip/upnp/interfaces")
    assert (row["interface"], row["type"]) == (b"ether1", b"external")
    assert exported(driver) == ["/ip upnp interfaces", "add interface=ether1 type=external"]


def test_a_name_that_routeros_has_not_is_refused() -> None:
    driver = Driver()
    assert driver.refusal("/ip/upnp/interfaces/add", interfaces=b"ether1") == (
        b"unknown parameter interfaces"
    )
    assert driver.refusal("/ip/upnp/reboot") == b"no such command"


def test_what_every_router_has_is_there_to_be_changed() -> None:
    driver = Driver("6.49.18")
    driver.run("/ip/ipsec/proposal/set", numbers=b"default", enc_algorithms=b"aes-256-cbc")
    (policy,) = driver.rows("/ip/ipsec/policy")
    driver.run("/ip/ipsec/policy/set", id=policy[".id"], dst_address=b"192.0.2.0/24")
    assert exported(driver) == [
        "/ip ipsec proposal",
        "set [ find default=yes ] enc-algorithms=aes-256-cbc",
        "/ip ipsec policy",
        "set 0 dst-address=192.0.2.0/24",
    ]
    assert driver.refusal("/ip/ipsec/proposal/remove", numbers=b"default") == (
        b"cannot remove builtin"
    )


def test_ospf_of_routeros_7_begins_empty() -> None:
    assert len(Driver("6.49.18").rows("/routing/ospf/instance")) == 1
    assert Driver("7.16.2").rows("/routing/ospf/instance") == []


@pytest.mark.parametrize("path", sorted(_ITEMS))
def test_items_of_a_fresh_router_have_properties_of_their_menu(path: str) -> None:
    versions = [Version(text) for text in ("6.49.18", "7.12.2")]
    words = tuple(path.strip("/").split("/"))
    menus = [(version, generic_menu(words, version)) for version in versions]
    assert any(menu is not None for _, menu in menus)
    for version, menu in menus:
        found = fresh_items(path, version)
        if menu is not None and found is not None:
            assert menu.all_fields.keys() >= {name for item in found.items for name in item}


@pytest.mark.parametrize(
    ("menu", "name"),
    [
        ("/ppp/l2tp-secret", "secret"),
        ("/interface/wifi/security/multi-passphrase", "passphrase"),
        ("/routing/rip/interface-template", "password"),
    ],
)
def test_secrets_are_known_by_their_names(menu: str, name: str) -> None:
    driver = Driver()
    driver.add(menu, **{name.replace("-", "_"): b"hunter2"})
    assert not any("hunter2" in line for line in exported(driver))
    assert any("hunter2" in line for line in exported(driver, sensitive=True))


def test_routes_of_routeros_6_write_their_distance() -> None:
    driver = Driver("6.49.18")
    driver.add("/ip/route", gateway=b"ether1")
    assert exported(driver) == ["/ip route", "add distance=1 gateway=ether1"]


def test_menus_of_boards_are_on_boards_only() -> None:
    path = "/interface/ethernet/switch/print"
    assert Driver().refusal(path) == b"no such command or directory (switch)"
    board = Router(Version("7.16.2"), board="RB750GL")
    assert Driver(router=board).run(path).rows == []
    assert "switch" not in Driver().router.console.tree.children(("interface", "ethernet"))
    assert "switch" in board.console.tree.children(("interface", "ethernet"))
