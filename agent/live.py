"""Live commands: an operator's single command on a router, run at once and answered.

A command has a session of its own, which is closed afterwards. Who may only read gets a closed
list of commands, and none of the arguments by which these write or never end.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from agent.errors import (
    LinkError,
    LinkTimeoutError,
    LoginError,
    RefusedError,
    UnreachableError,
    readable,
)
from coordinator.contract import CommandAnswer, CommandError

if TYPE_CHECKING:
    from agent.inventory import Target
    from agent.router import Reply
    from agent.work import Connect
    from coordinator.contract import LiveCommand

__all__ = ["is_reading", "run_live"]

# The last word of a command that changes nothing.
_READING = frozenset({"get", "getall", "print"})
# The same, as long as they are told to answer once.
_SAMPLING = frozenset({"monitor", "monitor-traffic"})
# `print` writes files with one of these, and goes on for ever with the others.
_NOT_READING = frozenset({"append", "file", "follow", "follow-only", "interval"})
# An answer longer than this is not sent: the report's limit is 4 MiB.
_MOST_BYTES = 2 * 1024 * 1024
_LONGEST_MESSAGE = 2000


def is_reading(command: LiveCommand) -> bool:
    """Return whether a command is one of those that only read."""
    arguments = {word[1:].partition("=")[0] for word in command.parameters if word[0] == "="}
    last = command.command.rpartition("/")[2]
    if arguments & _NOT_READING:
        return False
    return last in _READING or (last in _SAMPLING and "once" in arguments)


async def run_live(command: LiveCommand, target: Target, connect: Connect) -> CommandAnswer:
    """Run a command and return what came of it; never raises for what routers do."""
    if command.read_only and not is_reading(command):
        return _error("refused", "Only commands that read may be run: print, get, monitor once.")
    try:
        async with asyncio.timeout(command.seconds):
            return await _run(command, target, connect)
    except TimeoutError:
        return _error("timeout", f"The router did not answer in {command.seconds:g} s.")
    except LinkTimeoutError as error:
        return _error("timeout", str(error))
    except LoginError as error:
        return _error("login", str(error))
    except UnreachableError as error:
        return _error("unreachable", str(error))
    except RefusedError as error:
        return _error("trap", readable(error.message))
    except LinkError as error:
        return _error("lost", str(error))


async def _run(command: LiveCommand, target: Target, connect: Connect) -> CommandAnswer:
    arguments: dict[str, str] = {}
    where: dict[str, str] = {}
    for word in command.parameters:
        name, _, value = word[1:].partition("=")
        (arguments if word[0] == "=" else where)[name] = value
    router = await connect(target)
    try:
        reply = await router.call(command.command, arguments, where=where, seconds=command.seconds)
    finally:
        await router.close()
    return _answer(reply)


def _answer(reply: Reply) -> CommandAnswer:
    size = sum(len(value) for row in reply.rows for value in row.values())
    if size > _MOST_BYTES:
        return _error("refused", f"The answer has {size} bytes, more than {_MOST_BYTES}.")
    rows = [{name: readable(value) for name, value in row.items()} for row in reply.rows]
    return CommandAnswer(rows=rows, ret=None if reply.ret is None else readable(reply.ret))


def _error(kind: str, message: str) -> CommandAnswer:
    error = CommandError.model_validate({"kind": kind, "message": message[:_LONGEST_MESSAGE]})
    return CommandAnswer(error=error)
