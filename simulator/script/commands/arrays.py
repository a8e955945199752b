"""Commands that make arrays.

Source: routeros-script.md, sections 15 and 15.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import RouterError
from simulator.script.commands.registry import Arguments, function
from simulator.values import Array, Nil, Nothing, parse_number, parse_word, string_text, to_text

if TYPE_CHECKING:
    from simulator.values import Value

__all__: list[str] = []

_MOST_MEMBERS = 1_000_000  # of `:range`; more would only exhaust memory (assumed)


@function("toarray")
def _toarray(given: Arguments) -> Value:
    value = given["value"]
    if isinstance(value, Array):
        return value
    if isinstance(value, Nil | Nothing):
        return Array()
    if not isinstance(value, bytes):
        return Array([value])
    delimiter = string_text(given["delimiter"]) if "delimiter" in given else b","
    parts = (part.strip(b" \t") for part in value.split(delimiter or b","))
    # That the parts become typed is assumed; empty ones are dropped.
    return Array([parse_word(part) for part in parts if part])


@function("range")
def _range(given: Arguments) -> Value:
    first, last = (parse_number(to_text(given[name])) for name in ("from", "to"))
    if first is None or last is None:
        raise RouterError(b"invalid value, number expected")
    step = 1 if first <= last else -1
    if abs(last - first) >= _MOST_MEMBERS:
        raise RouterError(b"value of to out of range")
    return Array(list(range(first, last + step, step)))
