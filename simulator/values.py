"""The values of RouterOS: what variables, menu properties and replies hold.

| RouterOS | here | | RouterOS | here |
| --- | --- | --- | --- | --- |
| num | int (64 bit, signed) | | ip | Ip |
| bool | bool | | ip-prefix | IpPrefix |
| str | bytes | | ip6, ip6-prefix | Ip6, Ip6Prefix |
| time | Time | | id | Id |
| array | Array | | nil, nothing | NIL, NOTHING |

Code and op values are the script language's own (`script.code`). Values do
not change once made, but for Array, which its owner copies before it gives it
away.

Source: routeros-script.md, sections 5, 8 and 9.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = [
    "NIL",
    "NOTHING",
    "Array",
    "Id",
    "Ip",
    "Ip6",
    "Ip6Prefix",
    "IpPrefix",
    "Nil",
    "Nothing",
    "Time",
    "Value",
]


@dataclass(frozen=True, slots=True, order=True)
class Time:
    """A duration or a time of day, in nanoseconds; may be negative."""

    nanoseconds: int


@dataclass(frozen=True, slots=True, order=True)
class Ip:
    number: int


@dataclass(frozen=True, slots=True)
class IpPrefix:
    """An address with a length; the host bits are kept."""

    number: int
    length: int


@dataclass(frozen=True, slots=True, order=True)
class Ip6:
    number: int


@dataclass(frozen=True, slots=True)
class Ip6Prefix:
    """An address with a length; the host bits are zero."""

    number: int
    length: int


@dataclass(frozen=True, slots=True)
class Id:
    """An item's `.id` as the router writes it, `*1F`."""

    text: bytes


@dataclass(slots=True)
class Array:
    """Unkeyed members in order, then keyed ones in byte order of their keys."""

    items: list[Value] = field(default_factory=list)
    keyed: dict[bytes, Value] = field(default_factory=dict)


class Nil:
    """The type of NIL, the result of a conversion or search that found nothing."""

    __slots__ = ()


class Nothing:
    """The type of NOTHING, what an unset variable or a missing member holds."""

    __slots__ = ()


NIL = Nil()
NOTHING = Nothing()

Value: TypeAlias = (
    "bool | int | bytes | Time | Ip | IpPrefix | Ip6 | Ip6Prefix | Id | Array | Nil | Nothing"
)
