"""A router's terminal without the person: run a script and see what it would show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.clock import VirtualClock
from simulator.console.numbers import PlaceNumbers
from simulator.console.request import Actor, Context
from simulator.errors import Interrupted, RouterError, ScriptError
from simulator.process import Process
from simulator.values import NIL

if TYPE_CHECKING:
    from simulator.router import Router
    from simulator.values import Value

__all__ = ["FULL_POLICIES", "drive", "run_terminal", "terminal_actor"]

# What the group `full` allows.
FULL_POLICIES = frozenset(
    (
        *("local", "telnet", "ssh", "ftp", "reboot", "read", "write", "policy", "test"),
        *("winbox", "password", "web", "sniff", "sensitive", "api", "romon", "rest-api"),
    )
)


def terminal_actor(router: Router) -> Actor:
    """Return the router's first user, who may do anything."""
    return Actor(next(iter(router.users), b"admin"), FULL_POLICIES, "console")


def run_terminal(
    router: Router, source: bytes, *, numbered: bool = False
) -> tuple[bytes, ScriptError | None, Value]:
    """Run a script as if typed at the router's terminal, and let its waits pass.

    The router's clock must be a `VirtualClock`: it is moved on as far as the script waits,
    so that the same script gives the same output every time.

    Args:
        router: Whose terminal.
        source: The script.
        numbered: It is an export: bare numbers of items are places, though nothing was
            printed.

    Returns:
        What the terminal shows, lines ending in a newline byte; the error that ended the
        script, or None; and the value of its last statement.
    """
    output = bytearray()

    def body(process: Process) -> Value:
        context = Context(terminal_actor(router), process, output.extend, _ignore)
        if numbered:
            context.printed = PlaceNumbers(router)
        return router.runtime.run_source(source, context)

    process = Process(body, router.clock)
    process.start()
    drive(router, process)
    error = process.error
    if error is None:
        return bytes(output), None, process.result
    if isinstance(error, Interrupted):
        return bytes(output), ScriptError(str(error).encode()), NIL
    if not isinstance(error, RouterError):
        raise error
    if not isinstance(error, ScriptError):
        error = ScriptError(error.message, category=error.category)
    return bytes(output), error, NIL


def drive(router: Router, process: Process) -> None:
    """Move the router's virtual clock on until a process has ended.

    A process that waits for what can never come is interrupted.
    """
    clock = router.clock
    while not process.ended:
        if not isinstance(clock, VirtualClock):
            raise TypeError("only a VirtualClock can be driven")
        if not clock.step():
            process.interrupt()


def _ignore(_: Any) -> None:
    """Take samples that no terminal shows."""
