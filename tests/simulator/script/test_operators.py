"""Operators: what they make of each type, and how tightly they bind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.errors import ScriptError

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (":put (3+4)", "7"),
        (":put (4*5)", "20"),
        (":put (10 / 3)", "3"),
        (":put ((10)/2)", "5"),
        (":put (10 % 3)", "1"),
        (":put (-7 / 2)", "-3"),
        (":put (-7 % 2)", "-1"),
        (":put (9223372036854775807 + 1)", "-9223372036854775808"),
        (':put ("5" + 10)', "15"),
        (':put ("7" * 3)', "21"),
        (":local u; :put ($u + 1)", "1"),
        (":put (-(3 - 5))", "2"),
        (":local a 5; :local b 3; :put ($a--$b)", "8"),
    ],
)
def test_arithmetic(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (":put (23:00:00 + 2:00:00)", "1d01:00:00"),
        (":put (1h - 2h)", "-01:00:00"),
        (":put (1h * 2)", "02:00:00"),
        (":put (2h / 2)", "01:00:00"),
        (":put (1h/60)", "00:01:00"),
        (":put (1h30m / 1h)", "1"),
        (":put (1h + 30)", "01:00:30"),
        (":put (-1h)", "-01:00:00"),
    ],
)
def test_time_arithmetic(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (":put (0.0.0.0 + 2130706433)", "127.0.0.1"),
        (":put (10.31.255.255 - 10.31.0.0)", "65535"),
        (":put (10.0.0.5 - 5)", "10.0.0.0"),
        (":put (192.168.88.77&255.255.255.0)", "192.168.88.0"),
        (":put (~255.255.255.0)", "0.0.0.255"),
        (":put (255.255.255.255<<(32-16))", "255.255.0.0"),
        (":put (192.168.88.77>>24)", "0.0.0.192"),
        (":put (2001::1|::ffff)", "2001::ffff"),
        (":put (1.1.1.1 in 8.0.0.0/8)", "false"),
        (":put (1.1.1.1/32 in 1.0.0.0/8)", "true"),
        (":put (2001:db8::1 in 2001:db8::/32)", "true"),
        (':put ("10.1.1.1" in 10.0.0.0/8)', "true"),
    ],
)
def test_address_arithmetic(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (":put (0xFF & 0x0F)", "15"),
        (":put (0xF0 | 0x0F)", "255"),
        (":put (5 ^ 1)", "4"),
        (":put (1 << 63)", "-9223372036854775808"),
        (":put (1 << 64)", "0"),
        (":put (16 >> 2)", "4"),
        (":put (~5)", "-6"),
    ],
)
def test_bits(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (':put (5 = "5")', "true"),
        (":put (true = 1)", "false"),
        (':put ("a" = "A")', "false"),
        (":put (24h = 1d)", "true"),
        (":put ([:nothing] < 0)", "true"),
        (":put ([:nothing] >= 0)", "false"),
        (":put ([:nothing] = 0)", "false"),
        (':put ([:find "abc" "z"] < 0)', "true"),
        (":put (1.1.1.2 > 1.1.1.1)", "true"),
        (":put ({1;2} = {1;2})", "true"),
        (":put ({a=1} = {a=2})", "false"),
        (':put ("9" < "10")', "true"),
        (":put (500ms < 1s)", "true"),
        (":put (1 != 2)", "true"),
    ],
)
def test_comparison(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (":put (true and false)", "false"),
        (":put (true||false)", "true"),
        (":put (!true)", "false"),
        (":put (5 and 0)", "false"),
        (":put (any false)", "true"),
        (':put (any "")', "true"),
        (":put (any [:nothing])", "false"),
        (":put (true any false)", "true"),
    ],
)
def test_logic(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (":put (2 + 3 * 4)", "14"),
        (":put (8 | 1 << 2)", "36"),
        (':put ("n=" . 1 + 2)', "n=3"),
        (":put (6 & 3 = 2)", "true"),
        (":put (1 << 2 << 1)", "16"),
        (":put (1 = 1 and 2 = 2 or 3 = 4)", "true"),
        (":put (10+1-6*2=11-12=2+(-3)=-1)", "false"),
        (":put (1 , 2 . 3)", "1;23"),
    ],
)
def test_precedence(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (':put (true . "-x")', "true-x"),
        (':put (192.168.1.1 . ":8080")', "192.168.1.1:8080"),
        (':put ("a" . [:nothing] . "b")', "ab"),
        (':put ((1,2,3) . "a")', "1a;2a;3a"),
        (':put ("p" . {1;2})', "p1;p2"),
        (':put ({a=1} . "x")', ""),
        (":put (1 .2)", "12"),
        (":put (1.2)", "1.0.0.2"),
        (":put (.1)", "00:00:00.100"),
    ],
)
def test_concatenation(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (":put (10 / 0)", "division by zero"),
        (":put (10 % 0)", "division by zero"),
        (":put (true + 1)", "cannot add boolean to number"),
        (":put (10.0.0.1 + 10.0.0.2)", "cannot add ip address to ip address"),
        (":put (1 - 10.0.0.2)", "cannot subtract ip address from number"),
        (':put ("a" * 2)', "cannot multiply string by number"),
        (":put (1h * 1h)", "cannot multiply time interval by time interval"),
        (":put (1 / 1h)", "cannot divide number by time interval"),
        (":put (true & 1)", "cannot and boolean with number"),
        (":put (1 << true)", "cannot shift number by boolean"),
        (":put (-true)", "cannot negate boolean"),
        (":put (~true)", "cannot invert boolean"),
        (':put ("abc" < "xyz")', "cannot compare if string is less than string"),
        (':put (!"x")', "conditional not boolean"),
    ],
)
def test_operands_that_do_not_fit_fail(run: Callable[..., str], source: str, message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        run(source)
    assert caught.value.bare.decode() == message


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("7.21.5", "cannot compare if nothing is more than nothing"),
        ("7.23.3", "cannot compare if array is more than array"),
    ],
)
def test_arrays_cannot_be_ordered_before_7_24(
    run: Callable[..., str], version: str, message: str
) -> None:
    with pytest.raises(ScriptError, match=message):
        run(":put ({2;1} > {1;2;3})", version)


def test_arrays_are_ordered_member_by_member_from_7_24(run: Callable[..., str]) -> None:
    assert run(":put ({2;1} > {1;2;3}); :put ({1;2} < {1;2;3})", "7.24") == "true\ntrue"


def test_both_sides_of_and_or_are_always_evaluated(run: Callable[..., str]) -> None:
    counted = ":global n 0; :global f do={ :global n; :set n ($n + 1); :return true };"
    assert run(counted + ":if (true || [$f]) do={}; :if (false and [$f]) do={}; :put $n") == "2"


def test_strings_were_ordered_by_bytes_before_7_21(run: Callable[..., str]) -> None:
    assert run(':put ("abc" < "xyz")', "7.20") == "true"
