"""Everything that a scenario plays with: coordinator, gate, agent, and a router for each site."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from coordinator.client import CoordinatorClient
from simulator.clock import VirtualClock
from simulator.console.request import Context
from simulator.process import Process
from simulator.server import RouterServer
from simulator.terminal import terminal_actor
from simulator.wire.codec import SentenceDecoder, encode_sentence
from tests.cases.agent_process import Agent
from tests.cases.coordinators import Coordinator
from tests.cases.gate import Gate
from tests.cases.relay import Relay
from tests.cases.routers import apply_setup, make_router
from tests.cases.watch import WatchedConsole

if TYPE_CHECKING:
    from types import TracebackType

    from coordinator.contract import Job
    from simulator.router import Router

__all__ = ["SCALE", "DrivenClock", "Site", "World"]

# Seconds of the routers' time in one of the agent's: so long scripts are not long tests.
SCALE = 40.0
_TICK = 0.01
# Of these the world takes care; the rest is the router's.
_OWN_TRAITS = {
    "TZ",
    "backup_seconds",
    "export_bytes",
    "export_seconds",
    "flash_free_bytes",
    "management_interface",
    "reboot_seconds",
    "router_address",
}


class DrivenClock(VirtualClock):
    """A virtual clock that somebody moves on all the time, `SCALE` times as fast as ours."""

    async def drive(self) -> None:
        """Move on until cancelled."""
        loop = asyncio.get_running_loop()
        last = loop.time()
        while True:
            await asyncio.sleep(_TICK)
            now = loop.time()
            self.advance((now - last) * SCALE)
            last = now


def _ignore(_: object) -> None:
    """Take output that nobody looks at."""


class Site:
    """One router behind its relay.

    Attributes:
        router: Look into it as you like: it lives in this loop.
        console: What its commands pass through.
    """

    def __init__(self, name: str, given: dict[str, Any]) -> None:
        traits = given.get("traits", {})
        rest = {key: value for key, value in traits.items() if key not in _OWN_TRAITS}
        self.name = name
        self.clock = DrivenClock()
        self.router: Router = make_router({**given, "traits": rest}, clock=self.clock)
        self.console = WatchedConsole(self.router)
        self._apply(traits)
        self._server = RouterServer(self.router)
        self._host = traits.get("router_address", "127.0.0.1")
        self._stack = contextlib.AsyncExitStack()
        self.relay: Relay

    async def __aenter__(self) -> Self:
        drive = asyncio.create_task(self.clock.drive())
        self._stack.callback(drive.cancel)
        await self._stack.enter_async_context(self._server)
        assert self._server.api_port is not None
        self.relay = Relay(self._host, self._server.api_port)
        await self._stack.enter_async_context(self.relay)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    def _apply(self, traits: dict[str, Any]) -> None:
        files = self.router.files
        if seconds := [
            traits[key] for key in ("backup_seconds", "export_seconds") if key in traits
        ]:
            files.delay = float(max(seconds))
        filler = [
            {"list": f"filler{number}", "address": "198.51.100.1", "comment": "for its size"}
            for number in range(traits.get("export_bytes", 0) // 40)
        ]
        apply_setup(self.router, [{"path": "/ip/firewall/address-list", "items": filler}])
        if "flash_free_bytes" in traits:
            files.capacity -= files.free - traits["flash_free_bytes"]
        if "reboot_seconds" in traits:
            self.router.boot_seconds = traits["reboot_seconds"]
        if "management_interface" in traits:
            self._hold_back_while_disabled(traits["management_interface"].encode())

    def _hold_back_while_disabled(self, name: bytes) -> None:
        """Let nothing through to the router while that interface is disabled."""
        table = self.router.tables["/interface"]

        def changed(*_: object) -> None:
            item = table.get(name)
            self.relay.pass_on(item is not None and table.value(item, "disabled") is not True)

        table.listeners.append(changed)

    async def answers(self) -> bool:
        """Tell whether the router lets somebody log in now."""
        try:
            reader, writer = await asyncio.open_connection(self._host, self._server.api_port or 0)
        except OSError:
            return False
        try:
            writer.write(encode_sentence([b"/login", b"=name=admin", b"=password="]))
            decoder = SentenceDecoder()
            decoder.receive_data(await asyncio.wait_for(reader.read(4096), 2))
            return (decoder.next_sentence() or [b""])[0] == b"!done"
        except (OSError, TimeoutError):
            return False
        finally:
            writer.transport.abort()

    async def run_command(self, source: str) -> None:
        """Run a script at the router's terminal and wait for its end."""

        def body(process: Process) -> object:
            context = Context(terminal_actor(self.router), process, _ignore, _ignore)
            return self.router.runtime.run_source(source.encode(), context)

        ended = asyncio.Event()
        process = Process(body, self.clock, on_end=lambda _: ended.set())
        process.start()
        await ended.wait()
        if process.error is not None:
            raise process.error


class World:
    """The parts of one scenario, running.

    Attributes:
        client: Of an operator, straight to the coordinator.
        jobs: By the name that the case gives them.
        begun: When everything stood ready, by `time.monotonic`.
        events: Names of what happened, in order: `backup_complete`, `script_run`, `run:J1`.
    """

    def __init__(self, given: dict[str, Any]) -> None:
        self._given = given
        self._stack = contextlib.AsyncExitStack()
        self.jobs: dict[str, Job] = {}
        self.events: list[str] = []
        self.begun = 0.0
        self.sites: dict[str, Site] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.coordinator: Coordinator
        self.client: CoordinatorClient
        self.gate: Gate
        self.agent: Agent

    async def __aenter__(self) -> Self:
        try:
            await self._open()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def _open(self) -> None:
        enter = self._stack.enter_async_context
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self.coordinator = await enter(Coordinator(sites=("A", "B")))
        self.client = await enter(
            CoordinatorClient(self.coordinator.url, self.coordinator.operator_token)
        )
        self.gate = await enter(Gate(self.coordinator.url))
        for name in self.coordinator.sites:
            self.sites[name] = await enter(Site(name, self._given))
            self.sites[name].console.on_run = self._note_run
        self.agent = Agent(folder)
        token = await self.coordinator.enrolment_token()
        self.agent.configure(self.gate, token, list(self.sites.values()), self.coordinator.sites)
        self.gate.first_poll = self.agent.mark_cpu
        self.gate.on_event = self.events.append
        self._stack.push_async_callback(self.agent.stop)
        self.begun = time.monotonic()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self.tasks:
            task.cancel()
        await self._stack.aclose()

    def later(self, seconds: float, act: Any) -> None:
        """Call something in so many seconds of our time."""

        async def wait() -> None:
            await asyncio.sleep(seconds)
            act()

        task = asyncio.get_running_loop().create_task(wait())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _note_run(self, script: bytes) -> None:
        self.events.append("script_run")
        if (name := self.job_of(script)) is not None:
            self.events.append(f"run:{name}")

    def job_of(self, script: bytes) -> str | None:
        """Return the case's name for the job whose script has this name on the router."""
        for name, job in self.jobs.items():
            if script == b"job-" + job.token.encode():
                return name
        return None

    def runs_of(self, name: str) -> int:
        """Return how often the script of a job was begun, on any router."""
        return sum(
            self.job_of(span.script) == name
            for site in self.sites.values()
            for span in site.console.spans
        )
