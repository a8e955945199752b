"""Commands about time.

Source: routeros-script.md, sections 9, 10, 14 and 15.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import RouterError
from simulator.script.commands.flow import argument
from simulator.script.commands.registry import Arguments, function, missing, special
from simulator.script.compiler import constant
from simulator.values import NIL, Nil, Nothing, Time, parse_number, parse_time, to_text

if TYPE_CHECKING:
    from simulator.script.ast import Command
    from simulator.script.compiler import Compiler
    from simulator.script.frame import Code, Frame
    from simulator.values import Value

__all__ = ["seconds_of"]

SECOND = 1_000_000_000
_LONGEST_DELAY = 4_729_667  # 7w17h2m47s


def seconds_of(value: Value) -> float:
    """Return a duration in seconds; a num counts seconds.

    Raises:
        RouterError: It is no duration, or out of the range that `:delay` takes.
    """
    time = _time(value)
    if time is None:
        raise RouterError(b"invalid value for argument delay-time")
    if not 0 <= time.nanoseconds <= _LONGEST_DELAY * SECOND:
        raise RouterError(b"value of delay-time out of range (0s..7w17h2m47s)")
    return time.nanoseconds / SECOND


def _time(value: Value) -> Time | None:
    if isinstance(value, Time):
        return value
    if isinstance(value, Nil | Nothing):
        return Time(0)
    text = to_text(value)
    number = parse_number(text)
    return parse_time(text) if number is None else Time(number * SECOND)


@function("delay")
def _delay(given: Arguments) -> Value:
    given.run.host.wait(seconds_of(given["delay-time"]))
    return NIL


@special("time")
def _measure(compiler: Compiler, node: Command) -> Code:
    body = argument(compiler, node, "command")
    if body is None:
        return missing(compiler, node) or constant(NIL)

    def run(frame: Frame) -> Value:
        started = frame.run.host.now()
        body(frame)
        return Time(frame.run.host.now() - started)

    return run


@function("timestamp")
def _timestamp(given: Arguments) -> Value:
    host = given.run.host
    shift = host.utc_offset() if "use-tz" in given else 0
    return Time(host.now() + shift * SECOND)


@function("tonsec", unary=True)
def _tonsec(value: Value) -> Value:
    time = _time(value)
    return NIL if time is None else time.nanoseconds
