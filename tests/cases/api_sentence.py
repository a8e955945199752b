"""Cases of kind `api-sentence`: sentences to a router on a socket, and what comes back."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING, Any

from simulator.server import RealClock, RouterServer
from simulator.wire.codec import SentenceDecoder, encode_length, encode_sentence
from tests.cases.model import MismatchError, expect
from tests.cases.placeholders import STATIC, expand
from tests.cases.replies import Answer, check_replies, check_types, parse_answer, text_of
from tests.cases.routers import check_state, execute_print, make_router
from tests.cases.variants import expected_of, variants

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from simulator.router import Router
    from tests.cases.model import Case

__all__ = ["run"]

# Seconds for a reply that must come, and of silence after which no more of them will.
_PATIENCE = 5.0
_SILENCE = 0.1
# Commands that go on until they are cancelled.
_ENDLESS = ("listen", "monitor", "monitor-traffic", "torch")


def run(case: Case) -> None:
    """Run every variant of the case."""
    for number, given in enumerate(variants(case.data["input"])):
        wanted = expected_of(case.data["expect"], number)
        if given.get("op") == "encode_length":
            _check_lengths(given["lengths"], wanted["prefix_hex"])
        else:
            asyncio.run(_talk(expand(given, STATIC), expand(wanted, STATIC)))


def _check_lengths(lengths: list[int], right: list[str]) -> None:
    for length, prefix in zip(lengths, right, strict=True):
        made = encode_length(length).hex()
        expect(made == prefix, f"length {length} is encoded as {made}, not {prefix}")


async def _talk(given: dict[str, Any], wanted: dict[str, Any]) -> None:
    router = make_router(given, clock=RealClock())
    conversations = given.get("sessions") or {"": given["send"]}
    right = wanted.get("sessions", {"": wanted.get("replies")})
    async with RouterServer(router) as server, contextlib.AsyncExitStack() as stack:
        sessions = {}
        for name in conversations:
            session = Session(router, given)
            sessions[name] = await stack.enter_async_context(session.connected(server.api_port))
        for name, sentences in _turns(conversations, given.get("order")):
            for words in sentences:
                await sessions[name].say(words)
        for name, replies in right.items():
            await sessions[name].collect(len(replies or ()))
            if replies is not None:
                check_replies(sessions[name].answers, replies, wanted.get("ordering", ""))
        for session in sessions.values():
            check_types(session.answers, wanted)
        if "session_after" in wanted:
            closed = await sessions[next(iter(sessions))].is_closed()
            expect(closed == (wanted["session_after"] == "closed"), f"session closed: {closed}")
        check_state(router, wanted.get("state", []))


def _turns(
    conversations: dict[str, list[list[str]]], order: list[str] | None
) -> list[tuple[str, list[list[str]]]]:
    """Return who says what, in turn: each a sentence a turn, the last turn all that is left."""
    order = order or list(conversations)
    left = {name: list(sentences) for name, sentences in conversations.items()}
    turns = []
    for number, name in enumerate(order):
        count = 1 if name in order[number + 1 :] else len(left[name])
        turns.append((name, left[name][:count]))
        left[name] = left[name][count:]
    return turns


class Session:
    """One connection to a router.

    Attributes:
        answers: Everything that came after the login.
    """

    def __init__(self, router: Router, given: dict[str, Any]) -> None:
        self.answers: list[Answer] = []
        self._router = router
        self._session = given.get("session", {})
        self._wire = given.get("wire", {})
        self._decoder = SentenceDecoder()
        self._last_ret = ""
        self._ended = False
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    @contextlib.asynccontextmanager
    async def connected(self, port: int | None) -> AsyncIterator[Session]:
        """Connect, and log in unless the case does that itself."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        raw = self._writer.get_extra_info("socket")
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if self._session.get("login", True):
                name = self._session.get("user", "admin")
                password = self._session.get("password", "")
                await self.say(["/login", f"=name={name}", f"=password={password}"])
                expect(self.answers[-1].type == "!done", f"login: {self.answers[-1]}")
                self.answers.clear()
            yield self
        finally:
            self._writer.transport.abort()

    async def say(self, words: list[str]) -> None:
        """Send a sentence and wait until it is answered, or shown not to end."""
        names: dict[str, Callable[[str], str]] = {
            "id": self._id_of,
            "last_ret": lambda _: self._last_ret,
        }
        data = encode_sentence([_encode(word) for word in expand(words, names)])
        size = self._wire.get("bytes_per_segment", len(data))
        for start in range(0, len(data), size):
            self._writer.write(data[start : start + size])
            await self._writer.drain()
            await asyncio.sleep(self._wire.get("pause_ms", 0) / 1000)
        endless = words[0].rpartition("/")[2] in _ENDLESS
        tag = next((word[5:] for word in words if word.startswith(".tag=")), None)
        if endless:
            await self._listen(_SILENCE)
        while not endless and not self._ended:
            answer = await self._next(_PATIENCE)
            if answer is None:
                expect(self._ended, f"{words[0]}: no end of the answer, came: {self._came()}")
                break
            if answer.type in {"!done", "!fatal"} and answer.tag == tag:
                self._last_ret = text_of(answer.attributes.get("ret", self._last_ret.encode()))
                break

    async def collect(self, count: int) -> None:
        """Wait until that many answers are there, and for those that should not come."""
        while len(self.answers) < count and await self._next(_PATIENCE) is not None:
            pass
        await self._listen(_SILENCE)

    async def is_closed(self) -> bool:
        """Tell whether the router closes the connection, within patience."""
        await self._listen(_SILENCE if not self._ended else 0)
        return self._ended

    async def _listen(self, seconds: float) -> None:
        while not self._ended and await self._next(seconds) is not None:
            pass

    def _came(self) -> str:
        return " | ".join(map(str, self.answers))

    async def _next(self, seconds: float) -> Answer | None:
        """Return the next answer, None when none comes in that time or the connection ends."""
        while (sentence := self._decoder.next_sentence()) is None:
            try:
                data = await asyncio.wait_for(self._reader.read(65536), seconds)
            except TimeoutError:
                return None
            except ConnectionError:
                data = b""
            if not data:
                self._ended = True
                return None
            self._decoder.receive_data(data)
        self.answers.append(parse_answer(sentence))
        return self.answers[-1]

    def _id_of(self, place: str) -> str:
        """Return the `.id` of the item that `PATH?property=value` names."""
        path, _, condition = place.partition("?")
        name, _, value = condition.partition("=")
        rows = execute_print(self._router, path, {name: value})
        if len(rows) != 1:
            raise MismatchError(f"{place} means {len(rows)} items, not one")
        return text_of(rows[0][".id"])


def _encode(word: str) -> bytes:
    if word.startswith("hex:"):
        return bytes.fromhex(word.removeprefix("hex:"))
    return word.encode("utf-8", "surrogateescape")
