"""Commands on texts: length, parts, positions, line ends.

Source: routeros-script.md, sections 11, 15.1 and 15.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.script.commands.registry import Arguments, function
from simulator.script.operators import shared
from simulator.values import (
    NIL,
    NOTHING,
    Array,
    Nil,
    Nothing,
    equal,
    parse_number,
    string_text,
    to_text,
    type_name,
)

if TYPE_CHECKING:
    from simulator.values import Value

__all__: list[str] = []


@function("typeof", unary=True)
def _typeof(value: Value) -> Value:
    return type_name(value).encode()


@function("tostr", unary=True)
def _tostr(value: Value) -> Value:
    return string_text(value)


@function("len", unary=True)
def _len(value: Value) -> Value:
    if isinstance(value, bytes | Array):
        return len(value)
    return len(to_text(value))


@function("pick")
def _pick(given: Arguments) -> Value:
    source = given["counter"]
    begin = max(_number(given["begin"], 0), 0)
    end = _number(given.get("end"), -1)
    if isinstance(source, Array):
        return _pick_members(source, begin, end if "end" in given else None)
    text = string_text(source)
    found = text[begin : (begin + 1 if "end" not in given else max(end, 0))]
    return found or NIL


def _pick_members(source: Array, begin: int, end: int | None) -> Value:
    members = [member for _, member in source.members()]
    if end is None:
        return shared(members[begin]) if begin < len(members) else NOTHING
    found = members[begin : max(end, 0)]
    return Array([shared(member) for member in found]) if found else NIL


def _number(value: Value | None, default: int) -> int:
    if type(value) is int:
        return value
    if value is None or isinstance(value, Nil | Nothing):
        return default
    number = parse_number(to_text(value))
    return default if number is None else number


@function("find")
def _find(given: Arguments) -> Value:
    source, key = given["in"], given["key"]
    # The first candidate stands after `from`; so -1 is the start (section 15.2).
    first = max(_number(given.get("from"), -1) + 1, 0)
    if isinstance(source, Array):
        members = [member for _, member in source.members()]
        for at in range(first, len(members)):
            if equal(members[at], key):
                return at
        return NIL
    wanted = string_text(key)
    found = string_text(source).find(wanted, first) if wanted else -1
    return NIL if found < 0 else found


@function("tocrlf", unary=True)
def _tocrlf(value: Value) -> Value:
    return to_crlf(string_text(value))


@function("tolf", unary=True)
def _tolf(value: Value) -> Value:
    return string_text(value).replace(b"\r\n", b"\n")


def to_crlf(text: bytes) -> bytes:
    """Return a text with every line end as CR LF."""
    return text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
