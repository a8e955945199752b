"""/ppp secrets, profiles and sessions.

Source: command trees; the two profiles that every router has, texts and
defaults from published exports and memory: assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.dates import date_time_text
from simulator.menus.hooks import Hooks
from simulator.menus.shared import INTERFACE_LIST, Numbered, computed, counters, flags
from simulator.menus.table import Export, Field, Menu
from simulator.menus.types import (
    Address,
    Choice,
    Code,
    Duration,
    Flag,
    ListOf,
    Number,
    Prefix6,
    Reference,
    Size,
    Text,
)
from simulator.values import Ip, parse_ip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.storage import Item
    from simulator.menus.types import Scope, Stored
    from simulator.values import Value

__all__ = ["MENUS"]


class SecretHooks(Hooks):
    """Nobody has ever logged in: the last time is the beginning of all times."""

    def show(self, item: Item) -> Mapping[str, Value]:
        del item
        return {"last-logged-out": date_time_text(0, self.router.version)}


class ProfileHooks(Numbered):
    stem = b"profile"


class PoolOrAddress(Reference):
    """An address, or a pool by name."""

    def __init__(self) -> None:
        super().__init__("/ip/pool")

    def read(self, text: bytes, scope: Scope) -> Stored:
        address = parse_ip(text)
        return address if isinstance(address, Ip) else super().read(text, scope)


_TERNARY = Choice(b"default", b"no", b"yes")
_REQUIRED = Choice(b"default", b"no", b"required", b"yes")


MENUS = (
    Menu(
        "/ppp/secret",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field(
                "service",
                Choice(b"any", b"async", b"l2tp", b"ovpn", b"pppoe", b"pptp", b"sstp"),
                default=b"any",
            ),
            Field("caller-id", Text(), default=b""),
            Field("password", Text(), default=b"", sensitive=True),
            Field("profile", Reference("/ppp/profile"), default=b"default"),
            Field("local-address", Address(), unsettable=True),
            Field("remote-address", Address(), unsettable=True),
            Field("remote-ipv6-prefix", Prefix6(), unsettable=True),
            Field("routes", Text(), default=b""),
            Field("ipv6-routes", Text(), default=b""),
            Field("limit-bytes-in", Size(0), default=b"0"),
            Field("limit-bytes-out", Size(0), default=b"0"),
            *computed("last-logged-out"),
            *computed("last-caller-id", "last-disconnect-reason", default=b""),
        ),
        named_by="name",
        name_error=b"failure: secret with the same name already exists",
        hooks=SecretHooks,
        flags=(("disabled", "X"),),
        print_flags=("show-sensitive",),
    ),
    Menu(
        "/ppp/profile",
        fields=(
            Field("name", Text(min_length=1)),
            Field("local-address", PoolOrAddress(), unsettable=True),
            Field("remote-address", PoolOrAddress(), unsettable=True),
            Field("remote-ipv6-prefix-pool", Text()),
            Field("remote-ipv6-prefix-reuse", Flag(), unsettable=True, since="7.19"),
            Field("dhcpv6-pd-pool", Text()),
            Field("dhcpv6-lease-time", Duration(), unsettable=True, since="7.19"),
            Field("dhcpv6-use-radius", Flag(), unsettable=True, since="7.19"),
            Field("bridge", Reference("/interface/bridge"), unsettable=True),
            Field("bridge-port-priority", Text(), unsettable=True),
            Field("bridge-path-cost", Number(1, 200_000_000), unsettable=True),
            Field("bridge-horizon", Number(0, 429496729), unsettable=True),
            Field("bridge-learning", _TERNARY, default=b"default"),
            Field("bridge-port-trusted", Flag(), unsettable=True, since="7.18"),
            Field("bridge-port-vid", Number(1, 4094), unsettable=True, since="7.18"),
            Field("incoming-filter", Text(min_length=1), unsettable=True),
            Field("outgoing-filter", Text(min_length=1), unsettable=True),
            Field("address-list", Text(), default=b""),
            Field("interface-list", INTERFACE_LIST, unsettable=True),
            Field("dns-server", ListOf(Address()), unsettable=True),
            Field("wins-server", ListOf(Address()), unsettable=True),
            Field("use-ipv6", _REQUIRED, default=b"yes"),
            Field("use-mpls", _REQUIRED, default=b"default"),
            Field("use-compression", _TERNARY, default=b"default"),
            Field("use-encryption", _REQUIRED, default=b"default"),
            Field("session-timeout", Duration(), unsettable=True),
            Field("idle-timeout", Duration(), unsettable=True),
            Field("rate-limit", Text(), unsettable=True),
            Field("only-one", _TERNARY, default=b"default"),
            Field("change-tcp-mss", _TERNARY, default=b"default"),
            Field("use-upnp", _TERNARY, default=b"default"),
            Field(
                "insert-queue-before",
                Reference("/queue/simple", also=(b"bottom", b"first")),
                unsettable=True,
            ),
            Field("parent-queue", Reference("/queue/simple", also=(b"none",)), unsettable=True),
            Field("queue-type", Reference("/queue/type"), unsettable=True),
            Field("on-up", Code(), default=b""),
            Field("on-down", Code(), default=b""),
            *flags("default"),
        ),
        named_by="name",
        builtin=(
            {"name": b"default", "change-tcp-mss": b"yes", "default": b"yes"},
            {
                ".id": b"*FFFFFFFE",
                "name": b"default-encryption",
                "default": b"yes",
                "change-tcp-mss": b"yes",
                "use-encryption": b"yes",
            },
        ),
        hooks=ProfileHooks,
        disableable=False,
        first_id=0,
        flags=(("default", "*"),),
        export=Export(builtin="id"),
    ),
    Menu(
        "/ppp/active",
        fields=(
            *computed("name", "service", "caller-id", "address"),
            *computed("uptime", type=Duration()),
            *computed("encoding", "session-id", "comment"),
            *counters("limit-bytes-in", "limit-bytes-out"),
            *computed("radius", type=Flag()),
        ),
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        export=None,
    ),
)
