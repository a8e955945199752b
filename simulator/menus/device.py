"""The device and its modes: device mode, interrupts, disks, cloud backups, keys of users.

Source: command trees; defaults from memory: assumed.
"""

from __future__ import annotations

from simulator.menus.interface import nothing
from simulator.menus.shared import CERTIFICATE, choice, computed, counters, flag, flags, several
from simulator.menus.table import Command, Export, Field, Menu
from simulator.menus.types import Duration, Flag, ListOf, Number, Reference, Text

__all__ = ["MENUS"]

# What the mode `advanced` allows, in which a CHR stands (assumed: the vendor's table of modes).
_ADVANCED = (
    *("bandwidth-test", "email", "fetch", "hotspot", "ipsec", "l2tp", "pptp", "proxy", "romon"),
    *("scheduler", "smb", "sniffer", "socks", "zerotier"),
)

MENUS = (
    Menu(
        "/system/device-mode",
        singleton=True,
        fields=(
            *computed("allowed-versions", "mode"),
            *counters("attempt-count"),
            *flags("flagged", "container", "traffic-gen", "partitions", "routerboard"),
            *flags("install-any-version", "flagging-enabled"),
            *(Field(name, Flag(), default=b"yes", read_only=True) for name in _ADVANCED),
        ),
        builtin=({"mode": b"advanced"},),
        export=None,
    ),
    Menu(
        "/system/resource/irq",
        fields=(
            Field("cpu", Number(0, 4294967295, words=(b"auto",)), default=b"auto"),
            *computed("irq", "users", "per-cpu-count"),
            *counters("count", "active-cpu"),
            *flags("read-only"),
        ),
        lacks=frozenset({"add", "remove"}),
        commentable=False,
        disableable=False,
    ),
    Menu(
        "/system/resource/irq/rps",
        fields=(
            flag("disabled", b"yes"),
            *computed("name"),
            *flags("default"),
        ),
        named_by="name",
        lacks=frozenset({"add", "remove"}),
        commentable=False,
        disableable=False,
        until="7.22",
        export=Export(builtin="number"),
    ),
    Menu(
        "/system/resource/hardware",
        fields=(
            *computed("category", "device-id", "device-path", "io", "irq", "location"),
            *computed("memory", "name", "owner", "parent", "ports", "serial-number"),
            *computed("type", "usb-version", "vendor", "vendor-id"),
            *counters("speed"),
            *flags("inactive"),
        ),
        commands={"authorize": Command(nothing, items="many"), "usb-power-reset": Command(nothing)},
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        since="7.20",
        export=None,
    ),
    Menu(
        "/system/backup/cloud",
        fields=(
            *computed("date", "name", "ros-version", "secret-download-key", "status"),
            *counters("size"),
        ),
        commands={
            "download-file": Command(nothing, items="many"),
            "remove-file": Command(nothing, items="many"),
            "upload-file": Command(nothing),
        },
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        export=None,
    ),
    Menu(
        "/user/ssh-keys",
        fields=(
            Field("user", Reference("/user")),
            Field("key", Text(), default=b""),
            *computed("fingerprint", "info", "key-type"),
            *counters("bits"),
        ),
        lacks=frozenset({"set", "reset", "edit", "comment", "add"}),
        disableable=False,
        export=None,
    ),
    Menu(
        "/certificate/settings",
        singleton=True,
        fields=(
            flag("crl-download"),
            flag("crl-use"),
            Field("crl-store", choice("ram system"), default=b"ram"),
            Field(
                "builtin-trust-anchors",
                choice("not-trusted trusted"),
                default=b"not-trusted",
                since="7.19",
                until="7.21",
            ),
            Field(
                "builtin-trust-store",
                several(
                    "all default untrusted ipsec wpa-eap capsman fetch sstp ovpn mqtt email "
                    "netwatch radius container userman lora openflow tr069 dot1x dns www api "
                    "reverse-proxy"
                ),
                since="7.21",
            ),
            Field(
                "current-defaults",
                several(
                    "ipsec wpa-eap capsman fetch sstp ovpn mqtt email netwatch radius container "
                    "userman lora openflow tr069 dot1x dns www api reverse-proxy"
                ),
                since="7.22",
            ),
        ),
    ),
    Menu(
        "/certificate/scep-server",
        fields=(
            Field("ca-cert", CERTIFICATE, required=True),
            Field("path", Text(), required=True),
            Field("request-lifetime", Duration(300), default=b"1d"),
            Field("days-valid", Number(0, 4294967295), default=b"365"),
            Field("next-ca-cert", CERTIFICATE, default=b"none"),
        ),
        commentable=False,
        flags=(("disabled", "X"),),
    ),
    Menu(
        "/certificate/scep-server/otp",
        fields=(
            *computed("password", "expires"),
            *flags("expired", "used"),
        ),
        commands={"generate": Command(nothing)},
        lacks=frozenset({"add", "set", "reset", "edit"}),
        commentable=False,
        disableable=False,
        export=None,
    ),
    Menu(
        "/certificate/builtin",
        fields=(
            *computed("akid", "common-name", "country", "invalid-after"),
            *computed("invalid-before", "issuer", "key-type", "key-usage", "locality"),
            *computed("organization", "serial-number", "skid", "state"),
            *computed("subject-alt-name", "unit"),
            *counters("days-valid", "key-size"),
        ),
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        since="7.19",
        export=None,
    ),
    Menu(
        "/ip/smb/shares",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("directory", Text(), default=b"pub"),
            flag("read-only", since="7.14"),
            flag("require-encryption", since="7.14"),
            Field("valid-users", ListOf(Text()), default=b"", since="7.14"),
            Field("invalid-users", ListOf(Text()), default=b"", since="7.14"),
            Field("max-sessions", Number(0, 65535), default=b"10", until="7.14"),
            *flags("default", "dynamic"),
        ),
        named_by="name",
        builtin=({"name": b"pub", "default": b"yes"},),
        flags=(("disabled", "X"), ("dynamic", "D"), ("default", "*")),
        export=Export(builtin="find", key="default"),
    ),
)
