"""`/execute` and `:execute`: code beside everything else, or now with its output as text.

Source: routeros-api.md, section 6.2. That output over 64 KB is refused as any
string of that length is, and cut where a file finds no more room, is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.console.request import Actor, Context
from simulator.errors import RouterError
from simulator.jobs import Job
from simulator.process import Process
from simulator.values import Id

if TYPE_CHECKING:
    from simulator.runtime import Runtime

__all__ = ["capture", "start"]

# Strings, and so scripts and what `as-string` gives, hold no more.
_LIMIT = 65_535
_TOO_LONG = b"afraid to create strings larger than 64kB"


def start(runtime: Runtime, source: bytes, actor: Actor, file: bytes | None = None) -> Id:
    """Run code beside whoever asks and return its job's id.

    The output is lost, or goes into a file that is empty until the code ends; an error
    is then the output's last line.

    Raises:
        RouterError: The source is longer than 64 KB.
    """
    _check_length(source)
    router = runtime.router
    number = runtime.jobs.next_number()
    name = _with_ending(file) if file is not None else None
    output = _Output(router.files.free if name is not None else 0)
    if name is not None:
        router.files.write(name, b"")

    def body(process: Process) -> None:
        if number not in runtime.jobs:
            return  # killed before it began
        router.note("script-run", f"*{number:X}")
        try:
            runtime.run_bare(source, Context(actor, process, output.take, _ignore))
        except RouterError as error:
            output.take(_last_line(error))
            runtime.log_failure(error, actor.via)

    def ended(process: Process) -> None:
        if number in runtime.jobs:
            runtime.jobs.end(runtime.jobs[number])
        if name is not None and router.files.get(name) is not None:
            # Line ends take room too.
            router.files.write(name, _crlf(output.text)[: router.files.free])
        process.raise_fault()

    process = Process(body, router.clock, on_end=ended)
    runtime.jobs.add(Job(number, process, actor.user, actor.policies, router.now()))
    router.clock.call_later(0, lambda: _begin(process))
    return Id(b"*%X" % number)


def capture(runtime: Runtime, source: bytes, context: Context) -> bytes:
    """Run code now and return what it prints, lines ending in CRLF.

    An error is text in there, not an exception: that is what `as-string` does.

    Raises:
        RouterError: The source or the output is longer than 64 KB.
    """
    _check_length(source)
    output = _Output(_LIMIT + 1)
    inner = Context(context.actor, context.process, output.take, _ignore)
    runtime.router.note("script-run", "execute")
    try:
        runtime.run_source(source, inner)
    except RouterError as error:
        output.take(_last_line(error))
    text = _crlf(output.text)
    _check_length(text)
    return text


class _Output:
    """What a job prints, as far as it will be kept: a loop must not fill our memory.

    Args:
        room: Bytes to keep; what comes later is lost.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._text = bytearray()

    def take(self, text: bytes) -> None:
        self._text += text[: self._room - len(self._text)]

    @property
    def text(self) -> bytes:
        return bytes(self._text)


def _check_length(text: bytes) -> None:
    if len(text) > _LIMIT:
        raise RouterError(_TOO_LONG)


def _last_line(error: RouterError) -> bytes:
    return error.message + b"\n"


def _crlf(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _with_ending(name: bytes) -> bytes:
    return name if name.endswith(b".txt") else name + b".txt"


def _begin(process: Process) -> None:
    process.start()


def _ignore(_: Any) -> None:
    """Take samples that no job shows."""
