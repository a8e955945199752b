"""/ipv6/firewall filter, nat, mangle and raw.

Source: command trees.
"""

from __future__ import annotations

from simulator.menus.firewall import ADD_TO_LIST, FLOW, NEW_MARKS, SNIFF, rule
from simulator.menus.firewall_fields import Words
from simulator.menus.table import Field
from simulator.menus.types import Choice, Prefix6, Ranges, Text

__all__ = ["MENUS"]

_MATCHED = (
    *("connection-mark", "connection-limit", "connection-bytes", "connection-rate"),
    *("connection-type", "connection-state", "routing-mark", "packet-mark", "protocol"),
    *("src-address", "dst-address", "src-address-list", "dst-address-list"),
    *("src-address-type", "dst-address-type", "src-mac-address", "src-port", "dst-port", "port"),
    *("in-interface", "out-interface", "in-interface-list", "out-interface-list"),
    *("in-bridge-port", "out-bridge-port", "in-bridge-port-list", "out-bridge-port-list"),
    *("content", "dscp", "tos", "limit", "dst-limit", "nth", "random", "priority"),
    *("ingress-priority", "packet-size", "icmp-options", "ipsec-policy", "tcp-mss", "time"),
    *("headers", "hop-limit", "tcp-flags"),
)
_ONLY_CONNECTED = ("connection-", "routing-mark")
_RAW = tuple(name for name in _MATCHED if not name.startswith(_ONLY_CONNECTED))
_REJECT_WITH = Choice(
    *(b"icmp-address-unreachable", b"icmp-admin-prohibited", b"icmp-err-src-routing-header"),
    *(b"icmp-headers-too-long", b"icmp-no-route", b"icmp-not-neighbour"),
    *(b"icmp-port-unreachable", b"tcp-reset"),
)

MENUS = (
    rule(
        "/ipv6/firewall/filter",
        (b"forward", b"input", b"output"),
        (b"accept", *ADD_TO_LIST, b"drop", b"fasttrack-connection", *FLOW, b"reject"),
        *(*_MATCHED, "connection-nat-state", "per-connection-classifier", "tls-host"),
        own=(Field("reject-with", _REJECT_WITH),),
    ),
    rule(
        "/ipv6/firewall/nat",
        (b"dstnat", b"input", b"output", b"srcnat"),
        (
            *(b"accept", *ADD_TO_LIST, b"dst-nat", *FLOW, b"masquerade", b"netmap"),
            *(b"redirect", b"src-nat"),
        ),
        *(*_MATCHED, "per-connection-classifier"),
        own=(
            Field("tls-host", Text(min_length=1), unsettable=True, until="7.13"),
            Field("to-address", Prefix6(), unsettable=True),
            Field("to-ports", Ranges(0, 65535), unsettable=True),
        ),
    ),
    rule(
        "/ipv6/firewall/mangle",
        (b"forward", b"input", b"output", b"postrouting", b"prerouting"),
        (
            *(b"accept", *ADD_TO_LIST, b"change-dscp", b"change-hop-limit", b"change-mss"),
            *(*FLOW, b"mark-connection", b"mark-packet", b"mark-routing", b"set-priority"),
            *(b"sniff-pc", b"sniff-tzsp", b"dnpt", b"snpt"),
        ),
        *(*_MATCHED, "connection-nat-state", "per-connection-classifier", "tls-host"),
        own=(
            *NEW_MARKS,
            Field("new-hop-limit", Words()),
            Field("src-prefix", Prefix6()),
            Field("dst-prefix", Prefix6()),
            *SNIFF,
        ),
    ),
    rule(
        "/ipv6/firewall/raw",
        (b"output", b"prerouting"),
        (b"accept", *ADD_TO_LIST, b"drop", *FLOW, b"notrack"),
        *(*_RAW, "per-connection-classifier", "tls-host"),
    ),
)
