"""The log of one router: what `/log print` shows, newest last.

`/system logging` decides which lines are kept in memory; its menu keeps
`rules` up to date. Nothing a line says may be a secret: that is up to whoever
adds it.

Source: routeros-api.md, 2.4, 5.5 and section 12. Only the action `memory` is
played, with the 1,000 lines that it has by default.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["DEFAULT_RULES", "LogLine", "RouterLog", "Rule"]

MEMORY_LINES = 1000


@dataclass(frozen=True, slots=True)
class Rule:
    """Lines with all of `topics` and none of `without` are kept."""

    topics: frozenset[bytes]
    without: frozenset[bytes] = frozenset()

    def takes(self, topics: frozenset[bytes]) -> bool:
        return self.topics <= topics and not self.without & topics


DEFAULT_RULES = tuple(Rule(frozenset({word})) for word in (b"info", b"error", b"warning"))


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line.

    Attributes:
        number: Its id is `*` and this in hex.
        when: Nanoseconds since 1970, UTC, of the router's own clock.
        topics: In the order written, `(b"system", b"info", b"account")`.
    """

    number: int
    when: int
    topics: tuple[bytes, ...]
    message: bytes


class RouterLog:
    """The lines kept in memory.

    Args:
        now: The router's own clock, nanoseconds since 1970, UTC.

    Attributes:
        rules: Which lines are kept.
        listeners: Called with every line kept.
    """

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._lines: deque[LogLine] = deque(maxlen=MEMORY_LINES)
        self._last = 0
        self.rules: tuple[Rule, ...] = DEFAULT_RULES
        self.listeners: list[Callable[[LogLine], None]] = []

    def add(self, topics: bytes | str, message: bytes | str) -> None:
        """Log a line if a rule takes it.

        Args:
            topics: Joined by commas, `system,info,account`.
            message: One line of text.
        """
        words = tuple(_bytes(topics).split(b","))
        if not any(rule.takes(frozenset(words)) for rule in self.rules):
            return
        self._last += 1
        line = LogLine(self._last, self._now(), words, _bytes(message))
        self._lines.append(line)
        for listener in tuple(self.listeners):
            listener(line)

    @property
    def lines(self) -> tuple[LogLine, ...]:
        """The lines kept, oldest first."""
        return tuple(self._lines)

    def clear(self) -> None:
        """Forget every line, as a reboot does; ids go on."""
        self._lines.clear()


def _bytes(text: bytes | str) -> bytes:
    return text.encode() if isinstance(text, str) else text
