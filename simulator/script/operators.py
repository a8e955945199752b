"""The operators: what each makes of two values.

Source: routeros-script.md, sections 6.3, 6.4, 8.4, 8.5 and 11. Texts of errors
other than the two for addresses and arrays follow their pattern (assumed).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Never

from simulator.errors import RouterError
from simulator.script.comparison import any_bool, found, human_name, nanoseconds, within
from simulator.values import (
    NIL,
    NOTHING,
    Array,
    Ip,
    Ip6,
    Nil,
    Nothing,
    Time,
    equal,
    parse_ip,
    parse_number,
    parse_time,
    string_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.values import Value

__all__ = [
    "BINARY",
    "UNARY",
    "append",
    "bounded",
    "check_size",
    "concatenate",
    "condition",
    "extend",
    "index",
    "shared",
]

LONGEST_TEXT = 65_535
# Members of an array: a script that goes on must end before our memory does (assumed).
MOST_MEMBERS = 1_000_000
_IP_MASK, _IP6_MASK = 2**32 - 1, 2**128 - 1


def _refuse(verb: str, left: Value, joint: str, right: Value) -> Never:
    text = f"cannot {verb} {human_name(left)} {joint} {human_name(right)}"
    raise RouterError(text.encode())


def _wrapped(number: int) -> int:
    """Return a number as 64 bits hold it."""
    return (number + 2**63) % 2**64 - 2**63


def condition(value: Value) -> bool:
    """Return what a condition makes of a value.

    Raises:
        RouterError: It is neither bool nor num nor absent.
    """
    if type(value) is bool:
        return value
    if type(value) is int:
        return value != 0
    if isinstance(value, Nil | Nothing):
        return False
    raise RouterError(b"conditional not boolean")


# Arithmetic


def _operand(value: Value) -> Value:
    """Return a value as arithmetic takes it: digits are a num, an absent value is 0."""
    if isinstance(value, Nil | Nothing):
        return 0
    if isinstance(value, bytes):
        for parse in (parse_number, parse_time, parse_ip):
            found = parse(value)
            if found is not None:
                return found
    return value


def _absent(value: Value) -> bool:
    return isinstance(value, Nil | Nothing)


def add(left: Value, right: Value) -> Value:
    if type(left) is int and type(right) is int:
        return _wrapped(left + right)
    if _absent(left) and _absent(right):
        return NOTHING
    a, b = _operand(left), _operand(right)
    if type(a) is int and type(b) is int:
        return _wrapped(a + b)
    if isinstance(a, Time | int) and isinstance(b, Time | int) and not any_bool(a, b):
        return Time(_wrapped(nanoseconds(a) + nanoseconds(b)))
    for address, number in ((a, b), (b, a)):
        if isinstance(address, Ip | Ip6) and type(number) is int:
            return _moved(address, number)
    _refuse("add", left, "to", right)


def subtract(left: Value, right: Value) -> Value:
    if type(left) is int and type(right) is int:
        return _wrapped(left - right)
    if _absent(left) and _absent(right):
        return NOTHING  # seen for a difference
    a, b = _operand(left), _operand(right)
    if type(a) is int and type(b) is int:
        return _wrapped(a - b)
    if isinstance(a, Time | int) and isinstance(b, Time | int) and not any_bool(a, b):
        return Time(_wrapped(nanoseconds(a) - nanoseconds(b)))
    if isinstance(a, Ip | Ip6):
        if type(b) is int:
            return _moved(a, -b)
        if isinstance(b, Ip | Ip6) and type(a) is type(b):
            return _wrapped(a.number - b.number)
    _refuse("subtract", right, "from", left)


def multiply(left: Value, right: Value) -> Value:
    a, b = _operand(left), _operand(right)
    if type(a) is int and type(b) is int:
        return _wrapped(a * b)
    for time, number in ((a, b), (b, a)):
        if isinstance(time, Time) and type(number) is int:
            return Time(_wrapped(time.nanoseconds * number))
    _refuse("multiply", left, "by", right)


def divide(left: Value, right: Value) -> Value:
    a, b = _operand(left), _operand(right)
    if isinstance(a, Time) and type(b) is int:
        return Time(_quotient(a.nanoseconds, b))
    if isinstance(a, Time) and isinstance(b, Time):
        return _quotient(a.nanoseconds, b.nanoseconds)
    if type(a) is int and type(b) is int:
        return _wrapped(_quotient(a, b))
    _refuse("divide", left, "by", right)


def remainder(left: Value, right: Value) -> Value:
    a, b = _operand(left), _operand(right)
    if type(a) is int and type(b) is int:
        return a - _quotient(a, b) * b
    if isinstance(a, Time) and isinstance(b, Time):
        return Time(a.nanoseconds - _quotient(a.nanoseconds, b.nanoseconds) * b.nanoseconds)
    _refuse("divide", left, "by", right)


def _quotient(dividend: int, divisor: int) -> int:
    """Divide towards zero (assumed for negative numbers: no transcript is known)."""
    if not divisor:
        raise RouterError(b"division by zero")
    quotient = abs(dividend) // abs(divisor)
    return quotient if (dividend < 0) == (divisor < 0) else -quotient


def _moved(address: Ip | Ip6, distance: int) -> Value:
    if isinstance(address, Ip):
        return Ip(address.number + distance & _IP_MASK)
    return Ip6(address.number + distance & _IP6_MASK)


# Bits


def _bits(verb: str, combine: Callable[[int, int], int], left: Value, right: Value) -> Value:
    a, b = _operand(left), _operand(right)
    if type(a) is int and type(b) is int:
        return combine(a, b)
    if isinstance(a, Ip) and isinstance(b, Ip | int) and not any_bool(b):
        return Ip(combine(a.number, b.number if isinstance(b, Ip) else b) & _IP_MASK)
    if isinstance(a, Ip6) and isinstance(b, Ip6):
        return Ip6(combine(a.number, b.number))
    if isinstance(b, Ip) and type(a) is int:
        return _bits(verb, combine, b, a)
    _refuse(verb, left, "with", right)


def shift_left(left: Value, right: Value) -> Value:
    a, b = _operand(left), _operand(right)
    if type(b) is int and b >= 0:
        if type(a) is int:
            return _wrapped(a << b) if b < 64 else 0
        if isinstance(a, Ip):
            return Ip(a.number << min(b, 32) & _IP_MASK)
    _refuse("shift", left, "by", right)


def shift_right(left: Value, right: Value) -> Value:
    a, b = _operand(left), _operand(right)
    if type(b) is int and b >= 0:
        if type(a) is int:
            return a >> b  # arithmetic (assumed)
        if isinstance(a, Ip):
            return Ip(a.number >> min(b, 32))
    _refuse("shift", left, "by", right)


def _complement(value: Value) -> Value:
    operand = _operand(value)
    if isinstance(operand, Ip):
        return Ip(operand.number ^ _IP_MASK)
    if isinstance(operand, Ip6):
        return Ip6(operand.number ^ _IP6_MASK)
    if type(operand) is int:
        return ~operand
    raise RouterError(b"cannot invert " + human_name(value).encode())


def _negated(value: Value) -> Value:
    operand = _operand(value)
    if type(operand) is int:
        return _wrapped(-operand)
    if isinstance(operand, Time):
        return Time(-operand.nanoseconds)
    raise RouterError(b"cannot negate " + human_name(value).encode())


# Logic: both sides have been evaluated, always.


def _and(left: Value, right: Value) -> Value:
    return condition(left) and condition(right)


def _or(left: Value, right: Value) -> Value:
    return condition(left) or condition(right)


def _not(value: Value) -> Value:
    return not condition(value)


def _any(value: Value) -> Value:
    return not isinstance(value, Nil | Nothing)


# Arrays


def concatenate(left: Value, right: Value) -> Value:
    """Join two texts; an array makes an array of its unkeyed members joined (8.5)."""
    if isinstance(left, Array):
        return Array([concatenate(member, right) for member in left.items])
    if isinstance(right, Array):
        return Array([concatenate(left, member) for member in right.items])
    return bounded(string_text(left) + string_text(right))


def bounded(text: bytes) -> bytes:
    """Return a text that was put together, if RouterOS would make one so long.

    Raises:
        RouterError: It is longer than 64 kB.
    """
    if len(text) > LONGEST_TEXT:
        raise RouterError(b"afraid to create strings larger than 64kB")
    return text


def append(left: Value, right: Value) -> Value:
    """`,`: the members of both sides; an absent value adds none."""
    joined = Array()
    extend(joined, left)
    extend(joined, right)
    return joined


def extend(array: Array, value: Value) -> None:
    """Add the members of a value to an array, in place."""
    if isinstance(value, Array):
        array.items += [shared(member) for member in value.items]
        array.keyed |= {key: shared(member) for key, member in value.keyed.items()}
    elif not isinstance(value, Nil | Nothing):
        array.items.append(value)
    check_size(array)


def check_size(array: Array) -> None:
    """Raise when an array has more members than any may have.

    Raises:
        RouterError: It has.
    """
    if len(array.items) > MOST_MEMBERS or len(array.keyed) > MOST_MEMBERS:
        raise RouterError(b"afraid to create arrays with more than %d members" % MOST_MEMBERS)


def shared(value: Value) -> Value:
    """Return the value, an array as one that nobody may change in place any more.

    Whatever stores a value in a second place must pass it through here.
    """
    if type(value) is Array:
        value.owner = None
    return value


def index(base: Value, key: Value) -> Value:
    """`->`: a member by its number or key; NOTHING when there is none."""
    if not isinstance(base, Array):
        return NOTHING
    if type(key) is int:
        return base.items[key] if 0 <= key < len(base.items) else NOTHING
    if isinstance(key, Nil | Nothing):
        return NOTHING
    return base.keyed.get(string_text(key), NOTHING)


def _juxtaposed(left: Value, right: Value) -> Value:
    """Two terms side by side: both must hold, as in `where`; else the last (assumed)."""
    if isinstance(left, bool) and isinstance(right, bool):
        return left and right
    return NIL if isinstance(right, Nothing) else right


BINARY: dict[bytes, Callable[[Value, Value], Value]] = {
    b"+": add,
    b"-": subtract,
    b"*": multiply,
    b"/": divide,
    b"%": remainder,
    b"&": partial(_bits, "and", lambda a, b: a & b),
    b"^": partial(_bits, "xor", lambda a, b: a ^ b),
    b"|": partial(_bits, "or", lambda a, b: a | b),
    b"<<": shift_left,
    b">>": shift_right,
    b".": concatenate,
    b"=": equal,
    b"!=": lambda left, right: not equal(left, right),
    b"~": found,
    b"in": within,
    b"and": _and,
    b"or": _or,
    b",": append,
    b"->": index,
    b" ": _juxtaposed,
}
UNARY: dict[bytes, Callable[[Value], Value]] = {
    b"!": _not,
    b"-": _negated,
    b"~": _complement,
    b"any": _any,
}
