"""/interface/bridge, its ports, VLANs and settings.

Source: command trees; defaults from published exports (what they leave out)
and from memory: assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import RouterError
from simulator.menus.connected import refresh_interface
from simulator.menus.hooks import Hooks
from simulator.menus.interface import InterfaceKind
from simulator.menus.shared import (
    ARP,
    Numbered,
    computed,
    counters,
    flag,
    flags,
    interface_of,
    is_running,
    mac_address,
    members,
)
from simulator.menus.table import Field, Menu
from simulator.menus.types import (
    Choice,
    Duration,
    Flag,
    Link,
    ListOf,
    Mac,
    Number,
    Ranges,
    Reference,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.storage import Item
    from simulator.menus.types import Stored
    from simulator.values import Value

__all__ = ["MENUS"]

_BRIDGE = Reference("/interface/bridge")
_PORT_OR_LIST = Reference("/interface", "/interface/list")


class BridgeHooks(Numbered, InterfaceKind):
    """A bridge has the address of its own, or `admin-mac`, and takes its MTU from its ports."""

    stem = b"bridge"

    def show(self, item: Item) -> Mapping[str, Value]:
        admin = item.values.get("admin-mac")
        mtu = item.values.get("mtu")
        return {
            "mac-address": admin
            if isinstance(admin, bytes)
            else mac_address(self.router, b"bridge" + item.id),
            "actual-mtu": mtu if isinstance(mtu, int) else 1500,
            "running": is_running(item),
            "dynamic": item.dynamic,
        }

    def removed(self, item: Item) -> None:
        super().removed(item)
        for port in self.router.tables["/interface/bridge/port"].linked("bridge", item):
            interface = interface_of(port)
            if interface is not None:
                interface.table.touch(interface)


class PortHooks(Hooks):
    """A port makes its interface a slave; addresses on it then count for the bridge."""

    def prepare(self, values: dict[str, Stored], item: Item | None) -> None:
        interface, bridge = values.get("interface"), values.get("bridge")
        if interface == bridge:
            raise RouterError(b"failure: bridge port can not be the bridge itself")
        del item

    def show(self, item: Item) -> Mapping[str, Value]:
        off = interface_of(item) is None or interface_of(item, "bridge") is None
        disabled = item.values.get("disabled") is True
        port = interface_of(item)
        active = not off and not disabled and port is not None and is_running(port)
        return {
            "inactive": not active,
            "status": b"in-bridge" if active else b"inactive",
            "role": b"designated-port" if active else b"disabled-port",
            "forwarding": active,
            "learning": active,
        }

    def added(self, item: Item) -> None:
        self._tell(item.values)

    def changed(self, item: Item, before: Mapping[str, Stored]) -> None:
        self._tell(before)
        self._tell(item.values)

    def removed(self, item: Item) -> None:
        self._tell(item.values)

    def _tell(self, values: Mapping[str, Stored]) -> None:
        interface = values.get("interface")
        if isinstance(interface, Link) and interface.item.alive:
            interface.item.table.touch(interface.item)
            refresh_interface(self.router, interface.item)


class VlanHooks(Hooks):
    """Which ports carry a VLAN now: those named, as long as they run."""

    volatile = True

    def show(self, item: Item) -> Mapping[str, Value]:
        return {f"current-{kind}": self._current(item, kind) for kind in ("tagged", "untagged")}

    @staticmethod
    def _current(item: Item, kind: str) -> bytes:
        names = [
            link.item.name
            for link in members(item.values, kind)
            if isinstance(link, Link) and link.item.name is not None and is_running(link.item)
        ]
        return b",".join(names)


_FRAME_TYPES = Choice(
    b"admit-all",
    b"admit-only-untagged-and-priority-tagged",
    b"admit-only-vlan-tagged",
)
_MULTICAST_ROUTER = Choice(b"disabled", b"permanent", b"temporary-query")


def _igmp_time(name: str, default: bytes) -> Field:
    return Field(name, Duration(1), default=default)


MENUS = (
    Menu(
        "/interface/bridge",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("mtu", Number(0, 65535, words=(b"auto",)), default=b"auto"),
            *computed("actual-mtu", "l2mtu", type=Number()),
            Field("arp", ARP, default=b"enabled"),
            Field("arp-timeout", Duration(words=(b"auto",)), default=b"auto"),
            *computed("mac-address"),
            Field("protocol-mode", Choice(b"mstp", b"none", b"rstp", b"stp"), default=b"rstp"),
            flag("fast-forward", b"yes"),
            flag("igmp-snooping"),
            flag("multicast-querier"),
            Field("multicast-router", _MULTICAST_ROUTER, default=b"temporary-query"),
            Field("igmp-version", Choice(b"2", b"3"), default=b"2"),
            Field("mld-version", Choice(b"1", b"2"), default=b"1"),
            Field("startup-query-count", Number(0, 4294967295), default=b"2"),
            _igmp_time("startup-query-interval", b"31s250ms"),
            Field("last-member-query-count", Number(0, 4294967295), default=b"2"),
            _igmp_time("last-member-interval", b"1s"),
            _igmp_time("membership-interval", b"4m20s"),
            _igmp_time("querier-interval", b"4m15s"),
            _igmp_time("query-interval", b"2m5s"),
            _igmp_time("query-response-interval", b"10s"),
            flag("auto-mac", b"yes"),
            Field("admin-mac", Mac()),
            Field("ageing-time", Duration(10, 1_000_000), default=b"5m"),
            Field("priority", Text(), default=b"0x8000"),
            Field("max-message-age", Duration(6, 40), default=b"20s"),
            Field("forward-delay", Duration(4, 30), default=b"15s"),
            Field("transmit-hold-count", Number(1, 10), default=b"6"),
            Field("max-hops", Number(6, 40), default=b"20"),
            Field("region-name", Text(), default=b""),
            Field("region-revision", Number(0, 65535), default=b"0"),
            flag("vlan-filtering"),
            Field("ether-type", Choice(b"0x8100", b"0x88a8", b"0x9100"), default=b"0x8100"),
            Field("pvid", Number(1, 4094), default=b"1"),
            Field("frame-types", _FRAME_TYPES, default=b"admit-all"),
            flag("ingress-filtering", b"yes"),
            flag("dhcp-snooping"),
            flag("add-dhcp-option82"),
            Field("port-cost-mode", Choice(b"long", b"short"), default=b"long", since="7.13"),
            flag("mvrp", since="7.15"),
            flag("forward-reserved-addresses", since="7.16"),
            Field(
                "max-learned-entries",
                Number(0, 4294967295, words=(b"auto", b"unlimited")),
                default=b"auto",
                since="7.16",
            ),
            Field(
                "mlag-peer-port",
                Reference("/interface", also=(b"none",)),
                default=b"none",
                since="7.19",
            ),
            Field("mlag-priority", Number(0, 255), default=b"50", since="7.19"),
            Field("mlag-heartbeat", Duration(1, 10, words=(b"none",)), default=b"5s", since="7.19"),
            flag("ra-guard", since="7.19"),
            *flags("dynamic", "running"),
            *computed("managed", type=Flag(), presence=True),
        ),
        named_by="name",
        name_error=b"failure: already have interface with such name",
        hooks=BridgeHooks,
        flags=(("dynamic", "D"), ("disabled", "X"), ("running", "R")),
    ),
    Menu(
        "/interface/bridge/port",
        fields=(
            Field("interface", _PORT_OR_LIST, required=True),
            Field("bridge", _BRIDGE, required=True),
            Field("priority", Text(), default=b"0x80"),
            Field("path-cost", Number(1, 200_000_000), unsettable=True),
            Field("internal-path-cost", Number(1, 200_000_000), unsettable=True),
            Field(
                "edge",
                Choice(b"auto", b"no", b"no-discover", b"yes", b"yes-discover"),
                default=b"auto",
            ),
            Field("point-to-point", Choice(b"auto", b"no", b"yes"), default=b"auto"),
            Field("learn", Choice(b"auto", b"no", b"yes"), default=b"auto"),
            Field("horizon", Number(0, 429496729, words=(b"none",)), default=b"none"),
            flag("hw", b"yes"),
            flag("auto-isolate"),
            flag("restricted-role"),
            flag("restricted-tcn"),
            Field("pvid", Number(1, 4094), default=b"1"),
            Field("frame-types", _FRAME_TYPES, default=b"admit-all"),
            flag("ingress-filtering", b"yes"),
            flag("unknown-unicast-flood", b"yes"),
            flag("unknown-multicast-flood", b"yes"),
            flag("broadcast-flood", b"yes"),
            flag("tag-stacking"),
            flag("bpdu-guard"),
            flag("trusted"),
            flag("trusted-ra", since="7.19"),
            Field("multicast-router", _MULTICAST_ROUTER, default=b"temporary-query"),
            flag("fast-leave"),
            Field(
                "mvrp-applicant-state",
                Choice(b"non-participant", b"normal-participant"),
                default=b"normal-participant",
                since="7.15",
            ),
            Field(
                "mvrp-registrar-state",
                Choice(b"fixed", b"normal"),
                default=b"normal",
                since="7.15",
            ),
            *computed("status", "role", "port-id", "parent", "debug-info"),
            *computed("actual-path-cost", "root-path-cost", "internal-root-path-cost"),
            *computed("designated-bridge-id", "designated-cost", "designated-port-id"),
            *computed("edge-port", "edge-port-discovery", "point-to-point-port"),
            *computed("external-fdb-status", "sending-rstp", "last-topology-change"),
            *computed("declared-vlan-ids", "registered-vlan-ids", "hw-offload-group"),
            *counters("rx-bpdu", "tx-bpdu", "rx-tc", "tx-tc", stats="stats"),
            *counters("topology-changes", "forward-transitions", stats="stats"),
            *counters("discard-transitions", stats="stats"),
            *computed("learning", "forwarding", type=Flag()),
            *flags("inactive", "dynamic", "hw-offload"),
            *computed("managed", type=Flag(), presence=True),
        ),
        ordered=True,
        unique=(("interface",),),
        unique_error=b"failure: device already added as bridge port",
        hooks=PortHooks,
        flags=(("disabled", "X"), ("inactive", "I"), ("dynamic", "D"), ("hw-offload", "H")),
        print_flags=("stats", "debug"),
    ),
    Menu(
        "/interface/bridge/vlan",
        fields=(
            Field("bridge", _BRIDGE),
            Field("vlan-ids", Ranges(1, 4094), required=True),
            Field("tagged", ListOf(_PORT_OR_LIST, unique=True), default=b""),
            Field("untagged", ListOf(_PORT_OR_LIST, unique=True), default=b""),
            Field(
                "mvrp-forbidden",
                ListOf(_PORT_OR_LIST, unique=True),
                default=b"",
                since="7.15",
            ),
            *computed("current-tagged", "current-untagged"),
            *flags("dynamic"),
            *computed("managed", type=Flag(), presence=True),
        ),
        hooks=VlanHooks,
        flags=(("disabled", "X"), ("dynamic", "D")),
    ),
    Menu(
        "/interface/bridge/settings",
        singleton=True,
        lacks=frozenset({"reset"}),
        fields=(
            flag("use-ip-firewall"),
            flag("use-ip-firewall-for-vlan"),
            flag("use-ip-firewall-for-pppoe"),
            flag("allow-fast-path", b"yes"),
            *computed("bridge-fast-path-active", type=Flag(), default=b"yes"),
            *counters("bridge-fast-path-packets", "bridge-fast-path-bytes"),
            *counters("bridge-fast-forward-packets", "bridge-fast-forward-bytes"),
        ),
    ),
)
