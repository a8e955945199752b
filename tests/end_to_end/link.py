"""A link between agent and router that breaks at a chosen sentence."""

from __future__ import annotations

import asyncio
import contextlib
import enum
from typing import TYPE_CHECKING, Self

from simulator.wire.codec import SentenceDecoder, encode_sentence

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Cut", "Link"]


class Cut(enum.Enum):
    """Where a link breaks, seen from a sentence that the agent sends."""

    BEFORE = "the router never gets it"
    AFTER = "the router gets it, the agent gets no answer"
    ANSWERED = "the router has begun to answer, the agent gets the first byte of it"


class Link:
    """Listens for the agent and passes on to a router.

    Args:
        router_port: On 127.0.0.1.

    Attributes:
        port: Where it listens.
        sentences: Commands that the agent has sent, in order, over all connections.
        cut_at: Number of the sentence, from 1, at which the link breaks once; None never.
        cut: How it breaks there.
    """

    def __init__(self, router_port: int) -> None:
        self._router_port = router_port
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        self.sentences: list[bytes] = []
        self.cut_at: int | None = None
        self.cut = Cut.BEFORE

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            back, forth = await asyncio.open_connection("127.0.0.1", self._router_port)
        except OSError:
            writer.transport.abort()
            return
        breaking = asyncio.Event()
        answers = asyncio.create_task(self._answers(back, writer, breaking))
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await self._commands(reader, forth, breaking)
        if breaking.is_set() and self.cut is Cut.ANSWERED:
            await asyncio.wait([answers], timeout=5)
        answers.cancel()
        await asyncio.gather(answers, return_exceptions=True)
        writer.transport.abort()
        forth.transport.abort()

    async def _commands(
        self, reader: asyncio.StreamReader, router: asyncio.StreamWriter, breaking: asyncio.Event
    ) -> None:
        decoder = SentenceDecoder()
        while data := await reader.read(65_536):
            decoder.receive_data(data)
            while (sentence := decoder.next_sentence()) is not None:
                self.sentences.append(sentence[0])
                here = len(self.sentences) == self.cut_at
                if here and self.cut is Cut.BEFORE:
                    return
                if here:
                    breaking.set()
                router.write(encode_sentence(sentence))
                await router.drain()
                if here:
                    return

    async def _answers(
        self, reader: asyncio.StreamReader, agent: asyncio.StreamWriter, breaking: asyncio.Event
    ) -> None:
        while data := await reader.read(65_536):
            if breaking.is_set():
                if self.cut is Cut.ANSWERED:
                    agent.write(data[:1])
                    await agent.drain()
                return
            agent.write(data)
            await agent.drain()
        agent.transport.abort()
