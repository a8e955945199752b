"""How values read: the console's form, the API's form and the names of their types.

Import these from `simulator.values`.
"""

from __future__ import annotations

from ipaddress import IPv6Address
from typing import TYPE_CHECKING

from simulator.value_types import (
    Array,
    ClockTime,
    CodeValue,
    Id,
    Ip,
    Ip6,
    Ip6Prefix,
    IpPrefix,
    Nil,
    Nothing,
    Time,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.value_types import Value

__all__ = ["api_text", "string_text", "to_text", "type_name"]

SECOND = 1_000_000_000
MINUTE, HOUR, DAY, WEEK = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND, 604_800 * SECOND

_TYPE_NAMES: dict[type, str] = {
    bool: "bool",
    int: "num",
    bytes: "str",
    Time: "time",
    ClockTime: "time",
    Ip: "ip",
    IpPrefix: "ip-prefix",
    Ip6: "ip6",
    Ip6Prefix: "ip6-prefix",
    Id: "id",
    Array: "array",
    Nil: "nil",
    Nothing: "nothing",
}


def type_name(value: Value) -> str:
    """Return what `:typeof` answers.

    Source: routeros-script.md, section 5.
    """
    if isinstance(value, CodeValue):
        return value.type_name
    return _TYPE_NAMES[type(value)]


def to_text(value: Value) -> bytes:
    """Return the text that `:put` prints, without a line end.

    Source: routeros-script.md, sections 5, 8.4 and 9.
    """
    if type(value) is bytes:
        return value
    if isinstance(value, CodeValue):
        return value.put_text()
    return _PRINTERS[type(value)](value)


def string_text(value: Value) -> bytes:
    """Return the text that `:tostr` makes: as `to_text`, but for code."""
    if type(value) is bytes:
        return value
    if isinstance(value, CodeValue):
        return value.string_text()
    if isinstance(value, Array):
        return _array_text(value, string_text)
    return _PRINTERS[type(value)](value)


def api_text(value: Value, separator: bytes = b";") -> bytes:
    """Return the text that the API and REST show.

    Args:
        value: Any value.
        separator: What stands between the members of an array: `;` in results of `find`
            and `get`, `,` where a property of an item is a list.

    Source: routeros-api.md, 5.5.
    """
    if type(value) is Time:
        return _api_duration(value.nanoseconds)
    if isinstance(value, Array):
        return separator.join(
            api_text(member, separator)
            if isinstance(key, int)
            else key + b"=" + api_text(member, separator)
            for key, member in value.members()
        )
    return string_text(value)


def _bool_text(value: bool) -> bytes:
    return b"true" if value else b"false"


def _number_text(value: int) -> bytes:
    return b"%d" % value


def _ip_text(value: Ip | IpPrefix) -> bytes:
    number = value.number
    return b"%d.%d.%d.%d" % (
        number >> 24,
        number >> 16 & 255,
        number >> 8 & 255,
        number & 255,
    )


def _ip_prefix_text(value: IpPrefix) -> bytes:
    return b"%b/%d" % (_ip_text(value), value.length)


def _ip6_text(value: Ip6 | Ip6Prefix) -> bytes:
    return str(IPv6Address(value.number)).encode()


def _ip6_prefix_text(value: Ip6Prefix) -> bytes:
    return b"%b/%d" % (_ip6_text(value), value.length)


def _time_text(value: Time) -> bytes:
    rest = abs(value.nanoseconds)
    weeks, rest = divmod(rest, WEEK)
    days, rest = divmod(rest, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds, rest = divmod(rest, SECOND)
    text = b"%02d:%02d:%02d" % (hours, minutes, seconds)
    if rest:
        text += b"." + _fraction(rest)
    if days:
        text = b"%dd" % days + text
    if weeks:
        text = b"%dw" % weeks + text
    return b"-" + text if value.nanoseconds < 0 else text


def _fraction(nanoseconds: int) -> bytes:
    digits = b"%09d" % nanoseconds
    while digits.endswith(b"000"):
        digits = digits[:-3]
    return digits


_API_UNITS = (
    (WEEK, b"w"),
    (DAY, b"d"),
    (HOUR, b"h"),
    (MINUTE, b"m"),
    (SECOND, b"s"),
    (1_000_000, b"ms"),
    (1_000, b"us"),
    (1, b"ns"),
)


def _api_duration(nanoseconds: int) -> bytes:
    if not nanoseconds:
        return b"0s"
    rest = abs(nanoseconds)
    parts = [b"-"] if nanoseconds < 0 else []
    for unit, name in _API_UNITS:
        count, rest = divmod(rest, unit)
        if count:
            parts.append(b"%d%b" % (count, name))
    return b"".join(parts)


def _array_text(value: Array, text: Callable[[Value], bytes] = to_text) -> bytes:
    # Nested members are flattened: nothing shows where an inner array begins or ends.
    return b";".join(
        text(member) if isinstance(key, int) else key + b"=" + text(member)
        for key, member in value.members()
    )


def _id_text(value: Id) -> bytes:
    return value.text


def _empty_text(_: Nil | Nothing) -> bytes:
    return b""


_PRINTERS: dict[type, Callable[..., bytes]] = {
    bool: _bool_text,
    int: _number_text,
    Time: _time_text,
    ClockTime: _time_text,
    Ip: _ip_text,
    IpPrefix: _ip_prefix_text,
    Ip6: _ip6_text,
    Ip6Prefix: _ip6_prefix_text,
    Id: _id_text,
    Array: _array_text,
    Nil: _empty_text,
    Nothing: _empty_text,
}
