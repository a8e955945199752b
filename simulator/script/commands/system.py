"""Commands that ask the router for something: names, random values, the job.

Source: routeros-script.md, section 15.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import RouterError
from simulator.script.commands.registry import Arguments, function
from simulator.values import NIL, parse_number, string_text, to_text

if TYPE_CHECKING:
    from simulator.values import Value

__all__: list[str] = []

_LETTERS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LONGEST_TEXT = 65_535


@function("resolve")
def _resolve(given: Arguments) -> Value:
    options = {name: value for name, value in given.items() if name != "domain-name"}
    return given.run.host.resolve(string_text(given["domain-name"]), options)


@function("jobname")
def _jobname(given: Arguments) -> Value:
    return given.run.host.jobname() or NIL


@function("lock")
def _lock(_: Arguments) -> Value:
    return NIL


@function("nothing")
def _nothing(_: Arguments) -> Value:
    return NIL


@function("rndnum")
def _rndnum(given: Arguments) -> Value:
    low, high = (_whole(given[name]) for name in ("from", "to"))
    if low > high:  # a router gives garbage then (assumed: a number between the two)
        low, high = high, low
    return low + given.run.host.random(high - low + 1)


@function("rndstr")
def _rndstr(given: Arguments) -> Value:
    letters = string_text(given["from"]) if "from" in given else _LETTERS
    length = _whole(given["length"]) if "length" in given else 16
    if not 0 <= length <= _LONGEST_TEXT:
        raise RouterError(b"value of length out of range (0..65535)")
    random = given.run.host.random
    return bytes(letters[random(len(letters))] for _ in range(length)) if letters else b""


def _whole(value: Value) -> int:
    number = parse_number(to_text(value))
    if number is None:
        raise RouterError(b"invalid value, number expected")
    return number
