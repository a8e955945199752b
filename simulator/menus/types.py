"""Types of properties: how text becomes a stored value, and how it is shown again.

A type reads what the API, REST or a script gave (`parse`), keeps it as
`Stored`, and gives back what a row holds (`show`) and what an export or a
`set` would write (`text`). Refusals carry the router's own text
(`simulator.texts`). A family with a special form subclasses `FieldType` in its
own module and overrides `read`.

| class | accepts | in a row |
| --- | --- | --- |
| Text, Code | any bytes | str |
| Number, Size, Ranges | `10`, `64M`, `80,443,8000-8080` | num, num, str |
| Flag | yes no true false | bool |
| Choice, YesNo | one word of a set, or a unique beginning | str |
| Duration, TimeOfDay | `1d2h`, `00:10:00`, `600` | time |
| Address, Address6, AnyAddress | `192.0.2.1` | ip, ip6 |
| Prefix, Network, Prefix6, AnyNetwork | `192.0.2.1/24` | str |
| AddressRange | `192.0.2.1-192.0.2.9` | str |
| Mac | any case | str, upper case |
| Reference | a name or id of another item | str, or id when it is gone |
| ListOf | `a,b` or an array | array |
| Negatable | `!x` or `x` | str with `!`, or as inside |

Source: routeros-api.md, 5.3 and 5.5; types of 17.5 in routeros-script.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator import texts, values
from simulator.menus.addresstypes import (
    Address,
    Address6,
    AddressRange,
    AnyAddress,
    AnyNetwork,
    Mac,
    Network,
    Prefix,
    Prefix6,
)
from simulator.menus.fieldtype import FieldType, Link, Negated, Scope, Stored, as_text
from simulator.values import Array, Time, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Address",
    "Address6",
    "AddressRange",
    "AnyAddress",
    "AnyNetwork",
    "Choice",
    "Code",
    "DateText",
    "Duration",
    "FieldType",
    "Flag",
    "Link",
    "ListOf",
    "Mac",
    "Negatable",
    "Negated",
    "Network",
    "Number",
    "Prefix",
    "Prefix6",
    "Ranges",
    "Rate",
    "Reference",
    "Scope",
    "Size",
    "Stored",
    "Text",
    "TimeOfDay",
    "YesNo",
    "as_text",
]

NANOSECONDS = 1_000_000_000
_DIGITS = re.compile(rb"[+-]?\d+")
_HEX = re.compile(rb"0[xX][0-9a-fA-F]+")
_SIZE = re.compile(rb"(\d+)([kKMGT]?)(i?B?)")
_UNITS = {b"": 0, b"k": 1, b"K": 1, b"M": 2, b"G": 3, b"T": 4}


class Text(FieldType):
    """Any bytes.

    Args:
        max_length: In bytes; longer is refused (text assumed: an invalid value).
        min_length: Likewise.
    """

    def __init__(self, *, max_length: int | None = None, min_length: int = 0) -> None:
        self.max_length = max_length
        self.min_length = min_length

    def read(self, text: bytes, scope: Scope) -> Stored:
        too_long = self.max_length is not None and len(text) > self.max_length
        if too_long or len(text) < self.min_length:
            raise texts.invalid_value(scope.name)
        return text


class Code(Text):
    """Script text."""

    code = True


class DateText(Text):
    """A date or a date with a time, kept as text; hooks check what they set."""


class Number(FieldType):
    """A whole number.

    Args:
        low, high: Limits, inclusive.
        words: Words that stand instead of a number, `auto`; they are kept as text.
    """

    def __init__(
        self, low: int | None = None, high: int | None = None, *, words: Iterable[bytes] = ()
    ) -> None:
        self.low = low
        self.high = high
        self.words = tuple(words)

    def read(self, text: bytes, scope: Scope) -> Stored:
        if text in self.words:
            return text
        number = self.number(text, scope.name)
        low_ok = self.low is None or number >= self.low
        if not (low_ok and (self.high is None or number <= self.high)):
            high = b"%d" % (self.high if self.high is not None else 2**63 - 1)
            raise texts.out_of_range(scope.name, b"%d" % (self.low or 0), high)
        return number

    @staticmethod
    def number(text: bytes, name: str) -> int:
        """Read decimal or `0x` digits.

        Raises:
            RouterError: There are none, or something follows them.
        """
        if _HEX.fullmatch(text):
            return int(text, 16)
        digits = _DIGITS.match(text)
        if digits is None:
            raise texts.invalid_value(name)
        if digits.end() < len(text):
            raise texts.trailing_characters(name)
        return int(text)


class Size(Number):
    """A number of bytes or bits, `10M`, `64k`: powers of 1000, with `i` of 1024."""

    def number(self, text: bytes, name: str) -> int:  # type: ignore[override]
        match = _SIZE.fullmatch(text)
        if match is None:
            return Number.number(text, name)
        base = 1024 if match[3].startswith(b"i") else 1000
        return int(match[1]) * int(base ** _UNITS[match[2]])


class Rate(FieldType):
    """A limit, `10M/10M` or `unlimited/5M` or `10M`, kept as configured."""

    def read(self, text: bytes, scope: Scope) -> Stored:
        for part in text.split(b"/", 1):
            if part != b"unlimited" and not _SIZE.fullmatch(part):
                raise texts.invalid_value(scope.name)
        return text


class Ranges(FieldType):
    """Numbers and ranges, `80,443,8000-8080`, kept as text.

    Args:
        low, high: Limits of every number.
    """

    def __init__(self, low: int = 0, high: int = 65535) -> None:
        self._number = Number(low, high)

    def read(self, text: bytes, scope: Scope) -> Stored:
        for part in text.split(b","):
            for bound in part.split(b"-", 1):
                self._number.read(bound, scope)
        return text


class Flag(FieldType):
    """A flag: `true`/`false` in a row. For yes/no *properties* see YesNo."""

    words = (b"no", b"yes")
    _meaning = {b"yes": True, b"true": True, b"no": False, b"false": False}  # noqa: RUF012 - never changed

    def parse(self, value: Value, scope: Scope) -> Stored:
        if isinstance(value, bool):
            return value
        meaning = self._meaning.get(as_text(value))
        if meaning is None:
            raise texts.no_match(scope.name)
        return meaning

    def read(self, text: bytes, scope: Scope) -> Stored:
        return self.parse(text, scope)


class Choice(FieldType):
    """One word of a closed set.

    A unique beginning of a word is taken for it, as the console does; that the
    API does so too is assumed.
    """

    def __init__(self, *words: bytes) -> None:
        self.words = words
        self._known = frozenset(words)

    def parse(self, value: Value, scope: Scope) -> Stored:
        if isinstance(value, bool):
            return self.read(b"yes" if value else b"no", scope)
        return self.read(as_text(value), scope)

    def read(self, text: bytes, scope: Scope) -> Stored:
        if text in self._known:
            return text
        found = [word for word in self.words if text and word.startswith(text)]
        if not found:
            raise texts.no_match(scope.name)
        if len(found) > 1:
            raise texts.ambiguous_value(scope.name)
        return found[0]


class YesNo(Choice):
    """A yes/no property, which the API shows as `yes`/`no`; more words may join.

    `true` and `false` are taken too.
    """

    def __init__(self, *more: bytes) -> None:
        super().__init__(b"no", b"yes", *more)

    def read(self, text: bytes, scope: Scope) -> Stored:
        return super().read({b"true": b"yes", b"false": b"no"}.get(text, text), scope)


class Duration(FieldType):
    """A length of time.

    Args:
        low, high: Limits in seconds, inclusive.
        words: Words that stand instead, `none`, `auto`.
    """

    def __init__(
        self, low: float | None = None, high: float | None = None, *, words: Iterable[bytes] = ()
    ) -> None:
        self.low = low
        self.high = high
        self.words = tuple(words)

    def read(self, text: bytes, scope: Scope) -> Stored:
        if text in self.words:
            return text
        time = Time(int(text) * NANOSECONDS) if text.isdigit() else values.parse_time(text)
        if not isinstance(time, Time):
            raise texts.invalid_value(scope.name)
        low, high = self._limits()
        if not low <= time.nanoseconds <= high:
            bounds = (values.to_text(Time(low)), values.to_text(Time(high)))
            raise texts.out_of_range(scope.name, *bounds)
        return time

    def _limits(self) -> tuple[int, int]:
        low = -(2**63) if self.low is None else round(self.low * NANOSECONDS)
        high = 2**63 - 1 if self.high is None else round(self.high * NANOSECONDS)
        return low, high


class TimeOfDay(Duration):
    """`03:00:00`, which the API shows in that form too."""

    def __init__(self, *, words: Iterable[bytes] = ()) -> None:
        super().__init__(0, 86_399, words=words)

    def read(self, text: bytes, scope: Scope) -> Stored:
        time = super().read(text, scope)
        return values.ClockTime(time.nanoseconds) if isinstance(time, Time) else time


class Reference(FieldType):
    """Another item, given by name or id.

    Args:
        paths: The menus it may be in, looked up in this order.
        also: Words that stand instead, `all`, `none`; they are kept as text.
        free: Names that nothing has yet are kept as text instead of refused.
    """

    links = True

    def __init__(self, *paths: str, also: Iterable[bytes] = (), free: bool = False) -> None:
        self.paths = paths
        self.words = tuple(also)
        self._free = free

    def read(self, text: bytes, scope: Scope) -> Stored:
        if text in self.words or scope.tables is None:
            return text
        for path in self.paths:
            item = scope.tables.lookup(path, text)
            if item is not None:
                return Link(item)
        if self._free:
            return text
        raise texts.no_match(scope.name)


class ListOf(FieldType):
    """Several values of one type, `a,b`; an array in a row; nothing is an empty list.

    Args:
        inner: The type of each.
        unique: A value given twice is kept once.
    """

    def __init__(self, inner: FieldType, *, unique: bool = False) -> None:
        self.inner = inner
        self.links = inner.links
        self.words = inner.words
        self._unique = unique

    def parse(self, value: Value, scope: Scope) -> Stored:
        parts: list[Value] = []
        for each in value.items if isinstance(value, Array) else [value]:
            parts.extend(part for part in as_text(each).split(b",") if part)
        found = tuple(self.inner.parse(part, scope) for part in parts)
        return tuple(dict.fromkeys(found)) if self._unique else found

    def read(self, text: bytes, scope: Scope) -> Stored:
        return self.parse(text, scope)

    def show(self, stored: Stored) -> Value:
        if not isinstance(stored, tuple):
            return super().show(stored)
        return Array([self.inner.show(each) for each in stored])


class Negatable(FieldType):
    """A value or `!` and a value, as matchers of rules have it."""

    def __init__(self, inner: FieldType) -> None:
        self.inner = inner
        self.links = inner.links
        self.words = inner.words

    def parse(self, value: Value, scope: Scope) -> Stored:
        text = as_text(value)
        if text.startswith(b"!"):
            return Negated(self.inner.parse(text[1:], scope))
        return self.inner.parse(value, scope)

    def read(self, text: bytes, scope: Scope) -> Stored:
        return self.parse(text, scope)

    def show(self, stored: Stored) -> Value:
        if not isinstance(stored, Negated):
            return self.inner.show(stored)
        shown = self.inner.show(stored.inner)
        if isinstance(shown, Array):
            return b"!" + b",".join(as_text(each) for each in shown.items)
        return b"!" + as_text(shown)
