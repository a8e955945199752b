"""What types of properties read, refuse and show."""

from __future__ import annotations

import pytest

from simulator.errors import RouterError
from simulator.menus.types import (
    Address,
    AddressRange,
    AnyAddress,
    Choice,
    Duration,
    FieldType,
    Flag,
    ListOf,
    Mac,
    Negatable,
    Network,
    Number,
    Prefix,
    Prefix6,
    Ranges,
    Rate,
    Scope,
    Size,
    Text,
    TimeOfDay,
    YesNo,
)
from simulator.values import Array, Value, api_text


def shown(kind: FieldType, value: Value) -> bytes:
    found = kind.show(kind.parse(value, Scope("x")))
    return api_text(found, b",") if isinstance(found, Array) else api_text(found)


def refusal(kind: FieldType, value: Value) -> tuple[bytes, int | None]:
    with pytest.raises(RouterError) as caught:
        kind.parse(value, Scope("x"))
    return caught.value.message, caught.value.category


@pytest.mark.parametrize(
    ("kind", "given", "right"),
    [
        (Text(), b"any \xff\n", b"any \xff\n"),
        (Text(), 5, b"5"),
        (Number(), b"0x10", b"16"),
        (Number(), b"-5", b"-5"),
        (Number(words=[b"auto"]), b"auto", b"auto"),
        (Size(), b"64k", b"64000"),
        (Size(), b"1MiB", b"1048576"),
        (Size(), b"1500", b"1500"),
        (Rate(), b"10M/512k", b"10M/512k"),
        (Ranges(), b"80,443,8000-8080", b"80,443,8000-8080"),
        (Flag(), b"yes", b"true"),
        (Flag(), b"false", b"false"),
        (Flag(), True, b"true"),
        (YesNo(), b"true", b"yes"),
        (YesNo(), False, b"no"),
        (YesNo(b"special-classless"), b"spec", b"special-classless"),
        (Choice(b"accept", b"add-src", b"drop"), b"dr", b"drop"),
        (Duration(), b"600", b"10m"),
        (Duration(), b"00:10:00", b"10m"),
        (Duration(), b"1d2h", b"1d2h"),
        (Duration(words=[b"none"]), b"none", b"none"),
        (TimeOfDay(), b"03:00:00", b"03:00:00"),
        (TimeOfDay(words=[b"startup"]), b"startup", b"startup"),
        (Address(), b"192.0.2.1", b"192.0.2.1"),
        (AnyAddress(), b"2001:db8::1", b"2001:db8::1"),
        (Prefix(), b"192.0.2.1/24", b"192.0.2.1/24"),
        (Prefix(), b"192.0.2.1", b"192.0.2.1/32"),
        (Network(), b"192.0.2.1/24", b"192.0.2.0/24"),
        (Network(), b"192.0.2.1/32", b"192.0.2.1"),
        (Prefix6(), b"2001:db8::1/64", b"2001:db8::1/64"),
        (AddressRange(), b"192.0.2.1-192.0.2.9", b"192.0.2.1-192.0.2.9"),
        (Mac(), b"00-11-22-aa-bb-cc", b"00:11:22:AA:BB:CC"),
        (ListOf(Text()), b"a,b,,c", b"a,b,c"),
        (ListOf(Text()), Array([b"a", b"b"]), b"a,b"),
        (ListOf(Text(), unique=True), b"a,b,a", b"a,b"),
        (ListOf(Text()), b"", b""),
        (Negatable(Network()), b"!192.0.2.0/24", b"!192.0.2.0/24"),
        (Negatable(ListOf(Choice(b"new", b"invalid"))), b"!new,invalid", b"!new,invalid"),
    ],
)
def test_value_is_shown_in_its_own_form(kind: FieldType, given: Value, right: bytes) -> None:
    assert shown(kind, given) == right
    # What an export writes is read as the same value.
    stored = kind.parse(given, Scope("x"))
    assert kind.parse(kind.text(stored), Scope("x")) == stored


@pytest.mark.parametrize(
    ("kind", "given", "message"),
    [
        (Number(), b"15x", b"value of x contains invalid trailing characters"),
        (Number(), b"x15", b"invalid value for argument x"),
        (Number(1, 10), b"11", b"value of x is out of range (1 .. 10)"),
        (
            Duration(10, 86_400),
            b"5s",
            b"value of x is out of range (00:00:10 .. 1d00:00:00)",
        ),
        (Duration(), b"soon", b"invalid value for argument x"),
        (Flag(), b"maybe", b"input does not match any value of x"),
        (Choice(b"accept", b"drop"), b"fly", b"input does not match any value of x"),
        (Choice(b"accept"), b"", b"input does not match any value of x"),
        (Address(), b"192.0.2.x", b"invalid value for argument x"),
        (Address(), b"192.0.2.256", b"invalid value for argument x"),
        (Prefix(), b"192.0.2.1/33", b"invalid value for argument x"),
        (AddressRange(), b"a-b", b"value of x expects range of ip addresses"),
        (Mac(), b"00:11:22", b"invalid value of mac, mac address required"),
        (Text(max_length=3), b"four", b"invalid value for argument x"),
    ],
)
def test_value_is_refused_in_the_routers_words(
    kind: FieldType, given: bytes, message: bytes
) -> None:
    assert refusal(kind, given)[0] == message


def test_shortened_word_must_be_the_only_one() -> None:
    kind = Choice(b"add-dst", b"add-src", b"add")
    assert refusal(kind, b"add-")[0].startswith(b"ambiguous value of x")
    assert shown(kind, b"add") == b"add"


def test_word_outside_a_set_is_an_argument_error() -> None:
    assert refusal(Choice(b"a"), b"b")[1] == 1
