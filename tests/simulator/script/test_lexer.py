"""The lexer: the same bytes read differently by the place they stand in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.script.lexer import Lexer
from simulator.script.tokens import Place, TokenKind


def _tokens(source: bytes, place: Place) -> list[tuple[str, bytes]]:
    lexer = Lexer(source)
    found = []
    while (token := lexer.read(place)).kind is not TokenKind.END:
        found.append((token.kind.name, token.text))
    return found


@pytest.mark.parametrize(
    ("place", "source", "tokens"),
    [
        (Place.ARGUMENT, b"a-b", [("WORD", b"a-b")]),
        (Place.OPERAND, b"a", [("WORD", b"a")]),
        (Place.OPERATOR, b"-", [("OPERATOR", b"-")]),
        (Place.ARGUMENT, b"name=x", [("NAME", b"name"), ("WORD", b"x")]),
        (
            Place.ARGUMENT,
            b".id=*1 !comment",
            [("NAME", b".id"), ("WORD", b"*1"), ("UNSET", b"comment")],
        ),
        (Place.VALUE, b"a=b", [("WORD", b"a"), ("OTHER", b"="), ("WORD", b"b")]),
        (Place.VALUE, b"#tag", [("WORD", b"#tag")]),
        (Place.STATEMENT, b"# all of it\n;;put", [("WORD", b"put")]),
        (
            Place.STATEMENT,
            b":x/..",
            [("COLON", b":"), ("WORD", b"x"), ("SLASH", b"/"), ("UP", b"..")],
        ),
        (Place.OPERAND, b"$ab-", [("VARIABLE", b"ab"), ("OPERATOR", b"-")]),
        (
            Place.OPERAND,
            b'$"a b"',
            [("QUOTED_VARIABLE", b'$"'), ("WORD", b"a"), ("WORD", b"b"), ("QUOTE", b'"')],
        ),
        (
            Place.OPERAND,
            b"1F 10.0.0.1/8 *",
            [("WORD", b"1F"), ("WORD", b"10.0.0.1/8"), ("OTHER", b"*")],
        ),
        (
            Place.OPERATOR,
            b"<%%<<<=-> and in-x",
            [
                ("OPERATOR", b"<%%"),
                ("OPERATOR", b"<<"),
                ("OPERATOR", b"<="),
                ("OPERATOR", b"->"),
                ("OPERATOR", b"and"),
                ("OTHER", b"i"),
                ("OTHER", b"n"),
                ("OPERATOR", b"-"),
                ("OTHER", b"x"),
            ],
        ),
        (Place.MEMBER, b"-1=a b", [("NAME", b"-1"), ("OTHER", b"a"), ("OTHER", b"b")]),
        (Place.PROPERTY, b"in-interface", [("WORD", b"in-interface")]),
        (Place.LITERAL, b"srcnat&&", [("WORD", b"srcnat"), ("OTHER", b"&"), ("OTHER", b"&")]),
        (Place.VALUE, b"'", [("OTHER", b"'")]),
        (Place.VALUE, b"\xc3\xa9", [("OTHER", b"\xc3"), ("OTHER", b"\xa9")]),
    ],
)
def test_tokens_of_a_place(place: Place, source: bytes, tokens: list[tuple[str, bytes]]) -> None:
    assert _tokens(source, place) == tokens


@pytest.mark.parametrize(
    "blank",
    [b" ", b"\t", b"\\\n", b"\\\r\n", b"\\\r", b"\\ ", b"\\\t", b"\\\n   ", b"\\\n  # a comment\n"],
)
def test_blanks_in_code_hide_nothing(blank: bytes) -> None:
    assert _tokens(b"a" + blank + b"b", Place.ARGUMENT) == [("WORD", b"a"), ("WORD", b"b")]


def test_comment_line_between_brackets_is_blank_but_the_rest_of_a_line_is_not() -> None:
    assert _tokens(b"1\n  # x\n2", Place.OPERAND) == [("WORD", b"1"), ("WORD", b"2")]
    assert ("OTHER", b"#") in _tokens(b"1 # x", Place.OPERAND)


def test_peek_stays_before_the_token() -> None:
    lexer = Lexer(b"  a b")
    assert lexer.peek(Place.ARGUMENT) == lexer.read(Place.ARGUMENT)
    assert lexer.read(Place.ARGUMENT).text == b"b"


@given(st.binary(max_size=60), st.sampled_from(Place))
def test_any_bytes_end_in_tokens_that_move_on(source: bytes, place: Place) -> None:
    lexer = Lexer(source)
    at = 0
    while (token := lexer.read(place)).kind is not TokenKind.END:
        assert at <= token.at < token.end == lexer.at
        at = lexer.at
    assert lexer.at == len(source)
