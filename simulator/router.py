"""One router: what makes it this one and not another, and the parts it is composed of.

Making one is cheap: menus are shared by all routers of a release, and a table,
the files, the runtime of scripts appear when they are first asked for.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from simulator.clock import NANOSECONDS, Clock, VirtualClock
from simulator.console.core import Console
from simulator.console.tables import Tables
from simulator.files import FileStore
from simulator.hardware import hardware_of
from simulator.log import DEFAULT_RULES, RouterLog
from simulator.menus.registry import menus_at
from simulator.version import DEFAULT_VERSION, Version
from simulator.wallclock import MANUAL, WallClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulator.console.storage import Item
    from simulator.runtime import Runtime

__all__ = ["Event", "Router"]

DEFAULT_IDENTITY = b"MikroTik"
# Events kept of each router; old ones go.
_JOURNAL_EVENTS = 10_000


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, for tests and for `check`.

    Attributes:
        when: Nanoseconds of the router's monotonic clock.
        kind: `change`, `file`, `not-modelled`, `login`, `script-run`, `reboot` …
        detail: What it was about; never a secret.
    """

    when: int
    kind: str
    detail: str


class Router:
    """A router.

    Args:
        version: The release it plays.
        identity: What it calls itself.
        clock: Where its time comes from; a `VirtualClock` stands still by itself.
        users: Passwords by name, all in the group `full`; the default is `admin` without one.
        board: `CHR` or the name of a board.
        interfaces: How many ethernet ports it has.
        seed: What MAC addresses, ids and random numbers follow from.

    Attributes:
        tables: Items by menu path, `router.tables["/ip/address"]`.
        console: Runs commands.
        log: What `/log print` shows.
        wall: Its own idea of the time, which somebody may have set.
        booted: Nanoseconds of `clock.monotonic` at which it started.
        commands: How many commands it has run.
        journal: The latest events.
        observers: Called with every event.
        stoppers: Called when it goes down: what runs then, or has to begin again later.
        on_reboot: What stands around it: called with the seconds for which it is away.
        boot_seconds: How long a reboot takes.
    """

    def __init__(
        self,
        version: Version = DEFAULT_VERSION,
        identity: bytes = DEFAULT_IDENTITY,
        *,
        clock: Clock | None = None,
        users: Mapping[bytes, bytes] | None = None,
        board: str = "CHR",
        interfaces: int = 5,
        seed: int = 0,
    ) -> None:
        self.version = version
        self.identity = identity
        self.clock: Clock = VirtualClock() if clock is None else clock
        self.users = {b"admin": b""} if users is None else dict(users)
        self.interfaces = interfaces
        self.seed = seed
        self.hardware = hardware_of(board, version, seed)
        self.wall = WallClock(self.clock, version)
        self.log = RouterLog(self.wall.now)
        self.booted = self.clock.monotonic()
        self.commands = 0
        self.journal: deque[Event] = deque(maxlen=_JOURNAL_EVENTS)
        self.observers: list[Callable[[Event], None]] = []
        self.stoppers: list[Callable[[], None]] = []
        self.on_reboot: Callable[[float], None] | None = None
        self.boot_seconds = 10.0
        self.tables = Tables(self, menus_at(version, boards=self.hardware.routerboard))
        self.console = Console(self)

    @cached_property
    def files(self) -> FileStore:
        """What `/file` shows."""
        store = FileStore(self.clock, self.version, self.now, capacity=self.hardware.storage)
        store.on_change = lambda name: self.note("file", name.decode("utf-8", "backslashreplace"))
        return store

    @cached_property
    def runtime(self) -> Runtime:
        """What runs scripts."""
        from simulator.runtime import Runtime  # noqa: PLC0415 - only routers that run scripts

        return Runtime(self)

    def now(self) -> int:
        """Return nanoseconds since 1970, UTC, as this router believes."""
        return self.wall.now()

    def date_time(self, when: int | None = None) -> bytes:
        """Return an instant of `now`, or this one, as date and time in the router's zone."""
        return self.wall.date_time(when)

    def uptime(self) -> int:
        """Return nanoseconds since it started, whole seconds."""
        elapsed = max(0, self.clock.monotonic() - self.booted)
        return elapsed - elapsed % NANOSECONDS

    def note(self, kind: str, detail: str) -> None:
        """Write an event into the journal."""
        event = Event(self.clock.monotonic(), kind, detail)
        self.journal.append(event)
        for observer in tuple(self.observers):
            observer(event)

    def changed(self, path: str, item: Item, *, gone: bool) -> None:
        """Take note of a changed item; tables call this."""
        self.note("change", f"{path} {item.id.decode()}{' removed' if gone else ''}")

    def reboot(self, by: str, then: Callable[[], None] | None = None) -> None:
        """Stop everything and, after `boot_seconds`, start again; configuration stays.

        The command that asks for it still gets its answer.

        Args:
            by: Who asked for it, as the log says then: `api:admin@192.0.2.9`.
            then: What is to be done once it is up again.

        Source: routeros-api.md, 13 item 20 (away for 10 to 35 s) and 14.2.
        """
        self.note("reboot", by)
        if self.on_reboot is not None:
            self.on_reboot(self.boot_seconds)
        self.clock.call_later(self.boot_seconds, lambda: self._start(by, then))
        for stop in tuple(self.stoppers):
            stop()

    def _start(self, by: str, then: Callable[[], None] | None) -> None:
        self.booted = self.clock.monotonic()
        self.log.clear()
        self.log.add("system,info", f"router rebooted by {by}")
        if then is not None:
            then()

    def reset(self, keep: Iterable[str] = ()) -> None:
        """Forget the configuration: menus but those in `keep` are a fresh router's again."""
        self.note("reset", "")
        kept = set(keep)
        self.identity = DEFAULT_IDENTITY
        if "/user" not in kept:
            self.users = {b"admin": b""}
        self.log.rules = DEFAULT_RULES
        self.wall.set_zone(MANUAL)
        for table in self.tables.made():
            if table.menu.path not in kept and not table.live:
                self.tables.forget(table)
