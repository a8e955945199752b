"""Tunnels and virtual interfaces that are added: GRE, IPIP, 6to4, EoIP, VXLAN, VPLS, VRRP, veth.

A tunnel has no other end here: it runs while it is enabled.

Source: command trees; stems of names and defaults from published exports and from memory: assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.menus.interface import InterfaceKind
from simulator.menus.shared import (
    ARP,
    INTERFACE,
    NAME_TAKEN,
    Numbered,
    choice,
    computed,
    counters,
    flag,
    flags,
    interface_of,
    is_running,
)
from simulator.menus.table import Field, Menu
from simulator.menus.types import (
    Address,
    Address6,
    AnyAddress,
    Code,
    Duration,
    Flag,
    ListOf,
    Mac,
    Number,
    Reference,
    Text,
    YesNo,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.storage import Item
    from simulator.values import Value

__all__ = ["MENUS"]


class GreHooks(Numbered, InterfaceKind):
    stem = b"gre-tunnel"


class IpipHooks(Numbered, InterfaceKind):
    stem = b"ipip-tunnel"


class SixToFourHooks(Numbered, InterfaceKind):
    stem = b"sit"


class EoipHooks(Numbered, InterfaceKind):
    stem = b"eoip-tunnel"


class VxlanHooks(Numbered, InterfaceKind):
    stem = b"vxlan"


class VplsHooks(Numbered, InterfaceKind):
    stem = b"vpls"


class VrrpHooks(Numbered, InterfaceKind):
    """Alone in its network, a virtual router is the master while its interface runs."""

    stem = b"vrrp"
    volatile = True

    def show(self, item: Item) -> Mapping[str, Value]:
        below = interface_of(item)
        up = is_running(item) and below is not None and is_running(below)
        vrid = self.table.value(item, "vrid")
        kind = 1 if self.table.value(item, "v3-protocol") != b"ipv6" else 2
        mac = b"00:00:5E:00:%02X:%02X" % (kind, vrid if isinstance(vrid, int) else 1)
        return {
            **super().show(item),
            "running": up,
            "master": up,
            "backup": False,
            "invalid": below is None,
            "mac-address": mac,
        }


class VethHooks(Numbered, InterfaceKind):
    stem = b"veth"


_GROUP_MASTER = Reference("/interface/vrrp", also=(b"", b"none", b"self"))
# A time, or a time and a number of retries.
_KEEPALIVE = Field("keepalive", Text(), default=b"10s,10", unsettable=True)


MENUS = (
    Menu(
        "/interface/gre",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("mtu", Number(0, 65536, words=(b"auto",)), default=b"auto"),
            Field("local-address", Address(), default=b"0.0.0.0"),
            Field("remote-address", Text(), required=True),
            Field("dscp", Number(0, 63, words=(b"inherit",)), default=b"inherit"),
            flag("clamp-tcp-mss", b"yes"),
            Field("dont-fragment", choice("inherit no"), default=b"no"),
            flag("allow-fast-path", b"yes"),
            Field("ipsec-secret", Text(), sensitive=True, unsettable=True),
            _KEEPALIVE,
            *computed("current-remote-address"),
            *counters("actual-mtu"),
            *flags("running"),
        ),
        named_by="name",
        name_error=NAME_TAKEN,
        hooks=GreHooks,
        flags=(("disabled", "X"), ("running", "R")),
    ),
    Menu(
        "/interface/ipip",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("mtu", Number(0, 65536, words=(b"auto",)), default=b"auto"),
            Field("local-address", Address(), default=b"0.0.0.0"),
            Field("remote-address", Text(), required=True),
            Field("dscp", Number(0, 63, words=(b"inherit",)), default=b"inherit"),
            flag("clamp-tcp-mss", b"yes"),
            Field("dont-fragment", choice("inherit no"), default=b"no"),
            flag("allow-fast-path", b"yes"),
            Field("ipsec-secret", Text(), sensitive=True, unsettable=True),
            _KEEPALIVE,
            *computed("current-remote-address"),
            *counters("actual-mtu"),
            *flags("dynamic", "running"),
        ),
        named_by="name",
        name_error=NAME_TAKEN,
        hooks=IpipHooks,
        flags=(("disabled", "X"), ("dynamic", "D"), ("running", "R")),
    ),
    Menu(
        "/interface/6to4",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("mtu", Number(0, 65536, words=(b"auto",)), default=b"auto"),
            Field("local-address", Address(), default=b"0.0.0.0"),
            Field("remote-address", Address(b"unspecified"), default=b"unspecified"),
            Field("dscp", Number(0, 63, words=(b"inherit",)), default=b"inherit"),
            flag("clamp-tcp-mss", b"yes"),
            Field("dont-fragment", choice("inherit no"), default=b"no"),
            Field("ipsec-secret", Text(), sensitive=True, unsettable=True),
            _KEEPALIVE,
            *computed("current-remote-address"),
            *counters("actual-mtu"),
            *flags("running"),
        ),
        named_by="name",
        name_error=NAME_TAKEN,
        hooks=SixToFourHooks,
        flags=(("disabled", "X"), ("running", "R")),
    ),
    Menu(
        "/interface/eoip",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("mtu", Number(0, 65536, words=(b"auto",)), default=b"auto"),
            Field("arp", ARP, default=b"enabled"),
            Field("arp-timeout", Duration(words=(b"auto",)), default=b"auto"),
            Field("loop-protect", choice("default off on"), default=b"default"),
            Field("loop-protect-send-interval", Duration(1), default=b"5s"),
            Field("loop-protect-disable-time", Duration(), default=b"5m"),
            Field("local-address", Address(), default=b"0.0.0.0"),
            Field("remote-address", Text(), required=True),
            Field("tunnel-id", Number(0, 65535), default=b"0"),
            Field("dscp", Number(0, 63, words=(b"inherit",)), default=b"inherit"),
            flag("clamp-tcp-mss", b"yes"),
            Field("dont-fragment", choice("inherit no"), default=b"no"),
            flag("allow-fast-path", b"yes"),
            Field("ipsec-secret", Text(), sensitive=True, unsettable=True),
            Field("mac-address", Mac()),
            _KEEPALIVE,
            *computed("current-remote-address", "loop-protect-status"),
            *counters("actual-mtu", "l2mtu"),
            *flags("running"),
        ),
        named_by="name",
        name_error=NAME_TAKEN,
        unique=(("local-address", "remote-address", "tunnel-id"),),
        hooks=EoipHooks,
        flags=(("disabled", "X"), ("running", "R")),
    ),
    Menu(
        "/interface/vxlan",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("mtu", Number(0, 65535), default=b"1500"),
            Field("arp", ARP, default=b"enabled"),
            Field("arp-timeout", Duration(words=(b"auto",)), default=b"auto"),
            Field("loop-protect", choice("default off on"), default=b"default"),
            Field("loop-protect-send-interval", Duration(1), default=b"5s"),
            Field("loop-protect-disable-time", Duration(), default=b"5m"),
            Field("vni", Number(1, 16777215), required=True),
            Field("port", Number(0, 65535), default=b"8472"),
            Field("local-address", AnyAddress(), unsettable=True),
            Field("dont-fragment", choice("auto disabled enabled inherit"), default=b"disabled"),
            Field("max-fdb-size", Number(1, 65535), default=b"4096"),
            Field("vrf", Text(), default=b"main", until="7.20"),
            Field("vteps-ip-version", choice("ipv4 ipv6"), default=b"ipv4"),
            flag("allow-fast-path", b"yes"),
            flag("hw", b"yes", since="7.18"),
            flag("checksum", since="7.20"),
            flag("learning", b"yes", since="7.20"),
            Field("rem-csum", choice("both none rx tx"), default=b"none", since="7.20"),
            Field("ttl", Number(1, 255, words=(b"auto",)), default=b"auto", since="7.18"),
            Field("vtep-vrf", Text(), default=b"main", since="7.20"),
            Field("bridge-pvid", Number(1, 4094), default=b"1", since="7.18"),
            Field("group", Address(), unsettable=True),
            Field("interface", INTERFACE, unsettable=True),
            Field("mac-address", Mac()),
            Field("bridge", Reference("/interface/bridge"), unsettable=True, since="7.18"),
            *computed("loop-protect-status"),
            *counters("l2mtu"),
            *flags("hw-offloaded", "running"),
        ),
        named_by="name",
        name_error=NAME_TAKEN,
        hooks=VxlanHooks,
        flags=(("disabled", "X"), ("running", "R")),
    ),
    Menu(
        "/interface/vpls",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("mtu", Number(32, 65535), default=b"1500"),
            Field("arp", ARP, default=b"enabled"),
            Field("arp-timeout", Duration(words=(b"auto",)), default=b"auto"),
            Field("bridge", Reference("/interface/bridge"), unsettable=True, since="7.0"),
            Field("bridge-cost", Number(1, 200000000), default=b"10", unsettable=True, since="7.0"),
            Field(
                "bridge-horizon",
                Number(0, 4294967295, words=(b"none",)),
                default=b"none",
                unsettable=True,
                since="7.0",
            ),
            Field("bridge-pvid", Number(1, 4094), default=b"1", unsettable=True, since="7.17"),
            Field(
                "cisco-static-id", Number(0, 4294967295), default=b"0", unsettable=True, since="7.0"
            ),
            flag("disable-running-check"),
            Field("peer", AnyAddress(), since="7.0"),
            Field(
                "pw-control-word",
                choice("default disabled enabled"),
                default=b"default",
                unsettable=True,
                since="7.0",
            ),
            Field("pw-l2mtu", Number(0, 65535), default=b"1500", unsettable=True, since="7.0"),
            Field(
                "pw-type",
                choice("raw-ethernet tagged-ethernet vpls"),
                default=b"raw-ethernet",
                unsettable=True,
            ),
            Field("vpls-id", Text(), unsettable=True),
            Field("mac-address", Mac()),
            Field("l2mtu", Number(0, 65535), default=b"1500", until="7.0"),
            Field("remote-peer", Address(), until="7.0"),
            Field("cisco-style", Flag(), default=b"no", until="7.0"),
            Field("cisco-style-id", Number(0, 4294967295), default=b"0", until="7.0"),
            Field("advertised-l2mtu", Number(0, 65535), default=b"1500", until="7.0"),
            Field("use-control-word", YesNo(b"default"), default=b"default", until="7.0"),
            *computed("bgp-vpls-prfx", "bgp-vpls"),
            *flags("bgp-signaled", "cisco-bgp-signaled", "dynamic", "running"),
        ),
        named_by="name",
        name_error=NAME_TAKEN,
        hooks=VplsHooks,
        flags=(
            ("disabled", "X"),
            ("running", "R"),
            ("dynamic", "D"),
            ("bgp-signaled", "B"),
            ("cisco-bgp-signaled", "C"),
        ),
    ),
    Menu(
        "/interface/vrrp",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("mtu", Number(0, 65535), default=b"1500", until="7.20"),
            Field("arp", ARP, default=b"enabled"),
            Field("arp-timeout", Duration(words=(b"auto",)), default=b"auto"),
            Field("interface", INTERFACE, required=True),
            Field("vrid", Number(1, 255), default=b"1"),
            Field("priority", Number(1, 254), default=b"100"),
            Field("interval", Duration(0.01, 255), default=b"1s"),
            flag("preemption-mode", b"yes"),
            Field("authentication", choice("ah none simple"), default=b"none"),
            Field("password", Text(max_length=16), default=b"", sensitive=True),
            Field("on-master", Code(), default=b""),
            Field("on-backup", Code(), default=b""),
            Field("on-fail", Code(), default=b""),
            Field("version", choice("2 3"), default=b"3"),
            Field("v3-protocol", choice("ipv4 ipv6"), default=b"ipv4"),
            flag("sync-connection-tracking", since="7.0"),
            Field("group-master", _GROUP_MASTER, since="7.0"),
            Field("group-authority", _GROUP_MASTER, since="7.10"),
            Field(
                "connection-tracking-mode",
                choice("active-active passive-active"),
                default=b"passive-active",
                since="7.20",
            ),
            Field("connection-tracking-port", Number(0, 65535), default=b"8275", since="7.20"),
            flag("v3-checksum-as-v2", since="7.24"),
            Field("remote-address", Address(), since="7.0"),
            Field("mtu", Number(0, 65535), default=b"1500", read_only=True, since="7.20"),
            *computed("grp-authority", "grp-member", "mac-address"),
            *flags("backup", "failure", "invalid", "master", "running"),
        ),
        named_by="name",
        name_error=NAME_TAKEN,
        unique=(("interface", "vrid", "v3-protocol"),),
        unique_error=b"failure: already have interface with such vrid",
        hooks=VrrpHooks,
        flags=(
            ("disabled", "X"),
            ("invalid", "I"),
            ("running", "R"),
            ("master", "M"),
            ("backup", "B"),
            ("failure", "F"),
        ),
    ),
    Menu(
        "/interface/veth",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("address", ListOf(Text())),
            Field("gateway", Address()),
            Field("gateway6", Address6(), since="7.11"),
            flag("dhcp", since="7.20"),
            Field("mac-address", Mac(), since="7.20"),
            Field("container-mac-address", Mac(), since="7.21"),
            *flags("running"),
        ),
        named_by="name",
        name_error=NAME_TAKEN,
        hooks=VethHooks,
        since="7.4",
        flags=(("disabled", "X"), ("running", "R")),
    ),
)
