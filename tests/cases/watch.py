"""A router's command core, watched: what it is asked is counted, and can be made to fail."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulator.errors import RouterError
from simulator.values import Array, Id

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.console.request import Context, Reply, Request
    from simulator.router import Router

__all__ = ["Span", "WatchedConsole"]

# The agent's scripts, by the name that it gives them.
_JOB_SCRIPT = b"job-"


@dataclass
class Span:
    """One run of a job's script, by the router's monotonic clock; end None while it runs."""

    script: bytes
    begin: int
    end: int | None = None


def _point(request: Request) -> str | None:
    """Return the fault point that a command belongs to."""
    menu, command = request.menu, request.command
    if command == "export":
        return "router.export"
    if (menu, command) == (("system", "backup"), "save"):
        return "router.backup_save"
    if menu != ("file",):
        return None
    if command in {"read", "get"} or "contents" in (request.proplist or ()):
        return "router.file_get"
    return {"print": "router.file_listing", "remove": "router.file_remove"}.get(command)


@dataclass
class WatchedConsole:
    """Stands before a router's console and hands on to it.

    Attributes:
        traps: By fault point, how many commands still fail; with the text in `messages`.
        empty_exports: How many exports still leave an empty file.
        spans: Runs of job scripts, in order of beginning.
        counts: Commands by fault point.
        on_run: Called with the script's name when a job's script begins.
        pause_after: Commands of a job's script until `on_pause` is called, or None.
    """

    router: Router
    traps: Counter[str] = field(default_factory=Counter)
    messages: dict[str, bytes] = field(default_factory=dict)
    empty_exports: int = 0
    spans: list[Span] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    on_run: Callable[[bytes], None] = lambda _: None
    pause_after: int | None = None
    on_pause: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self._inner = self.router.console
        self.router.console = self  # type: ignore[assignment]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def execute(self, request: Request, context: Context) -> Reply:
        """Run a command, or fail as armed."""
        point = _point(request)
        if point is not None:
            self.counts[point] += 1
            if self.traps[point] > 0:
                self.traps[point] -= 1
                raise RouterError(self.messages[point])
        if (request.menu, request.command) == (("system",), "reboot"):
            self.counts["reboot"] += 1
        if (request.menu, request.command) == (("system", "script"), "run"):
            return self._run(request, context)
        reply = self._inner.execute(request, context)
        if request.command == "export" and self.empty_exports > 0:
            self.empty_exports -= 1
            self._empty_the_file(request)
        self._count_line(context)
        return reply

    def _run(self, request: Request, context: Context) -> Reply:
        name = self._script_name(request)
        if not name.startswith(_JOB_SCRIPT) or name.endswith(b"-run"):
            return self._inner.execute(request, context)
        span = Span(name, self.router.clock.monotonic())
        self.spans.append(span)
        self.on_run(name)
        try:
            return self._inner.execute(request, context)
        finally:
            span.end = self.router.clock.monotonic()

    def _script_name(self, request: Request) -> bytes:
        """Return the name of the script that `run` means: given by name, number or id."""
        for key in ("number", "numbers", ".id"):
            given = request.arguments.get(key)
            if isinstance(given, Array) and given.items:
                given = given.items[0]
            text = given.text if isinstance(given, Id) else given
            if isinstance(text, bytes):
                item = self.router.tables["/system/script"].get(text)
                return text if item is None or item.name is None else item.name
        return b""

    def _count_line(self, context: Context) -> None:
        running = [span for span in self.spans if span.end is None]
        if self.pause_after is None or not running:
            return
        self.pause_after -= 1
        if self.pause_after == 0:
            self.pause_after = None
            self.on_pause()
            # So that what was broken is noticed before the script goes on.
            context.process.wait(1)

    def _empty_the_file(self, request: Request) -> None:
        name = request.arguments.get("file", b"")
        assert isinstance(name, bytes)
        for file in list(self.router.files):
            if file.name in {name, name + b".rsc"}:
                for timer in file.growing:
                    timer.cancel()
                file.contents = b""
