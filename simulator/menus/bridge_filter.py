"""/interface/bridge filter and nat, and the addresses a bridge has learned.

Nothing passes through a simulated bridge, so nothing is counted or learned.

Source: command trees; defaults from published exports and from memory: assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.menus.firewall_fields import Protocol
from simulator.menus.interface import nothing
from simulator.menus.shared import (
    INTERFACE,
    MATCH_INTERFACE_LIST,
    choice,
    computed,
    counters,
    flag,
    flags,
    several,
)
from simulator.menus.table import Command, Field, Menu
from simulator.menus.types import (
    Choice,
    FieldType,
    Flag,
    Mac,
    Negatable,
    Network,
    Number,
    Prefix6,
    Ranges,
    Reference,
    Scope,
    Text,
)

if TYPE_CHECKING:
    from simulator.menus.types import Stored

__all__ = ["MENUS"]

_PROTOCOLS = (
    "802.2 arp capsman dot1x homeplug-av ip ipv6 ipx lacp length lldp loop-protect macsec "
    "mpls-multicast mpls-unicast mvrp packing-compr packing-simple pppoe pppoe-discovery rarp "
    "romon service-vlan vlan"
)


class MacProtocol(FieldType):
    """A protocol of Ethernet by name or number, kept as it was given."""

    words = tuple(_PROTOCOLS.encode().split())
    _choice = Choice(*words)
    _number = Number(0, 0xFFFF)

    def read(self, text: bytes, scope: Scope) -> Stored:
        if text[:2] == b"0x" or text.isdigit():
            self._number.read(text, scope)
            return text
        return self._choice.read(text, scope)


_ARP_OPCODE = Negatable(
    choice(
        "arp-nak drarp-error drarp-reply drarp-request inarp-reply inarp-request reply "
        "reply-reverse request request-reverse"
    )
)
_IN_BRIDGE = Negatable(Reference("/interface/bridge"))
_PACKET_TYPE = Negatable(choice("broadcast host multicast other-host"))
_STP_FLAGS = Negatable(several("topology-change topology-change-ack"))
_MATCH = Negatable(Text(min_length=1))  # an address with a mask, a number or a range
# A number is taken too: `0x88A2`.
_MAC_PROTOCOL = Negatable(MacProtocol())
_NET = Negatable(Network())
_NET6 = Negatable(Prefix6())
_PORTS = Negatable(Ranges(0, 65535))


MENUS = (
    Menu(
        "/interface/bridge/host",
        fields=(
            Field("bridge", Reference("/interface/bridge")),
            Field("interface", INTERFACE),
            Field("mac-address", Mac(), required=True),
            Field("vid", Number(0, 4095), unsettable=True),
            Field("comment", Text(), since="7.0"),
            *computed("aged-peer", "on-interface", "remote-ip"),
            *flags("aged", "dynamic", "external", "invalid", "local"),
        ),
        commentable=False,
        flags=(
            ("disabled", "X"),
            ("invalid", "I"),
            ("dynamic", "D"),
            ("local", "L"),
            ("external", "E"),
        ),
    ),
    Menu(
        "/interface/bridge/filter",
        fields=(
            Field("chain", Text(min_length=1), required=True),
            Field(
                "action",
                choice("accept drop jump log mark-packet passthrough return set-priority"),
                default=b"accept",
            ),
            Field("802.3-sap", _MATCH, unsettable=True),
            Field("802.3-type", _MATCH, unsettable=True),
            Field("arp-dst-address", _NET, unsettable=True),
            Field("arp-dst-mac-address", _MATCH, unsettable=True),
            Field("arp-gratuitous", Flag(), unsettable=True),
            Field("arp-hardware-type", _MATCH, unsettable=True),
            Field("arp-opcode", _ARP_OPCODE, unsettable=True),
            Field("arp-packet-type", _MATCH, unsettable=True),
            Field("arp-src-address", _NET, unsettable=True),
            Field("arp-src-mac-address", _MATCH, unsettable=True),
            Field("dst-address", _NET, unsettable=True),
            Field("dst-address6", _NET6, unsettable=True),
            Field("dst-mac-address", _MATCH, unsettable=True),
            Field("dst-port", _PORTS, unsettable=True),
            Field("in-bridge", _IN_BRIDGE, unsettable=True),
            Field("in-bridge-list", MATCH_INTERFACE_LIST, unsettable=True),
            Field("in-interface", Negatable(INTERFACE), unsettable=True),
            Field("in-interface-list", MATCH_INTERFACE_LIST, unsettable=True),
            Field("ingress-priority", _MATCH, unsettable=True),
            Field("ip-protocol", Negatable(Protocol()), unsettable=True),
            Field("jump-target", Text(min_length=1)),
            Field("limit", Text(), unsettable=True),
            flag("log"),
            Field("log-prefix", Text(max_length=31)),
            Field("mac-protocol", _MAC_PROTOCOL, unsettable=True),
            Field("new-packet-mark", Text()),
            Field("new-priority", Text()),
            Field("out-bridge", _IN_BRIDGE, unsettable=True),
            Field("out-bridge-list", MATCH_INTERFACE_LIST, unsettable=True),
            Field("out-interface", Negatable(INTERFACE), unsettable=True),
            Field("out-interface-list", MATCH_INTERFACE_LIST, unsettable=True),
            Field("packet-mark", _MATCH, unsettable=True),
            Field("packet-type", _PACKET_TYPE, unsettable=True),
            flag("passthrough"),
            Field("src-address", _NET, unsettable=True),
            Field("src-address6", _NET6, unsettable=True),
            Field("src-mac-address", _MATCH, unsettable=True),
            Field("src-port", _PORTS, unsettable=True),
            Field("stp-flags", _STP_FLAGS, unsettable=True),
            Field("stp-forward-delay", _MATCH, unsettable=True),
            Field("stp-hello-time", _MATCH, unsettable=True),
            Field("stp-max-age", _MATCH, unsettable=True),
            Field("stp-msg-age", _MATCH, unsettable=True),
            Field("stp-port", _MATCH, unsettable=True),
            Field("stp-root-address", _MATCH, unsettable=True),
            Field("stp-root-cost", _MATCH, unsettable=True),
            Field("stp-root-priority", _MATCH, unsettable=True),
            Field("stp-sender-address", _MATCH, unsettable=True),
            Field("stp-sender-priority", _MATCH, unsettable=True),
            Field("stp-type", Negatable(choice("config tcn")), unsettable=True),
            Field("tls-host", _MATCH, unsettable=True),
            Field("vlan-encap", _MAC_PROTOCOL, unsettable=True),
            Field("vlan-id", _MATCH, unsettable=True),
            Field("vlan-priority", _MATCH, unsettable=True),
            *counters("bytes", "packets"),
            *flags("dynamic", "invalid"),
        ),
        ordered=True,
        commands={
            "reset-counters": Command(nothing, items="many"),
            "reset-counters-all": Command(nothing),
        },
        flags=(("disabled", "X"), ("invalid", "I"), ("dynamic", "D")),
    ),
    Menu(
        "/interface/bridge/nat",
        fields=(
            Field("chain", Text(min_length=1), required=True),
            Field(
                "action",
                choice(
                    "accept arp-reply drop dst-nat jump log mark-packet passthrough redirect "
                    "return set-priority src-nat"
                ),
                default=b"accept",
            ),
            Field("802.3-sap", _MATCH, unsettable=True),
            Field("802.3-type", _MATCH, unsettable=True),
            Field("arp-dst-address", _NET, unsettable=True),
            Field("arp-dst-mac-address", _MATCH, unsettable=True),
            Field("arp-gratuitous", Flag(), unsettable=True),
            Field("arp-hardware-type", _MATCH, unsettable=True),
            Field("arp-opcode", _ARP_OPCODE, unsettable=True),
            Field("arp-packet-type", _MATCH, unsettable=True),
            Field("arp-src-address", _NET, unsettable=True),
            Field("arp-src-mac-address", _MATCH, unsettable=True),
            Field("dst-address", _NET, unsettable=True),
            Field("dst-address6", _NET6, unsettable=True),
            Field("dst-mac-address", _MATCH, unsettable=True),
            Field("dst-port", _PORTS, unsettable=True),
            Field("in-bridge", _IN_BRIDGE, unsettable=True),
            Field("in-bridge-list", MATCH_INTERFACE_LIST, unsettable=True),
            Field("in-interface", Negatable(INTERFACE), unsettable=True),
            Field("in-interface-list", MATCH_INTERFACE_LIST, unsettable=True),
            Field("ingress-priority", _MATCH, unsettable=True),
            Field("ip-protocol", Negatable(Protocol()), unsettable=True),
            Field("jump-target", Text(min_length=1)),
            Field("limit", Text(), unsettable=True),
            flag("log"),
            Field("log-prefix", Text(max_length=31)),
            Field("mac-protocol", _MAC_PROTOCOL, unsettable=True),
            Field("new-packet-mark", Text()),
            Field("new-priority", Text()),
            Field("out-bridge", _IN_BRIDGE, unsettable=True),
            Field("out-bridge-list", MATCH_INTERFACE_LIST, unsettable=True),
            Field("out-interface", Negatable(INTERFACE), unsettable=True),
            Field("out-interface-list", MATCH_INTERFACE_LIST, unsettable=True),
            Field("packet-mark", _MATCH, unsettable=True),
            Field("packet-type", _PACKET_TYPE, unsettable=True),
            flag("passthrough"),
            Field("src-address", _NET, unsettable=True),
            Field("src-address6", _NET6, unsettable=True),
            Field("src-mac-address", _MATCH, unsettable=True),
            Field("src-port", _PORTS, unsettable=True),
            Field("stp-flags", _STP_FLAGS, unsettable=True),
            Field("stp-forward-delay", _MATCH, unsettable=True),
            Field("stp-hello-time", _MATCH, unsettable=True),
            Field("stp-max-age", _MATCH, unsettable=True),
            Field("stp-msg-age", _MATCH, unsettable=True),
            Field("stp-port", _MATCH, unsettable=True),
            Field("stp-root-address", _MATCH, unsettable=True),
            Field("stp-root-cost", _MATCH, unsettable=True),
            Field("stp-root-priority", _MATCH, unsettable=True),
            Field("stp-sender-address", _MATCH, unsettable=True),
            Field("stp-sender-priority", _MATCH, unsettable=True),
            Field("stp-type", Negatable(choice("config tcn")), unsettable=True),
            Field("tls-host", _MATCH, unsettable=True),
            Field("to-arp-reply-mac-address", Mac()),
            Field("to-dst-mac-address", Mac()),
            Field("to-src-mac-address", Mac()),
            Field("vlan-encap", _MAC_PROTOCOL, unsettable=True),
            Field("vlan-id", _MATCH, unsettable=True),
            Field("vlan-priority", _MATCH, unsettable=True),
            *counters("bytes", "packets"),
            *flags("dynamic", "invalid"),
        ),
        ordered=True,
        commands={
            "reset-counters": Command(nothing, items="many"),
            "reset-counters-all": Command(nothing),
        },
        flags=(("disabled", "X"), ("invalid", "I"), ("dynamic", "D")),
    ),
)
