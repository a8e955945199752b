"""Answers as bytes: rows, the end of a command, traps, a last word.

`.tag` stands directly after the reply word, where captures have it, and is
left out when the command had none.

Source: routeros-api.md, section 3.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from simulator.errors import SimulatorError
from simulator.values import api_text
from simulator.wire.codec import encode_length, encode_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.errors import RouterError
    from simulator.values import Value

__all__ = ["done", "empty", "fatal", "rows", "trap", "traps"]

# Words of rows that are kept, and how long one may be that is.
_KEPT = 0x4000
_LONGEST_KEPT = 128


class _TooLongError(SimulatorError):
    """The word is not worth keeping."""


def _word(name: str, value: Value) -> bytes:
    """Return `=name=value` with its length before it."""
    text = value if isinstance(value, bytes) else api_text(value, b",")
    word = b"=" + name.encode("latin-1", "replace") + b"=" + text
    return encode_length(len(word)) + word


# Most words of most rows are the same ones again and again; making one takes ten times as long
# as finding it. `typed` tells True from 1. What raises is not kept.
@lru_cache(maxsize=_KEPT, typed=True)
def _kept_word(name: str, value: Value) -> bytes:
    word = _word(name, value)
    if len(word) > _LONGEST_KEPT:
        raise _TooLongError
    return word


def _tagged(reply: bytes, tag: bytes) -> list[bytes]:
    return [reply, b".tag=" + tag] if tag else [reply]


def done(tag: bytes = b"", ret: Value | None = None) -> bytes:
    """Say that a command has ended, with its value if it has one."""
    if ret is None and not tag:
        return b"\x05!done\x00"
    words = _tagged(b"!done", tag)
    if ret is not None:
        words.append(b"=ret=" + api_text(ret))
    return encode_sentence(words)


def empty(tag: bytes = b"") -> bytes:
    """Say that a listing lists nothing; `done` follows. RouterOS 7.18 and later."""
    return encode_sentence(_tagged(b"!empty", tag))


def trap(message: bytes, category: int | None = None, tag: bytes = b"") -> bytes:
    """Say what went wrong; `done` follows."""
    words = _tagged(b"!trap", tag)
    if category is not None:
        words.append(b"=category=%d" % category)
    words.append(b"=message=" + message)
    return encode_sentence(words)


def traps(error: RouterError, tag: bytes = b"") -> bytes:
    """Return every trap of an error; only the first has its category."""
    first = trap(error.message, error.category, tag)
    return first + b"".join(trap(message, tag=tag) for message in error.more)


def fatal(reason: bytes) -> bytes:
    """Say the last word of a session: the reason is a bare word and carries no tag."""
    return encode_sentence([b"!fatal", reason])


def rows(found: Iterable[Mapping[str, Value]], tag: bytes = b"") -> bytes:
    """Return one sentence a row; a row without properties is a sentence without words."""
    head = encode_sentence(_tagged(b"!re", tag))[:-1] if tag else b"\x03!re"
    parts: list[bytes] = []
    for row in found:
        parts.append(head)
        begin = len(parts)
        try:
            parts.extend(map(_kept_word, row.keys(), row.values()))
        except (TypeError, _TooLongError):  # TypeError: a list cannot be kept
            del parts[begin:]
            parts.extend(map(_word, row.keys(), row.values()))
        parts.append(b"\x00")
    return b"".join(parts)
