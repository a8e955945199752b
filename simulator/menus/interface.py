"""/interface, /interface/ethernet, /interface/list and its members.

`/interface` shows the items of all kinds of interfaces (`family` in their
tables); a set, rename or disable there reaches the same item. What it shows
besides stored properties is computed here from the kind.

Source: routeros-api.md, section 12; command trees; defaults that no source
gives are those of a CHR, from memory: assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.console.request import Reply
from simulator.errors import RouterError
from simulator.menus import ethernet_counters
from simulator.menus.connected import refresh_interface
from simulator.menus.hooks import Hooks
from simulator.menus.shared import (
    ARP,
    INTERFACE,
    INTERFACE_LIST,
    computed,
    counters,
    flag,
    flags,
    interface_of,
    is_running,
    mac_address,
    members,
)
from simulator.menus.table import Command, Export, Field, Menu
from simulator.menus.types import Choice, Duration, Flag, Link, ListOf, Mac, Number, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.console.call import Call
    from simulator.console.storage import Item
    from simulator.menus.types import Stored
    from simulator.values import Value

__all__ = ["INTERFACE_KINDS", "MENUS", "InterfaceKind", "nothing"]

# Menu of a kind of interface to the word that `type` shows.
INTERFACE_KINDS = {
    "/interface": b"loopback",
    "/interface/ethernet": b"ether",
    "/interface/bridge": b"bridge",
    "/interface/vlan": b"vlan",
    "/interface/bonding": b"bond",
    "/interface/wireguard": b"wg",
    "/interface/pppoe-client": b"pppoe-out",
    "/interface/gre": b"gre-tunnel",
    "/interface/ipip": b"ipip-tunnel",
    "/interface/l2tp-client": b"l2tp-out",
    "/interface/ovpn-client": b"ovpn-out",
    "/interface/pptp-client": b"pptp-out",
    "/interface/sstp-client": b"sstp-out",
    "/interface/wireless": b"wlan",
    "/interface/wifiwave2": b"wifi",
    "/interface/6to4": b"6to4-tunnel",
    "/interface/ppp-client": b"ppp-out",
    "/caps-man/interface": b"cap",
    "/zerotier/interface": b"zerotier",
}
# What an interface sends at most where nothing was set: lo's own, a PPP link's, the rest's.
_MTU = {b"loopback": 65536, b"wg": 1420, b"pppoe-out": 1480}


def nothing(call: Call) -> Reply:
    """Do nothing, as a command whose effect no simulated router could show."""
    del call
    return Reply()


def kind_of(item: Item) -> bytes:
    """Return the word that `type` shows; of kinds not in the table, their menu's: assumed."""
    menu = item.table.menu
    return INTERFACE_KINDS.get(menu.path, menu.words[-1].encode())


def is_slave(item: Item) -> bool:
    """Tell whether the interface is a port of a bridge or of a bond."""
    tables = item.table.router.tables
    for port in tables["/interface/bridge/port"].linked("interface", item):
        if port.values.get("disabled") is not True and interface_of(port, "bridge") is not None:
            return True
    bonds = tables["/interface/bonding"]
    return any(Link(item) in members(bond.values, "slaves") for bond in bonds)


class InterfaceKind(Hooks):
    """What every kind of interface does: tell who stands on it that it came or went."""

    def show(self, item: Item) -> Mapping[str, Value]:
        return {"running": is_running(item), "slave": is_slave(item)}

    def changed(self, item: Item, before: Mapping[str, Stored]) -> None:
        if item.values.get("disabled") != before.get("disabled"):
            self._tell_others(item)

    def removed(self, item: Item) -> None:
        self._tell_others(item)

    def _tell_others(self, item: Item) -> None:
        refresh_interface(self.router, item)
        vlans = self.router.tables["/interface/vlan"]
        for vlan in vlans.linked("interface", item):
            vlans.touch(vlan)


class InterfaceHooks(Hooks):
    """Shows interfaces of all kinds; `lo` is its only own one, and only from 7.14 on.

    Source of the border: none, assumed.
    """

    def fresh(self) -> Iterable[Mapping[str, bytes]]:
        return ({"name": b"lo"},) if self.router.version.since("7.14") else ()

    def show(self, item: Item) -> Mapping[str, Value]:
        kind = kind_of(item)
        mtu = item.table.value(item, "mtu")
        if isinstance(mtu, bytes) and mtu.isdigit():  # kept as text
            mtu = int(mtu)
        known: dict[str, Value] = {
            "type": kind,
            "mtu": mtu if isinstance(mtu, (int, bytes)) else _MTU.get(kind, 1500),
            "actual-mtu": mtu if isinstance(mtu, int) else _MTU.get(kind, 1500),
            "running": is_running(item),
            "slave": is_slave(item),
        }
        if item.table is self.table:
            return known | {"mac-address": b"00:00:00:00:00:00"}
        own = item.table.hooks.show(item)
        address = own.get("mac-address", item.values.get("mac-address"))
        return known | ({"mac-address": address} if isinstance(address, bytes) else {})

    def removable(self, item: Item) -> None:
        item.table.hooks.removable(item)


class EthernetHooks(InterfaceKind):
    """As many ports as the router was made with, each with an address of its own."""

    def fresh(self) -> Iterable[Mapping[str, bytes]]:
        for number in range(1, self.router.interfaces + 1):
            name = b"ether%d" % number
            mac = mac_address(self.router, name)
            yield {
                "name": name,
                "default-name": name,
                "mac-address": mac,
                "orig-mac-address": mac,
            }


def _reset_mac_address(call: Call) -> Reply:
    for item in call.items:
        call.table.update(item, {"mac-address": item.values["orig-mac-address"]})
    return Reply()


class ListHooks(Hooks):
    """Lists that every router has cannot be changed.

    Source: the four names, the command tree; the text, assumed.
    """

    def show(self, item: Item) -> Mapping[str, Value]:
        return {"builtin": item.builtin}

    def changeable(self, item: Item) -> None:
        super().changeable(item)
        if item.builtin:
            raise RouterError(b"failure: can not change builtin list")


_RATES = (
    *(b"10M-baseT-half", b"10M-baseT-full", b"100M-baseT-half", b"100M-baseT-full"),
    *(b"100M-baseFX-half", b"100M-baseFX-full", b"1G-baseT-half", b"1G-baseT-full"),
    *(b"1G-baseX", b"2.5G-baseT", b"2.5G-baseX", b"5G-baseT", b"10G-baseT", b"10G-baseSR-LR"),
    *(b"10G-baseCR", b"25G-baseSR-LR", b"25G-baseCR", b"40G-baseSR4-LR4", b"40G-baseCR4"),
    *(b"50G-baseSR-LR", b"50G-baseCR", b"50G-baseSR2-LR2", b"50G-baseCR2", b"100G-baseSR4-LR4"),
    *(b"100G-baseCR4", b"100G-baseSR2-LR2", b"100G-baseCR2", b"200G-baseSR4-LR4"),
    *(b"200G-baseCR4", b"400G-baseSR8-LR8", b"400G-baseCR8"),
)
_FLOW_CONTROL = Choice(b"auto", b"off", b"on")

MENUS = (
    Menu(
        "/interface",
        fields=(
            *computed("default-name"),
            Field("name", Text(min_length=1), required=True),
            *computed("type"),
            Field("mtu", Number(0, 65535, words=(b"auto",))),
            *computed("actual-mtu", type=Number()),
            Field("l2mtu", Number(0, 65535)),
            *computed("max-l2mtu", type=Number()),
            *computed("mac-address", "last-link-down-time", "last-link-up-time"),
            *counters("link-downs", "rx-byte", "tx-byte", "rx-packet", "tx-packet"),
            *counters("rx-drop", "tx-drop", "tx-queue-drop", "rx-error", "tx-error"),
            *counters("fp-rx-byte", "fp-tx-byte", "fp-rx-packet", "fp-tx-packet"),
            *computed("fp-rps-drop", type=Number(), stats="stats"),
            *computed("vrf"),
            *flags("dynamic"),
            *computed("inactive", "passthrough", type=Flag(), presence=True),
            *flags("running"),
            *computed("slave", type=Flag(), presence=True),
        ),
        named_by="name",
        hooks=InterfaceHooks,
        commands={
            "blink": Command(nothing, items="many"),
            "reset-counters": Command(nothing, items="many"),
        },
        lacks=frozenset({"add", "remove"}),
        flags=(("dynamic", "D"), ("disabled", "X"), ("running", "R"), ("slave", "S")),
        print_flags=("stats", "stats-detail", "oid"),
        export=None,
    ),
    Menu(
        "/interface/ethernet",
        family="/interface",
        fields=(
            Field("default-name", Text(), read_only=True),
            Field("name", Text(min_length=1), required=True),
            Field("mtu", Number(0, 65535), default=b"1500"),
            Field("l2mtu", Number(0, 65535)),
            Field("mac-address", Mac()),
            Field("orig-mac-address", Mac(), exported=False),
            Field("arp", ARP, default=b"enabled"),
            Field("arp-timeout", Duration(words=(b"auto",)), default=b"auto"),
            flag("disable-running-check", b"yes"),
            Field("tx-flow-control", _FLOW_CONTROL, default=b"off"),
            Field("rx-flow-control", _FLOW_CONTROL, default=b"off"),
            Field("loop-protect", Choice(b"default", b"off", b"on"), default=b"default"),
            *computed("loop-protect-status", default=b"off"),
            Field("loop-protect-send-interval", Duration(1), default=b"5s"),
            Field("loop-protect-disable-time", Duration(0), default=b"5m"),
            flag("auto-negotiation", b"yes"),
            Field("advertise", ListOf(Choice(*_RATES), unique=True)),
            Field("cable-settings", Choice(b"default", b"short", b"standard"), default=b"default"),
            Field("combo-mode", Choice(b"auto", b"copper", b"sfp")),
            Field("fec-mode", Choice(b"auto", b"fec74", b"fec91", b"off")),
            Field("mdix-enable", Flag()),
            Field("sfp-rate-select", Choice(b"high", b"low")),
            Field("sfp-ignore-rx-los", Flag(), since="7.15"),
            Field("sfp-shutdown-temperature", Number(0, 255), unsettable=True),
            Field("speed", Choice(*_RATES)),
            *ethernet_counters.FIELDS,
            *flags("running"),
            *computed("slave", type=Flag(), presence=True),
        ),
        named_by="name",
        hooks=EthernetHooks,
        commands={
            "blink": Command(nothing, items="many"),
            "reset-counters": Command(nothing, items="many"),
            "reset-mac-address": Command(_reset_mac_address, items="many"),
        },
        lacks=frozenset({"add", "remove"}),
        flags=(("disabled", "X"), ("running", "R"), ("slave", "S")),
        print_flags=("stats", "stats-detail"),
        export=Export(builtin="find", key="default-name"),
    ),
    Menu(
        "/interface/list",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("include", ListOf(INTERFACE_LIST), default=b""),
            Field("exclude", ListOf(INTERFACE_LIST), default=b""),
            *flags("dynamic"),
            *computed("builtin", type=Flag()),
        ),
        named_by="name",
        builtin=({"name": b"all"}, {"name": b"none"}, {"name": b"dynamic"}, {"name": b"static"}),
        hooks=ListHooks,
        disableable=False,
        flags=(("builtin", "*"), ("dynamic", "D")),
    ),
    Menu(
        "/interface/list/member",
        fields=(
            Field("list", INTERFACE_LIST, required=True),
            Field("interface", INTERFACE, required=True),
            *flags("dynamic"),
        ),
        unique=(("list", "interface"),),
        flags=(("disabled", "X"), ("dynamic", "D")),
    ),
)
