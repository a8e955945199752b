"""Parsing of what follows a command's words: values, names, flags, blocks.

Source: routeros-script.md, sections 3, 4, 7 and 17.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from simulator.script.ast import (
    ArrayLiteral,
    Block,
    Expression,
    Function,
    Late,
    Literal,
    Operation,
    Property,
    SourceText,
    Substitution,
    Variable,
)
from simulator.script.expressions import ExpressionParser
from simulator.script.scope import Scope, Unit
from simulator.script.tokens import Place, Token, TokenKind
from simulator.values import Array, Time, parse_word

if TYPE_CHECKING:
    from collections.abc import Callable


__all__ = ["ANYTHING", "CODE_NAMES", "END_KINDS", "ArgumentParser"]

END_KINDS = (TokenKind.END, TokenKind.STOP, TokenKind.CLOSER)

# An argument of such a name takes code, whoever's it is (section 3.2).
CODE_NAMES = frozenset({"do", "else", "on-error", "command", "source", "script", "on-event"})
_GAP = b" \t\r\n;)]}"
# What ends in a bracket needs no blank after it: `:if ($a)do={…}`.
_CLOSED = (TokenKind.PAREN, TokenKind.BRACKET, TokenKind.BRACE)
ANYTHING = bytes(range(256))
_OPENERS = b'([{"$'
_LOOP_NAMES = re.compile(rb"([A-Za-z][A-Za-z0-9]*)(?:[ \t]*,[ \t]*([A-Za-z][A-Za-z0-9]*))?")
_JOINED = re.compile(rb"\\[ \t\r\n]")


class ArgumentParser(ExpressionParser):
    """The part of the parser that reads one argument at a time."""

    def __init__(self, source: bytes) -> None:
        super().__init__(source)
        self.late: Late | None = None  # the first reason why this statement will fail

    def statements(self, at: int, closer: bytes, unclosed: bytes = b"syntax error") -> Block:
        """Read statements up to and including the closing bracket, b"" for the end.

        Args:
            at: Where their opening bracket stands.
            closer: The bracket that ends them.
            unclosed: The error for its lack.
        """
        raise NotImplementedError

    # Code

    def block(self, at: int, unclosed: bytes = b"missing closing brace") -> Block:
        """Read the rest of `{…}` as code that sees the variables around it."""
        return self._code(at, self.scope.nested(), unclosed)

    def function(self, at: int) -> Function:
        """Read the rest of `{…}` as the body of a function."""
        unit = Unit()
        properties, self.properties = self.properties, frozenset()
        body = self._code(at, Scope(unit), b"expected closing brace")
        self.properties = properties
        return Function(at, body, unit)

    def source_text(self, at: int) -> SourceText:
        """Read the rest of `{…}` as code that is kept as text."""
        self.function(at)  # it must be code, and only reading it tells where it ends
        return SourceText(at, self.lexer.source[at + 1 : self.lexer.at - 1])

    def source_in_place(self, at: int) -> SourceText:
        """Read `{…}` as text too, but as code that may set the variables around it."""
        self.block(at)
        return SourceText(at, self.lexer.source[at + 1 : self.lexer.at - 1])

    def _code(self, at: int, scope: Scope, unclosed: bytes) -> Block:
        with self.nested(scope):
            return self.statements(at, b"}", unclosed)

    def substitution(self, at: int) -> Substitution:
        with self.nested(self.scope.nested()):
            return Substitution(at, self.statements(at, b"]"))

    # Values

    def value(
        self,
        token: Token,
        word: Callable[[Token], Expression],
        brace: Callable[[int], Expression],
        refused: bytes = b"$\\",
    ) -> Expression:
        """Return the value that begins with the token just read.

        Args:
            token: Its first token, read as an argument or a value.
            word: Makes a value of a bare word.
            brace: Reads the rest of a value that opened with `{`.
            refused: Bytes right behind the value that are a `syntax error`; any other is
                an `expected end of command`.
        """
        if token.kind in END_KINDS:  # `name=` before the command ends
            self.lexer.at = token.at
            return Literal(token.at, b"")
        saved, self.in_argument = self.in_argument, True
        try:
            if token.kind is TokenKind.UNSET:  # here nothing can be unset
                found = word(Token(TokenKind.WORD, b"!" + token.text, token.at, token.end))
            elif token.kind is TokenKind.WORD:
                found = word(token)
            elif token.kind is TokenKind.BRACE:
                found = brace(token.at)
            else:
                found = self.operand(token)
        finally:
            self.in_argument = saved
        if token.kind not in _CLOSED or refused is ANYTHING:
            self.require_gap(refused)
        return found

    def require_gap(self, refused: bytes = b"$\\") -> None:
        """Fail unless a blank or the end of the command follows; see `value`."""
        byte = self.lexer.byte()
        if not byte or byte in _GAP or _JOINED.match(self.lexer.source, self.lexer.at):
            return
        text = b"syntax error" if byte in refused else b"expected end of command"
        raise self.error(self.lexer.at, text)

    def require_end_of_word(self) -> None:
        """Fail unless a command's word ends here: `:if(…)` needs no blank."""
        byte = self.lexer.byte()
        if not byte or byte not in _OPENERS:
            self.require_gap()

    def typed_word(self, token: Token) -> Expression:
        """Return a bare word of a global command: typed, an array if it holds commas."""
        if b"," not in token.text:
            return Literal(token.at, parse_word(token.text))
        parts = token.text.split(b",")
        return Literal(token.at, Array([parse_word(part) for part in parts]))

    def time_word(self, token: Token) -> Expression:
        """Return a bare word of an argument that takes a time."""
        value = parse_word(token.text)
        if type(value) is int:
            return Literal(token.at, value, Time(value * 1_000_000_000))
        return Literal(token.at, value)

    def text_word(self, token: Token) -> Expression:
        """Return a bare word as text, as it is written."""
        return Literal(token.at, token.text)

    def filled_array(self, at: int) -> Expression:
        """Read an array literal that may not be empty, as the value of an argument."""
        literal = self.array(at)
        if not literal.items and not literal.keyed:
            raise self.error(self.lexer.at)
        return literal

    def function_argument(self, name: bytes) -> Expression:
        """Read the value of `name=` in a function's call."""
        token = self.lexer.read(Place.VALUE)
        brace = self.function if name.decode() in CODE_NAMES else self.filled_array
        return self.value(token, self.text_word, brace)

    # Names of variables

    def declared_name(self, token: Token) -> Expression:
        """Return the name that `:local` or `:global` declares."""
        if token.kind is TokenKind.WORD:
            return self._bare_name(token)
        if token.kind is TokenKind.QUOTE:
            return self.value(token, self.text_word, self.filled_array)
        if token.kind in (TokenKind.PAREN, TokenKind.BRACKET):
            return self.value(token, self.text_word, self.filled_array)
        raise self.error(token.at)

    def _bare_name(self, token: Token) -> Literal:
        match = re.match(rb"[A-Za-z0-9]+", token.text)
        if match is None or token.text[:1].isdigit():
            raise self.error(token.at)
        self.lexer.at = token.at + match.end()
        self.require_gap()
        return Literal(token.at, match[0])

    def loop_names(self, token: Token) -> tuple[bytes, ...]:
        """Return the one or two names of a loop: `i`, `k,v`, `"my-name"`."""
        if token.kind is TokenKind.QUOTE:
            name = self.string(token.at)
            self.require_gap()
            if isinstance(name, Literal) and isinstance(name.value, bytes):
                return (name.value,)
        elif token.kind is TokenKind.WORD:
            match = _LOOP_NAMES.match(self.lexer.source, token.at)
            if match is not None:
                self.lexer.at = match.end()
                self.require_gap()
                return tuple(name for name in match.groups() if name is not None)
        raise self.error(token.at)

    def target(self, token: Token) -> Expression:
        """Return what `:set` changes, a name as its Literal.

        A name that nobody declared is refused here, at its first byte; as `$name` it passes
        (published scripts that run have it so).
        """
        if token.kind is TokenKind.WORD:
            match = re.match(rb"[A-Za-z0-9]+", token.text)
            if match is None or match[0] not in self.scope.visible():
                raise self.error(token.at)
            name: Expression = self._bare_name(token)
        elif token.kind in (TokenKind.VARIABLE, TokenKind.QUOTED_VARIABLE):
            name = self.value(token, self.text_word, self.filled_array)
            assert isinstance(name, Variable | Property)  # noqa: S101 - what `$` reads as
            return Literal(token.at, name.name)
        else:
            name = self.value(token, self.text_word, self.filled_array)
            base = name
            while isinstance(base, Operation) and base.operator == b"->":
                base = base.operands[0]
            if not isinstance(base, Literal):
                return name
            if base is not name:
                raise self.error(base.at)
        if isinstance(name, Literal) and isinstance(name.value, bytes):
            if name.value not in self.scope.visible():
                raise self.error(token.at)
            return name
        raise self.error(token.at)

    # The rest of a statement that will fail

    def late_words(self) -> tuple[Expression, ...]:
        """Read the arguments of a command that is not known, up to its end.

        Devices take words, variables and brackets there, but no `{`, nor after `name=` a
        string with escapes or variables; they show named ones last, sorted.
        """
        words: list[Expression] = []
        named: list[ArrayLiteral] = []
        while (token := self.lexer.peek(Place.ARGUMENT)).kind not in END_KINDS:
            self.lexer.at = token.end
            if token.kind is not TokenKind.NAME:
                words.append(self._late_value(token))
                continue
            first = self.lexer.read(Place.VALUE)
            value = self._late_value(first)
            written = self.lexer.source[first.at : self.lexer.at]
            if first.kind is TokenKind.QUOTE and (b"\\" in written or b"$" in written):
                raise self.error(token.end - 1)
            pair = (Literal(token.at, token.text), value)
            named.append(ArrayLiteral(token.at, (), (pair,)))
        return (*words, *sorted(named, key=_named_key))

    def _late_value(self, token: Token) -> Expression:
        return self.value(token, self.text_word, self.no_brace, ANYTHING)

    def no_brace(self, at: int) -> NoReturn:
        """Refuse `{` as the value of what takes neither code nor an array."""
        raise self.error(at)


def _named_key(node: ArrayLiteral) -> bytes:
    key = node.keyed[0][0]
    assert isinstance(key, Literal)  # noqa: S101 - as late_words has made it
    assert isinstance(key.value, bytes)  # noqa: S101 - as above
    return key.value
