"""MPLS: label distribution and the interfaces of traffic engineering.

Source: command trees; RouterOS 6 and all defaults from published exports and from memory: assumed.
"""

from __future__ import annotations

from simulator.menus.shared import INTERFACE, choice, computed, flag, flags, several
from simulator.menus.table import Field, Menu
from simulator.menus.types import (
    Address,
    AnyAddress,
    AnyNetwork,
    Duration,
    Flag,
    ListOf,
    Number,
    Reference,
    Text,
)

__all__ = ["MENUS"]


MENUS = (
    Menu(
        "/mpls/ldp",
        fields=(
            Field("afi", several("ip ipv6"), default=b"ip", unsettable=True),
            Field("lsr-id", Address(), unsettable=True),
            Field("transport-addresses", ListOf(AnyAddress()), unsettable=True),
            Field("vrf", Text(), default=b"main", unsettable=True),
            Field("preferred-afi", choice("ip ipv6"), default=b"ipv6", unsettable=True),
            Field("distribute-for-default", Flag(), default=b"no", unsettable=True),
            Field("loop-detect", Flag(), default=b"no", unsettable=True),
            Field("use-explicit-null", Flag(), default=b"no", unsettable=True),
            Field("hop-limit", Number(0, 255), default=b"255", unsettable=True),
            Field("path-vector-limit", Number(0, 255), default=b"255", unsettable=True),
            *flags("inactive"),
        ),
        since="7.0",
        flags=(("disabled", "X"), ("inactive", "I")),
    ),
    Menu(
        "/mpls/ldp",
        singleton=True,
        fields=(
            flag("enabled"),
            Field("lsr-id", Address(), default=b"0.0.0.0"),
            Field("transport-address", Address(), default=b"0.0.0.0"),
            Field("path-vector-limit", Number(0, 255), default=b"255"),
            Field("hop-limit", Number(0, 255), default=b"255"),
            flag("loop-detect"),
            flag("use-explicit-null"),
            flag("distribute-for-default-route"),
        ),
        until="7.0",
    ),
    Menu(
        "/interface/vpls/bgp-vpls",
        fields=(
            Field("name", Text(min_length=1)),
            Field("bridge", Reference("/interface/bridge", also=(b"none",)), default=b"none"),
            Field("bridge-cost", Number(0, 4294967295), default=b"50"),
            Field("bridge-horizon", Number(0, 4294967295, words=(b"none",)), default=b"none"),
            Field("export-route-targets", Text(), default=b""),
            Field("import-route-targets", Text(), default=b""),
            Field("route-distinguisher", Text(), required=True),
            Field("site-id", Number(0, 4294967295)),
            Field("pw-type", choice("raw-ethernet tagged-ethernet vpls"), default=b"vpls"),
            Field("pw-mtu", Number(0, 65535), default=b"1500"),
            Field("pw-l2mtu", Number(0, 65535), default=b"1500"),
            Field("pw-control-word", choice("default disabled enabled"), default=b"disabled"),
            flag("disabled"),
        ),
        named_by="name",
        disableable=False,
        until="7.0",
        flags=(("disabled", "X"),),
    ),
    Menu(
        "/mpls/ldp/interface",
        fields=(
            Field("interface", Reference("/interface", "/interface/list"), required=True),
            Field("afi", several("ip ipv6"), default=b"ip", unsettable=True),
            Field("hello-interval", Duration(), default=b"5s", unsettable=True),
            Field("hold-time", Duration(), default=b"15s", unsettable=True),
            Field("transport-addresses", ListOf(AnyAddress()), unsettable=True),
            Field("accept-dynamic-neighbors", Flag(), default=b"yes", unsettable=True),
        ),
        since="7.0",
        flags=(("disabled", "X"),),
    ),
    Menu(
        "/mpls/ldp/interface",
        fields=(
            Field("interface", Reference("/interface", also=(b"all",)), required=True),
            Field("hello-interval", Duration(1, 65535), default=b"5s"),
            Field("hold-time", Duration(1, 65535), default=b"15s"),
            Field("transport-address", Address(), default=b"0.0.0.0"),
            flag("accept-dynamic-neighbors", b"yes"),
            flag("disabled"),
            *flags("invalid", "dynamic"),
        ),
        unique=(("interface",),),
        disableable=False,
        until="7.0",
        flags=(("disabled", "X"), ("invalid", "I"), ("dynamic", "D")),
    ),
    Menu(
        "/mpls/ldp/advertise-filter",
        fields=(
            Field("prefix", AnyNetwork(), unsettable=True),
            Field("neighbor", Text(), unsettable=True),
            Field("advertise", Flag(), default=b"yes", unsettable=True),
            Field("vrf", Text(), unsettable=True, since="7.0"),
        ),
        ordered=True,
        flags=(("disabled", "X"),),
    ),
    Menu(
        "/mpls/ldp/accept-filter",
        fields=(
            Field("prefix", AnyNetwork(), unsettable=True),
            Field("neighbor", Text(), unsettable=True),
            Field("accept", Flag(), default=b"yes", unsettable=True),
            Field("vrf", Text(), unsettable=True, since="7.0"),
        ),
        ordered=True,
        flags=(("disabled", "X"),),
    ),
    Menu(
        "/mpls/traffic-eng/interface",
        fields=(
            Field("interface", INTERFACE, required=True),
            Field("bandwidth", Text(), default=b"0bps", unsettable=True),
            Field("k-factor", Number(1, 4294967295), default=b"3", unsettable=True),
            Field("refresh-time", Duration(), default=b"30s", unsettable=True),
            Field("use-udp", Flag(), default=b"no", unsettable=True),
            Field("blockade-k-factor", Number(1, 4294967295), default=b"4", unsettable=True),
            Field("te-metric", Number(0, 4294967295), default=b"1", unsettable=True),
            Field("igp-flood-period", Duration(), default=b"3m", unsettable=True),
            Field(
                "up-flood-thresholds",
                ListOf(Number(0, 100)),
                default=b"15,30,45,60,75,80,85,90,95,96,97,98,99,100",
                unsettable=True,
            ),
            Field(
                "down-flood-thresholds",
                ListOf(Number(0, 100)),
                default=b"100,99,98,97,96,95,90,85,80,75,60,45,30,15",
                unsettable=True,
            ),
            Field("resource-class", Text(), default=b"0", unsettable=True),
            *computed("lih", "local-address-ip", "local-address-ip6", "remaining-bw"),
            *computed("remaining-bw-prios"),
            *flags("invalid"),
        ),
        unique=(("interface",),),
        flags=(("disabled", "X"), ("invalid", "I")),
    ),
)
