"""Values: what a word is, how each type prints, and when two are equal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.values import (
    NIL,
    NOTHING,
    Array,
    ClockTime,
    Id,
    Ip,
    IpPrefix,
    Time,
    Value,
    api_text,
    copy_value,
    equal,
    parse_bool,
    parse_ip,
    parse_ip6,
    parse_ip6_prefix,
    parse_ip_prefix,
    parse_number,
    parse_time,
    parse_word,
    string_text,
    to_text,
    type_name,
)

SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("word", "kind", "text"),
    [
        (b"123", "num", b"123"),
        (b"-1", "num", b"-1"),
        (b"007", "num", b"7"),
        (b"0x1F", "num", b"31"),
        (b"-0x10", "num", b"-16"),
        (b"9223372036854775808", "num", b"9223372036854775807"),
        (b"-9223372036854775808", "num", b"-9223372036854775807"),
        (b"89148000006911111111", "num", b"9223372036854775807"),
        (b"1" * 5000, "num", b"9223372036854775807"),
        (b"0X10", "str", b"0X10"),
        (b"0xg", "str", b"0xg"),
        (b"yes", "bool", b"true"),
        (b"false", "bool", b"false"),
        (b"Yes", "str", b"Yes"),
        (b"1.2.3.4", "ip", b"1.2.3.4"),
        (b"1.1", "ip", b"1.0.0.1"),
        (b"2.1.1", "ip", b"2.1.0.1"),
        (b"8.008.008.008", "str", b"8.008.008.008"),
        (b"256.0.0.1", "str", b"256.0.0.1"),
        (b"1.1.256", "str", b"1.1.256"),
        (b"1.256", "time", b"00:00:01.256"),
        (b"256.1", "time", b"00:04:16.100"),
        (b"3.14159", "time", b"00:00:03.141590"),
        (b".1", "time", b"00:00:00.100"),
        (b"1.1/24", "ip-prefix", b"1.0.0.1/24"),
        (b"10.0.0.1/8", "ip-prefix", b"10.0.0.1/8"),
        (b"1.1.1.1/99", "str", b"1.1.1.1/99"),
        (b"2001:DB8::1", "ip6", b"2001:db8::1"),
        (b"::", "ip6", b"::"),
        (b"::1/0", "ip6-prefix", b"::/0"),
        (b"2008:1::2/128", "ip6-prefix", b"2008:1::2/128"),
        (b"00:11:22:33:44:55", "str", b"00:11:22:33:44:55"),
        (b"00:11:22", "time", b"00:11:22"),
        (b"9:00", "time", b"09:00:00"),
        (b"00:60:00", "time", b"01:00:00"),
        (b"1d00:00:00", "time", b"1d00:00:00"),
        (b"1s1m", "time", b"00:01:01"),
        (b"1d2d", "time", b"3d00:00:00"),
        (b"2s3m4h", "time", b"04:03:02"),
        (b"1ms1s", "time", b"00:00:01.001"),
        (b"1w7h2s", "time", b"1w07:00:02"),
        (b"10000w", "time", b"10000w00:00:00"),
        (b"9223372036s", "time", b"15250w1d23:47:16"),
        (b"9223372037s", "str", b"9223372037s"),
        (b"3w4q", "str", b"3w4q"),
        (b"*1F", "id", b"*1F"),
        (b"*zz", "str", b"*zz"),
        (b"ether1", "str", b"ether1"),
        (b"", "str", b""),
    ],
)
def test_bare_word_is_the_most_specific_type_that_fits(word: bytes, kind: str, text: bytes) -> None:
    value = parse_word(word)
    assert (type_name(value), to_text(value)) == (kind, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Time(0), b"00:00:00"),
        (Time(-3600 * SECOND), b"-01:00:00"),
        (Time(-84_760), b"-00:00:00.000084760"),
        (Time(1_655_350_000), b"00:00:01.655350"),
        (Time(1_099_018_660), b"00:00:01.099018660"),
        (NIL, b""),
        (NOTHING, b""),
        (Array(), b""),
        (Array([1, NIL, b"c"]), b"1;;c"),
        (Array([Array([1, 2]), Array([3, 4])]), b"1;2;3;4"),
        (Array([2], {b"b": True, b"a": b"x"}), b"2;a=x;b=true"),
        (Array([], {b"d": Array([], {b"i": Array([], {b"id": 833})})}), b"d=i=id=833"),
    ],
)
def test_value_prints_as_the_console_prints_it(value: Value, text: bytes) -> None:
    assert to_text(value) == string_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, b"true"),
        (5, b"5"),
        (Time(0), b"0s"),
        (Time(600 * SECOND), b"10m"),
        (Time(788_645 * SECOND), b"1w2d3h4m5s"),
        (Time(9_445_000), b"9ms445us"),
        (Time(24_930_000_000), b"24s930ms"),
        (Time(-SECOND), b"-1s"),
        (ClockTime(3 * 3600 * SECOND), b"03:00:00"),
        (Array([Id(b"*1"), Id(b"*2")]), b"*1;*2"),
        (Array([Time(SECOND)], {b"k": b"v"}), b"1s;k=v"),
    ],
)
def test_value_prints_as_the_api_prints_it(value: Value, text: bytes) -> None:
    assert api_text(value) == text


def test_list_property_is_joined_by_commas_over_the_api() -> None:
    assert api_text(Array([b"read", b"write"]), b",") == b"read,write"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (5, b"5"),
        (b"0x10", 16),
        (True, b"yes"),
        (Ip(0x01020304), b"1.2.3.4"),
        (Time(5 * SECOND), 5),
        (Time(5), ClockTime(5)),
        (NIL, NOTHING),
        (Array([1, b"a"], {b"k": 1}), Array([b"1", b"a"], {b"k": 1})),
    ],
)
def test_equal_converts_both_ways(left: Value, right: Value) -> None:
    assert equal(left, right)
    assert equal(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (True, 1),
        (b"a", b"A"),
        (NIL, 0),
        (NIL, b""),
        (IpPrefix(0x0A000001, 24), b"10.0.0.1/24"),
        (Id(b"*1"), b"*1"),
        (Array([1]), Array([1, 2])),
        (Array([], {b"a": 1}), Array([], {b"b": 1})),
        (Array([1]), 1),
    ],
)
def test_unequal_stays_unequal_both_ways(left: Value, right: Value) -> None:
    assert not equal(left, right)
    assert not equal(right, left)


def test_copy_shares_no_array_with_the_original() -> None:
    original = Array([Array([1])], {b"k": Array([2])})
    copy = copy_value(original)
    assert isinstance(copy, Array)
    assert copy == original
    assert copy.items[0] is not original.items[0]
    assert copy.keyed[b"k"] is not original.keyed[b"k"]


def test_clock_time_sorts_and_hashes_like_a_time() -> None:
    assert ClockTime(1) < Time(2) <= ClockTime(2)
    assert len({Time(5), ClockTime(5)}) == 1


@given(st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1))
def test_every_time_reads_back_from_its_console_form(nanoseconds: int) -> None:
    assert parse_time(to_text(Time(nanoseconds))) == Time(nanoseconds)


@given(st.integers(min_value=0, max_value=2**63 - 1))
def test_every_duration_reads_back_from_its_api_form(nanoseconds: int) -> None:
    assert parse_time(api_text(Time(nanoseconds))) == Time(nanoseconds)


@given(st.integers(min_value=0, max_value=2**32 - 1), st.integers(min_value=0, max_value=32))
def test_every_prefix_reads_back(number: int, length: int) -> None:
    assert parse_ip_prefix(to_text(IpPrefix(number, length))) == IpPrefix(number, length)
    assert parse_ip(to_text(Ip(number))) == Ip(number)


@given(st.binary(max_size=40))
def test_any_word_becomes_a_value(word: bytes) -> None:
    assert isinstance(to_text(parse_word(word)), bytes)
    for parse in (parse_number, parse_bool, parse_time, parse_ip, parse_ip6, parse_ip6_prefix):
        parse(word)
