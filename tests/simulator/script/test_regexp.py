"""Regular expressions: POSIX extended ones, and what POSIX has not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.script.regexp import matches


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        (b"test123", rb"[0-9]+"),
        (b"aaa", rb"[a]{3}"),
        (b"prefix-content", rb"^prefix"),
        (b"prefix-content", rb"content$"),
        (b"a", rb"\w"),
        (b"a", rb"\D"),
        (b"a.com", rb"a\.com"),
        (b"a1com", rb"a.com"),
        (b"a\nb", rb"a.b"),
        (b"x]y", rb"x[]]y"),
        (b"b", rb"[^a]"),
        (b"\\", rb"[\w]"),
        (b"a-b", rb"a[-]b"),
        (b"ab", rb"(a|x)b"),
        (b"aab", rb"a+?b"),
        (b"b", rb"^a**b"),
        (b"aa", rb"^a++$"),
        (b"a{b", rb"a{b"),
        (b"[", rb"[[]"),
        (b"a&b", rb"[&&]"),
        (b"\xff", rb"\xff".replace(rb"\xff", b"\xff")),
        (b"anything", rb""),
    ],
)
def test_pattern_is_found(text: bytes, pattern: bytes) -> None:
    assert matches(text, pattern)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        (b"a", rb"[\w]"),
        (b"a1com", rb"a\.com"),
        (b"hello", rb"xyz"),
        (b"Hello", rb"hello"),
        (b"ab", rb"(?!x)ab"),
        (b"a\n", rb"a$"),
        (b"abc", rb"(abc"),
        (b"abc", rb"[abc"),
        (b"a", rb"a{2}{9999999999999}"),
    ],
)
def test_pattern_is_not_found(text: bytes, pattern: bytes) -> None:
    assert not matches(text, pattern)


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_any_pattern_gives_an_answer(text: bytes, pattern: bytes) -> None:
    assert matches(text, pattern) in (True, False)


@given(st.binary(min_size=1, max_size=20))
def test_escaped_text_finds_itself(text: bytes) -> None:
    escaped = b"".join(b"[%c]" % byte if byte not in b"^\\]" else b"\\%c" % byte for byte in text)
    assert matches(text, escaped)
