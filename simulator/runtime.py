"""What runs scripts on a router, and what lasts between their runs.

| how | here | output of `:put` |
| --- | --- | --- |
| a terminal, `ros-simulator script` | `run_terminal` | shown |
| `/system script run` | `Runtime.run_script` | goes where the caller's goes; lost over the API |
| `/execute` | `simulator.execute` | lost, into a file, or the answer |
| `/import` | `simulator.importer` | as the caller's |
| scheduler | `Runtime.run_entry` | lost |

Global variables belong to a user and last until the next reboot.

Source: routeros-api.md, section 6; routeros-script.md, sections 7 and 18.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from simulator import texts
from simulator.console.request import Actor, Context
from simulator.dates import SECOND
from simulator.errors import ParseError, RouterError
from simulator.jobs import Job, Jobs
from simulator.menus.policies import policy_set
from simulator.process import Process
from simulator.scheduler import STARTUP_DELAY, Scheduler
from simulator.script import compile_script
from simulator.scripthost import ScriptHost
from simulator.terminal import run_terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.storage import Item
    from simulator.router import Router
    from simulator.script import Script
    from simulator.values import Value
    from simulator.version import Version

__all__ = ["Runtime", "run_terminal"]

# Scripts by release and source: a fleet runs the same ones again and again. When it is full it
# begins anew, which threads can do without a lock.
_compiled: dict[tuple[Version, bytes], Script] = {}
_MOST_COMPILED = 256


class Runtime:
    """The script side of one router.

    Attributes:
        environments: Global variables by user.
        jobs: What runs now.
        scheduler: Timers of `/system scheduler`.
        random: Where `:rndnum` and its like come from; it follows from the router's seed.
        most_turns: Turns of loops and calls after which a script ends, `runtime limit
            exceeded`; None for no such limit.
        startup: When `startup` entries are due, nanoseconds on the wall clock.
    """

    def __init__(self, router: Router) -> None:
        self.router = router
        self.environments: dict[bytes, dict[bytes, Value]] = {}
        self.jobs = Jobs()
        self.scheduler = Scheduler(router.clock, router.now)
        self.random = random.Random(router.seed)  # noqa: S311 - to be repeatable, not secret
        self.most_turns: int | None = None
        self.startup = self._startup()
        self._runs: dict[tuple[str, int], tuple[int, int]] = {}
        router.stoppers.append(self._stop)
        router.wall.listeners.append(self._arm_entries)

    # Compiling

    def compile(self, source: bytes) -> Script:
        """Return a source's closures, made once for all routers of the release.

        Raises:
            ParseError: It is no script.
        """
        key = self.router.version, source
        found = _compiled.get(key)
        if found is None:
            found = compile_script(source, self.router.console.tree, self.router.version)
            if len(_compiled) >= _MOST_COMPILED:
                _compiled.clear()
            _compiled[key] = found
        return found

    def parses(self, source: bytes) -> bool:
        """Tell whether a source is a script at all."""
        try:
            self.compile(source)
        except ParseError:
            return False
        return True

    # Running

    def run_source(
        self,
        source: bytes,
        context: Context,
        *,
        name: bytes = b"",
        parameters: Mapping[bytes, Value] | None = None,
    ) -> Value:
        """Run code to its end in the context's process and return its value.

        Args:
            source: The code.
            context: For whom, where output goes.
            name: What `:jobname` answers and the list of jobs shows.
            parameters: Variables that it may read without declaring them.

        Raises:
            ParseError: Nothing of it ran.
            ScriptError: It failed; what it did before stays done.
        """
        return self._outcome(source, context, name, parameters)[0]

    def run_bare(self, source: bytes, context: Context) -> None:
        """Run code that has its job already."""
        self.compile(source).run(ScriptHost(self, context, b"", {}))

    def run_script(
        self, item: Item, context: Context, *, own_policies: bool = False
    ) -> Value | None:
        """Run a stored script to its end and return what its `:return` gives, or None.

        It may do what both its caller and its own `policy` allow. One that holds more than
        its caller is refused, unless `dont-require-permissions` is set: then it has its own.

        Source: routeros-script.md, section 18, and reported-faults B101, where a caller with
        all rights is bound by a script's policy `read`.

        Args:
            item: Of /system/script.
            context: Of the caller.
            own_policies: `use-script-permissions`: its policy counts alone.

        Raises:
            RouterError: The caller may not run it.
            ScriptError: It failed.
        """
        table = item.table
        own = policy_set(table.value(item, "policy"))
        caller = context.actor.policies
        trusted = table.value(item, "dont-require-permissions") is True
        if not trusted and not own <= caller:
            raise texts.not_enough_permissions()
        rights = own if trusted or own_policies else own & caller
        name, source = _text(table.value(item, "name")), _text(table.value(item, "source"))
        self._count_run(item, name)
        try:
            value, returned = self._outcome(source, self._inside(context, rights), name)
        except RouterError as error:
            error.script = error.script or name
            raise
        return value if returned else None

    def run_entry(self, item: Item) -> None:
        """Run a scheduler entry, as its timer does: the script of that name, or the code."""
        table = item.table
        if self.router.tables["/system/scheduler"] is not table:
            self.scheduler.disarm(item.number)  # left over from before a reset
            return
        event = _text(table.value(item, "on-event"))
        entry = _text(table.value(item, "name"))
        owner = _text(table.value(item, "owner"))
        actor = Actor(owner, policy_set(table.value(item, "policy")), "scheduler")
        self._count_run(item, None)

        def body(process: Process) -> None:
            context = Context(actor, process, _ignore, _ignore)
            scripts = self.router.tables["/system/script"]
            stored = scripts.get(event.strip())
            try:
                if stored is not None:
                    self.run_script(stored, context, own_policies=True)
                else:
                    self.run_source(event, context)
            except RouterError as error:
                self.log_failure(error, "scheduler", entry.decode("latin-1"))

        Process(body, self.router.clock, on_end=Process.raise_fault).start()

    # What lasts

    def environment(self, user: bytes) -> dict[bytes, Value]:
        """Return a user's global variables."""
        return self.environments.setdefault(user, {})

    def runs_of(self, item: Item) -> tuple[int, int | None]:
        """Return how often a script or entry ran, and when last on the wall clock."""
        return self._runs.get((item.table.menu.path, item.number), (0, None))

    def forget_runs(self, item: Item) -> None:
        self._runs.pop((item.table.menu.path, item.number), None)

    def kill(self, number: int) -> None:
        """End a job."""
        self.jobs.kill(number)

    def log_failure(self, error: RouterError, via: str, entry: str = "") -> None:
        """Log what nobody is there to be told. Source: routeros-script.md, 18."""
        if not self.router.version.since("7.15"):
            return
        name = error.script.decode("latin-1")
        script = f"executing script {name} from" if name else "executing script from"
        where = f"{via} ({entry})" if entry else via
        self.router.log.add("script,error", f"{script} {where} failed, please check it manually")
        prefix = f"(scheduler:{entry}) ".encode("latin-1") if entry and not name else b""
        self.router.log.add("script,error,debug", prefix + error.message)

    # Inside

    def _stop(self) -> None:
        """End everything and forget what a reboot forgets."""
        current = self.jobs.kill_all()
        if current is not None:
            # What asked for the reboot answers first.
            self.router.clock.call_later(0, current.interrupt)
        self.scheduler.clear()
        self.environments.clear()
        self._runs.clear()
        self.router.clock.call_later(self.router.boot_seconds, self._restart)

    def _restart(self) -> None:
        """Begin again after a reboot: timers of all entries, `startup` ones soon."""
        self.startup = self._startup()
        self._arm_entries()

    def _arm_entries(self) -> None:
        """Set the timers of all entries anew; the wall clock may have moved."""
        table = self.router.tables["/system/scheduler"]
        for item in table:
            table.hooks.added(item)

    def _startup(self) -> int:
        passed = self.router.clock.monotonic() - self.router.booted
        return self.router.now() - passed + STARTUP_DELAY * SECOND

    def _outcome(
        self,
        source: bytes,
        context: Context,
        name: bytes,
        parameters: Mapping[bytes, Value] | None = None,
    ) -> tuple[Value, bool]:
        script = self.compile(source)
        job = self._job(context, name)
        self.jobs.add(job)
        try:
            return script.outcome(ScriptHost(self, context, name, parameters or {}))
        finally:
            self.jobs.end(job)

    def _job(self, context: Context, name: bytes) -> Job:
        actor = context.actor
        number = self.jobs.next_number()
        parent = self.jobs.parent_of(context.process)
        now = self.router.now()
        return Job(number, context.process, actor.user, actor.policies, now, name, parent)

    def _inside(self, context: Context, rights: frozenset[str]) -> Context:
        actor = Actor(context.actor.user, rights, "script", context.actor.address)
        return Context(actor, context.process, context.put, context.emit)

    def _count_run(self, item: Item, name: bytes | None) -> None:
        count, _ = self.runs_of(item)
        self._runs[item.table.menu.path, item.number] = (count + 1, self.router.now())
        if name is not None:
            self.router.note("script-run", name.decode("latin-1"))


def _text(stored: Any) -> bytes:
    return stored if isinstance(stored, bytes) else b""


def _ignore(_: Any) -> None:
    """Take output that nobody sees."""
