"""The regular expressions of `~` and `:grep`: POSIX extended, over bytes.

Translated to Python's, which differ where brackets, look-around, possessive
and lazy forms are concerned. An expression that POSIX has not simply matches
nothing, as on a router.

Source: routeros-script.md, section 12.
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["matches"]

_PIECE = re.compile(
    rb"(?P<escape>\\.)|(?P<set>\[\^?\]?[^\]]*\])|(?P<end>\$)|(?P<group>\(\?)"
    rb"|(?P<repeat>(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})+)|(?P<other>.)",
    re.DOTALL,
)
# Escapes that mean a class; any other escaped byte is itself.
_CLASSES = b"wWdDsSbB"
_NEVER = re.compile(rb"(?!)")


def matches(text: bytes, pattern: bytes) -> bool:
    """Tell whether the pattern is found anywhere in the text."""
    return _compiled(pattern).search(text) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    pieces: list[bytes] = []
    for match in _PIECE.finditer(pattern):
        piece = _translate(match)
        if piece is None:
            return _NEVER
        pieces.append(piece)
    try:
        return re.compile(b"".join(pieces), re.DOTALL)
    except (re.error, OverflowError):
        return _NEVER


def _translate(match: re.Match[bytes]) -> bytes | None:
    piece = match[0]
    match match.lastgroup:
        case "group":
            return None  # look-around and the like are not supported
        case "end":
            return rb"\Z"
        case "escape":
            return piece if piece[1:] in _CLASSES else re.escape(piece[1:])
        case "set":
            return _set(piece)
        case "repeat":
            return _repeats(piece)
        case _:
            return piece


def _set(piece: bytes) -> bytes:
    # A backslash has no meaning between brackets, nor have classes like [:digit:].
    negated = b"^" if piece[1:2] == b"^" else b""
    body = piece[1 + len(negated) : -1]
    return b"[" + negated + re.sub(rb"[\\\[\]&~|^]", rb"\\\g<0>", body) + b"]"


def _repeats(piece: bytes) -> bytes:
    # `a**` or `a+?` repeat a repetition; in Python the second sign would mean otherwise.
    signs = re.findall(rb"[*+?]|\{[^}]*\}", piece)
    return signs[0] if len(signs) == 1 else b"*" if b"*" in signs or b"?" in signs else signs[0]
