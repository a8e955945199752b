"""What only boards have: boot settings, buttons, USB, PoE, switch chips, displays, SwOS, health.

Source: published exports and known names; sets of values and defaults from memory: assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.menus.hooks import Hooks
from simulator.menus.interface import nothing
from simulator.menus.shared import choice, computed, counters, flag, flags
from simulator.menus.table import Command, Export, Field, Menu
from simulator.menus.types import (
    Address,
    Code,
    Duration,
    Flag,
    ListOf,
    Network,
    Number,
    Reference,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.storage import Item
    from simulator.values import Value

__all__ = ["MENUS"]


class HealthHooks(Hooks):
    """Boards feel how warm they are; virtual routers feel nothing."""

    def fresh(self) -> list[dict[str, bytes]]:
        if not self.router.hardware.routerboard:
            return []
        return [
            {"name": b"cpu-temperature", "value": b"45", "type": b"C"},
            {"name": b"voltage", "value": b"24.1", "type": b"V"},
        ]


class HealthRecordHooks(Hooks):
    """The same as one record, as RouterOS 6 has it."""

    def show(self, item: Item) -> Mapping[str, Value]:
        del item
        if not self.router.hardware.routerboard:
            return {}
        return {"temperature": b"45C", "voltage": b"24.1V"}


_MIRROR_SOURCE = Reference("/interface", also=(b"none", b"cpu"))


MENUS = (
    Menu(
        "/system/health",
        singleton=True,
        fields=(
            Field("use-fan", choice("main secondary"), default=b"main"),
            Field("fan-mode", choice("auto manual"), default=b"auto"),
            *computed("fan-switch", "active-fan", "voltage", "temperature"),
            *computed("cpu-temperature", "power-consumption", "psu1-state"),
            *computed("psu2-state", "psu1-voltage", "psu2-voltage", "current"),
            *counters("fan-speed", "fan1-speed", "fan2-speed"),
        ),
        hooks=HealthRecordHooks,
        until="7.0",
        export=None,
    ),
    Menu(
        "/system/health",
        fields=(*computed("name", "value", "type"),),
        named_by="name",
        hooks=HealthHooks,
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        since="7.0",
        export=None,
    ),
    Menu(
        "/system/routerboard/settings",
        singleton=True,
        fields=(
            flag("auto-upgrade"),
            Field("init-delay", Duration(0, 10), default=b"0s"),
            Field(
                "baud-rate",
                choice("1200 2400 4800 9600 19200 38400 57600 115200 off"),
                default=b"115200",
            ),
            Field("boot-delay", Duration(1, 9), default=b"2s"),
            Field("enter-setup-on", choice("any-key delete-key"), default=b"any-key"),
            Field(
                "boot-device",
                choice(
                    "ethernet flash-boot flash-boot-once-then-nand nand-if-fail-then-ethernet "
                    "nand-only try-ethernet-once-then-nand"
                ),
                default=b"nand-if-fail-then-ethernet",
            ),
            Field("boot-os", choice("router-os swos"), default=b"router-os"),
            Field("boot-protocol", choice("bootp dhcp"), default=b"bootp"),
            Field("cpu-frequency", Text(), default=b""),
            Field("cpu-mode", choice("power-save regular"), default=b"power-save"),
            Field("memory-frequency", Text(), default=b""),
            Field("memory-data-rate", Text(), default=b""),
            flag("disable-pci"),
            flag("enable-jumper-reset", b"yes"),
            flag("force-backup-booter"),
            Field("etherboot-port", Text(), default=b"ether1"),
            Field("preboot-etherboot", Duration(1, 30, words=(b"disabled",)), default=b"disabled"),
            Field("preboot-etherboot-server", Text(), default=b"any"),
            flag("silent-boot"),
            Field("protected-routerboot", choice("disabled enabled"), default=b"disabled"),
            Field("reformat-hold-button", Duration(5, 300), default=b"20s"),
            Field("reformat-hold-button-max", Duration(5, 600), default=b"10m"),
            Field("memory-test", Flag(), default=b"no", until="7.0"),
        ),
    ),
    Menu(
        "/system/routerboard/usb",
        singleton=True,
        fields=(
            Field("type", Text(), default=b"auto"),
            Field("usb-mode", choice("automatic device host"), default=b"automatic"),
        ),
        commands={"power-reset": Command(nothing)},
    ),
    Menu(
        "/system/routerboard/mode-button",
        singleton=True,
        fields=(
            flag("enabled"),
            Field("hold-time", Text(), default=b"0s..1m"),
            Field("on-event", Code(), default=b""),
        ),
    ),
    Menu(
        "/system/routerboard/reset-button",
        singleton=True,
        fields=(
            flag("enabled"),
            Field("hold-time", Text(), default=b"0s..1m"),
            Field("on-event", Code(), default=b""),
        ),
    ),
    Menu(
        "/system/routerboard/wps-button",
        singleton=True,
        fields=(
            flag("enabled"),
            Field("hold-time", Text(), default=b"0s..1m"),
            Field("on-event", Code(), default=b""),
        ),
    ),
    Menu(
        "/system/swos",
        singleton=True,
        fields=(
            Field(
                "address-acquisition-mode",
                choice("dhcp-only dhcp-with-fallback static"),
                default=b"dhcp-with-fallback",
            ),
            Field("static-ip-address", Address(), default=b"192.168.88.1"),
            Field("identity", Text(max_length=17), default=b"MikroTik"),
            Field("allow-from", Network(), default=b"0.0.0.0/0"),
            Field("allow-from-ports", ListOf(Text()), default=b""),
            Field("allow-from-vlan", Number(0, 4095), default=b"0"),
        ),
        commands={
            "load-config": Command(nothing),
            "save-config": Command(nothing),
            "password": Command(nothing),
            "upgrade": Command(nothing),
        },
    ),
    Menu(
        "/interface/ethernet/poe/settings",
        singleton=True,
        fields=(
            Field("psu1-max-power", Number(0, 1000), default=b"0"),
            Field("psu2-max-power", Number(0, 1000), default=b"0"),
            flag("ether1-poe-in-long-cable"),
        ),
    ),
    Menu(
        "/interface/ethernet/switch",
        fields=(
            Field("name", Text(min_length=1)),
            Field("mirror-source", _MIRROR_SOURCE, default=b"none"),
            Field("mirror-target", _MIRROR_SOURCE, default=b"none"),
            Field("mirror-egress-target", _MIRROR_SOURCE, since="7.0"),
            flag("cpu-flow-control", b"yes"),
            flag("switch-all-ports"),
            flag("l3-hw-offloading", since="7.0"),
            flag("qos-hw-offloading", since="7.0"),
            flag("rspan", since="7.0"),
            Field("rspan-ingress-vlan-id", Number(1, 4095), since="7.0"),
            Field("rspan-egress-vlan-id", Number(1, 4095), since="7.0"),
            *computed("type"),
            *flags("invalid"),
        ),
        named_by="name",
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        first_id=0,
        flags=(("invalid", "I"),),
        export=Export(builtin="number"),
    ),
    Menu(
        "/lcd",
        singleton=True,
        fields=(
            flag("enabled", b"yes"),
            Field("touch-screen", choice("disabled enabled"), default=b"enabled"),
            Field("color-scheme", choice("dark light"), default=b"dark"),
            Field(
                "default-screen",
                choice("interfaces log main-menu stat-slideshow stats"),
                default=b"main-menu",
            ),
            Field("backlight-timeout", Duration(words=(b"never",)), default=b"30m"),
            flag("read-only-mode"),
            Field("time-interval", choice("daily hour min weekly"), default=b"min"),
            flag("flip-screen"),
        ),
        commands={"backlight": Command(nothing), "show": Command(nothing)},
    ),
)
