"""The only way to a router: one session of its API, by librouteros.

librouteros' asyncio side does the login, the sentences and the words. Its sync side in
threads was refused: a thread per router does not reach a thousand sites, and a blocked
`recv` can be neither given a deadline as a whole nor abandoned.

What the library would do to a reply is done here instead, from its words: values stay
bytes (it casts `123` and `yes`), words in an odd form are kept rather than fatal, and
all traps of a command become one error. One command runs at a time on a session, and a
session on which anything went wrong is closed and never used again, because its replies
could no longer be told apart.

Source: routeros-api.md, 9 and 14.1; librouteros 4.2.2.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import socket
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

from librouteros.api import AsyncApi  # type: ignore[import-untyped]
from librouteros.connections import AsyncSocketTransport  # type: ignore[import-untyped]
from librouteros.exceptions import ConnectionClosed, FatalError, ProtocolError  # type: ignore[import-untyped]
from librouteros.login import encode_password  # type: ignore[import-untyped]
from librouteros.protocol import AsyncApiProtocol  # type: ignore[import-untyped]

from agent.errors import (
    LinkLostError,
    LinkTimeoutError,
    LoginError,
    RefusedError,
    UnreachableError,
    readable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import SecretStr

__all__ = ["Access", "LibrouterosRouter", "Reply", "Router", "Row", "connect"]

# One item or sample; a value is the router's bytes.
Row: TypeAlias = "dict[str, bytes]"
Word: TypeAlias = "str | bytes"

# Seconds of silence, then between probes, and how many: a peer that vanished during a
# long script is found after half a minute.
_KEEP_ALIVE = (15, 5, 3)


@dataclass(frozen=True)
class Access:
    """How to reach one router.

    Attributes:
        host: Name or address, IPv4 or IPv6.
        tls: None for the plain API; else what the certificate is held against.
        tls_fingerprint: SHA-256 of the certificate, in bytes, checked before the login; the
            context then need not check anything.
    """

    host: str
    port: int
    user: str
    password: SecretStr
    tls: ssl.SSLContext | None = None
    tls_fingerprint: bytes | None = None


@dataclass(frozen=True)
class Reply:
    """What a command answered.

    Attributes:
        rows: Items or samples in the router's order.
        ret: What came as `=ret=`, or None.
    """

    rows: list[Row] = field(default_factory=list)
    ret: bytes | None = None


class Router(Protocol):
    """One session with a router."""

    async def call(
        self,
        command: str,
        arguments: Mapping[str, Word] | None = None,
        *,
        where: Mapping[str, Word] | None = None,
        seconds: float | None = None,
    ) -> Reply:
        """Run one command and wait for its end.

        Args:
            command: With its menu, `/file/print`.
            arguments: By name; text goes out as UTF-8. An empty value is a flag.
            where: Properties that an item must have; only `print` heeds them.
            seconds: Deadline for the whole answer, if not the session's own.

        Raises:
            RefusedError: The router answered with a trap.
            LinkError: The session is gone; whether the router ran the command is open.
        """

    async def close(self) -> None:
        """End the session; closing it again does nothing."""


async def connect(
    access: Access, *, connect_seconds: float, command_seconds: float
) -> LibrouterosRouter:
    """Open a session and log in.

    Args:
        access: Where and as whom.
        connect_seconds: Deadline for connection, handshake and login together.
        command_seconds: Deadline of a command that names none.

    Raises:
        UnreachableError: No session; it may be tried again later.
        LoginError: The router refuses the user.
    """
    where = f"{access.host} port {access.port}"
    try:
        async with asyncio.timeout(connect_seconds):
            session = await _open(access, command_seconds)
            try:
                await session.log_in(access.user, access.password)
            except BaseException:
                session.abort()
                raise
    except TimeoutError as error:
        raise UnreachableError(f"{where}: no answer in {connect_seconds:g} s") from error
    except ssl.SSLError as error:
        raise UnreachableError(f"{where}: TLS failed: {error.reason or error}") from error
    except OSError as error:
        raise UnreachableError(f"{where}: {error.strerror or error}") from error
    except LinkLostError as error:
        # What a service limited by `address=` does, or a router that is still booting.
        raise UnreachableError(f"{where}: closed before the login was answered") from error
    return session


async def _open(access: Access, command_seconds: float) -> LibrouterosRouter:
    reader, writer = await asyncio.open_connection(access.host, access.port, ssl=access.tls)
    try:
        _keep_alive(writer.get_extra_info("socket"))
        _hold_certificate(access, writer)
    except BaseException:
        writer.transport.abort()
        raise
    return LibrouterosRouter(reader, writer, command_seconds)


def _keep_alive(sock: socket.socket) -> None:
    idle, interval, count = _KEEP_ALIVE
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_KEEPIDLE", idle),
        ("TCP_KEEPINTVL", interval),
        ("TCP_KEEPCNT", count),
    ):
        if hasattr(socket, name):  # not on every platform
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _hold_certificate(access: Access, writer: asyncio.StreamWriter) -> None:
    if access.tls_fingerprint is None:
        return
    tls = writer.get_extra_info("ssl_object")
    certificate = tls.getpeercert(binary_form=True) if tls is not None else None
    if certificate is None or hashlib.sha256(certificate).digest() != access.tls_fingerprint:
        raise UnreachableError(
            f"{access.host} port {access.port}: its certificate has another fingerprint"
        )


def _silence_library() -> None:
    # librouteros logs every word it sends at DEBUG, the password among them. A level can
    # be lowered again by somebody's logging set-up; a filter stays.
    logger = logging.getLogger("librouteros")
    logger.setLevel(logging.CRITICAL)
    logger.propagate = False
    logger.addFilter(lambda _: False)


_silence_library()


class _Api(AsyncApi):  # type: ignore[misc]  # an untyped library
    """librouteros' API, but for what it makes of a reply."""

    async def read_reply(self) -> tuple[Reply, list[Row]]:
        """Read sentences up to `!done`; return rows and traps."""
        reply, traps = [], []
        while True:
            kind, *words = await self._read_words()
            row = dict(_split(word) for word in words)
            if kind == b"!re":
                reply.append(row)
            elif kind == b"!trap":
                traps.append(row)
            elif kind == b"!fatal":
                raise FatalError(readable(b" ".join(words)) or "no reason given")
            elif kind == b"!done":
                return Reply(reply, row.get("ret")), traps

    async def _read_words(self) -> list[bytes]:
        words: list[bytes] = []
        while True:
            # latin-1 is one to one, so the bytes come back whole.
            if word := (await self.protocol.readWord()).encode("latin-1"):
                words.append(word)
            elif words:  # an empty sentence between two others means nothing
                return words


def _split(word: bytes) -> tuple[str, bytes]:
    # `=name=value`, `.tag=value`; a word in any other form becomes a name without value.
    name, _, value = word.removeprefix(b"=").partition(b"=")
    return name.decode("utf-8", "backslashreplace"), value


def _word(name: str, value: Word, mark: str) -> str:
    data = value.encode() if isinstance(value, str) else value
    return f"{mark}{name}=".encode().decode("latin-1") + data.decode("latin-1")


class LibrouterosRouter:
    """A `Router` on a connected stream; made by `connect`."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float
    ) -> None:
        self._writer = writer
        transport = AsyncSocketTransport(reader=reader, writer=writer)
        # No deadline of its own: one over the whole command stands in `call`.
        self._api = _Api(AsyncApiProtocol(transport=transport, encoding="latin-1", timeout=None))
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._open = True

    async def log_in(self, user: str, password: SecretStr) -> None:
        """Log in; routers before 6.43 answer with a challenge, which is then met.

        Raises:
            LoginError: Refused.
        """
        secret = password.get_secret_value()
        try:
            reply = await self.call("/login", {"name": user, "password": secret})
            if reply.ret is not None:
                try:
                    response = encode_password(reply.ret.decode("ascii"), secret)
                except UnicodeEncodeError as error:
                    raise LoginError("before 6.43 a password must be ASCII") from error
                await self.call("/login", {"name": user, "response": response})
        except RefusedError as error:
            raise LoginError(f"user {user}: {readable(error.message)}") from None

    async def call(
        self,
        command: str,
        arguments: Mapping[str, Word] | None = None,
        *,
        where: Mapping[str, Word] | None = None,
        seconds: float | None = None,
    ) -> Reply:
        """See Router."""
        words = [_word(name, value, "=") for name, value in (arguments or {}).items()]
        words += [_word(name, value, "?") for name, value in (where or {}).items()]
        async with self._turn:
            if not self._open:
                raise LinkLostError(f"{command}: the session is closed")
            reply, traps = await self._exchange(command, words, seconds or self._seconds)
        if traps:
            raise _refusal(command, traps)
        return reply

    async def _exchange(
        self, command: str, words: list[str], seconds: float
    ) -> tuple[Reply, list[Row]]:
        try:
            async with asyncio.timeout(seconds):
                await self._api.protocol.writeSentence(command, *words)
                return await self._api.read_reply()
        except TimeoutError as error:
            self.abort()
            raise LinkTimeoutError(f"{command}: no answer in {seconds:g} s") from error
        except (OSError, ConnectionClosed, ProtocolError) as error:
            self.abort()
            raise LinkLostError(f"{command}: {error}") from error
        except BaseException:
            # Cancelled in the middle: the rest of the answer would be taken for the next.
            self.abort()
            raise

    def abort(self) -> None:
        """Drop the connection at once."""
        self._open = False
        self._writer.transport.abort()

    async def close(self) -> None:
        """See Router. `/quit` is not sent: over TLS it may never be answered (9.36)."""
        if not self._open:
            return
        self._open = False
        self._writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(1):
                await self._writer.wait_closed()


def _refusal(command: str, traps: list[Row]) -> RefusedError:
    texts = [trap.get("message", b"refused without a reason") for trap in traps]
    category = traps[0].get("category", b"")
    return RefusedError(command, b", ".join(texts), int(category) if category.isdigit() else None)
