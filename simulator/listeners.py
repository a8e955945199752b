"""One listening port each: the API, the API over TLS, REST.

A port is taken when its listener is made and given back by `leave`. In between
it may be closed and opened again, as a reboot does: a closed one stays bound
but does not listen, so peers are refused and nobody else takes it.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from simulator import access
from simulator.session import Session

if TYPE_CHECKING:
    import ssl

    from aiohttp import web

    from simulator.router import Router

__all__ = ["ApiListener", "Listener", "RestListener"]

# Connections that the kernel holds until we take them; a fleet's agent opens many at once.
_BACKLOG = 512
# Seconds that peers have to take what was sent to them before a close becomes a reset.
_GRACE = 1.0
# Seconds for a TLS handshake, so that a peer that begins none does not stay.
_HANDSHAKE = 20.0


class Listener(ABC):
    """A port of one address.

    Args:
        host: The address, or a name for one; the first that it stands for is taken.
        port: 0 takes a free one.

    Attributes:
        port: The one that was taken.

    Raises:
        OSError: It is taken, or the address is not this machine's.
    """

    def __init__(self, host: str, port: int) -> None:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        self._family: int = found[0]
        self._host = str(found[4][0])
        self._socket = self._bind(port)
        self.port: int = self._socket.getsockname()[1]

    def _bind(self, port: int) -> socket.socket:
        bound = socket.socket(self._family, socket.SOCK_STREAM)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.setblocking(False)
            bound.bind((self._host, port))
        except BaseException:
            bound.close()
            raise
        return bound

    async def open(self) -> None:
        """Listen."""
        await self._listen(self._socket)

    async def close(self) -> None:
        """Refuse connections and end those there are; the port stays ours."""
        await self._end()
        self._socket.close()
        self._socket = self._bind(self.port)

    async def leave(self) -> None:
        """Refuse connections, end those there are, and give the port back."""
        await self._end()
        self._socket.close()

    @abstractmethod
    async def _listen(self, bound: socket.socket) -> None: ...

    @abstractmethod
    async def _end(self) -> None: ...


class ApiListener(Listener):
    """The port of the API, over TLS when a context is given."""

    def __init__(
        self, router: Router, host: str, port: int, context: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(host, port)
        self.router = router
        self.service = "api" if context is None else "api-ssl"
        self.connections: set[_Connection] = set()
        self._context = context
        self._server: asyncio.Server | None = None
        self._none_left = asyncio.Event()

    async def _listen(self, bound: socket.socket) -> None:
        self._server = await asyncio.get_running_loop().create_server(
            lambda: _Connection(self),
            sock=bound,
            backlog=_BACKLOG,
            ssl=self._context,
            ssl_handshake_timeout=None if self._context is None else _HANDSHAKE,
        )

    async def _end(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in tuple(self.connections):
            connection.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GRACE):
                await self._gone()
        for connection in tuple(self.connections):
            connection.transport.abort()
        await self._gone()

    async def _gone(self) -> None:
        while self.connections:
            self._none_left.clear()
            await self._none_left.wait()

    def left(self, connection: _Connection) -> None:
        """A connection is over."""
        self.connections.discard(connection)
        self._none_left.set()


class _Connection(asyncio.Protocol):
    """Carries bytes between a socket and its session."""

    def __init__(self, listener: ApiListener) -> None:
        self._listener = listener
        self._session: Session | None = None
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what TCP and TLS give
        self.transport = transport
        listener = self._listener
        address = str(transport.get_extra_info("peername")[0])
        if not access.admits(listener.router, listener.service, address, len(listener.connections)):
            transport.abort()
            return
        listener.connections.add(self)
        self._session = Session(
            listener.router,
            address,
            secure=listener.service == "api-ssl",
            on_output=self._flush,
        )

    def data_received(self, data: bytes) -> None:
        if self._session is not None:
            self._session.receive_data(data)
            self._flush()

    def pause_writing(self) -> None:
        # A peer that does not read is not read from either.
        self.transport.pause_reading()
        if self._session is not None:
            self._session.pause()

    def resume_writing(self) -> None:
        if self._session is not None and not self._session.closed:
            self.transport.resume_reading()
            self._session.resume()
            self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc  # whatever the reason, the session is over
        if self._session is not None:
            self._session.end()
            self._session = None
        self._listener.left(self)

    def close(self) -> None:
        """End the session; what it has answered still goes out."""
        if self._session is not None:
            self._session.end()
        self.transport.close()

    def _flush(self) -> None:
        session = self._session
        if session is None:
            return
        while data := session.data_to_send():
            self.transport.write(data)
            session.proceed()
        if session.closed:
            self.transport.close()


class RestListener(Listener):
    """The port of REST."""

    def __init__(self, router: Router, host: str, port: int) -> None:
        super().__init__(host, port)
        self._router = router
        self._runner: web.AppRunner | None = None

    async def _listen(self, bound: socket.socket) -> None:
        # Late, since few routers have REST open and aiohttp takes a while to come up.
        from aiohttp import web  # noqa: PLC0415

        from simulator.rest import make_app  # noqa: PLC0415

        self._runner = web.AppRunner(
            make_app(self._router), access_log=None, shutdown_timeout=_GRACE
        )
        await self._runner.setup()
        await web.SockSite(self._runner, bound, backlog=_BACKLOG).start()

    async def _end(self) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()
