"""Rules: /ip/firewall filter, nat, mangle, raw, and /ipv6/firewall filter, nat, mangle, raw.

The tables are composed: chain and action, what may match (`firewall_fields`),
what the actions take, and the counters.

Source: command trees. That `reject-with`, `address-list-timeout` and
`passthrough` are written down when an action needs them: published exports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import texts
from simulator.errors import RouterError
from simulator.menus.firewall_fields import Words, matchers
from simulator.menus.hooks import Hooks
from simulator.menus.interface import nothing
from simulator.menus.shared import counters, flag, flags
from simulator.menus.table import Command, Field, Menu
from simulator.menus.types import (
    Address,
    AddressRange,
    Choice,
    Duration,
    Flag,
    Link,
    Negated,
    Number,
    Ranges,
    Reference,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.storage import Item
    from simulator.menus.types import Stored
    from simulator.values import Value

__all__ = ["ADD_TO_LIST", "FLOW", "MENUS", "NEW_MARKS", "SNIFF", "rule"]

# What a rule with one of these actions has, even if it was not given.
_COMPLETE_LIST: Mapping[str, Stored] = {"address-list-timeout": b"none-dynamic"}
_COMPLETED: Mapping[bytes, Mapping[str, Stored]] = {
    b"add-src-to-address-list": _COMPLETE_LIST,
    b"add-dst-to-address-list": _COMPLETE_LIST,
    b"mark-connection": {"passthrough": True},
    b"mark-packet": {"passthrough": True},
    b"mark-routing": {"passthrough": True},
    b"change-mss": {"passthrough": True},
    b"change-dscp": {"passthrough": True},
    b"change-ttl": {"passthrough": True},
    b"set-priority": {"passthrough": True},
}
# What a rule cannot do without when it has the action. The text is assumed.
_NEEDED = {b"jump": "jump-target"}
_WITH_PORTS = (b"tcp", b"udp", b"dccp", b"sctp", b"udp-lite")


class RuleHooks(Hooks):
    """Completes rules and tells which ones cannot work."""

    reject_with: bytes = b"icmp-network-unreachable"

    def prepare(self, values: dict[str, Stored], item: Item | None) -> None:
        del item
        action = self.table.effective(values, "action")
        if not isinstance(action, bytes):
            return
        for name, value in _COMPLETED.get(action, {}).items():
            if name in self.table.menu.all_fields:
                values.setdefault(name, value)
        if action == b"reject":
            values.setdefault("reject-with", self.reject_with)
        if (needed := _NEEDED.get(action)) is not None and needed not in values:
            raise texts.missing_values((needed,))
        self._check_ports(values)

    @staticmethod
    def _check_ports(values: Mapping[str, Stored]) -> None:
        """Ports need a protocol that has some.

        Source: the rule, vendor manual; the text, from memory.
        """
        if not any(name in values for name in ("src-port", "dst-port", "port")):
            return
        if values.get("protocol") not in _WITH_PORTS:
            raise RouterError(
                b"failure: ports can be specified if proto is tcp,udp,udp-lite,dccp,sctp"
            )

    def show(self, item: Item) -> Mapping[str, Value]:
        return {"invalid": any(_is_dangling(value) for value in item.values.values())}


def _is_dangling(value: Stored) -> bool:
    if isinstance(value, Negated):
        value = value.inner
    return isinstance(value, Link) and not value.item.alive


class Rule6Hooks(RuleHooks):
    reject_with = b"icmp-no-route"


_LIST_TIMEOUT = Duration(0, 21_689_756, words=(b"none-dynamic", b"none-static"))
_REJECT_WITH = Choice(
    *(b"icmp-admin-prohibited", b"icmp-host-prohibited", b"icmp-host-unreachable"),
    *(b"icmp-net-prohibited", b"icmp-network-unreachable", b"icmp-port-unreachable"),
    *(b"icmp-protocol-unreachable", b"tcp-reset"),
)
_FIRST = ("connection-state", "connection-nat-state", "connection-type", "connection-mark")
_CONNECTION = ("connection-limit", "connection-bytes", "connection-rate")
_WHERE = ("routing-mark", "packet-mark", "protocol", "src-address", "dst-address")
_LISTS = ("src-address-list", "dst-address-list", "src-address-type", "dst-address-type")
_PORTS = ("src-mac-address", "src-port", "dst-port", "port")
_THROUGH = (
    *("in-interface", "out-interface", "in-interface-list", "out-interface-list"),
    *("in-bridge-port", "out-bridge-port", "in-bridge-port-list", "out-bridge-port-list"),
)
_REST = (
    *("content", "dscp", "tos", "limit", "dst-limit", "nth", "random", "priority"),
    *("ingress-priority", "packet-size", "per-connection-classifier", "icmp-options"),
    *("ipsec-policy", "tcp-mss", "time"),
)
_IPV4 = ("fragment", "hotspot", "ipv4-options", "psd", "ttl")


def rule(
    path: str,
    chains: tuple[bytes, ...],
    actions: tuple[bytes, ...],
    *matched: str,
    own: tuple[Field, ...] = (),
) -> Menu:
    """Compose the table of one kind of rule.

    Args:
        path: The menu.
        chains: The chains that are always there; others may be named.
        actions: The words of `action`.
        matched: Names of matchers, in printing order.
        own: What only this menu's actions take.
    """
    ipv6 = path.startswith("/ipv6")
    return Menu(
        path,
        fields=(
            Field("chain", ChainName(*chains), required=True),
            Field("action", Choice(*actions), default=b"accept"),
            *matchers(path, *matched),
            *own,
            Field("jump-target", ChainName(*chains)),
            Field("address-list", Text()),
            Field("address-list-timeout", _LIST_TIMEOUT),
            flag("log"),
            Field("log-prefix", Text(max_length=31), default=b""),
            *counters("bytes", "packets"),
            *flags("invalid", "dynamic"),
        ),
        ordered=True,
        hooks=Rule6Hooks if ipv6 else RuleHooks,
        commands={
            "reset-counters": Command(nothing, items="many"),
            "reset-counters-all": Command(nothing),
        },
        flags=(("disabled", "X"), ("invalid", "I"), ("dynamic", "D")),
        print_flags=("chain", "stats", *(() if ipv6 else ("all", "dynamic", "static"))),
    )


class ChainName(Text):
    """A chain: one of those that are always there, or a name of one's own."""

    def __init__(self, *known: bytes) -> None:
        super().__init__(min_length=1)
        self.words = known


ADD_TO_LIST = (b"add-dst-to-address-list", b"add-src-to-address-list")
FLOW = (b"jump", b"log", b"passthrough", b"return")
_FILTER = (b"forward", b"input", b"output")
_MANGLE = (b"forward", b"input", b"output", b"postrouting", b"prerouting")
_NAT = (b"dstnat", b"input", b"output", b"srcnat")
_RAW = (b"output", b"prerouting")


NEW_MARKS = (
    Field("new-connection-mark", Text()),
    Field("new-packet-mark", Text()),
    Field("new-routing-mark", Text(), until="7.1"),
    Field("new-routing-mark", Reference("/routing/table", also=(b"main",)), since="7.1"),
    Field("new-dscp", Words()),
    Field("new-mss", Number(0, 65535, words=(b"clamp-to-pmtu",))),
    Field("new-priority", Words()),
    Field("passthrough", Flag()),
)
SNIFF = (
    Field("sniff-id", Number(0, 65535)),
    Field("sniff-target", Address()),
    Field("sniff-target-port", Number(0, 65535)),
)
_TO = (
    Field("to-addresses", AddressRange(), unsettable=True),
    Field("to-ports", Ranges(0, 65535), unsettable=True),
)

MENUS = (
    rule(
        "/ip/firewall/filter",
        _FILTER,
        (
            *(b"accept", *ADD_TO_LIST, b"drop", b"fasttrack-connection", *FLOW),
            *(b"reject", b"tarpit"),
        ),
        *(*_FIRST, *_CONNECTION, *_WHERE, *_LISTS, *_PORTS, *_THROUGH, *_REST, *_IPV4),
        *("layer7-protocol", "p2p", "realm", "tcp-flags", "tls-host"),
        own=(
            Field("reject-with", _REJECT_WITH),
            Field("hw-offload", Flag(), until="7.19"),
        ),
    ),
    rule(
        "/ip/firewall/nat",
        _NAT,
        (
            *(b"accept", *ADD_TO_LIST, b"dst-nat", b"endpoint-independent-nat", *FLOW),
            *(b"masquerade", b"netmap", b"redirect", b"same", b"socksify", b"src-nat"),
        ),
        *("connection-type", "connection-mark", *_CONNECTION, *_WHERE, *_LISTS, *_PORTS),
        *(*_THROUGH, *_REST, *_IPV4, "layer7-protocol", "realm"),
        own=(
            Field("tls-host", Text(min_length=1), unsettable=True, until="7.13"),
            *_TO,
            Field("randomise-ports", Flag()),
            Field("same-not-by-dst", Flag()),
            Field("socks5-port", Number(0, 65535), since="7.19"),
            Field("socks5-server", Address(), since="7.19"),
            Field("socksify-service", Text(), since="7.19"),
        ),
    ),
    rule(
        "/ip/firewall/mangle",
        _MANGLE,
        (
            *(b"accept", *ADD_TO_LIST, b"change-dscp", b"change-mss", b"change-ttl", b"clear-df"),
            *(b"fasttrack-connection", *FLOW, b"mark-connection", b"mark-packet"),
            *(b"mark-routing", b"route", b"set-priority", b"sniff-pc", b"sniff-tzsp"),
            *(b"strip-ipv4-options",),
        ),
        *(*_FIRST, *_CONNECTION, *_WHERE, *_LISTS, *_PORTS, *_THROUGH, *_REST, *_IPV4),
        *("layer7-protocol", "p2p", "realm", "tcp-flags", "tls-host"),
        own=(
            *NEW_MARKS,
            Field("new-ttl", Words()),
            Field("route-dst", Address()),
            *SNIFF,
        ),
    ),
    rule(
        "/ip/firewall/raw",
        _RAW,
        (b"accept", *ADD_TO_LIST, b"drop", *FLOW, b"notrack"),
        *("packet-mark", "protocol", "src-address", "dst-address", *_LISTS, *_PORTS, *_THROUGH),
        *(*_REST, *_IPV4, "tcp-flags", "tls-host"),
    ),
)
