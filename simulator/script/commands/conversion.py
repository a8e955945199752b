"""Commands that turn values into other types, and texts into other forms.

Source: routeros-script.md, sections 10, 15, 15.3 and 15.5.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import hashlib
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote_from_bytes, unquote_to_bytes

from simulator.errors import RouterError
from simulator.script.commands.registry import Arguments, function
from simulator.script.commands.strings import to_crlf
from simulator.values import (
    NIL,
    Array,
    Id,
    Ip,
    Ip6,
    Ip6Prefix,
    IpPrefix,
    Time,
    parse_bool,
    parse_id,
    parse_ip,
    parse_ip6,
    parse_ip6_prefix,
    parse_ip_prefix,
    parse_number,
    parse_time,
    string_text,
    to_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.values import Value

__all__: list[str] = []

SECOND = 1_000_000_000
Form = TypeVar("Form")
_DATE = re.compile(rb"(\d{4})-(\d\d)-(\d\d)(?: (\d\d:\d\d:\d\d))?")


@function("tonum", unary=True)
def _tonum(value: Value) -> Value:
    if isinstance(value, bool):
        return NIL
    if isinstance(value, int):
        return value
    if isinstance(value, Time):
        return value.nanoseconds // SECOND
    if isinstance(value, Ip):
        return value.number
    number = parse_number(value) if isinstance(value, bytes) else None
    return NIL if number is None else number


@function("tobool")
def _tobool(given: Arguments) -> Value:
    value = given["value"]
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value != 0
    if isinstance(value, bytes) and given.run.host.version.reads_bool_text:
        found = parse_bool(value)
        return NIL if found is None else found
    return NIL


@function("toid", unary=True)
def _toid(value: Value) -> Value:
    if isinstance(value, Id):
        return value
    if type(value) is int:
        return Id(b"*%X" % value)
    found = parse_id(to_text(value))
    return NIL if found is None else found


@function("toip", unary=True)
def _toip(value: Value) -> Value:
    if isinstance(value, IpPrefix):
        return Ip(value.number)
    if isinstance(value, Ip):
        return value
    text = to_text(value)
    prefix = parse_ip_prefix(text)
    found = Ip(prefix.number) if prefix is not None else parse_ip(text)
    return NIL if found is None else found


@function("toip6", unary=True)
def _toip6(value: Value) -> Value:
    if isinstance(value, Ip6Prefix):
        return Ip6(value.number)
    if isinstance(value, Ip6):
        return value
    text = to_text(value)
    prefix = parse_ip6_prefix(text)
    found = Ip6(prefix.number) if prefix is not None else parse_ip6(text)
    return NIL if found is None else found


@function("totime", unary=True)
def _totime(value: Value) -> Value:
    if isinstance(value, Time):
        return value
    if type(value) is int:
        return Time(value * SECOND)
    if not isinstance(value, bytes):
        return NIL
    number = parse_number(value)
    if number is not None:
        return Time(number * SECOND)
    found = parse_time(value) or _date(value)
    return NIL if found is None else found


def _date(text: bytes) -> Time | None:
    """Return the time since 1970 of `2023-08-18 00:00:00`."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(match[group]) for group in (1, 2, 3))
    try:
        days = (datetime(year, month, day, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).days
    except ValueError:
        return None
    clock = parse_time(match[4]) if match[4] else None
    return Time(days * 86_400 * SECOND + (clock.nanoseconds if clock else 0))


@function("convert")
def _convert(given: Arguments) -> Value:
    value = given["value"]
    decode = _form(_DECODERS, given.get("from"), "from")
    raw = string_text(value) if decode is None else decode(value)
    transform = given.get("transform")
    if transform is not None:
        raw = _transformed(raw, string_text(transform))
    encode = _form(_ENCODERS, given.get("to"), "to")
    return raw if encode is None else encode(raw)


def _form(forms: dict[bytes, Form], value: Value | None, argument: str) -> Form | None:
    if value is None:
        return None
    form = forms.get(string_text(value))
    if form is None:
        raise RouterError(f"input does not match any value of {argument}".encode())
    return form


def _transformed(raw: bytes, name: bytes) -> bytes:
    transform = _form(_TRANSFORMS, name, "transform")
    assert transform is not None  # noqa: S101 - a name was given
    return transform(raw)


def _decode_hex(value: Value) -> bytes:
    return _decoded(lambda: bytes.fromhex(string_text(value).decode("ascii")))


def _decode_base64(value: Value) -> bytes:
    text = string_text(value)
    return _decoded(lambda: base64.b64decode(text + b"=" * (-len(text) % 4), validate=True))


def _decode_base32(value: Value) -> bytes:
    return _decoded(lambda: base64.b32decode(string_text(value)))


def _decoded(decode: Callable[[], bytes]) -> bytes:
    try:
        return decode()
    except (ValueError, binascii.Error):
        raise RouterError(b"invalid value for argument value") from None


def _bytes_of_array(value: Value) -> bytes:
    members = value.items if isinstance(value, Array) else [value]
    numbers = [parse_number(to_text(member)) for member in members]
    if any(number is None or not 0 <= number < 256 for number in numbers):
        raise RouterError(b"invalid value for argument value")
    return bytes(number for number in numbers if number is not None)


def _bytes_of_number(value: Value) -> bytes:
    number = parse_number(to_text(value))
    if number is None:
        raise RouterError(b"invalid value for argument value")
    number %= 2**64
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")


def _bits(raw: bytes, *, low_first: bool) -> Value:
    order = range(8) if low_first else range(7, -1, -1)
    return Array([byte >> bit & 1 for byte in raw for bit in order])


_DECODERS: dict[bytes, Callable[[Value], bytes]] = {
    b"raw": string_text,
    b"hex": _decode_hex,
    b"base64": _decode_base64,
    b"base32": _decode_base32,
    b"byte-array": _bytes_of_array,
    b"num": _bytes_of_number,
    b"url": lambda value: unquote_to_bytes(string_text(value)),
}
_ENCODERS: dict[bytes, Callable[[bytes], Value]] = {
    b"raw": lambda raw: raw,
    b"hex": lambda raw: raw.hex().encode(),
    b"base64": base64.b64encode,
    b"base32": base64.b32encode,
    b"byte-array": lambda raw: Array(list(raw)),
    b"bit-array-lsb": lambda raw: _bits(raw, low_first=True),
    b"bit-array-msb": lambda raw: _bits(raw, low_first=False),
    b"num": lambda raw: int.from_bytes(raw[-8:], "big", signed=len(raw) >= 8),
    b"url": lambda raw: quote_from_bytes(raw, safe="").encode(),
}
_TRANSFORMS: dict[bytes, Callable[[bytes], bytes]] = {
    b"none": lambda raw: raw,
    b"lc": bytes.lower,
    b"uc": bytes.upper,
    b"lcfirst": lambda raw: raw[:1].lower() + raw[1:],
    b"ucfirst": lambda raw: raw[:1].upper() + raw[1:],
    b"crlf": to_crlf,
    b"lf": lambda raw: raw.replace(b"\r\n", b"\n"),
    b"reverse": lambda raw: raw[::-1],
    b"rot13": lambda raw: codecs.encode(raw.decode("latin-1"), "rot13").encode("latin-1"),
    b"md5": lambda raw: hashlib.md5(raw).digest(),  # noqa: S324 - the script asks for md5
    b"sha512": lambda raw: hashlib.sha512(raw).digest(),
}
