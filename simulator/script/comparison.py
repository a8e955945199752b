"""Operators that compare: order, membership, patterns.

Source: routeros-script.md, sections 6.4 and 12.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import RouterError
from simulator.script.regexp import matches
from simulator.values import (
    Array,
    Ip,
    Ip6,
    Ip6Prefix,
    IpPrefix,
    Nil,
    Nothing,
    Time,
    equal,
    parse_ip,
    parse_ip6,
    parse_ip6_prefix,
    parse_ip_prefix,
    parse_number,
    parse_time,
    string_text,
    type_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.values import Value
    from simulator.version import Version

__all__ = ["any_bool", "found", "human_name", "nanoseconds", "ordering", "within"]

SECOND = 1_000_000_000

_NAMES = {
    "num": "number",
    "str": "string",
    "bool": "boolean",
    "time": "time interval",
    "ip": "ip address",
    "ip6": "ip6 address",
}


def human_name(value: Value) -> str:
    """Return the name of a value's type as errors have it."""
    name = type_name(value)
    return _NAMES.get(name, name)


def any_bool(*values: Value) -> bool:
    return any(isinstance(value, bool) for value in values)


def nanoseconds(value: Time | int) -> int:
    """Return a time in nanoseconds; a num counts seconds (assumed)."""
    return value.nanoseconds if isinstance(value, Time) else value * SECOND


class ordering:  # noqa: N801 - reads as the function that it is once made
    """`<` and its kin, as one version has them.

    Args:
        version: From 7.21 two strings cannot be ordered, from 7.24 two arrays can. That
            older releases order strings by bytes is assumed.
    """

    def __init__(self, version: Version) -> None:
        self._texts = not version.since("7.21")
        self._arrays = version.since("7.24rc1")
        self._array_name = "array" if version.since("7.23") else "nothing"

    def less(self, left: Value, right: Value) -> Value:
        return self._order(left, right, "less") < 0

    def more(self, left: Value, right: Value) -> Value:
        return self._order(left, right, "more") > 0

    def at_most(self, left: Value, right: Value) -> Value:
        return self._order(left, right, "less") <= 0

    def at_least(self, left: Value, right: Value) -> Value:
        return self._order(left, right, "more") >= 0

    def _order(self, left: Value, right: Value, word: str) -> int:
        """Return a number below, at or above 0."""
        if type(left) is int and type(right) is int:
            return left - right
        absent = isinstance(left, Nil | Nothing), isinstance(right, Nil | Nothing)
        if any(absent):  # no value stands before any value
            return absent[1] - absent[0]
        a, b = _as_type_of(left, right), _as_type_of(right, left)
        if isinstance(a, Time | int) and isinstance(b, Time | int) and not any_bool(a, b):
            return nanoseconds(a) - nanoseconds(b)
        if isinstance(a, Ip | Ip6) and isinstance(b, Ip | Ip6) and type(a) is type(b):
            return a.number - b.number
        if isinstance(a, bytes) and isinstance(b, bytes) and self._texts:
            return (a > b) - (a < b)
        if isinstance(a, Array) and isinstance(b, Array):
            return self._order_arrays(a, b, word)
        raise RouterError(
            f"cannot compare if {human_name(left)} is {word} than {human_name(right)}".encode()
        )

    def _order_arrays(self, left: Array, right: Array, word: str) -> int:
        if not self._arrays:
            name = self._array_name
            raise RouterError(f"cannot compare if {name} is {word} than {name}".encode())
        for (_, a), (_, b) in zip(left.members(), right.members(), strict=False):
            if not equal(a, b):
                return self._order(a, b, word)
        return len(left) - len(right)


def _as_type_of(value: Value, other: Value) -> Value:
    """Return a str as the type that it is compared with, if it reads so."""
    if not isinstance(value, bytes):
        return value
    for kinds, parse in _READERS:
        if isinstance(other, kinds):
            found = parse(value)
            return value if found is None else found
    return value


_READERS: tuple[tuple[type | tuple[type, ...], Callable[[bytes], Value | None]], ...] = (
    # Two strings of digits are compared as numbers (assumed).
    ((int, bytes), parse_number),
    (Time, parse_time),
    (Ip, parse_ip),
    (Ip6, parse_ip6),
)


def within(left: Value, right: Value) -> Value:
    """`in`: an address or prefix in a prefix; a value among an array's (assumed)."""
    if isinstance(right, Array):
        return any(equal(left, member) for _, member in right.members())
    part, whole = _as_prefix(left), _as_prefix(right)
    if isinstance(part, IpPrefix) and isinstance(whole, IpPrefix):
        host_bits = 32 - whole.length
    elif isinstance(part, Ip6Prefix) and isinstance(whole, Ip6Prefix):
        host_bits = 128 - whole.length
    else:
        return False
    return part.length >= whole.length and part.number >> host_bits == whole.number >> host_bits


def _as_prefix(value: Value) -> Value:
    if isinstance(value, bytes):
        for parse in (parse_ip_prefix, parse_ip, parse_ip6_prefix, parse_ip6):
            found = parse(value)
            if found is not None:
                value = found
                break
    if isinstance(value, Ip):
        return IpPrefix(value.number, 32)
    return Ip6Prefix(value.number, 128) if isinstance(value, Ip6) else value


def found(left: Value, right: Value) -> Value:
    return matches(string_text(left), string_text(right))
