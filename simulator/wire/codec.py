"""Bytes to sentences and back.

A word is its length, in one to five bytes, then that many bytes; a word of
length zero closes a sentence. Nothing in the stream marks where a word starts,
so a length that cannot be right ends the connection.

Work is done per word and never per byte: pieces that do not complete a word
are only collected, and joined once when they do.

Source: routeros-api.md, 1.1 to 1.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import WireError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MAX_SENTENCE", "MAX_WORD", "SentenceDecoder", "encode_length", "encode_sentence"]

# A router took a word of 62,464 bytes and hung up on one of 102,400 (1.3); 64 KiB is assumed.
MAX_WORD = 0xFFFF
# All words of one sentence together, and one byte for each. Assumed: no figure is published,
# and without one a peer that never closes its sentence could make us hold all it sends.
MAX_SENTENCE = 0x10_0000

# (lengths below this, what marks the first byte, bytes of the length). Both directions read it.
_FORMS = (
    (0x80, 0x00, 1),
    (0x4000, 0x80, 2),
    (0x20_0000, 0xC0, 3),
    (0x1000_0000, 0xE0, 4),
    (0x1_0000_0000, 0xF0, 5),
)


def _reading_table() -> tuple[tuple[int, int] | None, ...]:
    """Map each first byte to (bytes of the length, bits to take off), None when refused."""
    table: list[tuple[int, int] | None] = [None] * 256
    starts = [mark for _, mark, _ in _FORMS]
    # F1 to F7 are in no form and F8 to FF reserved, so the last form is one byte wide.
    for (_, mark, width), end in zip(_FORMS, [*starts[1:], 0xF1], strict=True):
        table[mark:end] = [(width, mark << 8 * (width - 1))] * (end - mark)
    return tuple(table)


_READING = _reading_table()


def encode_length(length: int) -> bytes:
    """Return the shortest form of a word's length.

    Raises:
        ValueError: No form holds it: it is negative or takes more than 32 bits.
    """
    if length >= 0:
        for below, mark, width in _FORMS:
            if length < below:
                return (length | mark << 8 * (width - 1)).to_bytes(width, "big")
    raise ValueError(f"no word is {length} bytes long")


# Nearly every word is that short.
_SHORT = tuple(encode_length(length) for length in range(0x80))
_LONGEST_SENT = 0x1000_0000


def encode_sentence(words: Iterable[bytes]) -> bytes:
    """Return the words as bytes, then the empty word that closes the sentence.

    Raises:
        ValueError: A word is empty, which would close the sentence early; or takes the
            five-byte form, which clients refuse to read.
    """
    parts: list[bytes] = []
    for word in words:
        size = len(word)
        if not 0 < size < _LONGEST_SENT:
            raise ValueError(f"a word of a sentence cannot be {size} bytes long")
        parts.append(_SHORT[size] if size < 0x80 else encode_length(size))
        parts.append(word)
    parts.append(b"\x00")
    return b"".join(parts)


class SentenceDecoder:
    """Cuts a stream, fed in pieces of any size, into sentences.

    Args:
        max_word: Most bytes that one word may have.
        max_sentence: Most bytes that all words of one sentence may have together, each word
            counting one more than it has.
    """

    def __init__(self, *, max_word: int = MAX_WORD, max_sentence: int = MAX_SENTENCE) -> None:
        self._max_word = max_word
        self._max_sentence = max_sentence
        self._buffer = b""
        self._position = 0
        self._pieces: list[bytes] = []  # came after _buffer and do not complete its last word
        self._missing = 0  # bytes to come before that word, or its length, is whole
        self._words: list[bytes] = []  # of the sentence that is not closed yet
        self._size = 0  # of these words

    def receive_data(self, data: bytes) -> None:
        """Take bytes of the peer; then call `next_sentence` until it returns None."""
        if self._missing > len(data):
            self._missing -= len(data)
            self._pieces.append(data)
            return
        rest = self._buffer[self._position :]
        self._buffer = b"".join((rest, *self._pieces, data)) if rest or self._pieces else data
        self._pieces.clear()
        self._position = self._missing = 0

    def next_sentence(self) -> list[bytes] | None:
        """Return the words of the oldest whole sentence, or None when more bytes are needed.

        Empty sentences are skipped. Lengths need not be in their shortest form.

        Raises:
            WireError: The first byte of a length is in no form, or a word or sentence is
                longer than allowed. It is raised before the bytes of that word have come.
        """
        if self._missing:
            return None
        buffer, position, words = self._buffer, self._position, self._words
        available = len(buffer)
        while position < available:
            first = buffer[position]
            start, size = (position + 1, first) if first < 0x80 else self._long(position, first)
            end = start + size
            if size and (size > self._max_word or self._size + size > self._max_sentence):
                raise WireError(f"a word of {size} bytes is longer than this end takes")
            if end > available:
                self._missing = end - available
                break
            position = end
            if size:
                words.append(buffer[start:end])
                self._size += end - start + 1
            elif words:
                self._position, self._words, self._size = position, [], 0
                return words
        self._position = position
        return None

    def _long(self, position: int, first: int) -> tuple[int, int]:
        """Read a length of several bytes: where its word starts, and how long that is.

        While the length is not whole, size is 0 and the start lies after what has come.
        """
        form = _READING[first]
        if form is None:
            raise WireError(f"no length starts with {first:#04x}")
        width, mark = form
        start = position + width
        if start > len(self._buffer):
            return start, 0
        return start, int.from_bytes(self._buffer[position:start], "big") ^ mark
