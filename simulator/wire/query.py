"""`?` words to a test of one row.

A query is a little stack machine. Its stack is filled with endless `true`;
each word pushes what a property says, or operates on what is there. An item
passes when no `false` is left.

Source: routeros-api.md, section 4.
"""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any, TypeAlias

from simulator import texts
from simulator.values import Ip, Ip6, Time, api_text, parse_ip, parse_ip6, parse_number, parse_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulator.console.request import Predicate
    from simulator.values import Value
    from simulator.version import Version

__all__ = ["compile_query"]

_Row: TypeAlias = "Mapping[str, Value]"
_Test: TypeAlias = "Callable[[_Row], bool]"
_Operation: TypeAlias = "Callable[[list[bool]], None]"

# A flag prints as the second word; clients send either.
_FLAG_WORDS = {b"yes": b"true", b"no": b"false"}
# How the operand of `<` and `>` is read; values of other types compare as they are printed.
# Numbers are documented; that times and addresses go the same way is assumed.
_READERS: dict[type, Callable[[bytes], Any]] = {
    int: parse_number,
    Time: parse_time,
    Ip: parse_ip,
    Ip6: parse_ip6,
}
_OPERATION = re.compile(rb"(\d+)(\.?)|([!&|.])")
# No stack is that deep: a word has 65,535 bytes, so a longer index reads below the bottom.
_INDEX_DIGITS = 9


def compile_query(words: Sequence[bytes], version: Version) -> Predicate | None:
    """Return the test that the words make, or None when there are none.

    A test that holds only when properties have given texts says so in its attribute `equals`.

    Args:
        words: The `?` words, whole, in the order they were sent.
        version: Decides how an error is worded.

    Raises:
        RouterError: An operator is none. That it is called an unknown parameter is assumed,
            from what a misplaced `=?name` gets.
    """
    if not words:
        return None
    steps = [
        _operations(word, version) if word.startswith(b"?#") else _push(_test(word[1:]))
        for word in words
    ]

    def passes(row: _Row) -> bool:
        stack: list[bool] = []
        for step in steps:
            step(stack, row)
        return False not in stack

    if not any(word.startswith(b"?#") for word in words):
        # All must hold; by these the console may find the item without a walk over all of them.
        passes.equals = dict(filter(None, map(_equality, words)))  # type: ignore[attr-defined]
    return passes


def _equality(word: bytes) -> tuple[str, bytes] | None:
    """Return the name and text of `?name=x` or `?=name=x`, None for any other word."""
    name, equals, text = word[2 if word.startswith(b"?=") else 1 :].partition(b"=")
    if not equals or name[:1] in {b"-", b"<", b">"}:
        return None
    return name.decode("latin-1"), text


def _push(test: _Test) -> Callable[[list[bool], _Row], None]:
    return lambda stack, row: stack.append(test(row))


def _test(text: bytes) -> _Test:
    """Read a word without its `?`: `name`, `-name`, `name=x`, `=name=x`, `<name=x`, `>name=x`."""
    sign = text[:1]
    given, equals, operand = text[sign in {b"-", b"=", b"<", b">"} :].partition(b"=")
    name = given.decode("latin-1")
    if sign == b"-":
        return lambda row: name not in row
    if sign in {b"<", b">"}:
        order = operator.lt if sign == b"<" else operator.gt
        return lambda row: name in row and _compare(order, row[name], operand)
    if equals:
        return lambda row: name in row and _prints_as(row[name], operand)
    return lambda row: name in row


def _prints_as(value: Value, operand: bytes) -> bool:
    if isinstance(value, bool):
        return api_text(value) == _FLAG_WORDS.get(operand, operand)
    return (value if isinstance(value, bytes) else _shown(value)) == operand


def _shown(value: Value) -> bytes:
    return api_text(value, b",")  # as in a row, where lists have commas


def _compare(order: Callable[[Any, Any], bool], value: Value, operand: bytes) -> bool:
    read = _READERS.get(type(value))
    if read is not None and (other := read(operand)) is not None:
        return order(value, other)
    return order(_shown(value), operand)


def _operations(word: bytes, version: Version) -> Callable[[list[bool], _Row], None]:
    operations: list[_Operation] = []
    place = len(b"?#")
    while place < len(word):
        match = _OPERATION.match(word, place)
        if match is None:
            raise texts.unknown_parameter(word.decode("latin-1"), version)
        digits, dot, sign = match.groups()
        place = match.end()
        if sign:
            operations.append(_SIGNS[sign])
        else:
            index = int(digits) if len(digits) <= _INDEX_DIGITS else 10**_INDEX_DIGITS
            at_end = place == len(word) and not dot
            operations.append(_keep_only(index) if at_end else _copy(index))

    def run(stack: list[bool], _: _Row) -> None:
        for operation in operations:
            operation(stack)

    return run


def _at(stack: list[bool], index: int) -> bool:
    return stack[-1 - index] if index < len(stack) else True


def _pop(stack: list[bool]) -> bool:
    return stack.pop() if stack else True


def _copy(index: int) -> _Operation:
    return lambda stack: stack.append(_at(stack, index))


def _keep_only(index: int) -> _Operation:
    def replace(stack: list[bool]) -> None:
        stack[:] = [_at(stack, index)]

    return replace


def _invert(stack: list[bool]) -> None:
    stack.append(not _pop(stack))


def _and(stack: list[bool]) -> None:
    first, second = _pop(stack), _pop(stack)
    stack.append(first and second)


def _or(stack: list[bool]) -> None:
    first, second = _pop(stack), _pop(stack)
    stack.append(first or second)


_SIGNS: dict[bytes, _Operation] = {b"!": _invert, b"&": _and, b"|": _or, b".": _copy(0)}
