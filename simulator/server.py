"""The sockets of a router, and nothing else: asyncio around `simulator.session`.

    async with RouterServer(router) as server:
        print(server.api_port)

    with running_router() as running:  # for code without a loop of its own
        librouteros.connect("127.0.0.1", "admin", "", port=running.api_port)

It listens on the one address it is given. While a router reboots its ports
stay bound but do not listen, so that peers are refused and nobody takes them.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
import time
from typing import TYPE_CHECKING, TypedDict, TypeVar

from simulator.listeners import ApiListener, Listener, RestListener
from simulator.router import Router
from simulator.tls import self_made

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from typing import Self, Unpack

    from simulator.clock import Timer

__all__ = ["Ports", "RealClock", "RouterServer", "RunningRouter", "running_router"]

_T = TypeVar("_T")


class _EarlyTimer:
    """A call asked for before there was a loop to make it."""

    def __init__(self, seconds: float, callback: Callable[[], None]) -> None:
        self.seconds = seconds
        self.callback = callback
        self.begun: Timer | None = None
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True
        if self.begun is not None:
            self.begun.cancel()


class RealClock:
    """The clock on the wall, and an event loop's timers.

    A router may be made before any loop runs: calls that it asks for by then begin to
    wait when `attach` names the loop. All calls are made in that loop's thread.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._early: list[_EarlyTimer] = []

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Make calls in this loop from now on; `RouterServer` does it when it starts."""
        self._loop = loop
        early, self._early = self._early, []
        for timer in early:
            if not timer.cancelled:
                timer.begun = self.call_later(timer.seconds, timer.callback)

    def now(self) -> int:
        return time.time_ns()

    def monotonic(self) -> int:
        return time.monotonic_ns()

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        if self._loop is None:
            timer = _EarlyTimer(seconds, callback)
            self._early.append(timer)
            return timer
        if seconds <= 0:
            return self._loop.call_soon(callback)
        return self._loop.call_later(seconds, callback)

    wake_later = call_later


class Ports(TypedDict, total=False):
    """Where a router listens; see `RouterServer`."""

    host: str
    api_port: int | None
    tls_port: int | None
    rest_port: int | None
    ssl_context: ssl.SSLContext | None


class RouterServer:
    """A router behind sockets.

    Args:
        router: What answers; its clock should be a `RealClock`.
        host: The one address to listen on.
        api_port, tls_port, rest_port: 0 takes a free one; None opens none.
        ssl_context: For the TLS port. None makes a certificate on the spot and lets
            anonymous Diffie-Hellman in too.

    Attributes:
        api_port, tls_port, rest_port: After `start`: the ports that are open, or None.

    Source: routeros-api.md, 2.1, and point 20 of 13.
    """

    def __init__(
        self,
        router: Router,
        *,
        host: str = "127.0.0.1",
        api_port: int | None = 0,
        tls_port: int | None = None,
        rest_port: int | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self.router = router
        self.host = host
        self.api_port = api_port
        self.tls_port = tls_port
        self.rest_port = rest_port
        self._ssl_context = ssl_context
        self._listeners: list[Listener] = []
        self._reboot: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Take the ports and listen.

        Raises:
            OSError: A port is taken, or the address is not this machine's. Nothing is open.
        """
        if isinstance(self.router.clock, RealClock):
            self.router.clock.attach(asyncio.get_running_loop())
        try:
            self._take_ports()
            await self._open()
        except BaseException:
            await self.stop()
            raise
        self.router.on_reboot = self._rebooting

    async def stop(self) -> None:
        """Close everything: commands that run are cancelled, ports are given back."""
        self.router.on_reboot = None
        if self._reboot is not None:
            self._reboot.cancel()
            self._reboot = None
        listeners, self._listeners = self._listeners, []
        for listener in listeners:
            await listener.leave()

    def _take_ports(self) -> None:
        router, host = self.router, self.host
        if self.api_port is not None:
            api = ApiListener(router, host, self.api_port)
            self._listeners.append(api)
            self.api_port = api.port
        if self.tls_port is not None:
            context = self._ssl_context or self_made().context
            tls = ApiListener(router, host, self.tls_port, context)
            self._listeners.append(tls)
            self.tls_port = tls.port
        if self.rest_port is not None:
            rest = RestListener(router, host, self.rest_port)
            self._listeners.append(rest)
            self.rest_port = rest.port

    async def _open(self) -> None:
        for listener in self._listeners:
            await listener.open()

    def _rebooting(self, seconds: float) -> None:
        """Go away for a while; called in the command that reboots, whose answer goes out first."""
        if self._reboot is None or self._reboot.done():
            self._reboot = asyncio.get_running_loop().create_task(self._come_back(seconds))

    async def _come_back(self, seconds: float) -> None:
        for listener in self._listeners:
            await listener.close()
        await asyncio.sleep(seconds)
        await self._open()


class RunningRouter:
    """A router that answers in a thread of its own.

    Attributes:
        router: Look into it by `call` only, for its thread goes on meanwhile.
        host, api_port, tls_port, rest_port: Where it listens; None for what is not open.
    """

    def __init__(self, server: RouterServer, loop: asyncio.AbstractEventLoop) -> None:
        self.router = server.router
        self.host = server.host
        self.api_port = server.api_port
        self.tls_port = server.tls_port
        self.rest_port = server.rest_port
        self._loop = loop

    def call(self, function: Callable[[Router], _T]) -> _T:
        """Return what the function makes of the router, called in the router's thread."""

        async def run() -> _T:
            return function(self.router)

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result()


@contextlib.contextmanager
def running_router(router: Router | None = None, **ports: Unpack[Ports]) -> Iterator[RunningRouter]:
    """Run a router in a thread while the block lasts.

    Args:
        router: None for a fresh one. Its clock should be a `RealClock`.
        ports: As for `RouterServer`.

    Raises:
        OSError: It could not listen.
    """
    server = RouterServer(Router(clock=RealClock()) if router is None else router, **ports)
    started: concurrent.futures.Future[asyncio.AbstractEventLoop] = concurrent.futures.Future()
    stop = asyncio.Event()

    async def serve() -> None:
        try:
            await server.start()
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            started.set_exception(error)
            return
        started.set_result(asyncio.get_running_loop())
        await stop.wait()
        await server.stop()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="router", daemon=True)
    thread.start()
    try:
        loop = started.result()
        try:
            yield RunningRouter(server, loop)
        finally:
            loop.call_soon_threadsafe(stop.set)
    finally:
        thread.join()
