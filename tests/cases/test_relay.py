from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import pytest

from simulator.router import Router
from simulator.server import RealClock, RouterServer
from simulator.wire.codec import SentenceDecoder, encode_sentence
from tests.cases.relay import Relay

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LOGIN = [b"/login", b"=name=admin", b"=password="]
IDENTITY = [b"/system/identity/print"]
# An order to run: what it runs does not matter here.
RUN = [b"/system/script/run", b"=number=nosuch"]


@contextlib.asynccontextmanager
async def relayed() -> AsyncIterator[Relay]:
    async with RouterServer(Router(clock=RealClock())) as server:
        assert server.api_port is not None
        async with Relay("127.0.0.1", server.api_port) as relay:
            yield relay


class Peer:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.decoder = SentenceDecoder()

    async def ask(self, words: list[bytes]) -> list[list[bytes]]:
        """Send a sentence; return its answers, cut short where the connection was."""
        self.writer.write(encode_sentence(words))
        answers: list[list[bytes]] = []
        while not answers or answers[-1][0] != b"!done":
            while (answer := self.decoder.next_sentence()) is not None:
                answers.append(answer)
            if answers and answers[-1][0] == b"!done":
                break
            try:
                data = await asyncio.wait_for(self.reader.read(4096), 5)
            except ConnectionError:
                break
            if not data:
                break
            self.decoder.receive_data(data)
        return answers


@contextlib.asynccontextmanager
async def peer(relay: Relay) -> AsyncIterator[Peer]:
    reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
    try:
        yield Peer(reader, writer)
    finally:
        writer.transport.abort()


async def test_relay_passes_on_unchanged_and_counts() -> None:
    async with relayed() as relay:
        async with peer(relay) as client:
            wrong = await client.ask([b"/login", b"=name=admin", b"=password=no"])
            assert await client.ask(LOGIN) == [[b"!done"]]
            answers = await client.ask(IDENTITY)
            sessions = relay.open_sessions
        await asyncio.sleep(0.05)

        assert wrong[0][0] == b"!trap"
        assert answers == [[b"!re", b"=name=MikroTik"], [b"!done"]]
        assert (relay.logins_ok, relay.logins_failed) == (1, 1)
        assert (sessions, relay.open_sessions, relay.peak_sessions) == (1, 0, 1)


async def test_injected_words_stand_in_every_row() -> None:
    async with relayed() as relay, peer(relay) as client:
        relay.injected = [b"=oddword"]
        await client.ask(LOGIN)

        assert await client.ask(IDENTITY) == [
            [b"!re", b"=name=MikroTik", b"=oddword"],
            [b"!done"],
        ]


async def test_link_can_be_cut_in_the_middle_of_a_word() -> None:
    async with relayed() as relay, peer(relay) as client:
        await client.ask(LOGIN)
        relay.cut_mid_word()

        assert await client.reader.read() == b"\x05!d"


async def test_link_is_cut_after_the_router_has_the_order_to_run() -> None:
    async with relayed() as relay:
        runs: list[int] = []
        relay.on_run = lambda: runs.append(1)
        relay.close_after_run = 1
        async with peer(relay) as client:
            await client.ask(LOGIN)
            await client.ask(RUN)
            # The reply may get through before the cut; nothing does afterwards.
            await asyncio.sleep(0.1)
            assert await client.ask(IDENTITY) == []

        assert runs == [1]


async def test_black_hole_takes_connections_and_says_nothing() -> None:
    async with relayed() as relay, peer(relay) as client:
        relay.blackhole = True
        async with peer(relay) as ignored:
            ignored.writer.write(encode_sentence(LOGIN))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(ignored.reader.read(1), 0.2)

        assert await client.ask(LOGIN) == [[b"!done"]], "connections from before live on"


async def test_held_back_bytes_arrive_when_the_way_is_free_again() -> None:
    async with relayed() as relay, peer(relay) as client:
        await client.ask(LOGIN)
        relay.pass_on(False)
        asked = asyncio.create_task(client.ask(IDENTITY))
        await asyncio.sleep(0.1)
        assert not asked.done()

        relay.pass_on(True)
        assert (await asked)[-1] == [b"!done"]
