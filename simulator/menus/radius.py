"""/radius and /user/aaa's kin: where logins are asked for elsewhere.

Source: command trees; defaults from memory: assumed.
"""

from __future__ import annotations

from simulator.menus.interface import nothing
from simulator.menus.shared import CERTIFICATE, computed, flag
from simulator.menus.table import Command, Field, Menu
from simulator.menus.types import (
    AnyAddress,
    Choice,
    Duration,
    ListOf,
    Number,
    Text,
)

__all__ = ["MENUS"]

_SERVICE = Choice(b"ppp", b"login", b"hotspot", b"wireless", b"dhcp", b"ipsec", b"dot1x")

MENUS = (
    Menu(
        "/radius",
        fields=(
            Field("service", ListOf(_SERVICE, unique=True), default=b""),
            Field("called-id", Text(), default=b""),
            Field("domain", Text(), default=b""),
            Field("address", Text(), default=b"0.0.0.0"),
            Field("secret", Text(), default=b"", sensitive=True),
            Field("authentication-port", Number(0, 65535), default=b"1812"),
            Field("accounting-port", Number(0, 65535), default=b"1813"),
            Field("timeout", Duration(0.01, 60), default=b"300ms"),
            Field("radsec-timeout", Duration(0.01, 60), default=b"3s300ms", since="7.19"),
            flag("accounting-backup"),
            Field("realm", Text(), default=b""),
            Field("src-address", AnyAddress(), default=b"0.0.0.0"),
            Field("protocol", Choice(b"radsec", b"udp"), default=b"udp"),
            Field("certificate", CERTIFICATE, default=b"none"),
            Field(
                "require-message-auth",
                Choice(b"no", b"yes-for-request-resp"),
                default=b"yes-for-request-resp",
                since="7.15",
            ),
            *computed("status"),
        ),
        ordered=True,
        commands={"reset-counters": Command(nothing, items="many")},
        flags=(("disabled", "X"),),
        print_flags=("show-sensitive",),
    ),
)
