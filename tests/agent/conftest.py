"""A router that plays its replies in order, for what no real router does on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from agent.errors import LinkError, LinkLostError
from agent.router import Reply


@dataclass
class ScriptedRouter:
    """Answers what was laid down, first in, first out.

    Attributes:
        steps: Command, what its arguments and query must hold at least, and the answer; an
            exception is raised, and one of the link closes the session as a real one does.
        asked: What was asked, in order.
    """

    steps: list[tuple[str, Mapping[str, object], Reply | Exception]]
    asked: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    closed: bool = False

    async def call(
        self,
        command: str,
        arguments: Mapping[str, str | bytes] | None = None,
        *,
        where: Mapping[str, str | bytes] | None = None,
        seconds: float | None = None,
    ) -> Reply:
        del seconds
        if self.closed:
            raise LinkLostError("closed")
        words: dict[str, object] = {**(arguments or {})}
        words |= {f"?{name}": value for name, value in (where or {}).items()}
        self.asked.append((command, words))
        assert self.steps, f"{command} {words} was not expected any more"
        expected, needed, answer = self.steps.pop(0)
        assert (command, words) == (expected, {**words, **needed})
        if isinstance(answer, Exception):
            self.closed = isinstance(answer, LinkError)
            raise answer
        return answer

    async def close(self) -> None:
        self.closed = True


Steps = list[tuple[str, Mapping[str, object], Reply | Exception]]


@pytest.fixture
def scripted() -> Iterator[Callable[[Steps], ScriptedRouter]]:
    """Make scripted routers; an answer that nobody fetched fails the test."""
    made: list[ScriptedRouter] = []

    def make(steps: Steps) -> ScriptedRouter:
        made.append(ScriptedRouter(list(steps)))
        return made[-1]

    yield make
    for router in made:
        assert router.steps == []


def rows(*items: Mapping[str, bytes]) -> Reply:
    return Reply([dict(item) for item in items])
