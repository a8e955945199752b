"""The values of RouterOS: what variables, menu properties and replies hold.

| RouterOS | here | | RouterOS | here |
| --- | --- | --- | --- | --- |
| num | int (64 bit, signed) | | ip | Ip |
| bool | bool | | ip-prefix | IpPrefix |
| str | bytes | | ip6, ip6-prefix | Ip6, Ip6Prefix |
| time | Time | | id | Id |
| array | Array | | nil, nothing | NIL, NOTHING |
| code, op | CodeValue, made by the script language | | | |

The types stand in `value_types`, their printing in `value_text`, their
parsing in `value_parse`; everybody imports them from here.

Source: routeros-script.md, sections 5, 8, 9 and 11.
"""

from __future__ import annotations

from simulator.value_parse import (
    parse_bool,
    parse_id,
    parse_ip,
    parse_ip6,
    parse_ip6_prefix,
    parse_ip_prefix,
    parse_number,
    parse_time,
    parse_word,
)
from simulator.value_text import api_text, string_text, to_text, type_name
from simulator.value_types import (
    NIL,
    NOTHING,
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
    Value,
)

__all__ = [
    "NIL",
    "NOTHING",
    "Array",
    "ClockTime",
    "CodeValue",
    "Id",
    "Ip",
    "Ip6",
    "Ip6Prefix",
    "IpPrefix",
    "Nil",
    "Nothing",
    "Time",
    "Value",
    "api_text",
    "copy_value",
    "equal",
    "parse_bool",
    "parse_id",
    "parse_ip",
    "parse_ip6",
    "parse_ip6_prefix",
    "parse_ip_prefix",
    "parse_number",
    "parse_time",
    "parse_word",
    "string_text",
    "to_text",
    "type_name",
]

_SECOND = 1_000_000_000


def copy_value(value: Value) -> Value:
    """Return the value as a copy that shares no array with the original."""
    if not isinstance(value, Array):
        return value
    return Array(
        [copy_value(member) for member in value.items],
        {key: copy_value(member) for key, member in value.keyed.items()},
    )


def equal(left: Value, right: Value) -> bool:
    """Tell whether RouterOS's `=` holds.

    A str is read as the other side's num, bool or address; ip-prefix, ip6, time and id
    never equal a str, which is why `where address=10.0.0.1/24` misses a str property.
    Num against bool is false. A num stands for seconds beside a time, and nil equals
    nothing (both assumed).

    Source: routeros-script.md, 6.4 and 17.3.
    """
    if type(left) is type(right):
        return _same_members(left, right) if isinstance(left, Array) else left == right
    if isinstance(left, Time | int) and isinstance(right, Time | int):
        return _equal_numbers(left, right)
    if isinstance(left, bytes):
        return _equal_text(left, right)
    if isinstance(right, bytes):
        return _equal_text(right, left)
    return isinstance(left, Nil | Nothing) and isinstance(right, Nil | Nothing)


def _equal_numbers(left: Time | int, right: Time | int) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return False
    return _nanoseconds(left) == _nanoseconds(right)


def _nanoseconds(value: Time | int) -> int:
    return value.nanoseconds if isinstance(value, Time) else value * _SECOND


def _equal_text(text: bytes, other: Value) -> bool:
    if isinstance(other, bool):
        return parse_bool(text) is other
    if isinstance(other, int):
        return parse_number(text) == other
    return isinstance(other, Ip) and to_text(other) == text


def _same_members(left: Value, right: Value) -> bool:
    assert isinstance(left, Array)  # noqa: S101 - its only caller has looked
    assert isinstance(right, Array)  # noqa: S101 - as above
    return (
        len(left.items) == len(right.items)
        and left.keyed.keys() == right.keyed.keys()
        and all(map(equal, left.items, right.items))
        and all(equal(value, right.keyed[key]) for key, value in left.keyed.items())
    )
