"""/tool/sniffer and the ports of RoMON.

Nothing passes by that could be captured.

Source: command trees; defaults from published exports and from memory: assumed.
"""

from __future__ import annotations

from simulator.menus.firewall_fields import Protocol
from simulator.menus.interface import nothing
from simulator.menus.shared import choice, flag, flags
from simulator.menus.table import Command, Export, Field, Menu
from simulator.menus.types import ListOf, Negatable, Number, Reference, Text

__all__ = ["MENUS"]


# Up to 16 addresses, names or numbers, each with `!` or without.
_MATCHES = ListOf(Text(min_length=1))


MENUS = (
    Menu(
        "/tool/sniffer",
        singleton=True,
        fields=(
            flag("only-headers"),
            Field("memory-limit", Text(), default=b"100KiB"),
            flag("memory-scroll", b"yes"),
            Field("file-name", Text(), default=b""),
            Field("file-limit", Text(), default=b"1000KiB"),
            flag("streaming-enabled"),
            Field("streaming-server", Text(), default=b"0.0.0.0:37008"),
            flag("filter-stream"),
            Field("filter-interface", ListOf(Reference("/interface", also=(b"all",))), default=b""),
            Field("filter-mac-address", _MATCHES, default=b""),
            Field("filter-src-mac-address", _MATCHES, default=b""),
            Field("filter-dst-mac-address", _MATCHES, default=b""),
            Field("filter-mac-protocol", _MATCHES, default=b""),
            Field("filter-ip-address", _MATCHES, default=b""),
            Field("filter-src-ip-address", _MATCHES, default=b""),
            Field("filter-dst-ip-address", _MATCHES, default=b""),
            Field("filter-ipv6-address", _MATCHES, default=b""),
            Field("filter-src-ipv6-address", _MATCHES, default=b""),
            Field("filter-dst-ipv6-address", _MATCHES, default=b""),
            Field("filter-ip-protocol", ListOf(Negatable(Protocol())), default=b""),
            Field("filter-port", _MATCHES, default=b""),
            Field("filter-src-port", _MATCHES, default=b""),
            Field("filter-dst-port", _MATCHES, default=b""),
            Field("filter-cpu", _MATCHES, default=b""),
            Field("filter-size", _MATCHES, default=b""),
            Field("filter-vlan", _MATCHES, default=b""),
            Field("filter-direction", choice("any rx tx"), default=b"any"),
            Field("filter-operator-between-entries", choice("and or"), default=b"or"),
            Field("max-packet-size", Number(64, 65535), default=b"2048", since="7.19"),
            Field("quick-rows", Number(20, 1000), default=b"20", since="7.15"),
            flag("quick-show-frame", since="7.15"),
            *flags("running"),
        ),
        commands={"start": Command(nothing), "stop": Command(nothing), "save": Command(nothing)},
    ),
    Menu(
        "/tool/romon/port",
        fields=(
            Field(
                "interface",
                Reference("/interface", "/interface/list", also=(b"all",)),
                required=True,
            ),
            flag("forbid"),
            Field("cost", Number(0, 65535), default=b"100"),
            Field("secrets", Text(), default=b"", sensitive=True),
            *flags("default", "dynamic"),
        ),
        unique=(("interface",),),
        builtin=({"interface": b"all", "default": b"yes"},),
        flags=(("disabled", "X"), ("dynamic", "D"), ("default", "*")),
        export=Export(builtin="find", key="default"),
    ),
)
