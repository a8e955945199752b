"""`:serialize` and `:deserialize`: JSON here, separated values in `dsv`.

Source: routeros-script.md, section 16.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from simulator.errors import RouterError
from simulator.script.commands.dsv import read_dsv, write_dsv
from simulator.script.commands.registry import Arguments, function
from simulator.values import NIL, Array, Nil, Nothing, parse_word, string_text, to_text

if TYPE_CHECKING:
    from simulator.values import Value

__all__: list[str] = []

_DECIMAL = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?")


@function("serialize")
def _serialize(given: Arguments) -> Value:
    options = _options(given)
    form = string_text(given.get("to", b""))
    if form == b"json":
        text = _Writer(options).write(given["value"], b"")
    elif form == b"dsv":
        text = write_dsv(given["value"], _delimiter(given), given.get("order"), options)
    else:
        raise RouterError(b"input does not match any value of to")
    if "file-name" in given:
        given.run.host.save_file(string_text(given["file-name"]), text)
    return text


@function("deserialize")
def _deserialize(given: Arguments) -> Value:
    options = _options(given)
    form = string_text(given.get("from", b""))
    text = string_text(given["value"])
    if form == b"json":
        return _read_json(text, typed=b"json.no-string-conversion" not in options)
    if form == b"dsv":
        return read_dsv(text, _delimiter(given), options)
    raise RouterError(b"input does not match any value of from")


def _options(given: Arguments) -> frozenset[bytes]:
    value = given.get("options")
    if value is None:
        return frozenset()
    if isinstance(value, Array):
        return frozenset(map(string_text, value.items))
    return frozenset(string_text(value).split(b","))


def _delimiter(given: Arguments) -> bytes:
    return string_text(given["delimiter"]) if "delimiter" in given else b","


class _Writer:
    """Writes JSON as RouterOS does: keys sorted, digit strings as floats."""

    def __init__(self, options: frozenset[bytes]) -> None:
        self._converts = b"json.no-string-conversion" not in options
        self._pretty = b"json.pretty" in options

    def write(self, value: Value, margin: bytes) -> bytes:
        if isinstance(value, Array):
            return self._array(value, margin)
        if isinstance(value, bool | int):
            return to_text(value)
        if isinstance(value, Nil | Nothing):
            return b"null"
        text = string_text(value)
        if isinstance(value, bytes) and self._converts and _DECIMAL.fullmatch(text):
            return b"%f" % float(text)
        return _quoted(text)

    def _array(self, value: Array, margin: bytes) -> bytes:
        inner = margin + b"    "
        if value.keyed:
            colon = b": " if self._pretty else b":"
            members = [
                _quoted(b"%d" % key if isinstance(key, int) else key)
                + colon
                + self.write(member, inner)
                for key, member in value.members()
            ]
            return self._joined(b"{", members, b"}", margin)
        return self._joined(
            b"[", [self.write(member, inner) for member in value.items], b"]", margin
        )

    def _joined(self, opener: bytes, members: list[bytes], closer: bytes, margin: bytes) -> bytes:
        if not self._pretty or not members:
            return opener + b",".join(members) + closer
        line = b"\n" + margin + b"    "
        return opener + line + (b"," + line).join(members) + b"\n" + margin + closer


def _quoted(text: bytes) -> bytes:
    # Bytes beyond ASCII pass through: they are UTF-8 already, or nothing JSON could say.
    return json.dumps(text.decode("latin-1"), ensure_ascii=False).encode("latin-1")


class _Float(str):
    """A number with a fraction, as it is written."""

    __slots__ = ()


def _read_json(text: bytes, *, typed: bool) -> Value:
    # A comma before the closing bracket is tolerated.
    tolerant = re.sub(rb'("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])', rb"\1", text)
    try:
        # RouterOS has no floats: the digits stay text (assumed).
        document = json.loads(tolerant.decode("utf-8", "surrogateescape"), parse_float=_Float)
    except (ValueError, RecursionError):
        raise RouterError(b"failure: JSON parse error") from None
    return _value(document, typed=typed)


def _value(document: Any, *, typed: bool) -> Value:
    match document:
        case None:
            return NIL
        case bool() | int():
            return (
                document if isinstance(document, bool) else max(min(document, 2**63 - 1), -(2**63))
            )
        case _Float():
            return document.encode()
        case str():
            raw = document.encode("utf-8", "surrogateescape")
            return parse_word(raw) if typed else raw
        case list():
            return Array([_value(member, typed=typed) for member in document])
        case _:
            return Array(
                [],
                {
                    key.encode("utf-8", "surrogateescape"): _value(member, typed=typed)
                    for key, member in document.items()
                },
            )
