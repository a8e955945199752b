"""OSPF: instances, areas, templates of RouterOS 7; networks and interfaces of RouterOS 6.

No neighbour is ever heard, so the menus of what was learned stay empty.

Source: command trees; RouterOS 6 and all defaults from published exports and from memory: assumed.
"""

from __future__ import annotations

from simulator.menus.shared import choice, computed, counters, flag, flags, several
from simulator.menus.table import Export, Field, Menu
from simulator.menus.types import (
    Address,
    AnyNetwork,
    Duration,
    Flag,
    ListOf,
    Network,
    Number,
    Reference,
    Text,
    YesNo,
)

__all__ = ["MENUS"]


_OSPF6 = YesNo(b"as-type-1", b"as-type-2")
_METRIC = Number(0, 16_777_215)


MENUS = (
    Menu(
        "/routing/ospf/instance",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("version", choice("2 3"), default=b"2"),
            Field("vrf", Text(), default=b"main"),
            Field(
                "router-id", Reference("/routing/id", also=(b"main",), free=True), default=b"main"
            ),
            Field("routing-table", Text(), unsettable=True),
            Field("originate-default", choice("always if-installed never"), unsettable=True),
            Field(
                "redistribute",
                several(
                    "connected static rip ospf isis bgp vpn dhcp fantasy modem bgp-mpls-vpn slaac"
                ),
                unsettable=True,
            ),
            Field("in-filter-chain", Text(), unsettable=True),
            Field("out-filter-chain", Text(), unsettable=True),
            Field("out-filter-select", Text(), unsettable=True),
            Field("domain-id", Text(), unsettable=True),
            Field("domain-tag", Number(0, 4294967295), unsettable=True),
            Field("use-dn", Flag(), unsettable=True),
            Field("mpls-te-address", Text(), unsettable=True),
            Field("mpls-te-area", Address(), unsettable=True),
            *flags("inactive"),
        ),
        named_by="name",
        since="7.0",
        flags=(("disabled", "X"), ("inactive", "I")),
    ),
    Menu(
        "/routing/ospf/instance",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("router-id", Address(), default=b"0.0.0.0"),
            Field(
                "distribute-default",
                choice(
                    "always-as-type-1 always-as-type-2 if-installed-as-type-1 "
                    "if-installed-as-type-2 never"
                ),
                default=b"never",
            ),
            Field("redistribute-connected", _OSPF6, default=b"no"),
            Field("redistribute-static", _OSPF6, default=b"no"),
            Field("redistribute-rip", _OSPF6, default=b"no"),
            Field("redistribute-bgp", _OSPF6, default=b"no"),
            Field("redistribute-other-ospf", _OSPF6, default=b"no"),
            Field("metric-default", _METRIC, default=b"1"),
            Field("metric-connected", _METRIC, default=b"20"),
            Field("metric-static", _METRIC, default=b"20"),
            Field("metric-rip", _METRIC, default=b"20"),
            Field("metric-bgp", Number(0, 16777215, words=(b"auto",)), default=b"auto"),
            Field("metric-other-ospf", Number(0, 16777215, words=(b"auto",)), default=b"auto"),
            Field("in-filter", Text(), default=b"ospf-in"),
            Field("out-filter", Text(), default=b"ospf-out"),
            Field("mpls-te-area", Reference("/routing/ospf/area", free=True)),
            Field("mpls-te-router-id", Reference("/interface", also=(b"none",))),
            Field("domain-id", Text(), default=b""),
            Field("domain-tag", Number(0, 4294967295)),
            flag("use-dn"),
            Field("routing-table", Text(), default=b""),
            flag("disabled"),
            *flags("default"),
        ),
        named_by="name",
        builtin=({"name": b"default", "default": b"yes"},),
        disableable=False,
        until="7.0",
        flags=(("disabled", "X"), ("default", "*")),
        export=Export(builtin="find", key="default"),
    ),
    Menu(
        "/routing/ospf/area",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("instance", Reference("/routing/ospf/instance"), required=True),
            Field("area-id", Address(), default=b"0.0.0.0"),
            Field("type", choice("default nssa stub"), default=b"default"),
            Field("default-cost", _METRIC, unsettable=True),
            Field("no-summaries", Flag(), unsettable=True),
            Field("nssa-translator", YesNo(b"candidate"), unsettable=True),
            *flags("dynamic", "inactive", "transit-capable"),
        ),
        named_by="name",
        since="7.0",
        flags=(("disabled", "X"), ("inactive", "I"), ("dynamic", "D"), ("transit-capable", "T")),
    ),
    Menu(
        "/routing/ospf/area",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("instance", Reference("/routing/ospf/instance"), default=b"default"),
            Field("area-id", Address(), default=b"0.0.0.0"),
            Field("type", choice("default nssa stub"), default=b"default"),
            Field("default-cost", _METRIC, default=b"1"),
            flag("inject-summary-lsas", b"yes"),
            Field(
                "translator-role",
                choice("translate-always translate-candidate translate-never"),
                default=b"translate-candidate",
            ),
            flag("disabled"),
            *flags("default", "active"),
        ),
        named_by="name",
        builtin=({"name": b"backbone", "default": b"yes"},),
        disableable=False,
        until="7.0",
        flags=(("disabled", "X"), ("default", "*")),
        export=Export(builtin="find", key="default"),
    ),
    Menu(
        "/routing/ospf/interface-template",
        fields=(
            Field(
                "interfaces",
                ListOf(Reference("/interface", "/interface/list"), unique=True),
                unsettable=True,
            ),
            Field("networks", ListOf(AnyNetwork()), unsettable=True),
            Field("area", Reference("/routing/ospf/area"), required=True),
            Field(
                "type",
                choice("broadcast nbma ptmp ptmp-broadcast ptp ptp-unnumbered virtual-link"),
                default=b"broadcast",
            ),
            Field("cost", Number(0, 65535), default=b"1"),
            Field("priority", Number(0, 255), default=b"128"),
            Field("passive", Flag(), unsettable=True),
            Field("instance-id", Number(0, 255), default=b"0"),
            Field("hello-interval", Duration(1, 65535), default=b"10s"),
            Field("dead-interval", Duration(1, 65535), default=b"40s"),
            Field("retransmit-interval", Duration(1, 65535), default=b"5s"),
            Field("transmit-delay", Duration(1, 65535), default=b"1s"),
            Field("auth", choice("md5 sha1 sha256 sha384 sha512 simple"), unsettable=True),
            Field("auth-key", Text(), sensitive=True, unsettable=True),
            Field("auth-id", Number(0, 255), unsettable=True),
            Field("prefix-list", Text(), unsettable=True),
            Field("use-bfd", Flag(), unsettable=True, since="7.10"),
            Field("vlink-neighbor-id", Address(), unsettable=True, until="7.23"),
            Field(
                "vlink-transit-area", Reference("/routing/ospf/area"), unsettable=True, until="7.23"
            ),
            *flags("inactive"),
        ),
        ordered=True,
        since="7.0",
        flags=(("disabled", "X"), ("inactive", "I")),
    ),
    Menu(
        "/routing/ospf/interface",
        fields=(),
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        since="7.0",
        until="7.23",
        export=None,
    ),
    Menu(
        "/routing/ospf/interface",
        fields=(
            Field(
                "interface", Reference("/interface", also=(b"all",)), default=b"all", required=True
            ),
            Field("cost", Number(1, 65535), default=b"10"),
            Field("priority", Number(0, 255), default=b"1"),
            Field("authentication", choice("md5 none simple"), default=b"none"),
            Field("authentication-key", Text(), default=b"", sensitive=True),
            Field("authentication-key-id", Number(0, 255), default=b"1"),
            Field(
                "network-type",
                choice("broadcast default nbma point-to-point ptmp"),
                default=b"default",
            ),
            Field("instance-id", Number(0, 255), default=b"0"),
            Field("retransmit-interval", Duration(1, 65535), default=b"5s"),
            Field("transmit-delay", Duration(1, 65535), default=b"1s"),
            Field("hello-interval", Duration(1, 65535), default=b"10s"),
            Field("dead-interval", Duration(1, 65535), default=b"40s"),
            flag("passive"),
            flag("use-bfd"),
            flag("disabled"),
            *computed("ip-address", "state"),
            *flags("dynamic", "inactive", "passive-mode"),
        ),
        disableable=False,
        until="7.0",
        flags=(("disabled", "X"), ("inactive", "I"), ("dynamic", "D")),
    ),
    Menu(
        "/routing/ospf/network",
        fields=(
            Field("network", Network(), required=True),
            Field("area", Reference("/routing/ospf/area"), required=True),
            flag("disabled"),
            *flags("invalid"),
        ),
        disableable=False,
        until="7.0",
        flags=(("disabled", "X"), ("invalid", "I")),
    ),
    Menu(
        "/routing/ospf/neighbor",
        fields=(
            *computed("address", "area", "bdr", "dr", "instance", "interface"),
            *computed("router-id", "state"),
            *counters("db-summaries", "ls-requests", "ls-retransmits", "priority"),
            *counters("state-changes"),
            *computed("adjacency", "timeout", type=Duration()),
            *flags("dynamic", "virtual"),
        ),
        lacks=frozenset({"*"}),
        disableable=False,
        since="7.0",
        flags=(("virtual", "V"), ("dynamic", "D")),
        export=None,
    ),
    Menu(
        "/routing/ospf/neighbor",
        fields=(
            *computed("instance", "router-id", "address", "interface", "dr-address"),
            *computed("backup-dr-address", "state"),
            *counters("priority", "state-changes", "ls-retransmits", "ls-requests"),
            *counters("db-summaries"),
            *computed("adjacency", type=Duration()),
        ),
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        until="7.0",
        export=None,
    ),
)
