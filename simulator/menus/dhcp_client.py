"""/ip/dhcp-client, its options, and /ipv6/dhcp-client: clients that no server answers.

Source: command trees; routeros-api.md, 5.3; defaults from memory: assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.menus.hooks import Hooks
from simulator.menus.interface import nothing
from simulator.menus.shared import INTERFACE, Numbered, computed, flag, flags, interface_of
from simulator.menus.table import Command, Field, Menu
from simulator.menus.types import (
    Choice,
    Code,
    Duration,
    Flag,
    ListOf,
    Number,
    Prefix6,
    Reference,
    Text,
    YesNo,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.storage import Item
    from simulator.menus.types import Stored
    from simulator.values import Value

__all__ = ["MENUS"]


class ClientHooks(Numbered):
    """A client searches for a server for as long as it is enabled."""

    stem = b"client"

    def prepare(self, values: dict[str, Stored], item: Item | None) -> None:
        if "name" in self.table.menu.all_fields:
            super().prepare(values, item)

    def show(self, item: Item) -> Mapping[str, Value]:
        there = interface_of(item) is not None
        shown: dict[str, Value] = {"invalid": not there}
        if there and item.values.get("disabled") is not True:
            shown["status"] = b"searching..."
        return shown


class Client6Hooks(Hooks):
    def show(self, item: Item) -> Mapping[str, Value]:
        there = interface_of(item) is not None
        shown: dict[str, Value] = {"invalid": not there}
        if there and item.values.get("disabled") is not True:
            shown["status"] = b"searching..."
        return shown


_CHECK_GATEWAY = Choice(b"arp", b"bfd", b"none", b"ping")
_ACTIONS = {
    "renew": Command(nothing, items="many"),
    "release": Command(nothing, items="many"),
}
_FLAGS = (("disabled", "X"), ("invalid", "I"), ("dynamic", "D"))
_FIXED_OPTIONS = (
    {"name": b"clientid", "code": b"61", "value": b"0x01$(CLIENT_MAC)"},
    {"name": b"clientid_duid", "code": b"61", "value": b"0xff$(CLIENT_DUID)"},
    {"name": b"hostname", "code": b"12", "value": b"$(HOSTNAME)"},
)

MENUS = (
    Menu(
        "/ip/dhcp-client",
        fields=(
            Field("name", Text(min_length=1), since="7.19"),
            Field("interface", INTERFACE, required=True),
            Field("add-default-route", YesNo(b"special-classless"), default=b"yes"),
            Field("default-route-distance", Number(0, 255), default=b"1"),
            Field("default-route-tables", Text(), default=b"default", since="7.17"),
            Field("check-gateway", _CHECK_GATEWAY, default=b"none", since="7.19"),
            Field("use-peer-dns", YesNo(), default=b"yes"),
            Field("use-peer-ntp", YesNo(), default=b"yes"),
            Field(
                "use-broadcast", Choice(b"always", b"both", b"never"), default=b"both", since="7.19"
            ),
            flag("allow-reconfigure", since="7.19"),
            Field("dscp", Number(0, 63), default=b"0", since="7.19"),
            Field("vlan-priority", Number(0, 7), default=b"0", since="7.19"),
            Field(
                "dhcp-options",
                ListOf(Reference("/ip/dhcp-client/option"), unique=True),
                default=b"hostname,clientid",
                unsettable=True,
            ),
            Field("script", Code()),
            *computed("status", "address", "netmask", "gateway", "dhcp-server"),
            *computed("primary-dns", "secondary-dns", "primary-ntp", "secondary-ntp"),
            *computed("caps-managers", "custom-hostname-suffix", "custom-source-mac-address"),
            *computed("expires-after", type=Duration()),
            *computed("reconfigure-key", "reconfigure-last-counter"),
            *flags("dynamic", "invalid"),
        ),
        unique=(("interface",),),
        unique_error=b"failure: dhcp-client on that interface already exists",
        hooks=ClientHooks,
        commands=_ACTIONS,
        flags=_FLAGS,
    ),
    Menu(
        "/ip/dhcp-client/option",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field(
                "code",
                Number(
                    1,
                    254,
                    words=(b"client-id", b"hostname", b"vendor-class-id", b"vendor-specific"),
                ),
                required=True,
            ),
            Field("value", Text(), default=b""),
            *computed("raw-value"),
            *computed("default", type=Flag(), presence=True),
            Field("comment", Text(), since="7.13"),
        ),
        named_by="name",
        builtin=_FIXED_OPTIONS,
        commentable=False,
        disableable=False,
    ),
    Menu(
        "/ipv6/dhcp-client",
        fields=(
            Field("interface", INTERFACE, required=True),
            Field(
                "request",
                ListOf(Choice(b"info", b"address", b"prefix"), unique=True),
                required=True,
            ),
            flag("add-default-route"),
            Field("default-route-distance", Number(0, 255), default=b"1"),
            Field("default-route-tables", Text(), default=b"default", since="7.19"),
            Field("check-gateway", _CHECK_GATEWAY, default=b"none", since="7.19"),
            flag("use-peer-dns", b"yes"),
            flag("allow-reconfigure", since="7.17"),
            flag("accept-prefix-without-address", b"yes", since="7.19"),
            Field("dhcp-options", ListOf(Text()), default=b""),
            Field("pool-name", Text()),
            Field("pool-prefix-length", Number(0, 128), default=b"64", unsettable=True),
            Field("prefix-hint", Prefix6(), default=b"::/0"),
            Field("prefix-address-lists", ListOf(Text()), default=b"", since="7.18"),
            flag("rapid-commit", b"yes"),
            Field("script", Code(), default=b""),
            flag("use-interface-duid"),
            Field("custom-duid", Text(), default=b"", since="7.17"),
            Field("custom-iana-id", Number(0, 4294967295), unsettable=True, since="7.19"),
            Field("custom-iapd-id", Number(0, 4294967295), unsettable=True, since="7.19"),
            flag("validate-server-duid", b"yes", since="7.17"),
            *computed("status", "duid", "dhcp-server-v6", "prefix", "address"),
            *computed("reconfigure-key", "reconfigure-last-counter"),
            *flags("dynamic", "invalid"),
        ),
        unique=(("interface",),),
        unique_error=b"failure: client on that interface already exists",
        hooks=Client6Hooks,
        commands=_ACTIONS,
        flags=_FLAGS,
    ),
)
