"""Conversions between types and between forms of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.errors import ScriptError

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (
            (
                ':put [:tonum "08"]; :put [:tonum "0xFF85"]; :put [:tonum 90s]; '
                ":put [:tonum 127.0.0.1]"
            ),
            "8\n65413\n90\n2130706433",
        ),
        (
            (
                ':put [:typeof [:tonum "23.8"]]; :put [:typeof [:tonum true]]; '
                ':put [:typeof [:tonum " 1"]]; :put [:tonum 5]'
            ),
            "nil\nnil\nnil\n5",
        ),
        (
            (
                ":put [:tobool 0]; :put [:tobool 7]; :put [:tobool true]; "
                ':put [:tobool "yes"]; :put [:typeof [:tobool "x"]]; '
                ":put [:typeof [:tobool 1h]]"
            ),
            "false\ntrue\ntrue\ntrue\nnil\nnil",
        ),
    ],
)
def test_to_number_and_bool(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (
            (
                ':put [:toip "10.0.0.1"]; :put [:toip 10.0.0.1/24]; '
                ':put [:toip 1.1.1.1]; :put [:toip "10.0.0.1/8"]; '
                ':put [:typeof [:toip "256.1.1.1"]]'
            ),
            "10.0.0.1\n10.0.0.1\n1.1.1.1\n10.0.0.1\nnil",
        ),
        (
            (
                ':put [:toip6 "::1"]; :put [:toip6 2001:db8::/32]; :put [:toip6 ::2]; '
                ':put [:toip6 "2001:db8::1/64"]; :put [:typeof [:toip6 "x"]]'
            ),
            "::1\n2001:db8::\n::2\n2001:db8::\nnil",
        ),
        (
            ':put [:toid "*1F"]; :put [:toid 31]; :put [:toid *2]; :put [:typeof [:toid "x"]]',
            "*1F\n*1F\n*2\nnil",
        ),
        (
            (
                ':put [:totime "1h30m"]; :put [:totime 90]; :put [:totime "90"]; '
                ':put [:totime 1m]; :put [:typeof [:totime "x"]]; '
                ":put [:typeof [:totime true]]"
            ),
            "01:30:00\n00:01:30\n00:01:30\n00:01:00\nnil\nnil",
        ),
        (
            (
                ':put [:totime "2023-08-18 00:00:00"]; :put [:totime "1970-01-02"]; '
                ':put [:typeof [:totime "2023-02-30"]]; '
                ':put [:typeof [:totime "2023-08-18T00:00:00"]]'
            ),
            "2798w1d00:00:00\n1d00:00:00\nnil\nnil",
        ),
        (
            (
                ':put [:tonsec 1s]; :put [:tonsec "10:00"]; '
                ':put [:typeof [:tonsec "x"]]; :put [:tonsec $none]'
            ),
            "1000000000\n36000000000000\nnil\n0",
        ),
    ],
)
def test_to_address_id_and_time(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (':put [:convert "abc" to=hex]; :put [:convert from=hex "616263"]', "616263\nabc"),
        (
            (
                ':put [:convert "abc" to=base64]; :put [:convert from=base64 "YWJj"]; '
                ':put [:convert from=base64 "YQ"]'
            ),
            "YWJj\nabc\na",
        ),
        (
            ':put [:convert "abc" to=base32]; :put [:convert from=base32 "MFRGG==="]',
            "MFRGG===\nabc",
        ),
        (':put [:convert "a b&c" to=url]; :put [:convert from=url "a%20b"]', "a%20b%26c\na b"),
        (
            (
                ":put [:convert from=num to=hex 255]; "
                ':put [:convert from=hex to=num "ff"]; :put [:convert from=num to=hex -1]'
            ),
            "ff\n255\nffffffffffffffff",
        ),
        (
            ':put [:convert from=byte-array to=raw {65;66}]; :put [:convert to=byte-array "AB"]',
            "AB\n65;66",
        ),
        (
            (
                ':put [:convert from=hex to=bit-array-msb "EF"]; '
                ":put [:convert from=byte-array to=bit-array-lsb {239}]"
            ),
            "1;1;1;0;1;1;1;1\n1;1;1;1;0;1;1;1",
        ),
        (":put [:convert 001 to=hex]; :put [:convert 10.1 to=raw]", "31\n10.0.0.1"),
        (
            (
                ':put [:convert "Abc" transform=lc]; '
                ':put [:convert "abc" transform=uc]; '
                ':put [:convert "Abc" transform=lcfirst]; '
                ':put [:convert "abc" transform=ucfirst]'
            ),
            "abc\nABC\nabc\nAbc",
        ),
        (
            (
                ':put [:convert "abc" transform=reverse]; '
                ':put [:convert "hello" transform=rot13]; :put [:convert "a" transform=none]'
            ),
            "cba\nuryyb\na",
        ),
        (
            (
                ':put [:convert "a\\n" transform=crlf to=hex]; '
                ':put [:convert "a\\r\\n" transform=lf to=hex]'
            ),
            "610d0a\n610a",
        ),
        (
            (
                ':put [:len [:convert "test" transform=md5]]; '
                ':put [:len [:convert "test" transform=sha512]]'
            ),
            "16\n64",
        ),
    ],
)
def test_convert(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    "source",
    [
        ":convert x from=nonsense",
        ":convert x to=nonsense",
        ":convert x transform=nonsense",
        ":convert from=hex xyz",
        ':convert from=base64 "*"',
        ':convert from=base32 "1"',
        ":convert from=byte-array {256}",
        ':convert from=byte-array {"x"}',
        ":convert from=num x",
    ],
)
def test_what_cannot_be_converted_fails(run: Callable[..., str], source: str) -> None:
    with pytest.raises(ScriptError, match=r"\(:convert; line 1\)"):
        run(source)


def test_words_become_bools_from_7_22(run: Callable[..., str]) -> None:
    assert run(':put [:typeof [:tobool "true"]]', "7.21.5") == "nil"
