"""LTE modems, their access points and text messages; who finds out whether there is an internet.

A simulated router has no modem.

Source: command trees; defaults from published exports and from memory: assumed.
"""

from __future__ import annotations

from simulator.menus.interface import InterfaceKind
from simulator.menus.shared import (
    INTERFACE_LIST,
    NAME_TAKEN,
    choice,
    computed,
    flag,
    flags,
    several,
)
from simulator.menus.table import Export, Field, Menu
from simulator.menus.types import Duration, Flag, ListOf, Number, Reference, Text

__all__ = ["MENUS"]


_IPV6_INTERFACE = Reference("/interface", also=(b"none",))


MENUS = (
    Menu(
        "/interface/lte",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field(
                "apn-profiles",
                ListOf(Reference("/interface/lte/apn"), unique=True),
                default=b"default",
            ),
            flag("allow-roaming"),
            Field("band", Text(), default=b""),
            Field("mtu", Number(0, 65535, words=(b"auto",)), default=b"auto"),
            Field("network-mode", several("3g auto gsm lte 5g"), unsettable=True),
            Field("nr-band", Text(), default=b""),
            flag("sms-read", b"yes", since="7.13"),
            Field("sms-protocol", choice("at auto mbim"), default=b"auto", since="7.16"),
            Field("modem-init", Text(), default=b"", unsettable=True),
            Field("operator", Text(), default=b""),
            Field("pin", Text(), default=b"", sensitive=True),
            Field("master", Reference("/interface/lte", also=(b"none",)), until="7.15"),
            Field("master", Text(), read_only=True, since="7.15"),
            *computed("advertised-mtu", "default-name"),
            *flags("inactive", "running"),
        ),
        named_by="name",
        name_error=NAME_TAKEN,
        hooks=InterfaceKind,
        lacks=frozenset({"add"}),
        flags=(("disabled", "X"), ("running", "R"), ("inactive", "I")),
        export=Export(builtin="find", key="default-name"),
    ),
    Menu(
        "/interface/lte/apn",
        fields=(
            Field("name", Text(min_length=1)),
            Field("apn", Text(), default=b""),
            Field("authentication", choice("chap none pap"), default=b"none"),
            Field("user", Text(), default=b""),
            Field("password", Text(), default=b"", sensitive=True),
            Field("ip-type", choice("auto ipv4 ipv6"), default=b"auto"),
            flag("use-peer-dns", b"yes"),
            flag("add-default-route", b"yes"),
            Field("default-route-distance", Number(0, 255), default=b"2"),
            flag("use-network-apn", b"yes"),
            Field("ipv6-interface", _IPV6_INTERFACE, default=b"none"),
            Field("passthrough-interface", _IPV6_INTERFACE, default=b"none"),
            Field("passthrough-mac", Text(), default=b"auto"),
            Field("passthrough-subnet-size", choice("32 auto"), default=b"auto", since="7.13"),
            Field("passthrough-subnet-selection", choice("auto p2p"), until="7.13"),
            *flags("default"),
        ),
        named_by="name",
        builtin=({"name": b"default", "default": b"yes"},),
        disableable=False,
        flags=(("default", "*"),),
        export=Export(builtin="find", key="default"),
    ),
    Menu(
        "/interface/detect-internet",
        singleton=True,
        fields=(
            Field("detect-interface-list", INTERFACE_LIST, default=b"none"),
            Field("lan-interface-list", INTERFACE_LIST, default=b"none"),
            Field("wan-interface-list", INTERFACE_LIST, default=b"none"),
            Field("internet-interface-list", INTERFACE_LIST, default=b"none"),
            Field("request-interval", Duration(60, 86400), default=b"1m", since="7.22"),
        ),
    ),
    Menu(
        "/interface/detect-internet/state",
        fields=(
            *computed("name", "state"),
            *computed("cloud-rtt", "state-change-time", type=Duration()),
        ),
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        export=None,
    ),
    Menu(
        "/interface/dot1x/server",
        fields=(
            Field("interface", Reference("/interface", "/interface/list"), required=True),
            Field("auth-types", several("dot1x mac-auth"), default=b"dot1x"),
            Field("auth-timeout", Duration(0.1, 42949672.95), default=b"1m"),
            Field("retrans-timeout", Duration(0.1, 42949672.95), default=b"30s"),
            Field("reauth-timeout", Duration(0), default=b"0s", unsettable=True),
            Field("interim-update", Duration(), default=b"0s"),
            flag("accounting", b"yes"),
            Field(
                "radius-mac-format",
                choice(
                    "XX-XX-XX-XX-XX-XX XX:XX:XX:XX:XX:XX XXXXXXXXXXXX xx-xx-xx-xx-xx-xx "
                    "xx:xx:xx:xx:xx:xx xxxxxxxxxxxx"
                ),
                default=b"XX:XX:XX:XX:XX:XX",
            ),
            Field(
                "mac-auth-mode",
                choice("mac-as-username mac-as-username-and-password"),
                default=b"mac-as-username",
            ),
            Field("guest-vlan-id", Number(0, 4095), unsettable=True),
            Field("reject-vlan-id", Number(0, 4095), unsettable=True),
            Field("server-fail-vlan-id", Number(0, 4095), unsettable=True),
            Field("reauth-period", Duration(0), since="7.24"),
            *flags("inactive"),
        ),
        flags=(("disabled", "X"), ("inactive", "I")),
    ),
    Menu(
        "/tool/sms",
        singleton=True,
        fields=(
            Field("port", Reference("/port", also=(b"none",), free=True), default=b"none"),
            Field("channel", Number(0, 4294967295), default=b"0"),
            flag("receive-enabled"),
            Field("secret", Text(), default=b"", sensitive=True),
            Field("allowed-number", Text(), default=b""),
            Field("sim-pin", Text(), default=b"", sensitive=True),
            flag("polling", since="7.16"),
            Field("sms-storage", choice("modem sim"), default=b"sim", since="7.15"),
            flag("remove-sent-sms-after-send", since="7.20"),
            Field("auto-erase", Flag(), default=b"no", until="7.13"),
            *computed("last-ussd", "status"),
        ),
    ),
    Menu(
        "/tool/sms/inbox",
        fields=(*computed("message", "pdu", "phone", "source", "timestamp", "type"),),
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        export=None,
    ),
)
