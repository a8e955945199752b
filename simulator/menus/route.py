"""/ip/route, /ipv6/route, /routing/table, /routing/rule.

Source: command trees; the flags and the values of routes, from memory of
RouterOS 7: assumed. Which flags are shown when they are off is assumed too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import texts
from simulator import values as forms
from simulator.menus.connected import ConnectedRoutes
from simulator.menus.hooks import Hooks
from simulator.menus.shared import computed, flags, is_running
from simulator.menus.table import Export, Field, Menu
from simulator.menus.types import (
    AnyAddress,
    Choice,
    FieldType,
    Flag,
    Link,
    Negatable,
    Number,
    Prefix6,
    Reference,
    Scope,
    Text,
)
from simulator.values import Ip, parse_ip_prefix, to_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.storage import Item
    from simulator.menus.types import Stored
    from simulator.values import Value

__all__ = ["MENUS", "ROUTING_TABLE"]

ROUTING_TABLE = Reference("/routing/table", also=(b"main",))


class Destination(FieldType):
    """A network with its length always written, `192.0.2.7/32`."""

    def read(self, text: bytes, scope: Scope) -> Stored:
        prefix = parse_ip_prefix(text if b"/" in text else text + b"/32")
        if prefix is None:
            raise texts.invalid_value(scope.name)
        mask = (0xFFFFFFFF << (32 - prefix.length)) & 0xFFFFFFFF
        return to_text(Ip(prefix.number & mask)) + b"/%d" % prefix.length


class Gateway(FieldType):
    """Next hops: addresses, `ADDRESS%INTERFACE` or interfaces, joined by commas.

    One interface alone is kept as a reference, so that it follows a rename;
    the rest is kept as text. The text for a word that is none of them is assumed.
    """

    links = True

    def read(self, text: bytes, scope: Scope) -> Stored:
        if scope.tables is None:
            return text
        hops = [self._hop(hop, scope) for hop in text.split(b",")]
        return hops[0] if len(hops) == 1 else text

    @staticmethod
    def _hop(text: bytes, scope: Scope) -> Stored:
        address, percent, name = text.partition(b"%")
        known = forms.parse_ip(address) is not None or forms.parse_ip6(address) is not None
        if known and not percent:
            return text
        assert scope.tables is not None  # noqa: S101 - read() has looked
        item = scope.tables.lookup("/interface", name if percent else text)
        if item is None or (percent and not known):
            raise texts.no_match(scope.name)
        return text if percent else Link(item)


class RouteHooks(ConnectedRoutes):
    """A route is active while its next hop can be reached.

    IPv6 makes no connected routes yet: a hop there needs its interface, `fe80::1%ether1`.
    """

    volatile = True

    def prepare(self, values: dict[str, Stored], item: Item | None) -> None:
        if item is None and self.router.version.is_v6:
            values.setdefault("distance", 1)  # and exports it, unlike RouterOS 7

    def show(self, item: Item) -> Mapping[str, Value]:
        active = self._is_active(item)
        shown: dict[str, Value] = {"active": active, "inactive": not active}
        shown["connect" if item.dynamic else "static"] = True
        hop = self._immediate(item)
        if hop is not None and active:
            shown["immediate-gw"] = hop
        if "blackhole" in item.values:
            shown["blackhole"] = b""
        return shown

    def _is_active(self, item: Item) -> bool:
        if item.values.get("disabled") is True:
            return False
        return "blackhole" in item.values or self._immediate(item) is not None

    def _immediate(self, item: Item) -> bytes | None:
        """Return the hop with its interface, as `immediate-gw` shows it, or None."""
        gateway = item.values.get("gateway")
        if isinstance(gateway, Link):
            return gateway.item.name if is_running(gateway.item) else None
        if not isinstance(gateway, bytes):
            return None
        for hop in gateway.split(b","):
            if (found := self._through(hop)) is not None:
                return found
        return None

    def _through(self, hop: bytes) -> bytes | None:
        address, percent, _ = hop.partition(b"%")
        if percent:
            return hop
        ip = forms.parse_ip(address)
        if ip is None:
            return None
        interface = self.interface_to(ip)
        return None if interface is None else hop + b"%" + interface


class TableHooks(Hooks):
    """The table `main` cannot go; the text is the usual one."""

    def show(self, item: Item) -> Mapping[str, Value]:
        shown: dict[str, Value] = {"dynamic": item.builtin or item.dynamic}
        return shown | ({"fib": b""} if "fib" in item.values else {})

    def changeable(self, item: Item) -> None:
        super().changeable(item)
        if item.builtin:
            raise texts.cannot_change_dynamic()


class Presence(FieldType):
    """A flag that is on when it is there at all: `fib=`. Hooks show it as an empty value.

    Source: routeros-api.md, 5.5.
    """

    def read(self, text: bytes, scope: Scope) -> Stored:
        if text not in {b"", b"yes", b"true"}:
            raise texts.invalid_value(scope.name)
        return True

    def show(self, stored: Stored) -> Value:
        del stored
        return b""


_ORIGINS = ("connect", "static", "rip", "bgp", "ospf", "is-is", "dhcp", "vpn", "modem")
_CHECK_GATEWAY = Choice(b"arp", b"none", b"ping")
_FLAGS = (
    ("dynamic", "D"),
    ("inactive", "I"),
    ("disabled", "X"),
    ("active", "A"),
    ("connect", "c"),
    ("static", "s"),
    ("dhcp", "d"),
)


def _tail(*more: str) -> tuple[Field, ...]:
    """The fields that routes of both families end in."""
    return (
        *computed("immediate-gw"),
        Field("check-gateway", _CHECK_GATEWAY, unsettable=True),
        Field("blackhole", Presence(), unsettable=True, presence=True),
        Field("distance", Number(0, 255), unsettable=True, until="7.0"),
        Field("distance", Number(1, 255), default=b"1", unsettable=True, since="7.0"),
        Field("scope", Number(0, 255), default=b"30", unsettable=True),
        Field("target-scope", Number(0, 255), default=b"10", unsettable=True),
        Field("vrf-interface", Reference("/interface"), unsettable=True),
        Field("suppress-hw-offload", Flag(), default=b"no", until="7.19"),
        *flags("inactive", "dynamic", "active"),
        *computed(*_ORIGINS, *more, type=Flag(), presence=True),
        *computed("bgp-mpls-vpn", "ecmp", "hw-offloaded", type=Flag(), presence=True),
    )


MENUS = (
    Menu(
        "/ip/route",
        fields=(
            Field("dst-address", Destination(), default=b"0.0.0.0/0"),
            Field("routing-table", ROUTING_TABLE, default=b"main", since="7.1"),
            Field("routing-mark", Text(), unsettable=True, until="7.1"),
            Field(
                "type", Choice(b"blackhole", b"prohibit", b"unicast", b"unreachable"), until="7.1"
            ),
            Field("pref-src", AnyAddress(), unsettable=True),
            Field("gateway", Gateway(), unsettable=True),
            *computed("local-address"),
            *_tail(),
        ),
        hooks=RouteHooks,
        flags=_FLAGS,
        print_flags=("stats",),
    ),
    Menu(
        "/ipv6/route",
        fields=(
            Field("dst-address", Prefix6(), default=b"::/0"),
            Field("routing-table", ROUTING_TABLE, default=b"main", since="7.1"),
            Field("pref-src", AnyAddress(), unsettable=True, since="7.19"),
            Field("gateway", Gateway(), unsettable=True),
            *_tail("slaac"),
        ),
        hooks=RouteHooks,
        flags=_FLAGS,
        print_flags=("stats",),
    ),
    Menu(
        "/routing/table",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("fib", Presence(), unsettable=True, presence=True),
            *flags("dynamic", "invalid"),
            *computed("used", type=Flag(), presence=True),
        ),
        named_by="name",
        builtin=({"name": b"main", "fib": b""},),
        hooks=TableHooks,
        since="7.1",
        flags=(("dynamic", "D"), ("disabled", "X"), ("invalid", "I"), ("used", "U")),
        export=Export(),
    ),
    Menu(
        "/routing/rule",
        fields=(
            Field("src-address", Negatable(Text()), unsettable=True),
            Field("dst-address", Negatable(Text()), unsettable=True),
            Field("routing-mark", Text(), unsettable=True),
            Field("interface", Reference("/interface"), unsettable=True),
            Field(
                "action",
                Choice(b"drop", b"lookup", b"lookup-only-in-table", b"mangle", b"unreachable"),
                default=b"lookup",
            ),
            Field("table", Reference("/routing/table", also=(b"local", b"main")), default=b"main"),
            Field("min-prefix", Number(0, 128), unsettable=True),
            Field("chain", Text(), unsettable=True, since="7.19"),
            Field("realm", Text(), unsettable=True, since="7.19"),
            Field("vrf", Text(), unsettable=True, since="7.19"),
            *flags("inactive"),
            *computed("default", type=Flag(), presence=True),
        ),
        ordered=True,
        since="7.1",
        flags=(("disabled", "X"), ("inactive", "I")),
    ),
)
