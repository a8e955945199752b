"""Who may join a wifi network, who has, and the access points that a manager has.

Source: command trees; defaults from published exports and from memory: assumed.
"""

from __future__ import annotations

from simulator.menus.interface import nothing
from simulator.menus.shared import INTERFACE, choice, computed, counters, flag, flags, several
from simulator.menus.table import Command, Field, Menu
from simulator.menus.types import AnyAddress, Duration, Flag, ListOf, Mac, Number, Reference, Text

__all__ = ["MENUS"]


_CERTIFICATE = Reference("/certificate", also=(b"auto", b"none"))


MENUS = (
    Menu(
        "/interface/wifi/access-list",
        fields=(
            Field("mac-address", Mac(), unsettable=True),
            Field("mac-address-mask", Mac(), unsettable=True),
            Field(
                "interface",
                Reference("/interface", "/interface/list", also=(b"any",)),
                default=b"any",
                unsettable=True,
            ),
            Field("signal-range", Text(), unsettable=True),
            Field(
                "allow-signal-out-of-range",
                Duration(words=(b"always",)),
                default=b"always",
                unsettable=True,
            ),
            Field("ssid-regexp", Text(), default=b"", unsettable=True),
            Field(
                "action", choice("accept query-radius reject"), default=b"accept", unsettable=True
            ),
            Field("passphrase", Text(), default=b"", sensitive=True, unsettable=True),
            Field("client-isolation", Flag(), unsettable=True),
            Field("vlan-id", Number(1, 4095, words=(b"none",)), default=b"none", unsettable=True),
            Field("radius-accounting", Flag(), unsettable=True),
            Field("time", Text(), unsettable=True),
            Field("multi-passphrase-group", Text(), unsettable=True, since="7.17"),
            Field("days", several("sun mon tue wed thu fri sat"), unsettable=True, since="7.21"),
            *computed("last-logged-in", "last-logged-out"),
            *counters("match-count"),
        ),
        ordered=True,
        since="7.13",
        flags=(("disabled", "X"),),
    ),
    Menu(
        "/interface/wifi/registration-table",
        fields=(
            *computed("auth-type", "band", "comment", "eap-identity", "interface"),
            *computed("mac-address", "mld-interfaces", "mld-link-addresses", "rx-rate"),
            *computed("ssid", "tx-rate", "bytes", "packets"),
            *counters("rx-bits-per-second", "signal", "tx-bits-per-second", "vlan-id"),
            *computed("last-activity", "uptime", type=Duration()),
            *flags("authorized"),
        ),
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        since="7.13",
        export=None,
    ),
    Menu(
        "/interface/wifi/capsman",
        singleton=True,
        fields=(
            flag("enabled"),
            Field("interfaces", ListOf(Reference("/interface", "/interface/list")), default=b""),
            Field("certificate", _CERTIFICATE, default=b""),
            Field("ca-certificate", _CERTIFICATE, default=b""),
            flag("require-peer-certificate"),
            Field("package-path", Text(), default=b""),
            Field(
                "upgrade-policy",
                choice("none require-same-version suggest-same-version"),
                default=b"none",
            ),
            *computed("generated-ca-certificate", "generated-certificate"),
        ),
        since="7.13",
    ),
    Menu(
        "/interface/wifi/capsman/remote-cap",
        fields=(
            *computed("address", "base-mac", "board-name", "common-name", "identity"),
            *computed("serial", "state", "version"),
            *computed("connected-time", "uptime", type=Duration()),
        ),
        commands={
            "set-identity": Command(nothing, items="many"),
            "upgrade": Command(nothing, items="many"),
            "provision": Command(nothing, items="many"),
        },
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        since="7.13",
        export=None,
    ),
    Menu(
        "/interface/wifi/cap",
        singleton=True,
        fields=(
            flag("enabled"),
            Field("discovery-interfaces", ListOf(INTERFACE), default=b""),
            Field(
                "certificate",
                Reference("/certificate", also=(b"none", b"request")),
                default=b"none",
            ),
            Field("caps-man-addresses", ListOf(AnyAddress()), default=b""),
            Field("caps-man-names", ListOf(Text(min_length=1)), default=b""),
            Field("caps-man-certificate-common-names", ListOf(Text(min_length=1)), default=b""),
            flag("lock-to-caps-man"),
            flag("slaves-static"),
            Field("slaves-datapath", Reference("/interface/wifi/datapath")),
            Field("mld-datapath", Reference("/interface/wifi/datapath"), since="7.22"),
            flag("mld-static", since="7.22"),
            *computed("current-caps-man-address", "current-caps-man-identity"),
            *computed("locked-caps-man-common-name", "requested-certificate"),
        ),
        since="7.13",
    ),
)
