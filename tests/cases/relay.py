"""What stands between agent and router in a scenario: a relay that can break the link.

It passes sentences on, unchanged unless told otherwise, and counts what it sees.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from simulator.wire.codec import SentenceDecoder, encode_sentence

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

__all__ = ["Relay"]

# The orders by which a script is run over the API.
_RUNS = (b"/execute", b"/system/script/run")


@dataclass(eq=False)
class _Link:
    """One connection through the relay."""

    client: asyncio.StreamWriter
    router: asyncio.StreamWriter
    run_sent: bool = False
    login_sent: bool = False

    def cut(self) -> None:
        self.client.transport.abort()
        self.router.transport.abort()


@dataclass
class Relay:
    """Listens for the agent and passes on to one router.

    Attributes:
        host: Where the agent connects to; the port is chosen when it starts.
        router_port: The router's, on 127.0.0.1.
        blackhole: New connections are taken and then ignored.
        close_after_run: How often to cut a link right after an order to run went through.
        injected: Words to add to every `!re`.
        on_run: Called whenever an order to run has been passed on.
    """

    host: str
    router_port: int
    port: int = 0
    blackhole: bool = False
    close_after_run: int = 0
    injected: list[bytes] = field(default_factory=list)
    on_run: Callable[[], None] = lambda: None
    logins_ok: int = 0
    logins_failed: int = 0
    peak_sessions: int = 0

    def __post_init__(self) -> None:
        self._links: set[_Link] = set()
        self._open = asyncio.Event()
        self._open.set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        self.cut()
        self.pass_on(True)
        await asyncio.sleep(0)

    @property
    def open_sessions(self) -> int:
        return len(self._links)

    def cut(self) -> None:
        """Break every connection."""
        for link in tuple(self._links):
            link.cut()

    def cut_mid_word(self) -> None:
        """Begin an answer on every connection and break it in the middle of a word."""
        for link in tuple(self._links):
            link.client.write(encode_sentence([b"!done"])[:3])
            asyncio.get_running_loop().call_soon(link.cut)

    def pass_on(self, passing: bool) -> None:
        """Let bytes through, or hold them back without breaking a connection."""
        if passing:
            self._open.set()
        else:
            self._open.clear()

    async def _serve(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        if self.blackhole:
            with contextlib.suppress(ConnectionError):
                await reader.read()
            client.transport.abort()
            return
        try:
            from_router, router = await asyncio.open_connection("127.0.0.1", self.router_port)
        except OSError:  # it is down, booting perhaps
            client.transport.abort()
            return
        link = _Link(client, router)
        self._links.add(link)
        self.peak_sessions = max(self.peak_sessions, len(self._links))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(link, reader, self._to_router))
                group.create_task(self._pump(link, from_router, self._to_client))
        finally:
            link.cut()
            self._links.discard(link)

    async def _pump(
        self,
        link: _Link,
        reader: asyncio.StreamReader,
        hand_on: Callable[[_Link, list[bytes]], None],
    ) -> None:
        decoder = SentenceDecoder()
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                await self._open.wait()
                decoder.receive_data(data)
                while (words := decoder.next_sentence()) is not None:
                    if not link.client.is_closing():
                        hand_on(link, words)
        # One side has closed: what was written to the other goes out first.
        link.client.close()
        link.router.close()

    def _to_router(self, link: _Link, words: list[bytes]) -> None:
        link.router.write(encode_sentence(words))
        link.login_sent = words[0] == b"/login"
        link.run_sent = words[0] in _RUNS
        if not link.run_sent:
            return
        self.on_run()
        if self.close_after_run > 0:
            self.close_after_run -= 1
            # Later, so that the router has it; closed, not aborted, so that it is not lost.
            asyncio.get_running_loop().call_later(0.05, link.cut)

    def _to_client(self, link: _Link, words: list[bytes]) -> None:
        if link.login_sent and words[0] in {b"!done", b"!trap"}:
            link.login_sent = False
            self._count_login(words)
        if words[0] == b"!re":
            words = [*words, *self.injected]
        link.client.write(encode_sentence(words))

    def _count_login(self, words: list[bytes]) -> None:
        if words[0] == b"!trap":
            self.logins_failed += 1
        elif not any(word.startswith(b"=ret=") for word in words):
            self.logins_ok += 1
