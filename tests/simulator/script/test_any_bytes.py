"""Any bytes end in tokens, and in a syntax tree or in one error with its place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import ParseError
from simulator.router import Router
from simulator.script.lexer import Lexer
from simulator.script.parser import parse
from simulator.script.tokens import Place, TokenKind
from simulator.version import DEFAULT_VERSION

TREE = Router().console.tree
BYTES = st.one_of(
    st.binary(max_size=200),
    st.lists(st.sampled_from([bytes([byte]) for byte in b' :/$"(){}[];=\\\nax1.,->!~#']))
    .map(b"".join)
    .filter(lambda text: len(text) <= 200),
)


@given(BYTES, st.sampled_from(list(Place)))
def test_the_lexer_reads_on_to_the_end_in_any_place(source: bytes, place: Place) -> None:
    lexer = Lexer(source)
    for _ in range(len(source) + 1):
        before = lexer.at
        token = lexer.read(place)
        if token.kind is TokenKind.END:
            break
        assert before <= token.at < token.end <= len(source)
    assert lexer.at == len(source)


@given(BYTES)
def test_a_source_parses_or_is_refused_at_a_byte_of_it(source: bytes) -> None:
    refused: ParseError | None = None
    try:
        parse(source, TREE, DEFAULT_VERSION)
    except ParseError as error:
        refused = error
    if refused is not None:
        lines = source.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        assert refused.line is not None
        assert refused.column is not None
        assert 1 <= refused.line <= len(lines)
        assert 1 <= refused.column <= len(lines[refused.line - 1]) + 2  # CR LF is two bytes
