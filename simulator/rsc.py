"""How RouterOS writes commands as text: quoting, escapes, and lines that are cut.

`export` makes words and gives them here; what comes back is physical lines
without their ends. Nothing here knows a menu.

The rule for cutting was measured on published exports: no line is longer than
79 columns, the backslash included, and a continued line begins with four
blanks, which the parser drops inside a string and skips outside of one.

Source: routeros-script.md, section 21; routeros-api.md, section 7.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Word", "escape", "join", "quote", "wrap"]

# A word may end here, so that ` \` still fits behind it.
_WORD_END = 77
# Text of a string may fill the line up to here; one backslash follows.
_STRING_END = 78
_INDENT = b"    "

# Any of these, or no byte at all, and the value stands in quotes.
_NEEDS_QUOTES = re.compile(rb"[^-A-Za-z0-9./:,_!~@<>*+%]")
_NAMED = {
    ord('"'): rb"\"",
    ord("\\"): rb"\\",
    ord("$"): rb"\$",
    ord("?"): rb"\?",
    ord("\n"): rb"\n",
    ord("\r"): rb"\r",
    ord("\t"): rb"\t",
}
_ESCAPED = [
    _NAMED.get(byte, bytes([byte]) if 0x20 <= byte < 0x7F else b"\\%02X" % byte)
    for byte in range(256)
]
_NEWLINE = _ESCAPED[ord("\n")]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command.

    Attributes:
        name: What stands before `=`; empty for a word that stands alone.
        value: The value's own bytes. A word without name is written as it is.
    """

    name: bytes
    value: bytes

    @property
    def head(self) -> bytes:
        return self.name + b"=" if self.name else b""

    def text(self) -> bytes:
        """Return the word as it stands on a line that has room for it."""
        return self.head + quote(self.value) if self.name else self.value


def escape(value: bytes) -> list[bytes]:
    """Return each byte of `value` as it is written between double quotes."""
    return [_ESCAPED[byte] for byte in value]


def quote(value: bytes) -> bytes:
    """Return `value` as an argument: bare where that is safe, else in double quotes."""
    if value and not _NEEDS_QUOTES.search(value):
        return value
    return b'"' + b"".join(escape(value)) + b'"'


def join(words: list[Word]) -> list[bytes]:
    """Return the words as one line, cut only before the newlines inside of strings.

    This is the form of `terse`.
    """
    whole = b" ".join(word.text() for word in words)
    return _cut_at_newlines(whole, words)


def wrap(words: list[Word]) -> list[bytes]:
    """Return the words as lines of at most 79 columns."""
    lines = _Lines()
    for word in words:
        lines.add(word)
    return lines.done()


def _cut_at_newlines(whole: bytes, words: list[Word]) -> list[bytes]:
    if not any(b"\n" in word.value for word in words):
        return [whole]
    lines = _Lines(endless=True)
    for word in words:
        lines.add(word)
    return lines.done()


class _Lines:
    """Lines under construction; `endless` ones end at a string's newlines only."""

    def __init__(self, *, endless: bool = False) -> None:
        self._done: list[bytes] = []
        self._line = bytearray()
        self._fresh = True  # nothing but the indent stands on this line
        self._word_end = 1 << 62 if endless else _WORD_END
        self._string_end = 1 << 62 if endless else _STRING_END

    def done(self) -> list[bytes]:
        return [*self._done, bytes(self._line)]

    def add(self, word: Word) -> None:
        text = word.text()
        if self._fits(len(text)):
            self._blank()
            self._place(word.head, word.value, quoted=len(text) > len(word.head + word.value))
            return
        value_width = len(text) - len(word.head)
        if word.name and self._fits(len(word.head)) and self._alone(value_width):
            self._blank()
            self._line += word.head
            self._break(b"\\")
            self._place(b"", word.value, quoted=text[-1:] == b'"')
        elif self._fresh:
            self._place(word.head, word.value, quoted=bool(word.name))
        elif self._alone(len(text)) or not self._fits(len(word.head)) or not word.name:
            self._break(b" \\")
            self.add(word)
        else:
            self._blank()
            self._place(word.head, word.value, quoted=True)

    def _fits(self, width: int) -> bool:
        return len(self._line) + (not self._fresh) + width <= self._word_end

    def _alone(self, width: int) -> bool:
        return len(_INDENT) + width <= self._word_end

    def _blank(self) -> None:
        if not self._fresh:
            self._line += b" "

    def _break(self, end: bytes) -> None:
        self._done.append(bytes(self._line) + end)
        self._line = bytearray(_INDENT)
        self._fresh = True

    def _place(self, head: bytes, value: bytes, *, quoted: bool) -> None:
        """Write head and value, cut wherever the line is full."""
        self._line += head
        self._fresh = False
        if not quoted:
            self._line += value
            return
        for piece in (b'"', *escape(value)):
            self._put(piece, self._string_end)
        # Room for ` \` behind it, should a word follow (assumed).
        self._put(b'"', self._word_end)

    def _put(self, piece: bytes, end: int) -> None:
        if piece == _NEWLINE or len(self._line) + len(piece) > end:
            self._break(b"\\")
            self._fresh = False
            # A blank that begins a line would be dropped with the indent.
            piece = rb"\_" if piece == b" " else piece
        self._line += piece
