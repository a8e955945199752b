"""The tokens of the script language.

The same bytes read differently by where they stand: `a-b` is one word as an
argument and a subtraction between parentheses. So the parser names the kind
of place with each token it asks for.

Source: routeros-script.md, sections 1 to 3.
"""

from __future__ import annotations

from enum import Enum, IntEnum, auto
from typing import NamedTuple

__all__ = ["Place", "Token", "TokenKind"]


class Place(IntEnum):
    """The kind of place that the next token stands in; a number, to index tables with."""

    STATEMENT = 0  # where a statement may start
    ARGUMENT = auto()  # after a command's words: `name=`, a flag, a value
    VALUE = auto()  # after `name=`
    OPERAND = auto()  # in an expression, where a value must come
    OPERATOR = auto()  # in an expression, after a value
    MEMBER = auto()  # in an array literal, where a member starts
    PROPERTY = auto()  # in a condition on items, where a term starts
    LITERAL = auto()  # in such a condition, after a comparison


class TokenKind(Enum):
    END = auto()  # of the source
    STOP = auto()  # newline or `;`
    CLOSER = auto()  # ) ] }
    PAREN = auto()
    BRACKET = auto()
    BRACE = auto()
    QUOTE = auto()  # opens a string
    VARIABLE = auto()  # `$name`; its text is the name
    QUOTED_VARIABLE = auto()  # `$"`; the name follows as a string
    WORD = auto()
    NAME = auto()  # `name=`; its text is the name
    UNSET = auto()  # `!name`; its text is the name
    COLON = auto()
    SLASH = auto()
    UP = auto()  # `..`
    OPERATOR = auto()
    OTHER = auto()  # a byte that fits nothing in this place


class Token(NamedTuple):
    kind: TokenKind
    text: bytes
    at: int
    end: int
