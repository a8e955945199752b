"""`ros-simulator run` and `fleet`: routers that stand until they are told to go.

One JSON line on stdout says that they are ready; everything else is logged on
stderr. SIGTERM and SIGINT end them.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from typing import TYPE_CHECKING, Any

from simulator.console.request import Context
from simulator.errors import RouterError, UsageError
from simulator.fleet import Fleet
from simulator.logs import configure_logs
from simulator.process import Process
from simulator.router import Router
from simulator.server import RealClock, RouterServer
from simulator.settings import ClockKind
from simulator.skipping import SkippingClock
from simulator.state import StateFolder
from simulator.terminal import terminal_actor
from simulator.version import Version

if TYPE_CHECKING:
    import structlog

    from simulator.router import Event
    from simulator.settings import Settings

__all__ = ["play_fleet", "play_router"]

# Events of a router worth a line of log; changes come by the thousand and are left out.
_LOGGED = frozenset({"login", "logout", "login-failed", "script-run", "reboot", "not-modelled"})


async def play_router(settings: Settings) -> None:
    """Play one router until the process is told to end.

    Raises:
        UsageError: The configuration failed, a port is taken, or the state cannot be kept.
    """
    log = configure_logs()
    clock = SkippingClock() if settings.clock is ClockKind.VIRTUAL else RealClock()
    clock.attach(asyncio.get_running_loop())
    router = Router(
        Version(settings.version),
        settings.identity.encode(),
        clock=clock,
        users={settings.user.encode(): settings.password.get_secret_value().encode()},
    )
    router.runtime.most_turns = settings.script_turns
    state = StateFolder(settings.state) if settings.state else None
    restored = state is not None and state.restore(router)
    if settings.config and not restored:
        await _configure(router, settings)
    if state is not None:
        state.follow(router, asyncio.get_running_loop().call_later)
    router.observers.append(lambda event: _log_event(log, router, event))
    server = RouterServer(
        router,
        host=settings.host,
        api_port=settings.api_port,
        tls_port=settings.tls_port,
        rest_port=settings.rest_port,
    )
    try:
        async with _listening(server, settings):
            _ready(
                api=f"{settings.host}:{server.api_port}",
                tls=server.tls_port and f"{settings.host}:{server.tls_port}",
                rest=server.rest_port and f"http://{settings.host}:{server.rest_port}",
                user=settings.user,
                version=settings.version,
            )
            await _told_to_end()
    finally:
        if state is not None:
            state.save(router)
    log.info("ended")


async def play_fleet(settings: Settings) -> None:
    """Play many routers until the process is told to end.

    Raises:
        UsageError: A port is taken, or the inventory cannot be written.
    """
    log = configure_logs()
    fleet = Fleet(
        settings.count,
        host=settings.host,
        base_port=settings.base_port or None,
        version=Version(settings.version),
        users={settings.user.encode(): settings.password.get_secret_value().encode()},
    )
    async with _listening(fleet, settings):
        if settings.inventory:
            try:
                fleet.write_inventory(settings.inventory)
            except OSError as error:
                raise UsageError(f"{settings.inventory}: {error.strerror}") from error
        ports = [member.port for member in fleet.members.values()]
        _ready(
            count=len(ports),
            host=settings.host,
            ports=ports if len(ports) <= 20 else [ports[0], ports[-1]],
            inventory=settings.inventory and str(settings.inventory),
            user=settings.user,
            version=settings.version,
        )
        await _told_to_end()
    log.info("ended")


class _listening:  # noqa: N801 - reads as what it is in `async with`
    """Start a server, telling a port that is taken as the operator's matter."""

    def __init__(self, server: RouterServer | Fleet, settings: Settings) -> None:
        self._server = server
        self._host = settings.host

    async def __aenter__(self) -> None:
        try:
            await self._server.start()
        except OSError as error:
            raise UsageError(
                f"cannot listen on {self._host}: {error.strerror}; "
                "choose another address or port, 0 for a free one"
            ) from error

    async def __aexit__(self, *_: object) -> None:
        await self._server.stop()


async def _configure(router: Router, settings: Settings) -> None:
    """Run the configuration script; a router that is only half configured does not start."""
    file = settings.config
    assert file is not None  # noqa: S101 - the caller has looked
    try:
        source = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
    ended = asyncio.Event()

    def body(process: Process) -> None:
        context = Context(terminal_actor(router), process, _print_to_stderr, lambda _: None)
        router.runtime.run_source(source, context)

    process = Process(body, router.clock, on_end=lambda _: ended.set())
    process.start()
    await ended.wait()
    if isinstance(process.error, RouterError):
        raise UsageError(f"{file}: {process.error}")
    if process.error is not None:
        raise process.error


def _print_to_stderr(text: bytes) -> None:
    sys.stderr.write(text.decode("utf-8", "backslashreplace"))


def _ready(**facts: Any) -> None:
    sys.stdout.write(json.dumps({"event": "ready", **facts}) + "\n")
    sys.stdout.flush()


async def _told_to_end() -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    await told.wait()


def _log_event(log: structlog.typing.FilteringBoundLogger, router: Router, event: Event) -> None:
    if event.kind in _LOGGED:
        log.info(event.kind, router=router.identity.decode("utf-8", "replace"), detail=event.detail)
