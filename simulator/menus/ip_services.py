"""Helpers of `/ip`: SOCKS, proxy, UPnP, DHCP relay, lists of advertisers, old routing rules.

Source: command trees; RouterOS 6 and all defaults from published exports and from memory: assumed.
"""

from __future__ import annotations

from simulator.menus.interface import nothing
from simulator.menus.shared import INTERFACE, choice, computed, counters, flag, flags
from simulator.menus.table import Command, Export, Field, Menu
from simulator.menus.types import Address, AnyAddress, Duration, ListOf, Network, Number, Text

__all__ = ["MENUS"]


MENUS = (
    Menu(
        "/ip/socks",
        singleton=True,
        fields=(
            flag("enabled"),
            Field("port", Number(0, 65535), default=b"1080"),
            Field("connection-idle-timeout", Duration(), default=b"2m"),
            Field("max-connections", Number(1, 500), default=b"200"),
            Field("version", choice("4 5"), default=b"4", since="7.0"),
            Field("auth-method", choice("none password"), default=b"none", since="7.0"),
            Field("vrf", Text(), default=b"main", since="7.0"),
        ),
    ),
    Menu(
        "/ip/proxy",
        singleton=True,
        fields=(
            flag("enabled"),
            Field("src-address", AnyAddress(), default=b"::"),
            Field("port", ListOf(Number(0, 65535)), default=b"8080"),
            flag("anonymous"),
            Field("parent-proxy", AnyAddress(), default=b"::"),
            Field("parent-proxy-port", Number(0, 65535), default=b"0"),
            Field("cache-administrator", Text(), default=b"webmaster"),
            Field("max-cache-size", Text(), default=b"unlimited"),
            Field("max-cache-object-size", Text(), default=b"2048KiB"),
            flag("cache-on-disk"),
            Field("max-client-connections", Number(1, 5000), default=b"600"),
            Field("max-server-connections", Number(1, 5000), default=b"600"),
            Field("max-fresh-time", Duration(), default=b"3d"),
            flag("serialize-connections"),
            flag("always-from-cache"),
            Field("cache-hit-dscp", Number(0, 63), default=b"4"),
            Field("cache-path", Text(), default=b"web-proxy"),
        ),
        commands={"clear-cache": Command(nothing), "reset-html": Command(nothing)},
    ),
    Menu(
        "/ip/upnp",
        singleton=True,
        fields=(
            flag("enabled"),
            flag("allow-disable-external-interface"),
            flag("show-dummy-rule", b"yes"),
        ),
    ),
    Menu(
        "/ip/upnp/interfaces",
        fields=(
            Field("interface", INTERFACE, required=True),
            Field("type", choice("external internal"), required=True),
            Field("forced-ip", Address(), unsettable=True),
            *flags("dynamic"),
        ),
        unique=(("interface",),),
        commentable=False,
        flags=(("disabled", "X"), ("dynamic", "D")),
    ),
    Menu(
        "/ip/dhcp-relay",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("interface", INTERFACE, required=True),
            Field("dhcp-server", ListOf(Address()), required=True),
            Field("delay-threshold", Duration(words=(b"none",)), default=b"none"),
            Field("local-address", Address(), default=b"0.0.0.0"),
            flag("add-relay-info"),
            Field("relay-info-remote-id", Text(), default=b"", unsettable=True),
            Field("dhcp-server-vrf", Text(), default=b"main", since="7.15"),
            flag("local-address-as-src-ip", since="7.17"),
            *flags("invalid"),
        ),
        named_by="name",
        commands={"reset-counters": Command(nothing, items="many")},
        commentable=False,
        flags=(("disabled", "X"), ("invalid", "I")),
    ),
    Menu(
        "/ip/dns/adlist",
        fields=(
            Field("url", Text(), default=b""),
            Field("file", Text(), default=b""),
            flag("ssl-verify", b"yes"),
            *counters("match-count", "name-count"),
        ),
        commands={"reload": Command(nothing), "pause": Command(nothing)},
        since="7.15",
        flags=(("disabled", "X"),),
    ),
    Menu(
        "/ip/route/rule",
        fields=(
            Field("src-address", Network()),
            Field("dst-address", Network()),
            Field("interface", INTERFACE),
            Field("routing-mark", Text(), default=b""),
            Field(
                "action", choice("drop lookup lookup-only-in-table unreachable"), default=b"lookup"
            ),
            Field("table", Text(), default=b"main"),
            flag("disabled"),
            *flags("inactive"),
        ),
        ordered=True,
        disableable=False,
        until="7.0",
        flags=(("disabled", "X"), ("inactive", "I")),
    ),
    Menu(
        "/ip/route/vrf",
        fields=(
            Field("routing-mark", Text(), required=True),
            Field("interfaces", ListOf(INTERFACE, unique=True)),
            Field("route-distinguisher", Text(), default=b""),
            Field("export-route-targets", Text(), default=b""),
            Field("import-route-targets", Text(), default=b""),
            flag("disabled"),
            *flags("inactive"),
        ),
        unique=(("routing-mark",),),
        disableable=False,
        until="7.0",
        flags=(("disabled", "X"), ("inactive", "I")),
    ),
    Menu(
        "/ip/neighbor/discovery",
        fields=(
            Field("name", Text(min_length=1)),
            flag("discover", b"yes"),
            flag("default-for-dynamic", b"yes"),
            *flags("default", "invalid"),
        ),
        named_by="name",
        builtin=({"name": b"default", "default": b"yes"},),
        lacks=frozenset({"add", "remove"}),
        disableable=False,
        until="7.0",
        export=Export(builtin="name"),
    ),
    Menu(
        "/ip/cloud/back-to-home-file",
        fields=(
            Field("name", Text(min_length=1)),
            Field("path", Text(), required=True),
            flag("allow-uploads"),
            Field("expires", Text(), default=b""),
            flag("disabled"),
            *computed("key", "direct-url", "url", "status"),
            *counters("downloads"),
        ),
        named_by="name",
        disableable=False,
        since="7.17",
        flags=(("disabled", "X"),),
    ),
)
