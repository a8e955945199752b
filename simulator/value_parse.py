"""Text to values: what a bare word is, and each type by itself.

Import these from `simulator.values`. Every `parse_…` returns None when the
text is nothing of that type.

Source: routeros-script.md, sections 5 and 9.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address
from typing import TYPE_CHECKING

from simulator.value_text import DAY, HOUR, MINUTE, SECOND, WEEK
from simulator.value_types import Id, Ip, Ip6, Ip6Prefix, IpPrefix, Time

if TYPE_CHECKING:
    from simulator.value_types import Value

__all__ = [
    "parse_bool",
    "parse_id",
    "parse_ip",
    "parse_ip6",
    "parse_ip6_prefix",
    "parse_ip_prefix",
    "parse_number",
    "parse_time",
    "parse_word",
]

MAX_NUMBER = 2**63 - 1

_NUMBER = re.compile(rb"-?(?:0x[0-9a-fA-F]+|[0-9]+)")
_BOOLS = {b"true": True, b"yes": True, b"false": False, b"no": False}
# No leading zeros: 8.008.008.008 is text (seen on v6).
_OCTETS = re.compile(
    rb"(0|[1-9]\d{0,2})(?:\.(0|[1-9]\d{0,2}))?(?:\.(0|[1-9]\d{0,2}))?"
    rb"(?:\.(0|[1-9]\d{0,2}))?"
)
_IP6 = re.compile(rb"[0-9a-fA-F]{0,4}:[0-9a-fA-F:]*:?[0-9a-fA-F.:]*")
_ID = re.compile(rb"\*[0-9A-Fa-f]+")
_UNITS = {
    b"w": WEEK,
    b"d": DAY,
    b"h": HOUR,
    b"m": MINUTE,
    b"s": SECOND,
    b"ms": 1_000_000,
    b"us": 1_000,
    b"ns": 1,
}
_PART = re.compile(rb"([0-9]+)(ms|us|ns|[wdhms])")
_TIME = re.compile(
    rb"(?P<sign>-?)(?:"
    rb"(?P<parts>(?:[0-9]+(?:ms|us|ns|[wdhms]))+)"
    rb"|(?P<days>(?:[0-9]+[wd])*)(?P<hours>[0-9]+):(?P<minutes>[0-9]+)"
    rb"(?::(?P<seconds>[0-9]+)(?:\.(?P<fraction>[0-9]+))?)?"
    rb"|(?P<whole>[0-9]*)\.(?P<decimals>[0-9]+))"
)


def parse_word(word: bytes) -> Value:
    """Return a bare word as the most specific type that fits, a str when none does."""
    first = word[:1]
    if first.isdigit() or first in (b"-", b".", b":", b"*") or b":" in word:
        for parse in _BY_RANK:
            value = parse(word)
            if value is not None:
                return value
    boolean = _BOOLS.get(word)
    return word if boolean is None else boolean


def parse_number(text: bytes) -> int | None:
    """Return a decimal or `0x` number; what does not fit 64 bits is cut to ±(2^63 - 1)."""
    if not _NUMBER.fullmatch(text):
        return None
    negative = text.startswith(b"-")
    digits = text[1:] if negative else text
    number = int(digits, 16) if digits.startswith(b"0x") else _decimal(digits)
    number = min(number, MAX_NUMBER)
    return -number if negative else number


def _decimal(digits: bytes) -> int:
    # int() refuses texts thousands of digits long; twenty are out of range already.
    return int(digits.lstrip(b"0")[:20] or b"0")


def parse_bool(text: bytes) -> bool | None:
    return _BOOLS.get(text)


def parse_id(text: bytes) -> Id | None:
    return Id(text) if _ID.fullmatch(text) else None


def parse_ip(text: bytes) -> Ip | None:
    """Return a dotted quad or one of its short forms: `1.2` is 1.0.0.2, `2.1.1` 2.1.0.1."""
    return _ip(text) if b"." in text else None


def _ip(text: bytes) -> Ip | None:
    match = _OCTETS.fullmatch(text)
    if match is None:
        return None
    *front, last = (int(octet) for octet in match.groups() if octet is not None)
    octets = [*front, *[0] * (3 - len(front)), last]
    return Ip(int.from_bytes(octets, "big")) if max(octets) < 256 else None


def parse_ip_prefix(text: bytes) -> IpPrefix | None:
    """Return an address with its length; a lone number counts as the last octet (assumed)."""
    address, slash, length = text.partition(b"/")
    if not slash or not length.isdigit() or len(length) > 2 or int(length) > 32:
        return None
    ip = _ip(address)
    return None if ip is None else IpPrefix(ip.number, int(length))


def parse_ip6(text: bytes) -> Ip6 | None:
    if text.count(b":") < 2 or not _IP6.fullmatch(text):
        return None
    try:
        return Ip6(int(IPv6Address(text.decode())))
    except AddressValueError:
        return None


def parse_ip6_prefix(text: bytes) -> Ip6Prefix | None:
    address, slash, length = text.partition(b"/")
    if not slash or not length.isdigit() or len(length) > 3 or int(length) > 128:
        return None
    ip = parse_ip6(address)
    if ip is None:
        return None
    host_bits = 128 - int(length)
    return Ip6Prefix(ip.number >> host_bits << host_bits, int(length))


def parse_time(text: bytes) -> Time | None:
    """Return a time; None also for one beyond 2^63 - 1 nanoseconds."""
    match = _TIME.fullmatch(text)
    if match is None or len(text) > 100:
        return None
    if match["parts"] is not None:
        total = _sum(match["parts"])
    elif match["hours"] is not None:
        total = (
            _sum(match["days"])
            + int(match["hours"]) * HOUR
            + int(match["minutes"]) * MINUTE
            + int(match["seconds"] or 0) * SECOND
            + _nanoseconds(match["fraction"] or b"")
        )
    else:
        total = int(match["whole"] or 0) * SECOND + _nanoseconds(match["decimals"])
    if total > MAX_NUMBER:
        return None
    return Time(-total if match["sign"] else total)


def _sum(parts: bytes) -> int:
    return sum(int(count) * _UNITS[unit] for count, unit in _PART.findall(parts))


def _nanoseconds(digits: bytes) -> int:
    return int(digits[:9].ljust(9, b"0"))


# `1.1` is an address before it is 1.1 seconds.
_BY_RANK = (
    parse_number,
    parse_ip,
    parse_ip_prefix,
    parse_time,
    parse_ip6,
    parse_ip6_prefix,
    parse_id,
)
