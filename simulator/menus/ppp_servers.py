"""Servers that PPP links dial into: PPPoE, OpenVPN, L2TP, PPTP and SSTP.

Source: command trees; defaults from published exports and from memory: assumed.
"""

from __future__ import annotations

from simulator.menus.shared import (
    CERTIFICATE,
    INTERFACE,
    INTERFACE_LIST,
    choice,
    flag,
    flags,
    several,
)
from simulator.menus.table import Field, Menu
from simulator.menus.types import Address6, Mac, Number, Ranges, Reference, Text, YesNo

__all__ = ["MENUS"]


_AUTH = several("sha1 md5 sha256 sha384 sha512 null")
_CIPHER = several(
    "blowfish128 aes128-cbc aes192-cbc aes256-cbc aes128-gcm aes192-gcm aes256-gcm null"
)
_KEEPALIVE = Number(0, 65535, words=(b"disabled",))
_MRRU = Number(512, 65535, words=(b"disabled",))
_MTU = Number(512, 65535, words=(b"auto",))
_UNLIMITED = Number(0, 4294967295, words=(b"unlimited",))


MENUS = (
    Menu(
        "/interface/pppoe-server/server",
        fields=(
            Field("service-name", Text(), default=b""),
            Field("interface", INTERFACE, required=True),
            Field("max-mtu", _MTU, default=b"auto"),
            Field("max-mru", _MTU, default=b"auto"),
            Field("mrru", _MRRU, default=b"disabled"),
            Field(
                "authentication",
                several("pap chap mschap1 mschap2"),
                default=b"pap,chap,mschap1,mschap2",
            ),
            Field("keepalive-timeout", _KEEPALIVE, default=b"10"),
            flag("one-session-per-host"),
            Field("max-sessions", _UNLIMITED, default=b"unlimited"),
            Field("pado-delay", Number(0, 65535), default=b"0"),
            Field("default-profile", Reference("/ppp/profile"), default=b"default"),
            flag("accept-empty-service", b"yes"),
            flag("accept-untagged", b"yes", since="7.20"),
            Field("pppoe-over-vlan-range", Ranges(1, 4095), since="7.17"),
            *flags("invalid"),
        ),
        unique=(("interface", "service-name"),),
        flags=(("disabled", "X"), ("invalid", "I")),
    ),
    Menu(
        "/interface/ovpn-server/server",
        singleton=True,
        fields=(
            flag("enabled"),
            Field("port", Number(0, 65535), default=b"1194"),
            Field("mode", choice("ethernet ip"), default=b"ip"),
            Field("protocol", choice("tcp udp"), default=b"tcp", since="7.0"),
            Field("netmask", Number(0, 32), default=b"24"),
            Field("mac-address", Mac()),
            Field("max-mtu", Number(64, 65535), default=b"1500"),
            Field("keepalive-timeout", _KEEPALIVE, default=b"60"),
            Field("default-profile", Reference("/ppp/profile"), default=b"default"),
            Field("certificate", CERTIFICATE, default=b"none"),
            flag("require-client-certificate"),
            Field("tls-version", choice("any only-1.2"), default=b"any", since="7.0"),
            Field("auth", _AUTH, default=b"sha1,md5,sha256,sha512"),
            Field("cipher", _CIPHER, default=b"blowfish128,aes128-cbc"),
            Field(
                "redirect-gateway", several("disabled def1 ipv6"), default=b"disabled", since="7.0"
            ),
            Field("push-routes", Text(), default=b"", since="7.14"),
            flag("enable-tun-ipv6", since="7.0"),
            Field("ipv6-prefix-len", Number(64, 112), default=b"64", since="7.0"),
            Field("tun-server-ipv6", Address6(), default=b"::", since="7.0"),
            Field("reneg-sec", Number(0, 2147483647), default=b"3600", since="7.0"),
        ),
        until="7.17",
    ),
    Menu(
        "/interface/ovpn-server/server",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("port", Number(0, 65535), default=b"1194"),
            Field("mode", choice("ethernet ip"), default=b"ip"),
            Field("protocol", choice("tcp udp"), default=b"tcp"),
            Field("netmask", Number(0, 32), default=b"24"),
            Field("mac-address", Mac()),
            Field("max-mtu", Number(64, 65535), default=b"1500"),
            Field("keepalive-timeout", _KEEPALIVE, default=b"60"),
            Field("default-profile", Reference("/ppp/profile"), default=b"default"),
            Field("certificate", CERTIFICATE, default=b"none"),
            flag("require-client-certificate"),
            Field("tls-version", choice("any only-1.2"), default=b"any"),
            Field("auth", _AUTH, default=b"sha1,md5,sha256,sha512"),
            Field("cipher", _CIPHER, default=b"blowfish128,aes128-cbc"),
            Field("redirect-gateway", several("disabled def1 ipv6"), default=b"disabled"),
            Field("push-routes", Text(), default=b""),
            Field("push-routes-ipv6", Text(), default=b"", since="7.21"),
            flag("enable-tun-ipv6"),
            Field("ipv6-prefix-len", Number(64, 112), default=b"64"),
            Field("tun-server-ipv6", Address6(), default=b"::"),
            Field("reneg-sec", Number(0, 2147483647), default=b"3600"),
            Field("user-auth-method", choice("mschap2 pap"), default=b"pap"),
            Field("vrf", Text(), default=b"main"),
            *flags("inactive"),
        ),
        named_by="name",
        since="7.17",
        flags=(("disabled", "X"), ("inactive", "I")),
    ),
    Menu(
        "/interface/l2tp-server/server",
        singleton=True,
        fields=(
            flag("enabled"),
            Field("max-mtu", Number(512, 65535), default=b"1450"),
            Field("max-mru", Number(512, 65535), default=b"1450"),
            Field("mrru", _MRRU, default=b"disabled"),
            Field(
                "authentication",
                several("pap chap mschap1 mschap2"),
                default=b"pap,chap,mschap1,mschap2",
            ),
            Field("keepalive-timeout", _KEEPALIVE, default=b"30"),
            Field("max-sessions", _UNLIMITED, default=b"unlimited"),
            Field("default-profile", Reference("/ppp/profile"), default=b"default-encryption"),
            Field("use-ipsec", YesNo(b"required"), default=b"no"),
            Field("ipsec-secret", Text(), default=b"", sensitive=True),
            Field("caller-id-type", choice("ip-address number"), default=b"ip-address"),
            flag("one-session-per-host"),
            flag("allow-fast-path"),
            Field("accept-pseudowire-type", choice("all ether ppp"), default=b"all", since="7.0"),
            Field("accept-proto-version", choice("all l2tpv2 l2tpv3"), default=b"all", since="7.0"),
            Field("l2tpv3-circuit-id", Text(), default=b"", since="7.0"),
            Field("l2tpv3-cookie-length", choice("0 4-bytes 8-bytes"), default=b"0", since="7.0"),
            Field("l2tpv3-digest-hash", choice("md5 none sha1"), default=b"md5", since="7.0"),
            Field("l2tpv3-ether-interface-list", INTERFACE_LIST, since="7.0"),
        ),
    ),
    Menu(
        "/interface/pptp-server/server",
        singleton=True,
        fields=(
            flag("enabled"),
            Field("max-mtu", Number(512, 65535), default=b"1450"),
            Field("max-mru", Number(512, 65535), default=b"1450"),
            Field("mrru", _MRRU, default=b"disabled"),
            Field(
                "authentication", several("pap chap mschap1 mschap2"), default=b"mschap1,mschap2"
            ),
            Field("keepalive-timeout", _KEEPALIVE, default=b"30"),
            Field("default-profile", Reference("/ppp/profile"), default=b"default-encryption"),
        ),
    ),
    Menu(
        "/interface/sstp-server/server",
        singleton=True,
        fields=(
            flag("enabled"),
            Field("port", Number(0, 65535), default=b"443"),
            Field("max-mtu", Number(512, 65535), default=b"1500"),
            Field("max-mru", Number(512, 65535), default=b"1500"),
            Field("mrru", _MRRU, default=b"disabled"),
            Field("keepalive-timeout", _KEEPALIVE, default=b"60"),
            Field("default-profile", Reference("/ppp/profile"), default=b"default"),
            Field(
                "authentication",
                several("pap chap mschap1 mschap2"),
                default=b"pap,chap,mschap1,mschap2",
            ),
            Field("certificate", CERTIFICATE, default=b"none"),
            flag("verify-client-certificate"),
            Field("pfs", YesNo(b"required"), default=b"no"),
            Field("tls-version", choice("any only-1.2"), default=b"any"),
            Field(
                "ciphers",
                several("aes256-sha aes256-gcm-sha384"),
                default=b"aes256-sha",
                since="7.14",
            ),
        ),
    ),
)
