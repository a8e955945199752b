"""Parsing of strings and of the names of variables.

Source: routeros-script.md, sections 2.1 and 2.2.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.script.ast import Expression, Literal, Property, Substitution, Text, Variable
from simulator.script.lexer import Lexer
from simulator.script.places import Places
from simulator.script.scope import Scope, Unit

if TYPE_CHECKING:
    from simulator.errors import ParseError
    from simulator.script.tree import CommandSyntax

__all__ = ["StringParser"]

_PLAIN = re.compile(rb'[^"\\$]+')
_ESCAPE = re.compile(
    rb'\\(?:(?P<char>["\\$?_abfnrtv])|(?P<hex>[0-9A-F]{2})|(?:\r\n|\n|\r)[ \t]*|[ \t])'
)
_ESCAPES = {
    b"_": b" ",
    b"a": b"\a",
    b"b": b"\b",
    b"f": b"\f",
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"v": b"\v",
}
_NAME = re.compile(rb"[A-Za-z0-9]+")
_HEX = b"0123456789ABCDEF"


class StringParser:
    """The innermost part of the parser: its state, strings and variables."""

    def __init__(self, source: bytes) -> None:
        self.lexer = Lexer(source)
        self.places = Places(source)
        self.scope = Scope(Unit())
        # Inside a command's argument, a missing operand is blamed on the byte after the
        # closing bracket; in a statement of its own, on the bracket (section 4, samples).
        self.in_argument = False
        # The command whose `where` is being read, and how deep in parentheses.
        self.where: CommandSyntax | None = None
        self.depth = 0
        # In such a condition, on the right of a comparison and in parentheses.
        self.compares = False
        # Inside an array literal, but in no parentheses of it.
        self.in_member = False
        # Names that mean the item's properties, in code inside such a condition as well.
        self.properties: frozenset[str] = frozenset()

    def substitution(self, at: int) -> Substitution:
        """Read the rest of `[…]`, whose bracket stands at `at`."""
        raise NotImplementedError

    def paren(self, at: int) -> Expression:
        """Read the rest of `(…)`, whose parenthesis stands at `at`."""
        raise NotImplementedError

    def error(self, at: int, text: bytes = b"syntax error") -> ParseError:
        """Return the error that refuses the source because of the byte at `at`."""
        return self.places.error(text, at)

    # Strings and variables

    def string(self, at: int) -> Literal | Text:
        """Read the rest of a string, whose opening quote stands at `at`."""
        parts: list[Expression] = []
        pieces: list[bytes] = []
        interpolates = False
        while (byte := self.lexer.byte()) != b'"':
            if byte == b"$":
                interpolates = True
                parts.append(self._interpolation())
            elif piece := self._plain(byte):
                pieces.append(piece)
                parts.append(Literal(at, piece))
        self.lexer.at += 1
        if interpolates:
            return Text(at, tuple(parts))
        return Literal(at, b"".join(pieces), None, tuple(pieces))

    def _plain(self, byte: bytes) -> bytes:
        lexer = self.lexer
        if byte == b"":
            raise self.error(lexer.at)
        match = (_ESCAPE if byte == b"\\" else _PLAIN).match(lexer.source, lexer.at)
        if match is None:
            raise self._bad_escape(lexer.at)
        lexer.at = match.end()
        if byte != b"\\":
            return match[0]
        if match["hex"]:
            return bytes.fromhex(match["hex"].decode())
        char: bytes = match["char"] or b""
        return _ESCAPES.get(char, char)

    def _bad_escape(self, at: int) -> ParseError:
        after = self.lexer.source[at + 1 : at + 2]
        if after >= b"\x80":
            return self.error(at + 1, b"expected input value")
        return self.error(at + 2 if after and after in _HEX else at + 1)

    def _interpolation(self) -> Expression:
        at = self.lexer.at
        self.lexer.at += 1
        opener = self.lexer.byte()
        if opener == b"(":
            self.lexer.at += 1
            return self.paren(at + 1)
        if opener == b"[":
            self.lexer.at += 1
            return self.substitution(at + 1)
        if opener == b'"':
            self.lexer.at += 1
            return self.variable(self.quoted_name(at + 1), at)
        if opener == b"$":  # `$$name`: a dollar before the variable, in published scripts
            return Literal(at, b"$")
        match = _NAME.match(self.lexer.source, self.lexer.at)
        if match is None:
            raise self.error(self.lexer.at)
        self.lexer.at = match.end()
        return self.variable(match[0], at)

    def quoted_name(self, at: int) -> bytes:
        """Read the rest of a name in quotes, whose opening quote stands at `at`."""
        name = self.string(at)
        if not isinstance(name, Literal) or not isinstance(name.value, bytes):
            raise self.error(at)
        return name.value

    def variable(self, name: bytes, at: int) -> Expression:
        """Return what `$name` means here."""
        binding = self.scope.lookup(name)
        known = name.decode("latin-1") in self.properties
        if self.where is None and not known:
            return Variable(at, name, binding)
        return Property(at, name, binding, known)
