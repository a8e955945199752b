"""Links that dial out: L2TP, OpenVPN, PPP, PPTP and SSTP clients. PPPoE is in `virtual`.

Source: command trees; stems of names and defaults from published exports and from memory: assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.menus.interface import InterfaceKind
from simulator.menus.shared import (
    CERTIFICATE,
    NAME_TAKEN,
    Numbered,
    choice,
    computed,
    flag,
    flags,
    several,
)
from simulator.menus.table import Field, Menu
from simulator.menus.types import Address, Mac, Number, Reference, Text, YesNo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.storage import Item
    from simulator.values import Value

__all__ = ["MENUS"]


class DialHooks(Numbered, InterfaceKind):
    """No server ever answers: the link stays down."""

    def show(self, item: Item) -> Mapping[str, Value]:
        return {**super().show(item), "running": False}


class L2tpHooks(DialHooks):
    stem = b"l2tp-out"


class OvpnHooks(DialHooks):
    stem = b"ovpn-out"


class PppHooks(DialHooks):
    stem = b"ppp-out"


class PptpHooks(DialHooks):
    stem = b"pptp-out"


class SstpHooks(DialHooks):
    stem = b"sstp-out"


_MRRU = Number(512, 65535, words=(b"disabled",))


MENUS = (
    Menu(
        "/interface/l2tp-client",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("max-mtu", Number(512, 65535), default=b"1450"),
            Field("max-mru", Number(512, 65535), default=b"1450"),
            Field("mrru", _MRRU, default=b"disabled"),
            Field("connect-to", Text(), required=True),
            Field("user", Text(), default=b""),
            Field("password", Text(), default=b"", sensitive=True),
            Field("profile", Reference("/ppp/profile"), default=b"default-encryption"),
            Field("keepalive-timeout", Number(1, 65535, words=(b"disabled",)), default=b"60"),
            Field("use-peer-dns", YesNo(b"exclusively"), default=b"no", since="7.0"),
            flag("use-ipsec"),
            Field("ipsec-secret", Text(), default=b"", sensitive=True),
            flag("allow-fast-path"),
            flag("add-default-route"),
            Field("default-route-distance", Number(0, 255), default=b"1"),
            flag("dial-on-demand"),
            Field(
                "allow", several("pap chap mschap1 mschap2"), default=b"pap,chap,mschap1,mschap2"
            ),
            Field("src-address", Address(), since="7.0"),
            Field(
                "l2tp-proto-version",
                choice("l2tpv2 l2tpv3-ip l2tpv3-udp"),
                default=b"l2tpv2",
                since="7.0",
            ),
            Field("l2tpv3-cookie-length", choice("0 4-bytes 8-bytes"), default=b"0", since="7.0"),
            Field("l2tpv3-digest-hash", choice("md5 none sha1"), default=b"md5", since="7.0"),
            Field("l2tpv3-circuit-id", Text(), default=b"", since="7.0"),
            flag("random-source-port", since="7.18"),
            *flags("running"),
        ),
        named_by="name",
        name_error=NAME_TAKEN,
        hooks=L2tpHooks,
        flags=(("disabled", "X"), ("running", "R")),
        print_flags=("show-sensitive",),
    ),
    Menu(
        "/interface/ovpn-client",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("connect-to", Text(), required=True),
            Field("port", Number(0, 65535), default=b"1194"),
            Field("mode", choice("ethernet ip"), default=b"ip"),
            Field("protocol", choice("tcp udp"), default=b"tcp", since="7.0"),
            Field("user", Text(), default=b""),
            Field("password", Text(max_length=1000), default=b"", sensitive=True),
            Field("profile", Reference("/ppp/profile"), default=b"default"),
            Field("certificate", CERTIFICATE, default=b"none"),
            Field("tls-version", choice("any only-1.2"), default=b"any", since="7.0"),
            flag("verify-server-certificate"),
            Field("auth", choice("md5 null sha1 sha256 sha384 sha512"), default=b"sha1"),
            Field(
                "cipher",
                choice(
                    "aes128-cbc aes128-gcm aes192-cbc aes192-gcm aes256-cbc aes256-gcm blowfish128 "
                    "null"
                ),
                default=b"blowfish128",
            ),
            Field("use-peer-dns", YesNo(b"exclusively"), default=b"yes", since="7.0"),
            flag("add-default-route"),
            flag("route-nopull", since="7.0"),
            Field("max-mtu", Number(64, 65535), default=b"1500"),
            flag("disconnect-notify", b"yes", since="7.0"),
            Field("mac-address", Mac()),
            *computed("tls-auth", "tls-crypt"),
            *flags("hw-crypto", "running"),
        ),
        named_by="name",
        name_error=NAME_TAKEN,
        hooks=OvpnHooks,
        flags=(("disabled", "X"), ("running", "R")),
        print_flags=("show-sensitive",),
    ),
    Menu(
        "/interface/ppp-client",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("max-mtu", Number(512, 65535), default=b"1500"),
            Field("max-mru", Number(512, 65535), default=b"1500"),
            Field("mrru", _MRRU, default=b"disabled"),
            Field("port", Reference("/port")),
            Field("data-channel", Number(0, 4294967295), default=b"0"),
            Field("info-channel", Number(0, 4294967295), default=b"0"),
            Field("apn", Text(), default=b"internet"),
            Field("pin", Text(), default=b"", sensitive=True),
            Field("user", Text(), default=b""),
            Field("password", Text(), default=b"", sensitive=True),
            Field("profile", Reference("/ppp/profile"), default=b"default"),
            Field("phone", Text(), default=b""),
            Field("dial-command", Text(), default=b"ATDT"),
            Field("modem-init", Text(), default=b""),
            flag("null-modem"),
            flag("dial-on-demand", b"yes"),
            flag("add-default-route", b"yes"),
            Field("default-route-distance", Number(0, 255), default=b"1"),
            flag("use-peer-dns", b"yes"),
            Field("keepalive-timeout", Number(0, 65535, words=(b"disabled",)), default=b"30"),
            Field(
                "allow", several("pap chap mschap1 mschap2"), default=b"pap,chap,mschap1,mschap2"
            ),
            Field(
                "network-mode",
                choice("auto lte-m nb-iot"),
                default=b"auto",
                unsettable=True,
                since="7.20",
            ),
            Field("remote-address", Address()),
            *flags("running"),
        ),
        named_by="name",
        name_error=NAME_TAKEN,
        hooks=PppHooks,
        flags=(("disabled", "X"), ("running", "R")),
        print_flags=("show-sensitive",),
    ),
    Menu(
        "/interface/pptp-client",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("max-mtu", Number(512, 65535), default=b"1450"),
            Field("max-mru", Number(512, 65535), default=b"1450"),
            Field("mrru", _MRRU, default=b"disabled"),
            Field("connect-to", Text(), required=True),
            Field("user", Text(), default=b""),
            Field("password", Text(), default=b"", sensitive=True),
            Field("profile", Reference("/ppp/profile"), default=b"default-encryption"),
            Field("keepalive-timeout", Number(1, 65535, words=(b"disabled",)), default=b"60"),
            Field("use-peer-dns", YesNo(b"exclusively"), default=b"no", since="7.0"),
            flag("add-default-route"),
            Field("default-route-distance", Number(0, 255), default=b"1"),
            flag("dial-on-demand"),
            Field(
                "allow", several("pap chap mschap1 mschap2"), default=b"pap,chap,mschap1,mschap2"
            ),
            *flags("running"),
        ),
        named_by="name",
        name_error=NAME_TAKEN,
        hooks=PptpHooks,
        flags=(("disabled", "X"), ("running", "R")),
        print_flags=("show-sensitive",),
    ),
    Menu(
        "/interface/sstp-client",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("max-mtu", Number(512, 65535), default=b"1500"),
            Field("max-mru", Number(512, 65535), default=b"1500"),
            Field("mrru", _MRRU, default=b"disabled"),
            Field("connect-to", Text(), required=True),
            Field("port", Number(0, 65535), default=b"443"),
            Field("http-proxy", Text(), default=b"0.0.0.0"),
            Field("proxy-port", Number(0, 65535), default=b"443"),
            Field("certificate", CERTIFICATE, default=b"none"),
            flag("verify-server-certificate"),
            flag("verify-server-address-from-certificate", b"yes"),
            Field("user", Text(), default=b""),
            Field("password", Text(), default=b"", sensitive=True),
            Field("profile", Reference("/ppp/profile"), default=b"default-encryption"),
            Field("keepalive-timeout", Number(1, 65535, words=(b"disabled",)), default=b"60"),
            flag("add-default-route"),
            Field("default-route-distance", Number(0, 255), default=b"1"),
            flag("dial-on-demand"),
            Field(
                "authentication",
                several("pap chap mschap1 mschap2"),
                default=b"pap,chap,mschap1,mschap2",
            ),
            Field("pfs", YesNo(b"required"), default=b"no"),
            Field("tls-version", choice("any only-1.2"), default=b"any"),
            Field(
                "ciphers",
                several("aes256-sha aes256-gcm-sha384"),
                default=b"aes256-sha",
                since="7.14",
            ),
            flag("add-sni", since="7.15"),
            *flags("hw-crypto", "running"),
        ),
        named_by="name",
        name_error=NAME_TAKEN,
        hooks=SstpHooks,
        flags=(("disabled", "X"), ("running", "R")),
        print_flags=("show-sensitive",),
    ),
)
