"""Serial ports, LEDs, UPS, GPS and the partitions of boards.

Source: command trees; GPS, partitions and all defaults from exports and from memory: assumed.
"""

from __future__ import annotations

from simulator.menus.interface import nothing
from simulator.menus.shared import INTERFACE, choice, computed, counters, flag, flags
from simulator.menus.table import Command, Export, Field, Menu
from simulator.menus.types import Duration, ListOf, Number, Reference, Text

__all__ = ["MENUS"]


MENUS = (
    Menu(
        "/port",
        fields=(
            Field("name", Text(min_length=1)),
            Field(
                "baud-rate",
                choice(
                    "50 75 110 134 150 200 300 600 1200 1800 2400 4800 9600 19200 38400 57600 "
                    "115200 230400 460800 500000 576000 921600 1000000 1152000 1500000 2000000 "
                    "2500000 3000000 3500000 4000000 auto"
                ),
                default=b"auto",
            ),
            Field("data-bits", choice("7 8"), default=b"8"),
            Field("parity", choice("even none odd"), default=b"none"),
            Field("stop-bits", choice("1 2"), default=b"1"),
            Field("flow-control", choice("hardware none xon-xoff"), default=b"none"),
            Field("dtr", choice("off on"), default=b"on"),
            Field("rts", choice("off on"), default=b"on"),
            *computed("device", "line-state", "used-by"),
            *counters("channels"),
            *flags("inactive"),
        ),
        named_by="name",
        builtin=({"name": b"serial0"},),
        lacks=frozenset({"add"}),
        commentable=False,
        disableable=False,
        first_id=0,
        flags=(("inactive", "I"),),
        export=Export(builtin="number"),
    ),
    Menu(
        "/system/leds",
        fields=(
            Field("interface", INTERFACE),
            Field("leds", ListOf(Text()), default=b""),
            Field(
                "type",
                choice(
                    "ap-cap fan-fault flash-access interface-activity interface-receive "
                    "interface-speed interface-speed-100G interface-speed-1G interface-speed-25G "
                    "interface-status interface-transmit modem-signal modem-technology off on "
                    "poe-fault poe-out wireless-signal-strength wireless-status"
                ),
                required=True,
            ),
            Field("modem-signal-threshold", Number(-113, -51), default=b"-91"),
            Field(
                "color",
                choice(
                    "blue blue-cyan blue-magenta cyan green green-cyan green-yellow magenta none "
                    "orange red red-magenta yellow"
                ),
                default=b"green",
                since="7.22",
            ),
            *flags("default"),
        ),
        commentable=False,
        flags=(("disabled", "X"), ("default", "*")),
    ),
    Menu(
        "/system/leds/settings",
        singleton=True,
        fields=(
            Field("all-leds-off", choice("after-1h after-1min immediate never"), default=b"never"),
        ),
    ),
    Menu(
        "/system/ups",
        fields=(
            Field("name", Text(min_length=1)),
            Field("port", Reference("/port", free=True), required=True),
            Field("offline-time", Duration(), default=b"5m"),
            Field("min-runtime", Duration(words=(b"never",)), default=b"5m"),
            Field(
                "alarm-setting", choice("delayed immediate low-battery none"), default=b"immediate"
            ),
            flag("check-capabilities", b"yes"),
            *computed("load", "manufacture-date", "model", "nominal-battery-voltage"),
            *computed("offline-after", "serial", "version"),
            *flags("invalid", "on-line"),
        ),
        named_by="name",
        flags=(("disabled", "X"), ("invalid", "I")),
    ),
    Menu(
        "/system/gps",
        singleton=True,
        fields=(
            Field("port", Reference("/port", also=(b"none",), free=True), default=b"none"),
            Field("channel", Number(0, 4294967295), default=b"0"),
            flag("enabled"),
            Field("init-channel", Number(0, 4294967295), default=b"0"),
            Field("init-string", Text(), default=b""),
            Field("gps-antenna-select", choice("external internal"), default=b"external"),
            flag("set-system-time"),
            Field("coordinate-format", choice("dd dms no"), default=b"no"),
        ),
    ),
    Menu(
        "/partitions",
        fields=(
            Field("name", Text(min_length=1)),
            Field("fallback-to", Text(), default=b"next"),
            *computed("version", "size"),
            *flags("active", "running"),
        ),
        named_by="name",
        builtin=({"name": b"part0", "active": b"yes", "running": b"yes"},),
        commands={
            "activate": Command(nothing, items="many"),
            "copy-to": Command(nothing, items="many"),
            "save-config-to": Command(nothing, items="many"),
            "restore-config-from": Command(nothing, items="many"),
            "repartition": Command(nothing),
        },
        lacks=frozenset({"add", "remove"}),
        disableable=False,
        flags=(("active", "A"), ("running", "R")),
        export=None,
    ),
)
