"""Bytes to tokens, one regular expression for each kind of place.

Source: routeros-script.md, sections 1 and 2.
"""

from __future__ import annotations

import re

from simulator.script.tokens import Place, Token, TokenKind

__all__ = ["Lexer"]

# In code a backslash joins lines or hides one blank; a whole line of comment may stand
# between two joined lines.
_JOIN = rb"\\(?:\r\n|\n|\r)[ \t]*+(?:#[^\r\n]*+(?:\r\n|\r|\n))?|\\[ \t]"
_BLANKS = re.compile(rb"(?:[ \t]++|" + _JOIN + rb")*+")
# Between brackets a whole line may be a comment too, though not the rest of one (published
# configuration does so, `{1;#x}` is refused).
_COMMENT_LINE = rb"(?:\r\n|\r|\n)[ \t]*+#[^\r\n]*+"
_BLANK_LINES = re.compile(rb"(?:" + _COMMENT_LINE + rb"|[ \t]++|[\r\n]|" + _JOIN + rb")*+")
_BETWEEN = re.compile(rb"(?:[ \t\r\n;]++|#[^\r\n]*+|" + _JOIN + rb")*+")

_BRACKETS = rb"(?P<CLOSER>[)\]}])|(?P<PAREN>\()|(?P<BRACKET>\[)|(?P<BRACE>\{)|(?P<QUOTE>\")"
_VARIABLE = rb"\$(?P<VARIABLE>[A-Za-z0-9]+)|(?P<QUOTED_VARIABLE>\$\")"
_NAME = rb"[A-Za-z0-9.][A-Za-z0-9._/-]*"
_BARE = rb"(?P<WORD>[!#%&*+,\-./0-9:<>?@A-Z^_a-z|~]+)"


def _pattern(*parts: bytes) -> re.Pattern[bytes]:
    return re.compile(b"|".join(parts))


_STOP = rb"(?P<STOP>[\r\n;])"
_PATTERNS = {
    Place.STATEMENT: _pattern(
        _BRACKETS,
        _VARIABLE,
        rb"(?P<COLON>:)",
        rb"(?P<SLASH>/)",
        rb"(?P<UP>\.\.)(?!\.)",
        rb"(?P<WORD>[a-z0-9.-][a-z0-9._-]*)",
    ),
    Place.ARGUMENT: _pattern(
        _STOP,
        rb"(?P<NAME>" + _NAME + rb")=",
        rb"!(?P<UNSET>" + _NAME + rb")(?=[ \t\r\n;)\]}\\]|\Z)",
        _BRACKETS,
        _VARIABLE,
        _BARE,
    ),
    Place.VALUE: _pattern(_STOP, _BRACKETS, _VARIABLE, _BARE),
    Place.OPERAND: _pattern(
        _BRACKETS,
        _VARIABLE,
        rb"(?P<OPERATOR>[!~>-]|any(?![A-Za-z0-9_./:]))",
        rb"(?P<WORD>[A-Za-z0-9_./:]+)",
    ),
    Place.OPERATOR: _pattern(
        rb"(?P<OPERATOR>->|<%%|<<|<=|<|>>|>=|>|!=|&&|&|\|\||\||[-+*/%^.,=~]"
        rb"|(?:and|or|in)(?![A-Za-z0-9_-]))",
        rb"(?P<CLOSER>[)\]}])",
        rb"(?P<STOP>;)",
    ),
    Place.MEMBER: _pattern(rb"(?P<NAME>[A-Za-z0-9./-]+)=", rb"(?P<CLOSER>\})", rb"(?P<STOP>;)"),
    Place.PROPERTY: _pattern(
        _BRACKETS,
        _VARIABLE,
        rb"(?P<OPERATOR>[!~>-]|any(?![A-Za-z0-9_./:-]))",
        rb"(?P<WORD>\*[0-9A-Fa-f]+|[A-Za-z0-9_./:][A-Za-z0-9_./:-]*)",
    ),
    Place.LITERAL: _pattern(
        _BRACKETS,
        _VARIABLE,
        rb"(?P<WORD>[#%*+,\-./0-9:?@A-Z^_a-z][!#%*+,\-./0-9:?@A-Z^_a-z]*)",
    ),
}
_SKIP = {
    Place.STATEMENT: _BETWEEN,
    Place.OPERAND: _BLANK_LINES,
    Place.OPERATOR: _BLANK_LINES,
    Place.MEMBER: _BLANK_LINES,
}
# By place: what skips the blanks before a token, and what matches the token.
_READERS = [(_SKIP.get(place, _BLANKS).match, _PATTERNS[place].match) for place in Place]
_KINDS = {kind.name: kind for kind in TokenKind}


class Lexer:
    """A cursor over a source text.

    Attributes:
        source: The text.
        at: Offset of the next byte to read; may be set back to a token's `at`.
    """

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.at = 0
        # The last token looked at: most are looked at more than once.
        self._seen_at = -1
        self._seen_place = Place.STATEMENT
        self._seen = Token(TokenKind.END, b"", 0, 0)

    def peek(self, place: Place) -> Token:
        """Return the next token without moving past it, but past the blanks before it."""
        if self.at == self._seen_at and place is self._seen_place:
            return self._seen
        skip, token = _READERS[place]
        source = self.source
        at = skip(source, self.at).end()  # type: ignore[union-attr]  # it may be empty
        match = token(source, at)
        if match is None:
            kind = TokenKind.OTHER if at < len(source) else TokenKind.END
            found = Token(kind, source[at : at + 1], at, min(at + 1, len(source)))
        else:
            name: str = match.lastgroup  # type: ignore[assignment]  # all groups have names
            # Half the time of calling Token, which this would otherwise be spent on.
            found = tuple.__new__(Token, (_KINDS[name], match[name], at, match.end()))
        self.at = self._seen_at = at
        self._seen_place = place
        self._seen = found
        return found

    def read(self, place: Place) -> Token:
        """Return the next token and move past it."""
        token = self.peek(place)
        self.at = token.end
        return token

    def skip_blanks(self) -> None:
        """Move past blanks and joined lines."""
        match = _BLANKS.match(self.source, self.at)
        assert match is not None  # noqa: S101 - as above
        self.at = match.end()

    def skip_lines(self) -> None:
        """Move past blanks, joined lines and newlines."""
        match = _BLANK_LINES.match(self.source, self.at)
        assert match is not None  # noqa: S101 - as above
        self.at = match.end()

    def byte(self) -> bytes:
        """Return the next byte, b"" at the end."""
        return self.source[self.at : self.at + 1]
