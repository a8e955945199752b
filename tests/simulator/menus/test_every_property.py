"""Every menu with every property set once: its export makes the same export again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.console.commands import commands_of
from simulator.export import ExportOptions, export_body
from simulator.menus import types
from simulator.menus.registry import menus_at
from simulator.router import Router
from simulator.terminal import run_terminal
from simulator.version import Version
from tests.simulator.driving import Driver

if TYPE_CHECKING:
    from simulator.menus.table import Menu

VERSIONS = ("6.49.18", "7.12.2", "7.22.3")
BOARD = "RB750GL"
# What the properties refer to.
OTHERS = """
/interface bridge add name=lan
/interface list add name=LAN
/ip pool add name=pool ranges=192.0.2.10-192.0.2.20
/ip ipsec peer add name=peer address=192.0.2.9/32
"""
OTHERS_OF_7 = """
/interface wireguard add name=wg1 listen-port=13231 private-key=x
/routing ospf instance add name=v2
/routing ospf area add name=core instance=v2
"""
# Read by hooks, so that not every text will do.
SAMPLES = {
    "/queue/simple target": b"192.0.2.0/24",
    # Exports write pools later than these.
    "/ip/hotspot/user/profile address-pool": b"none",
    "/ip/ipsec/mode-config address-pool": b"none",
}
# Menus with rules beyond their types, which tests of their own are about.
LEFT_OUT = {"/system/clock", "/system/clock/manual", "/interface/wireless", "/system/scheduler"}
# Nothing that could be referred to can be made by an export.
NO_TARGETS = {"/certificate/scep-server", "/system/ups"}
BY_TYPE: tuple[tuple[type[types.FieldType], bytes], ...] = (
    (types.Flag, b"yes"),
    (types.Code, b"x"),
    (types.AnyNetwork, b"192.0.2.0/24"),
    (types.Prefix6, b"2001:db8::/64"),
    (types.AddressRange, b"192.0.2.1-192.0.2.9"),
    (types.Network, b"192.0.2.0/24"),
    (types.Prefix, b"192.0.2.1/24"),
    (types.Address6, b"2001:db8::1"),
    (types.Address, b"192.0.2.1"),
    (types.AnyAddress, b"192.0.2.1"),
    (types.Mac, b"02:00:5E:10:00:01"),
    (types.Ranges, b"80"),
)


def sample(kind: types.FieldType, router: Router) -> bytes | None:
    """Return a value of the type, or None for a reference that leads to nothing yet."""
    if isinstance(kind, types.Negatable | types.ListOf):
        return sample(kind.inner, router)
    if isinstance(kind, types.Choice):
        return kind.words[-1]
    if isinstance(kind, types.Reference):
        return target(kind, router)
    if isinstance(kind, types.Duration):
        low = kind.low or 0
        return b"%dms" % round((low + min(1, (kind.high or low + 1) - low)) * 1000)
    if isinstance(kind, types.Number):
        low = 3 if kind.low is None else max(kind.low, 3)
        return b"%d" % min(low, low if kind.high is None else kind.high)
    if isinstance(kind, types.Text):
        return b"x" * max(kind.min_length, min(kind.max_length or 3, 3))
    return next((text for known, text in BY_TYPE if isinstance(kind, known)), None)


def target(kind: types.Reference, router: Router) -> bytes | None:
    for path in kind.paths:
        if path in router.tables:
            for item in router.tables[path]:
                if item.name is not None and item.name != b"lo":
                    return item.name
    return kind.words[0] if kind.words else None


def configured(version: str) -> Driver:
    driver = Driver(router=Router(Version(version), board=BOARD))
    source = OTHERS if version.startswith("6") else OTHERS + OTHERS_OF_7
    _, failure, _ = run_terminal(driver.router, source.encode())
    assert failure is None
    return driver


def values_of(menu: Menu, router: Router) -> dict[str, bytes]:
    """Return a value for every property but those that would switch the item off."""
    found = {
        name: SAMPLES.get(f"{menu.path} {name}") or sample(field.type, router)
        for name, field in menu.settable.items()
        if name not in {"disabled", "id"}
    }
    return {name: value for name, value in found.items() if value is not None}


def exported(router: Router) -> list[bytes]:
    return export_body(router, (), ExportOptions(sensitive=True))


def menus_of(version: str) -> list[Menu]:
    release = Version(version)
    return [
        menu
        for menu in menus_at(release).values()
        if menu.settable
        and menu.export is not None
        and menu.path not in LEFT_OUT | NO_TARGETS
        and {"add", "set"} & commands_of(menu, release).keys()
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_set_comes_back_from_an_export(version: str) -> None:
    wrong = {}
    for menu in menus_of(version):
        driver = configured(version)
        values = {
            name.replace("-", "_"): value for name, value in values_of(menu, driver.router).items()
        }
        verb = "add" if "add" in commands_of(menu, Version(version)) else "set"
        if menu.singleton or verb == "add":
            driver.run(f"{menu.path}/{verb}", **values)
        first = exported(driver.router)
        again = Router(Version(version), board=BOARD)
        output, failure, _ = run_terminal(again, b"\n".join(first))
        if output or failure or exported(again) != first:
            wrong[menu.path] = (output, failure, set(first) ^ set(exported(again)))
    assert wrong == {}
