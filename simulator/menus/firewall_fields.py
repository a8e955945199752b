"""What rules match on: the fields that the firewall's chains share, by name.

Source: command trees of 7.12.2 to 7.22.3; value sets, 7.22.3. The order in
which a rule's properties are printed is that of the console's help: assumed.
"""

from __future__ import annotations

from simulator import texts
from simulator.menus.shared import MATCH_INTERFACE, MATCH_INTERFACE_LIST
from simulator.menus.table import Field
from simulator.menus.types import (
    AddressRange,
    Choice,
    FieldType,
    Flag,
    ListOf,
    Mac,
    Negatable,
    Number,
    Prefix6,
    Ranges,
    Reference,
    Scope,
    Stored,
    Text,
)

__all__ = ["PROTOCOLS", "matchers"]

PROTOCOLS = {
    1: b"icmp",
    2: b"igmp",
    3: b"ggp",
    4: b"ipencap",
    5: b"st",
    6: b"tcp",
    8: b"egp",
    12: b"pup",
    17: b"udp",
    20: b"hmp",
    22: b"xns-idp",
    27: b"rdp",
    29: b"iso-tp4",
    33: b"dccp",
    36: b"xtp",
    37: b"ddp",
    38: b"idpr-cmtp",
    41: b"ipv6-encap",
    43: b"ipv6-route",
    44: b"ipv6-frag",
    46: b"rsvp",
    47: b"gre",
    50: b"ipsec-esp",
    51: b"ipsec-ah",
    58: b"icmpv6",
    59: b"ipv6-nonxt",
    60: b"ipv6-opts",
    73: b"rspf",
    81: b"vmtp",
    89: b"ospf",
    94: b"ipip",
    97: b"etherip",
    98: b"encap",
    103: b"pim",
    112: b"vrrp",
    115: b"l2tp",
    132: b"sctp",
    136: b"udp-lite",
}


class Protocol(Choice):
    """A protocol by name or number; a number that has a name is shown by it.

    Args:
        more: Words that stand instead, `all`.
    """

    def __init__(self, *more: bytes) -> None:
        super().__init__(*more, *PROTOCOLS.values())

    def read(self, text: bytes, scope: Scope) -> Stored:
        if not text.isdigit():
            return super().read(text, scope)
        number = int(text)
        if number > 255:
            raise texts.out_of_range(scope.name, b"0", b"255")
        return PROTOCOLS.get(number, text)


class Words(FieldType):
    """Text in a form of its own, of which only the alphabet is checked."""

    _allowed = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyz,-:/.!_ABCDEFGHIJKLMNOPQRSTUVWXYZ%")

    def read(self, text: bytes, scope: Scope) -> Stored:
        if not text or not self._allowed.issuperset(text):
            raise texts.invalid_value(scope.name)
        return text


_PORTS = Negatable(Ranges(0, 65535))
_STATES = Negatable(
    ListOf(Choice(b"invalid", b"established", b"related", b"new", b"untracked"), unique=True)
)
_NAT_STATES = Negatable(ListOf(Choice(b"srcnat", b"dstnat"), unique=True))
_FILTER_NAT_STATES = Negatable(
    ListOf(Choice(b"srcnat", b"dstnat", b"ein-snat", b"ein-dnat"), unique=True)
)
_TCP_FLAGS = ListOf(
    Negatable(Choice(b"ack", b"cwr", b"ece", b"fin", b"psh", b"rst", b"syn", b"urg")), unique=True
)
_CONNECTION_TYPES = Negatable(Choice(b"ftp", b"h323", b"irc", b"pptp", b"quake3", b"sip", b"tftp"))
_ADDRESS_TYPES = Negatable(Choice(b"blackhole", b"broadcast", b"local", b"multicast", b"unicast"))
_ADDRESS6_TYPES = Negatable(Choice(b"anycast", b"local", b"multicast", b"unicast", b"unreachable"))
_HOTSPOT = Negatable(
    ListOf(Choice(b"auth", b"from-client", b"http", b"local-dst", b"to-client"), unique=True)
)
_IPV4_OPTIONS = Choice(
    *(b"any", b"loose-source-routing", b"no-record-route", b"no-router-alert"),
    *(b"no-source-routing", b"no-timestamp", b"none", b"record-route", b"router-alert"),
    *(b"strict-source-routing", b"timestamp"),
)
_P2P = Choice(
    *(b"all-p2p", b"bit-torrent", b"blubster", b"direct-connect", b"edonkey", b"fasttrack"),
    *(b"gnutella", b"soulseek", b"warez", b"winmx"),
)
_HEADERS = Negatable(Text())  # `hop,dst:contains`, of which no source tells the whole form
_MARK = Negatable(Text(min_length=1))
_TEXT = Negatable(Text(min_length=1))
_SIZES = Negatable(Words())

_TYPES: dict[str, FieldType] = {
    "connection-state": _STATES,
    "connection-nat-state": _NAT_STATES,
    "connection-type": _CONNECTION_TYPES,
    "connection-mark": _MARK,
    "connection-limit": Negatable(Words()),
    "connection-bytes": Negatable(Words()),
    "connection-rate": Negatable(Words()),
    "packet-mark": _MARK,
    "packet-size": _SIZES,
    "routing-mark": _MARK,
    "protocol": Negatable(Protocol()),
    "src-address": Negatable(AddressRange()),
    "dst-address": Negatable(AddressRange()),
    "src-address-list": _TEXT,
    "dst-address-list": _TEXT,
    "src-address-type": _ADDRESS_TYPES,
    "dst-address-type": _ADDRESS_TYPES,
    "src-mac-address": Negatable(Mac()),
    "src-port": _PORTS,
    "dst-port": _PORTS,
    "port": _PORTS,
    "in-interface": MATCH_INTERFACE,
    "out-interface": MATCH_INTERFACE,
    "in-interface-list": MATCH_INTERFACE_LIST,
    "out-interface-list": MATCH_INTERFACE_LIST,
    "in-bridge-port": MATCH_INTERFACE,
    "out-bridge-port": MATCH_INTERFACE,
    "in-bridge-port-list": MATCH_INTERFACE_LIST,
    "out-bridge-port-list": MATCH_INTERFACE_LIST,
    "layer7-protocol": Negatable(Reference("/ip/firewall/layer7-protocol")),
    "content": _TEXT,
    "dscp": Negatable(Number(0, 63)),
    "tos": Words(),
    "dst-limit": Words(),
    "limit": Negatable(Words()),
    "fragment": Flag(),
    "hop-limit": Negatable(Words()),
    "headers": _HEADERS,
    "hotspot": _HOTSPOT,
    "icmp-options": Negatable(Words()),
    "ingress-priority": Negatable(Number(0, 63)),
    "ipsec-policy": Words(),
    "ipv4-options": _IPV4_OPTIONS,
    "nth": Words(),
    "p2p": _P2P,
    "per-connection-classifier": Negatable(Words()),
    "priority": Negatable(Number(0, 63)),
    "psd": Words(),
    "random": Number(1, 99),
    "realm": Negatable(Words()),
    "tcp-flags": _TCP_FLAGS,
    "tcp-mss": Negatable(Words()),
    "time": Words(),
    "tls-host": _TEXT,
    "ttl": Negatable(Words()),
}
_TYPES6: dict[str, FieldType] = {
    "src-address": Negatable(Prefix6()),
    "dst-address": Negatable(Prefix6()),
    "src-address-type": _ADDRESS6_TYPES,
    "dst-address-type": _ADDRESS6_TYPES,
}
# Matchers of one menu only that differ there from the others'.
_OWN: dict[tuple[str, str], FieldType] = {
    ("/ip/firewall/filter", "connection-nat-state"): _FILTER_NAT_STATES,
}
_SINCE = {"tos": "7.19"}


def matchers(path: str, *names: str) -> tuple[Field, ...]:
    """Return the fields by which rules of a menu match; each of them can be unset."""
    types = _TYPES | _TYPES6 if path.startswith("/ipv6") else _TYPES
    return tuple(
        Field(
            name,
            _OWN.get((path, name), types[name]),
            unsettable=True,
            since=_SINCE.get(name),
        )
        for name in names
    )
