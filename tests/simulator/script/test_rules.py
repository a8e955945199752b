"""Expressions over random values agree with a plain table of the rules.

The table knows which pairs of types an operator takes and of which type the result is; any
other pair must end in an error of the language. It says nothing of how a result is found: for
numbers Python's own arithmetic, cut to 64 bits, stands beside.

Source: routeros-script.md, sections 6.4 and 11.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import RouterError
from simulator.script.comparison import ordering
from simulator.script.operators import BINARY
from simulator.values import NIL, NOTHING, Array, Ip, Time, Value, equal, string_text, type_name
from simulator.version import Version

NUMBERS = st.integers(-(2**63), 2**63 - 1)
TIMES = st.integers(-(2**62), 2**62).map(Time)
ADDRESSES = st.integers(0, 2**32 - 1).map(Ip)
VALUES: st.SearchStrategy[Value] = st.one_of(
    NUMBERS,
    st.booleans(),
    st.sampled_from([b"", b"abc", b"a b", b"x-y"]),  # texts that read as nothing else
    TIMES,
    ADDRESSES,
    st.sampled_from([NIL, NOTHING]),
    st.lists(NUMBERS, max_size=3).map(lambda items: Array(list(items))),
)
# Operator, types of both sides, type of the result; absent values count as num in arithmetic.
ARITHMETIC: dict[tuple[str, ...], str] = {
    ("+", "num", "num"): "num",
    ("-", "num", "num"): "num",
    ("*", "num", "num"): "num",
    ("/", "num", "num"): "num",
    ("%", "num", "num"): "num",
    ("+", "time", "time"): "time",
    ("-", "time", "time"): "time",
    ("+", "time", "num"): "time",
    ("+", "num", "time"): "time",
    ("-", "time", "num"): "time",
    ("-", "num", "time"): "time",
    ("*", "time", "num"): "time",
    ("*", "num", "time"): "time",
    ("/", "time", "num"): "time",
    ("/", "time", "time"): "num",
    ("%", "time", "time"): "time",
    ("+", "ip", "num"): "ip",
    ("+", "num", "ip"): "ip",
    ("-", "ip", "num"): "ip",
    ("-", "ip", "ip"): "num",
}
ABSENT = ("nil", "nothing")


@given(st.sampled_from("+-*/%"), VALUES, VALUES)
def test_arithmetic_takes_the_pairs_of_the_table_only(
    operator: str, left: Value, right: Value
) -> None:
    names = [type_name(left), type_name(right)]
    both_absent = all(name in ABSENT for name in names)
    kinds = ["num" if name in ABSENT else name for name in names]
    expected = ARITHMETIC.get((operator, *kinds))

    try:
        result = BINARY[operator.encode()](left, right)
    except RouterError as error:
        zero = operator in "/%" and error.message == b"division by zero"
        assert expected is None or zero
    else:
        absent = both_absent and type_name(result) in ABSENT
        assert absent or type_name(result) == expected


@given(NUMBERS, NUMBERS)
def test_numbers_are_those_of_64_bits(left: int, right: int) -> None:
    def cut(number: int) -> int:
        return int.from_bytes((number % 2**64).to_bytes(8, "big"), "big", signed=True)

    assert BINARY[b"+"](left, right) == cut(left + right)
    assert BINARY[b"-"](left, right) == cut(left - right)
    assert BINARY[b"*"](left, right) == cut(left * right)
    if right:
        quotient = BINARY[b"/"](left, right)
        remainder = BINARY[b"%"](left, right)
        assert isinstance(quotient, int)
        assert isinstance(remainder, int)
        assert cut(quotient * right + remainder) == left
        assert abs(remainder) < abs(right)


@given(VALUES, VALUES)
def test_joining_is_joining_of_texts_but_for_arrays(left: Value, right: Value) -> None:
    joined = BINARY[b"."](left, right)

    if isinstance(left, Array) or isinstance(right, Array):
        assert isinstance(joined, Array)
    else:
        assert joined == string_text(left) + string_text(right)


@given(VALUES, VALUES)
def test_equality_goes_both_ways_and_has_its_opposite(left: Value, right: Value) -> None:
    assert equal(left, right) is equal(right, left)
    assert BINARY[b"!="](left, right) is not equal(left, right)
    assert equal(left, left)


ORDERED = {("num", "num"), ("time", "time"), ("ip", "ip"), ("num", "time"), ("time", "num")}


@given(VALUES, VALUES)
def test_order_exists_for_the_pairs_of_the_table_only(left: Value, right: Value) -> None:
    order = ordering(Version("7.22.3"))
    names = type_name(left), type_name(right)
    absent = names[0] in ABSENT or names[1] in ABSENT

    try:
        less, more = order.less(left, right), order.more(left, right)
    except RouterError:
        assert names not in ORDERED
        assert not absent
    else:
        assert absent or names in ORDERED
        assert not (less and more)
        assert order.at_most(left, right) is not more
        assert order.at_least(left, right) is not less


@given(st.lists(VALUES, max_size=4), VALUES)
def test_a_comma_appends_what_is_there(items: list[Value], value: Value) -> None:
    result = BINARY[b","](Array(list(items)), value)

    assert isinstance(result, Array)
    if isinstance(value, Array):
        assert result.items == items + value.items
    else:
        assert result.items == (items if type_name(value) in ABSENT else [*items, value])
