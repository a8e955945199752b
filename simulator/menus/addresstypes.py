"""Types of addresses, networks and their ranges; see `simulator.menus.types`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator import texts, values
from simulator.menus.fieldtype import FieldType

if TYPE_CHECKING:
    from simulator.menus.fieldtype import Scope, Stored
    from simulator.values import Value

__all__ = [
    "Address",
    "Address6",
    "AddressRange",
    "AnyAddress",
    "AnyNetwork",
    "Mac",
    "Network",
    "Prefix",
    "Prefix6",
]

_MAC = re.compile(rb"[0-9A-Fa-f]{2}(?:([:.-]?)[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}")


class _Parsed(FieldType):
    """What a parser of `simulator.values` reads; words may stand instead."""

    def __init__(self, *words: bytes) -> None:
        self.words = words

    def read(self, text: bytes, scope: Scope) -> Stored:
        if text in self.words:
            return text
        value = self.value(text)
        if value is None:
            raise texts.invalid_value(scope.name)
        return value

    def value(self, text: bytes) -> Value | None:
        raise NotImplementedError


class Address(_Parsed):
    """An IPv4 address."""

    def value(self, text: bytes) -> Value | None:
        return values.parse_ip(text)


class Address6(_Parsed):
    """An IPv6 address."""

    def value(self, text: bytes) -> Value | None:
        return values.parse_ip6(text)


class AnyAddress(_Parsed):
    """An address of either kind."""

    def value(self, text: bytes) -> Value | None:
        found = values.parse_ip(text)
        return values.parse_ip6(text) if found is None else found


class Prefix(_Parsed):
    """`192.0.2.1/24`, host bits kept; a bare address is `/32`. A row shows text."""

    def value(self, text: bytes) -> Value | None:
        whole = text if b"/" in text else text + b"/32"
        found = values.parse_ip_prefix(whole)
        return None if found is None else values.to_text(found)


class Network(_Parsed):
    """As Prefix, but host bits become zero and `/32` is left out, as in lists and rules."""

    def value(self, text: bytes) -> Value | None:
        address, _, length = text.partition(b"/")
        ip = values.parse_ip(address)
        if ip is None or not isinstance(ip, values.Ip):
            return None
        if not length and b"/" not in text:
            return values.to_text(ip)
        if not length.isdigit() or int(length) > 32:
            return None
        mask = (0xFFFFFFFF << (32 - int(length))) & 0xFFFFFFFF
        base = values.to_text(values.Ip(ip.number & mask))
        return base if int(length) == 32 else base + b"/" + length


class Prefix6(_Parsed):
    """`2001:db8::1/64`; a bare address is `/128`. A row shows text."""

    def value(self, text: bytes) -> Value | None:
        address, _, length = text.partition(b"/")
        ip = values.parse_ip6(address)
        if ip is None or (length and not (length.isdigit() and int(length) <= 128)):
            return None
        return values.to_text(ip) + b"/" + (length or b"128")


class AnyNetwork(Prefix6):
    """A network of either kind, always with its length: `192.0.2.1` is `192.0.2.1/32`."""

    def value(self, text: bytes) -> Value | None:
        network = Network().value(text)
        if isinstance(network, bytes):
            return network if b"/" in network else network + b"/32"
        return super().value(text)


class AddressRange(Network):
    """An address, a network or `FROM-TO`."""

    def read(self, text: bytes, scope: Scope) -> Stored:
        if text in self.words:
            return text
        value = self.value(text)
        if value is None:
            raise texts.expects_range(scope.name)
        return value

    def value(self, text: bytes) -> Value | None:
        first, dash, last = text.partition(b"-")
        if not dash:
            return super().value(text)
        low, high = values.parse_ip(first), values.parse_ip(last)
        if low is None or high is None:
            return None
        return values.to_text(low) + b"-" + values.to_text(high)


class Mac(FieldType):
    """A MAC address, kept in upper case with colons."""

    def read(self, text: bytes, scope: Scope) -> Stored:
        del scope
        if not _MAC.fullmatch(text):
            raise texts.mac_required()
        digits = re.sub(rb"[:.-]", b"", text).upper()
        return b":".join(digits[at : at + 2] for at in range(0, 12, 2))
