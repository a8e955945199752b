"""The other end of a session, with the bytes in its hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.clock import VirtualClock
from simulator.session import Session
from simulator.wire.codec import SentenceDecoder, encode_sentence

if TYPE_CHECKING:
    from simulator.router import Router

__all__ = ["ADDRESS", "DONE", "LOGIN_FAILED", "Peer", "Sentence"]

Sentence = list[bytes]
ADDRESS = "192.0.2.9"
DONE = [b"!done"]
LOGIN_FAILED = [b"!trap", b"=message=invalid user name or password (6)"]


class Peer:
    """Logs in as `admin` unless told otherwise, asks, and keeps what it hears."""

    def __init__(self, router: Router, *, secure: bool = False, login: bool = True) -> None:
        self.router = router
        self.session = Session(
            router, ADDRESS, secure=secure, on_output=self._take, random=lambda n: b"\x5a" * n
        )
        self._decoder = SentenceDecoder()
        self._late: list[Sentence] = []
        if login:
            assert self.ask(b"/login", b"=name=admin", b"=password=") == [DONE]

    def ask(self, *words: bytes) -> list[Sentence]:
        """Send a sentence; return what comes back at once."""
        return self.send(encode_sentence(words))

    def send(self, data: bytes) -> list[Sentence]:
        self.session.receive_data(data)
        self._take()
        return self.heard()

    def heard(self) -> list[Sentence]:
        """Return what has come since the last look."""
        late, self._late = self._late, []
        return late

    def advance(self, seconds: float) -> list[Sentence]:
        assert isinstance(self.router.clock, VirtualClock)
        self.router.clock.advance(seconds)
        return self.heard()

    def _take(self) -> None:
        self._decoder.receive_data(self.session.data_to_send())
        while (sentence := self._decoder.next_sentence()) is not None:
            self._late.append(sentence)
