"""Where an offset stands in a source text, as RouterOS counts.

Source: routeros-script.md, sections 1 and 4.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from simulator.errors import ParseError

__all__ = ["Places"]

_LINE_END = re.compile(rb"\r\n|\r|\n")


class Places:
    """Lines of one source text; CR LF, LF and a lone CR each end one.

    Attributes:
        source: The text.
    """

    def __init__(self, source: bytes) -> None:
        self.source = source

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.source))]

    def line(self, offset: int) -> int:
        """Return the 1-based line that holds the byte at `offset`."""
        return bisect_right(self._starts, offset)

    def place(self, offset: int) -> tuple[int, int]:
        """Return the 1-based line and byte column of `offset`."""
        line = self.line(offset)
        return line, offset - self._starts[line - 1] + 1

    def located(self, text: bytes, offset: int) -> bytes:
        """Return `text (line L column C)`."""
        return b"%b (line %d column %d)" % (text, *self.place(offset))

    def error(self, text: bytes, offset: int) -> ParseError:
        """Return the error that refuses the source because of the byte at `offset`."""
        line, column = self.place(offset)
        return ParseError(self.located(text, offset), bare=text, line=line, column=column)
