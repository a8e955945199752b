"""/routing/filter of RouterOS 6: rules with a property for every match and every change.

Source: published exports; sets of values and defaults from memory: assumed.
"""

from __future__ import annotations

from simulator.menus.shared import choice, flag, flags, several
from simulator.menus.table import Field, Menu
from simulator.menus.types import Number, Ranges, Text

__all__ = ["MENUS"]


MENUS = (
    Menu(
        "/routing/filter",
        fields=(
            Field("chain", Text(), required=True),
            Field(
                "action",
                choice("accept discard jump log passthrough reject return"),
                default=b"passthrough",
            ),
            Field("jump-target", Text(), default=b""),
            Field("prefix", Text(), default=b""),
            Field("prefix-length", Text(), default=b""),
            Field("address-family", several("ip ipv6 l2vpn l2vpn-cisco vpnv4")),
            Field("protocol", several("bgp connect ospf rip static")),
            Field("distance", Ranges(0, 4294967295)),
            Field("target-scope", Ranges(0, 4294967295)),
            Field("scope", Ranges(0, 4294967295)),
            Field("pref-src", Text(), default=b""),
            Field("match-chain", Text(), default=b""),
            Field("bgp-as-path", Text(), default=b""),
            Field("bgp-as-path-length", Ranges(0, 4294967295)),
            Field("bgp-weight", Ranges(0, 4294967295)),
            Field("bgp-local-pref", Ranges(0, 4294967295)),
            Field("bgp-med", Ranges(0, 4294967295)),
            Field("bgp-origin", several("egp igp incomplete")),
            Field("bgp-communities", Text(), default=b""),
            flag("locally-originated-bgp"),
            Field(
                "ospf-type",
                choice(
                    "external-type-1 external-type-2 inter-area intra-area nssa-external-type-1 "
                    "nssa-external-type-2"
                ),
            ),
            Field("rip-metric", Ranges(0, 4294967295)),
            Field("route-comment", Text(), default=b""),
            Field("route-tag", Ranges(0, 4294967295)),
            Field("route-targets", Text(), default=b""),
            Field("routing-mark", Text(), default=b""),
            flag("invert-match"),
            flag("set-disabled"),
            Field("set-distance", Number(0, 255)),
            Field("set-scope", Number(0, 255)),
            Field("set-target-scope", Number(0, 255)),
            Field("set-pref-src", Text(), default=b""),
            Field("set-in-nexthop", Text(), default=b""),
            Field("set-in-nexthop-ipv6", Text(), default=b""),
            Field("set-in-nexthop-direct", Text(), default=b""),
            Field("set-in-nexthop-linklocal", Text(), default=b""),
            Field("set-out-nexthop", Text(), default=b""),
            Field("set-out-nexthop-ipv6", Text(), default=b""),
            Field("set-out-nexthop-linklocal", Text(), default=b""),
            Field("set-nexthop", Text(), default=b""),
            Field("set-nexthop-direct", Text(), default=b""),
            Field("set-routing-mark", Text(), default=b""),
            Field("set-check-gateway", choice("arp bfd none ping")),
            Field("set-route-comment", Text(), default=b""),
            Field("set-route-tag", Number(0, 4294967295)),
            Field("set-route-targets", Text(), default=b""),
            Field("set-site-of-origin", Text(), default=b""),
            Field("set-type", choice("blackhole prohibit unicast unreachable")),
            flag("set-use-te-nexthop"),
            Field("set-bgp-weight", Number(-2147483648, 2147483647)),
            Field("set-bgp-local-pref", Number(0, 4294967295)),
            Field("set-bgp-prepend", Number(0, 16)),
            Field("set-bgp-prepend-path", Text(), default=b""),
            Field("set-bgp-med", Text(), default=b""),
            Field("set-bgp-communities", Text(), default=b""),
            Field("append-bgp-communities", Text(), default=b""),
            Field("append-route-targets", Text(), default=b""),
            Field("site-of-origin", Text(), default=b""),
            Field("set-mpls-te-tunnel", Text(), default=b""),
            flag("disabled"),
            *flags("invalid"),
        ),
        ordered=True,
        disableable=False,
        until="7.0",
        flags=(("disabled", "X"), ("invalid", "I")),
    ),
)
