from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.rsc import Word, join, quote, wrap


def words(command: str, *arguments: tuple[str, str]) -> list[Word]:
    made = [Word(name.encode(), value.encode()) for name, value in arguments]
    return [Word(b"", part.encode()) for part in command.split()] + made


def test_plain_words_stand_bare() -> None:
    assert quote(b"192.0.2.0/24") == b"192.0.2.0/24"
    assert quote(b"!ether1,bridge-2_a:b@c<d>*e+f%g~h") == b"!ether1,bridge-2_a:b@c<d>*e+f%g~h"


@pytest.mark.parametrize("sign", list("();{}[]='&|^#$\"\\` "))
def test_value_with_a_sign_of_the_language_is_quoted(sign: str) -> None:
    assert quote(b"a" + sign.encode()).startswith(b'"')


def test_empty_value_is_two_quotes() -> None:
    assert quote(b"") == b'""'


def test_bytes_outside_ascii_are_upper_case_hex() -> None:
    assert quote("тест".encode()) == rb'"\D1\82\D0\B5\D1\81\D1\82"'


def test_named_escapes() -> None:
    assert quote(b'a"b\\c$d?e\nf\rg\th\0') == rb'"a\"b\\c\$d\?e\nf\rg\th\00"'


def test_value_moves_whole_to_a_line_of_its_own() -> None:
    line = words(
        "add",
        ("action", "drop"),
        ("chain", "forward"),
        ("comment", "defconf: drop all from WAN not DSTNATed"),
        ("connection-nat-state", "!dstnat"),
        ("connection-state", "new"),
        ("in-interface-list", "WAN"),
    )
    assert wrap(line) == [
        b"add action=drop chain=forward comment=\\",
        b'    "defconf: drop all from WAN not DSTNATed" connection-nat-state=!dstnat \\',
        b"    connection-state=new in-interface-list=WAN",
    ]


def test_line_of_77_columns_is_not_cut_and_78_is() -> None:
    fits = words("set", ("comment", "x" * (77 - len("set comment="))))
    longer = words("set", ("comment", "x" * (78 - len("set comment="))))

    assert len(wrap(fits)) == 1
    assert wrap(longer)[0] == b"set comment=\\"


def test_value_too_long_for_any_line_starts_where_it_is() -> None:
    lines = wrap(words("set", ("comment", "word " * 30)))

    assert lines[0].startswith(b'set comment="word ')
    assert [len(line) for line in lines[:-1]] == [79, 79]


def test_cut_before_a_blank_keeps_it_as_an_escape() -> None:
    lines = wrap(words("set", ("source", "x" * (78 - len('set source="')) + " y" + "z" * 80)))

    assert lines[1].startswith(rb"    \_yzz")


def test_newline_always_ends_the_line() -> None:
    lines = wrap(words("add", ("name", "a"), ("source", ":put 1\r\n:put 2\n:put 3")))

    assert lines == [
        rb'add name=a source=":put 1\r' + b"\\",
        rb"    \n:put 2" + b"\\",
        rb'    \n:put 3"',
    ]


def test_terse_cuts_at_newlines_only() -> None:
    lines = join(words("/system script add", ("comment", "c " * 60), ("source", "a\nb")))

    assert len(lines) == 2
    assert lines[1] == rb'    \nb"'


def test_long_word_without_special_signs_is_quoted_when_it_must_be_cut() -> None:
    lines = wrap(words("add", ("dst-port", ",".join(str(port) for port in range(1000, 1040)))))

    assert lines[0].startswith(b'add dst-port="1000,')
    assert lines[-1].endswith(b'"')


def test_closing_quote_leaves_room_for_a_following_word() -> None:
    for length in range(60, 240):
        lines = wrap(words("set", ("comment", "x y" * length), ("name", "a")))
        assert max(len(line) for line in lines) <= 79


def read_back(lines: list[bytes]) -> list[tuple[bytes, bytes]]:
    """Undo wrapping and quoting the way the parser does."""
    text = re.sub(rb"\\\n *", b"", b"\n".join(lines))
    found = re.findall(rb' ([a-z-]+)=(?:"((?:[^"\\]|\\.)*)"|([^ "]+))', text)
    return [(name, bare or unescaped(quoted)) for name, quoted, bare in found]


def unescaped(text: bytes) -> bytes:
    signs = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"_": b" "}

    def one(match: re.Match[bytes]) -> bytes:
        body = match.group(1)
        return bytes.fromhex(body.decode()) if len(body) == 2 else signs.get(body, body)

    return re.sub(rb"\\([0-9A-F]{2}|.)", one, text)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([b"comment", b"source", b"name", b"a-rather-long-name-of-a-property"]),
            st.binary(max_size=200) | st.text('ab \n\r"\\$', max_size=300).map(str.encode),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_wrapped_text_has_the_same_values_and_no_long_line(
    arguments: list[tuple[bytes, bytes]],
) -> None:
    lines = wrap([Word(b"", b"add"), *(Word(name, value) for name, value in arguments)])

    assert max(len(line) for line in lines) <= 79
    assert read_back(lines) == arguments
