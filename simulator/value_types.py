"""The types of RouterOS values; import them from `simulator.values`.

Values do not change once made. The one exception is an Array inside the
variable that alone holds it, see `Array.owner`.

Source: routeros-script.md, sections 5, 8 and 9.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import total_ordering
from typing import TYPE_CHECKING, ClassVar, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

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
]


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Time:
    """A duration or a time of day, in nanoseconds; may be negative."""

    nanoseconds: int

    def __eq__(self, other: object) -> bool:
        # A ClockTime is the same time: only the API shows it otherwise.
        return isinstance(other, Time) and self.nanoseconds == other.nanoseconds

    def __lt__(self, other: Time) -> bool:
        return self.nanoseconds < other.nanoseconds

    def __hash__(self) -> int:
        return hash((Time, self.nanoseconds))


class ClockTime(Time):
    """A time that the API shows as `HH:MM:SS`, for instance a start time."""

    __slots__ = ()


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
    """Unkeyed members in order, then keyed ones in byte order of their keys.

    Attributes:
        items: The unkeyed members.
        keyed: The others; `members` gives them in their order.
        owner: A token of the variable that alone holds this array and so may change it
            in place; None for an array that anybody else may hold as well.
    """

    items: list[Value] = field(default_factory=list)
    keyed: dict[bytes, Value] = field(default_factory=dict)
    owner: object = field(default=None, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.items) + len(self.keyed)

    def __bool__(self) -> bool:
        # An empty array is a value like any other: never let it pass for "no value".
        return True

    def members(self) -> Iterator[tuple[int | bytes, Value]]:
        """Yield index or key with each member, in the order RouterOS goes through them."""
        yield from enumerate(self.items)
        for key in sorted(self.keyed):
            yield key, self.keyed[key]


class Nil:
    """The type of NIL, the result of a conversion or search that found nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NIL"


class Nothing:
    """The type of NOTHING, what an unset variable or a missing member holds."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NOTHING"


class CodeValue:
    """Base of what only the script language makes: `code` and `op` values.

    Attributes:
        type_name: What `:typeof` answers.
    """

    __slots__ = ()

    type_name: ClassVar[str] = "code"

    def put_text(self) -> bytes:
        """Return what `:put` prints."""
        raise NotImplementedError

    def string_text(self) -> bytes:
        """Return what `:tostr` makes of it."""
        return b"(code)"


NIL = Nil()
NOTHING = Nothing()

Value: TypeAlias = (
    "bool | int | bytes | Time | Ip | IpPrefix | Ip6 | Ip6Prefix | Id"
    " | Array | Nil | Nothing | CodeValue"
)
