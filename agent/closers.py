"""A closing brace that nothing opened: the router ends the script there, without a word.

What follows it is never looked at, and the run ends well. For a job that would be a change
made by half and reported as done, so such a script is refused before anything is touched.
Everything else that is wrong with a source the router says itself.

Source: captures of the parsers of 7.20 to 7.23 (a stray `}` ends the text); for strings and
comments routeros-script.md, 1.1 and 2.1.
"""

from __future__ import annotations

import re

__all__ = ["stray_brace"]

_OPENERS = {b"{": b"}", b"(": b")", b"[": b"]"}
# In code: a string's begin, a bracket, a comment where a statement may start, an escape.
_CODE = re.compile(rb'(?:^|[\n\r;{\[])[ \t]*#[^\n\r]*|"|[{}()\[\]]|\\.', re.DOTALL)
# In a string: its end, an escape, or code inside it.
_STRING = re.compile(rb'"|\\.|\$[(\[]', re.DOTALL)


def stray_brace(script: bytes) -> tuple[int, int] | None:
    """Return line and byte column, from 1, of a `}` outside every bracket; None without one.

    A source whose brackets are wrong in another way is left to the router, which refuses it.
    """
    open_: list[bytes] = []  # what would close: a bracket, or `"` inside a string
    at = 0
    while True:
        in_string = bool(open_) and open_[-1] == b'"'
        match = (_STRING if in_string else _CODE).search(script, at)
        if match is None:
            return None
        found, at = match[0], match.end()
        if in_string:
            if found == b'"':
                open_.pop()
            elif found[:1] == b"$":
                open_.append(_OPENERS[found[1:]])
        elif found == b'"':
            open_.append(found)
        elif b"#" in found:
            # The bracket before the comment is code.
            if found[:1] in _OPENERS:
                open_.append(_OPENERS[found[:1]])
        elif found in _OPENERS:
            open_.append(_OPENERS[found])
        elif found[:1] != b"\\":
            if not open_:
                return _place(script, match.start()) if found == b"}" else None
            if open_.pop() != found:
                return None


def _place(script: bytes, offset: int) -> tuple[int, int]:
    lines = re.split(rb"\r\n|\r|\n", script[:offset])
    return len(lines), len(lines[-1]) + 1
