from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.export import ExportOptions, export_body, export_header, export_text
from simulator.exportorder import MENU_ORDER, place
from simulator.router import Router
from simulator.version import Version
from tests.simulator.driving import ALL, Driver

if TYPE_CHECKING:
    from simulator.values import Value


def run(
    router: Router, command: str, policies: frozenset[str] = ALL, /, **arguments: Value
) -> bytes:
    """Run a command and return what it prints."""
    driver = Driver(router=router, policies=policies, via="console")
    driver.run(command, **arguments)
    return bytes(driver.printed)


def lines(router: Router, options: ExportOptions | None = None) -> list[bytes]:
    return export_body(router, (), options)


@pytest.mark.parametrize(
    ("version", "header"),
    [
        ("6.49.18", [b"# jan/15/2026 10:00:00 by RouterOS 6.49.18", b"# software id = "]),
        ("7.9", [b"# jan/15/2026 10:00:00 by RouterOS 7.9", b"# software id = "]),
        ("7.16.2", [b"# 2026-01-15 10:00:00 by RouterOS 7.16.2", b"# software id = "]),
    ],
)
def test_header_of_virtual_routers(version: str, header: list[bytes]) -> None:
    found = export_header(Router(Version(version)))

    assert found[:2] == header
    assert set(found[2:]) == {b"#"}
    assert len(found) == (5 if version.startswith("6") else 3)


def test_header_of_newer_virtual_routers_has_a_system_id() -> None:
    router = Router(Version("7.18.2"))

    assert export_header(router)[1:] == [b"# system id = " + router.hardware.system_id, b"#"]


def test_header_of_a_board_has_model_and_serial_number() -> None:
    router = Router(Version("7.15.2"), board="L009UiGS")

    assert export_header(router)[1:] == [
        b"# software id = " + router.hardware.software_id,
        b"#",
        b"# model = L009UiGS",
        b"# serial number = " + router.hardware.serial_number,
    ]


@pytest.mark.parametrize("version", ["6.49.18", "7.16.2", "7.22.3", "7.24.4"])
def test_fresh_router_has_nothing_to_export(version: str) -> None:
    assert lines(Router(Version(version))) == []


def test_lines_end_in_crlf() -> None:
    router = Router()
    run(router, "/interface/bridge/add", name=b"br1")

    text = export_text(router)
    assert text.endswith(b"/interface bridge\r\nadd name=br1\r\n")
    assert text.count(b"\n") == text.count(b"\r\n")


def test_only_what_is_no_default_is_written_in_order_of_names() -> None:
    router = Router()
    run(router, "/interface/list/add", name=b"WAN")
    run(
        router,
        "/ip/firewall/filter/add",
        chain=b"forward",
        action=b"drop",
        connection_state=b"new",
        connection_nat_state=b"!dstnat",
        in_interface_list=b"WAN",
        comment=b"defconf: drop all from WAN not DSTNATed",
    )

    assert lines(router)[2:] == [
        b"/ip firewall filter",
        b"add action=drop chain=forward comment=\\",
        b'    "defconf: drop all from WAN not DSTNATed" connection-nat-state=!dstnat \\',
        b"    connection-state=new in-interface-list=WAN",
    ]


def test_rule_says_its_action_even_when_it_is_the_default() -> None:
    router = Router()
    run(router, "/ip/firewall/filter/add", chain=b"input")

    assert lines(router)[1] == b"add action=accept chain=input"


def test_builtin_items_are_set_by_how_each_menu_names_them() -> None:
    router = Router()
    run(router, "/interface/ethernet/set", numbers=b"ether2", comment=b"up link")
    run(router, "/ip/service/set", numbers=b"telnet", disabled=b"yes")
    run(router, "/system/identity/set", name=b"R1")

    assert lines(router) == [
        b"/interface ethernet",
        b'set [ find default-name=ether2 ] comment="up link"',
        b"/ip service",
        b"set telnet disabled=yes",
        b"/system identity",
        b"set name=R1",
    ]


def test_value_put_back_to_the_default_is_not_written() -> None:
    router = Router()
    run(router, "/ip/service/set", numbers=b"telnet", disabled=b"yes")
    run(router, "/ip/service/set", numbers=b"telnet", disabled=b"no")

    assert lines(router) == []


def test_menu_comes_before_the_menus_that_refer_to_it() -> None:
    router = Router()
    run(router, "/ip/pool/add", name=b"p", ranges=b"192.0.2.10-192.0.2.20")
    run(router, "/interface/bridge/add", name=b"br1")
    run(router, "/ip/address/add", address=b"192.0.2.1/24", interface=b"br1")
    run(router, "/interface/bridge/port/add", bridge=b"br1", interface=b"ether2")

    menus = [line for line in lines(router) if line.startswith(b"/")]
    assert menus == [b"/interface bridge", b"/ip pool", b"/interface bridge port", b"/ip address"]


def test_script_moved_to_the_front_with_7_23() -> None:
    user_group = MENU_ORDER["/user/group"]

    assert place("/system/script", Version("7.22.3")) > user_group
    assert place("/system/script", Version("7.23")) < user_group


def test_dynamic_items_are_left_out() -> None:
    router = Router()
    run(router, "/ip/address/add", address=b"192.0.2.1/24", interface=b"ether1")
    assert len(Driver(router=router).rows("/ip/route")) == 1  # the connected one

    assert [line for line in lines(router) if line.startswith(b"/")] == [b"/ip address"]


def test_terse_writes_the_menu_in_front_and_does_not_cut() -> None:
    router = Router()
    run(
        router, "/ip/firewall/address-list/add", list=b"t", address=b"192.0.2.1", comment=b"w " * 60
    )

    (line,) = lines(router, ExportOptions(terse=True))
    assert line.startswith(b"/ip firewall address-list add address=192.0.2.1 comment=")


def test_verbose_writes_defaults_and_unset_properties() -> None:
    router = Router()
    run(router, "/ip/firewall/address-list/add", list=b"t", address=b"192.0.2.1")

    text = b" ".join(lines(router, ExportOptions(verbose=True)))
    assert b" disabled=no " in text
    assert b"!comment" in text


def test_where_chooses_items() -> None:
    router = Router()
    for name in (b"a", b"b"):
        run(router, "/interface/bridge/add", name=name)

    options = ExportOptions(where=lambda row: row.get("name") == b"b")
    assert lines(router, options) == [b"/interface bridge", b"add name=b"]


def test_export_of_a_menu_has_what_is_below_it_too() -> None:
    router = Router()
    run(router, "/ip/pool/add", name=b"p", ranges=b"192.0.2.10-192.0.2.20")
    run(router, "/ip/firewall/nat/add", chain=b"srcnat", action=b"masquerade")
    run(router, "/ip/firewall/address-list/add", list=b"t", address=b"192.0.2.1")

    body = export_body(router, ("ip", "firewall"))
    assert [line for line in body if line.startswith(b"/")] == [
        b"/ip firewall address-list",
        b"/ip firewall nat",
    ]


@pytest.mark.parametrize(
    ("paths", "menus"),
    [
        (("/ip/firewall",), [b"/ip firewall address-list", b"/ip firewall nat"]),
        (("/ip/firewall", "!/ip/firewall/nat"), [b"/ip firewall address-list"]),
        (("!/ip/firewall",), [b"/ip pool"]),
    ],
)
def test_paths_choose_menus(paths: tuple[str, ...], menus: list[bytes]) -> None:
    router = Router(Version("7.23"))
    run(router, "/ip/pool/add", name=b"p", ranges=b"192.0.2.10-192.0.2.20")
    run(router, "/ip/firewall/nat/add", chain=b"srcnat", action=b"masquerade")
    run(router, "/ip/firewall/address-list/add", list=b"t", address=b"192.0.2.1")

    found = lines(router, ExportOptions(paths=paths))
    assert [line for line in found if line.startswith(b"/")] == menus


def test_command_answers_no_rows() -> None:
    assert Driver().run("/export").rows == []


def test_terminal_sees_the_text() -> None:
    assert run(Router(), "/export").startswith(b"# 2026-01-15 10:00:00 by RouterOS 7.22.3\n")


def test_file_is_whole_after_the_command_is_over() -> None:
    driver = Driver()
    text = export_text(driver.router)
    driver.run("/export", file=b"nightly")
    assert driver.router.files.read(b"nightly.rsc") == b""

    driver.clock.advance(5)
    assert driver.router.files.read(b"nightly.rsc") == text
    kinds = [event.kind for event in driver.router.journal]
    assert [kind for kind in kinds if kind != "file"] == ["export", "export-complete"]
    assert kinds.count("file") == 3  # empty, half, whole


def test_file_needs_the_policy_ftp() -> None:
    driver = Driver(policies=frozenset({"read"}))

    assert driver.refusal("/export", file=b"x") == b"not enough permissions (9)"
    assert len(driver.router.files) == 0


@pytest.mark.parametrize(
    ("version", "flag", "there"),
    [
        ("7.16.2", "compact", False),
        ("7.16.2", "show_sensitive", True),
        ("6.49.8", "compact", True),
        ("6.49.8", "hide_sensitive", False),
    ],
)
def test_secrets_are_written_by_release(version: str, flag: str, there: bool) -> None:
    router = Router(Version(version))
    run(router, "/ppp/secret/add", name=b"u1", password=b"Example-Pw-1")

    assert (b"Example-Pw-1" in run(router, "/export", **{flag: True})) == there


def test_secrets_need_the_policy_sensitive() -> None:
    router = Router(Version("7.16.2"))
    run(router, "/ppp/secret/add", name=b"u1", password=b"Example-Pw-1")
    printed = run(router, "/export", frozenset({"read"}), show_sensitive=True)

    assert b"/ppp secret" in printed
    assert b"Example-Pw-1" not in printed


def test_show_sensitive_is_unknown_to_version_6() -> None:
    driver = Driver("6.49.8")

    assert driver.refusal("/export", show_sensitive=True) == b"unknown parameter"
