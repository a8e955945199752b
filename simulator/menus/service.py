"""/ip/service, /ip/settings, /ipv6/settings, /ip/cloud, /ip/ssh, neighbor discovery.

Source: default ports, routeros-api.md, 2.1; names and value sets, command
trees; other defaults from memory of a CHR: assumed.
"""

from __future__ import annotations

from simulator.menus.interface import nothing
from simulator.menus.shared import CERTIFICATE, INTERFACE_LIST, computed, counters, flag, flags
from simulator.menus.table import Command, Export, Field, Menu
from simulator.menus.types import (
    Choice,
    Duration,
    Flag,
    ListOf,
    Negatable,
    Network,
    Number,
    Text,
    YesNo,
)

__all__ = ["MENUS"]


_HASH_POLICY = Choice(b"l3", b"l3-inner", b"l4")
_WITH_CERTIFICATE = {"certificate": b"none"}

MENUS = (
    Menu(
        "/ip/service",
        fields=(
            *computed("name"),
            Field("port", Number(1, 65535)),
            *computed("proto", since="7.19"),
            Field("address", ListOf(Network(), unique=True), default=b""),
            Field("certificate", CERTIFICATE),
            Field("tls-version", Choice(b"any", b"only-1.2")),
            Field("vrf", Text(), default=b"main", since="7.1"),
            Field("max-sessions", Number(1, 1000), default=b"20", since="7.16"),
            *computed("local", "remote", "container", "netns", since="7.19"),
            *computed("connection", type=Flag(), presence=True, since="7.19"),
            *flags("dynamic", "invalid"),
        ),
        named_by="name",
        builtin=(
            {"name": b"telnet", "port": b"23"},
            {"name": b"ftp", "port": b"21"},
            {"name": b"www", "port": b"80"},
            {"name": b"ssh", "port": b"22"},
            {"name": b"www-ssl", "port": b"443", "disabled": b"yes", **_WITH_CERTIFICATE},
            {"name": b"api", "port": b"8728"},
            {"name": b"winbox", "port": b"8291"},
            {"name": b"api-ssl", "port": b"8729", **_WITH_CERTIFICATE},
        ),
        lacks=frozenset({"add", "remove"}),
        commentable=False,
        first_id=0,
        flags=(("disabled", "X"), ("invalid", "I")),
        export=Export(builtin="name"),
    ),
    Menu(
        "/ip/settings",
        singleton=True,
        lacks=frozenset({"reset"}),
        fields=(
            flag("ip-forward", b"yes"),
            flag("send-redirects", b"yes"),
            flag("accept-source-route"),
            flag("accept-redirects"),
            flag("secure-redirects", b"yes"),
            Field("rp-filter", Choice(b"loose", b"no", b"strict"), default=b"no"),
            flag("tcp-syncookies"),
            Field(
                "tcp-timestamps",
                Choice(b"disabled", b"enabled", b"random-offset"),
                default=b"random-offset",
                since="7.18",
            ),
            Field("max-neighbor-entries", Number(0, 4294967295), default=b"16384"),
            Field("arp-timeout", Duration(), default=b"30s"),
            Field("icmp-rate-limit", Number(0, 4294967295), default=b"10"),
            Field("icmp-rate-mask", Text(), default=b"0x1818"),
            flag("icmp-errors-use-inbound-interface-address", since="7.18"),
            Field("route-cache", Flag(), default=b"yes", until="7.13"),
            flag("allow-fast-path", b"yes"),
            Field("ipv4-multipath-hash-policy", _HASH_POLICY, default=b"l3", since="7.16"),
            *computed("ipv4-fast-path-active", type=Flag(), default=b"yes"),
            *counters("ipv4-fast-path-packets", "ipv4-fast-path-bytes"),
            *computed("ipv4-fasttrack-active", type=Flag(), default=b"no"),
            *counters("ipv4-fasttrack-packets", "ipv4-fasttrack-bytes"),
        ),
    ),
    Menu(
        "/ipv6/settings",
        singleton=True,
        lacks=frozenset({"reset"}),
        fields=(
            flag("disable-ipv6"),
            flag("forward", b"yes"),
            Field(
                "accept-redirects",
                Choice(b"no", b"yes-if-forwarding-disabled"),
                default=b"yes-if-forwarding-disabled",
            ),
            Field(
                "accept-router-advertisements",
                YesNo(b"yes-if-forwarding-disabled"),
                default=b"yes-if-forwarding-disabled",
            ),
            Field("accept-router-advertisements-on", INTERFACE_LIST, default=b"all", since="7.19"),
            flag("disable-link-local-address", since="7.18"),
            Field("max-neighbor-entries", Number(0, 4294967295), default=b"16384"),
            Field("min-neighbor-entries", Number(0, 4294967295), default=b"4096", since="7.18"),
            Field(
                "soft-max-neighbor-entries", Number(0, 4294967295), default=b"8192", since="7.18"
            ),
            Field("stale-neighbor-detect-interval", Number(0), default=b"30", since="7.18"),
            Field("stale-neighbor-timeout", Number(0), default=b"60", since="7.18"),
            Field("multipath-hash-policy", _HASH_POLICY, default=b"l3", since="7.16"),
            flag("allow-fast-path", b"yes", since="7.18"),
            *computed("ipv6-fast-path-active", type=Flag(), default=b"no"),
            *counters("ipv6-fast-path-packets", "ipv6-fast-path-bytes"),
            *computed("ipv6-fasttrack-active", type=Flag(), default=b"no"),
            *counters("ipv6-fasttrack-packets", "ipv6-fasttrack-bytes"),
        ),
    ),
    Menu(
        "/ip/cloud",
        singleton=True,
        fields=(
            Field("ddns-enabled", YesNo(), default=b"no", until="7.17"),
            Field("ddns-enabled", Choice(b"auto", b"yes"), default=b"auto", since="7.17"),
            Field("ddns-update-interval", Duration(60, words=(b"none",)), default=b"none"),
            flag("update-time", b"yes"),
            *computed("public-address", "public-address-ipv6", "dns-name", "status", "warning"),
        ),
        commands={"force-update": Command(nothing)},
        print_flags=("show-sensitive",),
    ),
    Menu(
        "/ip/ssh",
        singleton=True,
        fields=(
            Field("allow-none-crypto", Flag(), default=b"no", until="7.17"),
            flag("strong-crypto"),
            Field(
                "ciphers",
                ListOf(
                    Choice(b"3des-cbc", b"aes-cbc", b"aes-ctr", b"aes-gcm", b"auto", b"null"),
                    unique=True,
                ),
                default=b"auto",
                since="7.17",
            ),
            Field("forwarding-enabled", Choice(b"both", b"local", b"no", b"remote"), default=b"no"),
            Field("always-allow-password-login", Flag(), default=b"no", until="7.19"),
            Field(
                "password-authentication",
                YesNo(b"yes-if-no-key"),
                default=b"yes-if-no-key",
                since="7.19",
            ),
            Field(
                "publickey-authentication-options",
                ListOf(Choice(b"none", b"touch-required", b"verify-required"), unique=True),
                default=b"none",
                since="7.19",
            ),
            Field(
                "host-key-size",
                Choice(b"1024", b"1536", b"2048", b"4096", b"8192"),
                default=b"2048",
            ),
            Field("host-key-type", Choice(b"ed25519", b"rsa"), default=b"rsa"),
        ),
    ),
    Menu(
        "/ip/neighbor/discovery-settings",
        singleton=True,
        lacks=frozenset({"reset"}),
        fields=(
            Field("discover-interface-list", Negatable(INTERFACE_LIST), default=b"static"),
            Field(
                "lldp-med-net-policy-vlan",
                Number(0, 4094, words=(b"disabled",)),
                default=b"disabled",
            ),
            Field(
                "protocol",
                ListOf(Choice(b"cdp", b"lldp", b"mndp"), unique=True),
                default=b"cdp,lldp,mndp",
            ),
            Field("mode", Choice(b"rx-only", b"tx-and-rx", b"tx-only"), default=b"tx-and-rx"),
            Field("discover-interval", Duration(5, 32_768), default=b"30s", since="7.16"),
            flag("lldp-mac-phy-config", since="7.16"),
            flag("lldp-max-frame-size", since="7.16"),
            flag("lldp-vlan-info", since="7.16"),
        ),
    ),
)
