"""IPv6: router advertisements, pools, options of the DHCP client.

Source: command trees; defaults and fresh items from published exports and from memory: assumed.
"""

from __future__ import annotations

from simulator.menus.shared import choice, computed, flag, flags
from simulator.menus.table import Export, Field, Menu
from simulator.menus.types import (
    Address6,
    Duration,
    ListOf,
    Number,
    Prefix6,
    Reference,
    Text,
    YesNo,
)

__all__ = ["MENUS"]


MENUS = (
    Menu(
        "/ipv6/nd",
        fields=(
            Field(
                "interface", Reference("/interface", also=(b"all",)), default=b"all", required=True
            ),
            Field("ra-interval", Text(), default=b"3m20s-10m"),
            Field("ra-delay", Duration(), default=b"3s"),
            Field("mtu", Number(0, 4294967295, words=(b"unspecified",)), default=b"unspecified"),
            Field(
                "reachable-time", Duration(0, 3600, words=(b"unspecified",)), default=b"unspecified"
            ),
            Field("retransmit-interval", Duration(words=(b"unspecified",)), default=b"unspecified"),
            Field("ra-lifetime", Duration(0, 9000, words=(b"none",)), default=b"30m"),
            Field("ra-preference", choice("high low medium"), default=b"medium", since="7.0"),
            Field("hop-limit", Number(0, 255, words=(b"unspecified",)), default=b"unspecified"),
            flag("advertise-mac-address", b"yes"),
            Field("advertise-dns", YesNo(b"self"), default=b"yes"),
            flag("managed-address-configuration"),
            flag("other-configuration"),
            Field("dns", ListOf(Address6()), since="7.0"),
            Field("pref64", ListOf(Prefix6()), since="7.0"),
            *flags("default", "invalid"),
        ),
        unique=(("interface",),),
        builtin=({"interface": b"all", "default": b"yes"},),
        flags=(("disabled", "X"), ("invalid", "I"), ("default", "*")),
        export=Export(builtin="find", key="default"),
    ),
    Menu(
        "/ipv6/pool",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("prefix", Prefix6()),
            Field("prefix-length", Number(1, 128), required=True),
            Field("from-pool", Reference("/ipv6/pool", also=(b"none",)), since="7.22"),
            *computed("actual-prefix"),
            *computed("preferred-lifetime", "valid-lifetime", type=Duration()),
            *flags("dynamic", "inactive"),
        ),
        named_by="name",
        disableable=False,
        flags=(("dynamic", "D"), ("inactive", "I")),
    ),
    Menu(
        "/ipv6/dhcp-client/option",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("code", Number(1, 65535), required=True),
            Field("value", Text(), default=b""),
            Field("comment", Text(), since="7.16"),
            *computed("raw-value"),
            *flags("default"),
        ),
        named_by="name",
        commentable=False,
        disableable=False,
    ),
    Menu(
        "/ip/vrf",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field(
                "interfaces",
                ListOf(Reference("/interface", "/interface/list"), unique=True),
                required=True,
            ),
            *flags("builtin"),
        ),
        named_by="name",
        ordered=True,
        since="7.0",
        flags=(("disabled", "X"), ("builtin", "*")),
    ),
)
