"""Interfaces that somebody adds: VLAN, bonding, WireGuard, PPPoE client.

Source: command trees; defaults from published exports and from memory: assumed.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from simulator.errors import RouterError
from simulator.menus.interface import InterfaceKind
from simulator.menus.shared import (
    ARP,
    AUTHENTICATION,
    INTERFACE,
    Numbered,
    computed,
    counters,
    flag,
    flags,
    interface_of,
    is_running,
    mac_address,
    members,
)
from simulator.menus.table import Field, Menu
from simulator.menus.types import (
    Address,
    Choice,
    Duration,
    Flag,
    Link,
    ListOf,
    Mac,
    Number,
    Reference,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.storage import Item
    from simulator.menus.types import Stored
    from simulator.values import Value

__all__ = ["MENUS"]

_NAME_TAKEN = b"failure: already have interface with such name"


class VlanHooks(Numbered, InterfaceKind):
    """A VLAN runs while the interface below it does, and borrows its address."""

    stem = b"vlan"

    def show(self, item: Item) -> Mapping[str, Value]:
        below = interface_of(item)
        shown = dict(super().show(item))
        shown["running"] = is_running(item) and below is not None and is_running(below)
        if below is not None:
            own = below.table.hooks.show(below).get("mac-address", below.values.get("mac-address"))
            shown |= {"mac-address": own} if isinstance(own, bytes) else {}
        return shown


class BondHooks(Numbered, InterfaceKind):
    """The interfaces of a bond are its slaves."""

    stem = b"bonding"

    def show(self, item: Item) -> Mapping[str, Value]:
        forced = item.values.get("forced-mac-address")
        own = mac_address(self.router, b"bond" + item.id)
        return {
            **super().show(item),
            "mac-address": forced if isinstance(forced, bytes) else own,
        }

    def added(self, item: Item) -> None:
        super().added(item)
        self._touch_slaves(item.values)

    def changed(self, item: Item, before: Mapping[str, Stored]) -> None:
        super().changed(item, before)
        self._touch_slaves(before)
        self._touch_slaves(item.values)

    def removed(self, item: Item) -> None:
        super().removed(item)
        self._touch_slaves(item.values)

    @staticmethod
    def _touch_slaves(values: Mapping[str, Stored]) -> None:
        for link in members(values, "slaves"):
            if isinstance(link, Link) and link.item.alive:
                link.item.table.touch(link.item)


class WireguardHooks(Numbered, InterfaceKind):
    """Keys are made from the router's seed, so that a test sees the same ones again.

    The public key is *not* computed by the curve: what looks like a key is
    all that a router without traffic needs.
    """

    stem = b"wireguard"

    def prepare(self, values: dict[str, Stored], item: Item | None) -> None:
        super().prepare(values, item)
        if item is None:
            values.setdefault("private-key", self._key(b"private", values.get("name")))
            values.setdefault("listen-port", 13231 + len(self.table))
            values.setdefault("mtu", 1420)

    def show(self, item: Item) -> Mapping[str, Value]:
        public = self._key(b"public", item.values.get("private-key"))
        return {**super().show(item), "public-key": public}

    def _key(self, what: bytes, about: Stored | None) -> bytes:
        text = what + (about if isinstance(about, bytes) else b"")
        digest = hashlib.blake2b(text, digest_size=32, key=b"%d" % self.router.seed).digest()
        return base64.b64encode(digest)


class PeerHooks(Numbered):
    stem = b"peer"

    def prepare(self, values: dict[str, Stored], item: Item | None) -> None:
        if self.router.version.since("7.15"):
            super().prepare(values, item)
        if item is None and "public-key" not in values and "private-key" not in values:
            raise RouterError(b"failure: public key is not set")


class PppoeHooks(Numbered, InterfaceKind):
    """No server ever answers: the link stays down."""

    stem = b"pppoe-out"

    def show(self, item: Item) -> Mapping[str, Value]:
        return {**super().show(item), "running": False, "invalid": interface_of(item) is None}


_KEEPALIVE = Duration(0, 65535)

MENUS = (
    Menu(
        "/interface/vlan",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("mtu", Number(0, 65535), default=b"1500"),
            *computed("l2mtu", type=Number()),
            *computed("mac-address"),
            Field("arp", ARP, default=b"enabled"),
            Field("arp-timeout", Duration(words=(b"auto",)), default=b"auto"),
            Field("loop-protect", Choice(b"default", b"off", b"on"), default=b"default"),
            *computed("loop-protect-status", default=b"off"),
            Field("loop-protect-send-interval", Duration(1), default=b"5s"),
            Field("loop-protect-disable-time", Duration(0), default=b"5m"),
            Field("vlan-id", Number(1, 4094), required=True),
            Field("interface", INTERFACE, required=True),
            flag("use-service-tag"),
            flag("mvrp", since="7.15"),
            *flags("running"),
            *computed("hw-offloaded", type=Flag(), presence=True),
        ),
        named_by="name",
        name_error=_NAME_TAKEN,
        unique=(("vlan-id", "interface", "use-service-tag"),),
        unique_error=b"failure: already have interface with such vlan-id",
        hooks=VlanHooks,
        flags=(("disabled", "X"), ("running", "R")),
    ),
    Menu(
        "/interface/bonding",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("mtu", Number(0, 65535), default=b"1500"),
            *computed("mac-address"),
            Field("forced-mac-address", Mac(), unsettable=True),
            Field("arp", ARP, default=b"enabled"),
            Field("arp-timeout", Duration(words=(b"auto",)), default=b"auto"),
            Field("slaves", ListOf(INTERFACE, unique=True), required=True),
            Field(
                "mode",
                Choice(
                    *(b"802.3ad", b"active-backup", b"balance-alb", b"balance-rr"),
                    *(b"balance-tlb", b"balance-xor", b"broadcast"),
                ),
                default=b"balance-rr",
            ),
            Field("primary", Reference("/interface", also=(b"none",)), default=b"none"),
            Field("link-monitoring", Choice(b"arp", b"mii", b"none"), default=b"mii"),
            Field("arp-interval", Duration(), default=b"100ms"),
            Field("arp-ip-targets", ListOf(Address()), default=b""),
            Field("mii-interval", Duration(), default=b"100ms"),
            Field("down-delay", Duration(), default=b"0s"),
            Field("up-delay", Duration(), default=b"0s"),
            Field("lacp-mode", Choice(b"active", b"passive"), default=b"active", since="7.19"),
            Field("lacp-rate", Choice(b"1sec", b"30secs"), default=b"30secs"),
            Field("lacp-system-id", Mac(), unsettable=True, since="7.19"),
            Field("lacp-system-priority", Number(0, 65535), default=b"65535", since="7.19"),
            Field("lacp-user-key", Number(0, 1023), default=b"0"),
            Field(
                "transmit-hash-policy",
                Choice(
                    *(b"encap-2-and-3", b"encap-3-and-4", b"layer-2"),
                    *(b"layer-2-and-3", b"layer-3-and-4"),
                ),
                default=b"layer-2",
            ),
            Field("min-links", Number(0, 4294967295), default=b"0"),
            Field("mlag-id", Number(0, 128), until="7.17"),
            Field("mlag-id", Number(0, 128), since="7.19"),
            *flags("running"),
        ),
        named_by="name",
        name_error=_NAME_TAKEN,
        hooks=BondHooks,
        flags=(("disabled", "X"), ("running", "R")),
    ),
    Menu(
        "/interface/wireguard",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("mtu", Number(0, 65535, words=(b"auto",))),
            Field("listen-port", Number(0, 65535)),
            Field("private-key", Text(), sensitive=True),
            *computed("public-key"),
            Field("vrf", Text(), default=b"main", since="7.19"),
            *flags("running"),
        ),
        named_by="name",
        name_error=_NAME_TAKEN,
        hooks=WireguardHooks,
        since="7.1",
        flags=(("disabled", "X"), ("running", "R")),
        print_flags=("show-sensitive",),
    ),
    Menu(
        "/interface/wireguard/peers",
        fields=(
            Field("name", Text(), since="7.15"),
            Field("interface", Reference("/interface/wireguard"), required=True),
            Field("public-key", Text()),
            Field("private-key", Text(), sensitive=True),
            Field("preshared-key", Text(), sensitive=True),
            Field("endpoint-address", Text(), default=b""),
            Field("endpoint-port", Number(0, 65535), default=b"0"),
            *computed("current-endpoint-address", default=b""),
            *computed("current-endpoint-port", type=Number(), default=b"0"),
            Field("allowed-address", ListOf(Text()), required=True),
            Field("persistent-keepalive", _KEEPALIVE),
            Field("client-address", ListOf(Text())),
            Field("client-allowed-address", ListOf(Text()), since="7.19"),
            Field("client-dns", ListOf(Text())),
            Field("client-endpoint", Text(), default=b""),
            Field("client-keepalive", _KEEPALIVE),
            Field("client-listen-port", Number(0, 65535)),
            Field("is-responder", Flag(), default=b"no", since="7.15", until="7.17"),
            flag("responder", since="7.17"),
            *counters("rx", "tx"),
            *computed("last-handshake"),
            *flags("dynamic"),
        ),
        named_by="name",
        ordered=True,
        hooks=PeerHooks,
        since="7.1",
        flags=(("disabled", "X"), ("dynamic", "D")),
        print_flags=("show-sensitive",),
    ),
    Menu(
        "/interface/pppoe-client",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("max-mtu", Number(512, 65535, words=(b"auto",)), default=b"auto"),
            Field("max-mru", Number(512, 65535, words=(b"auto",)), default=b"auto"),
            Field("mrru", Number(512, 65535, words=(b"disabled",)), default=b"disabled"),
            Field("interface", INTERFACE, required=True),
            Field("user", Text(), default=b""),
            Field("password", Text(), default=b"", sensitive=True),
            Field("profile", Reference("/ppp/profile"), default=b"default"),
            Field("keepalive-timeout", Number(0, 65535, words=(b"disabled",)), default=b"10"),
            Field("service-name", Text(), default=b""),
            Field("ac-name", Text(), default=b""),
            Field("host-uniq", Text(), unsettable=True),
            flag("add-default-route"),
            Field("default-route-distance", Number(0, 255), default=b"1"),
            flag("dial-on-demand"),
            flag("use-peer-dns"),
            Field(
                "allow",
                ListOf(AUTHENTICATION, unique=True),
                default=b"pap,chap,mschap1,mschap2",
            ),
            *flags("invalid", "running"),
        ),
        named_by="name",
        name_error=_NAME_TAKEN,
        hooks=PppoeHooks,
        flags=(("invalid", "I"), ("disabled", "X"), ("running", "R")),
        print_flags=("show-sensitive",),
    ),
)
