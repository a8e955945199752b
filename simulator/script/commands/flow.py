"""Commands that decide what runs and how often.

Source: routeros-script.md, sections 8.6, 13.3 and 14.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import RouterError
from simulator.script.ast import Block
from simulator.script.commands.registry import missing, special
from simulator.script.compiler import constant
from simulator.script.frame import BreakSignal, ContinueSignal, QuitSignal, ReturnSignal
from simulator.script.operators import condition, shared
from simulator.script.scope import Local
from simulator.values import NIL, NOTHING, Array, Nil, Nothing, Time, parse_number, to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulator.script.ast import Command
    from simulator.script.compiler import Compiler
    from simulator.script.frame import Code, Frame
    from simulator.values import Value

__all__: list[str] = []

# Turns of a loop between two looks at whether others wait.
_TURNS = 256


def argument(compiler: Compiler, node: Command, name: str) -> Code | None:
    """Return the code of an argument, None when it is not given."""
    value = node.arguments.get(name)
    if value is None:
        return None
    return compiler.argument(value, node.at, ":" + node.builtin.name)


@special("if")
def _if(compiler: Compiler, node: Command) -> Code:
    test = argument(compiler, node, "condition")
    if test is None:
        return missing(compiler, node) or constant(NIL)
    then = argument(compiler, node, "do") or constant(NIL)
    other = argument(compiler, node, "else") or constant(NIL)
    holds = _checked(compiler, node, test)

    def run(frame: Frame) -> Value:
        (then if holds(frame) else other)(frame)
        return NIL

    return run


def _checked(compiler: Compiler, node: Command, test: Code) -> Code:
    """Return the code of a condition as a bool; the command is blamed for any other type."""
    command = ":" + node.builtin.name

    def holds(frame: Frame) -> Value:
        value = test(frame)
        if type(value) is bool:
            return value
        try:
            return condition(value)
        except RouterError as error:
            raise compiler.failure(node.at, command, error) from None

    return holds


@special("while")
def _while(compiler: Compiler, node: Command) -> Code:
    test = argument(compiler, node, "condition")
    if test is None:
        return missing(compiler, node) or constant(NIL)
    return _repeat(_checked(compiler, node, test), argument(compiler, node, "do"), first=False)


def _repeat(holds: Code, body: Code | None, *, first: bool) -> Code:
    """Return a loop; `first` makes it run its body before the first test."""
    body = body or constant(NIL)

    def run(frame: Frame) -> Value:
        breathe = frame.run.host.breathe
        turns = 0
        value: Value = NIL
        try:
            while (first and not turns) or holds(frame):
                turns += 1
                if not turns % _TURNS:
                    breathe()
                try:
                    value = body(frame)
                except ContinueSignal:
                    continue
        except BreakSignal:
            pass
        return value

    return run


@special("for")
def _for(compiler: Compiler, node: Command) -> Code:
    counter = node.bindings[0] if node.bindings else None
    bounds = [argument(compiler, node, name) for name in ("from", "to")]
    absent = [name for name, code in zip(("from", "to"), bounds, strict=True) if code is None]
    if not isinstance(counter, Local) or absent:
        return _lacking(compiler, node, absent if node.bindings else ["counter"])
    start, stop = (code or constant(0) for code in bounds)
    step = argument(compiler, node, "step")

    def values(frame: Frame) -> Iterable[Value]:
        first, last = _whole(start(frame)), _whole(stop(frame))
        # Without a step the direction follows the bounds; that a step of 0 makes one
        # turn is assumed.
        by = (1 if first <= last else -1) if step is None else _whole(step(frame))
        return range(first, last + (1 if by > 0 else -1), by) if by else (first,)

    loop = _each(values, counter.slot, argument(compiler, node, "do"))
    return _guarded(loop, argument(compiler, node, "on-error"))


def _lacking(compiler: Compiler, node: Command, names: list[str]) -> Code:
    text = ("missing value(s) of argument(s) " + " ".join(names)).encode()

    def fail(_: Frame) -> Value:
        raise compiler.failure(node.at, ":" + node.builtin.name, RouterError(text))

    return fail


def _whole(value: Value) -> int:
    if type(value) is int:
        return value
    if isinstance(value, Nil | Nothing):
        return 0
    if isinstance(value, Time):
        return value.nanoseconds // 1_000_000_000
    number = parse_number(to_text(value))
    if number is None:
        raise RouterError(b"invalid value, number expected")
    return number


def _each(values: Callable[[Frame], Iterable[Value]], slot: int, body: Code | None) -> Code:
    body = body or constant(NIL)

    def run(frame: Frame) -> Value:
        breathe = frame.run.host.breathe
        try:
            for turn, value in enumerate(values(frame), 1):
                if not turn % _TURNS:
                    breathe()
                frame.locals[slot] = value
                try:
                    body(frame)
                except ContinueSignal:
                    continue
        except BreakSignal:
            pass
        return NIL

    return run


def _guarded(loop: Code, handler: Code | None) -> Code:
    """Return a loop whose first error ends it and runs `on-error` (assumed)."""
    if handler is None:
        return loop

    def run(frame: Frame) -> Value:
        try:
            return loop(frame)
        except RouterError:
            return handler(frame)

    return run


@special("foreach")
def _foreach(compiler: Compiler, node: Command) -> Code:
    source = argument(compiler, node, "in")
    slots = [binding.slot for binding in node.bindings if isinstance(binding, Local)]
    if source is None or not slots:
        return _lacking(compiler, node, ["in"] if slots else ["counter"])
    body = argument(compiler, node, "do")
    if len(slots) == 1:
        loop = _each(lambda frame: _members(source(frame)), slots[0], body)
    else:
        loop = _each_pair(source, slots[0], slots[1], body or constant(NIL))
    return _guarded(loop, argument(compiler, node, "on-error"))


def _members(value: Value) -> list[Value]:
    """Return what a loop goes through: a copy, for the body may change the array."""
    if isinstance(value, Array):
        return [shared(member) for _, member in value.members()]
    return [] if isinstance(value, Nil | Nothing) else [value]


def _each_pair(source: Code, key_slot: int, value_slot: int, body: Code) -> Code:
    def run(frame: Frame) -> Value:
        breathe = frame.run.host.breathe
        try:
            for turn, (key, value) in enumerate(_pairs(source(frame)), 1):
                if not turn % _TURNS:
                    breathe()
                frame.locals[key_slot] = key
                frame.locals[value_slot] = value
                try:
                    body(frame)
                except ContinueSignal:
                    continue
        except BreakSignal:
            pass
        return NIL

    return run


def _pairs(value: Value) -> list[tuple[Value, Value]]:
    if isinstance(value, Array):
        return [(key, shared(member)) for key, member in value.members()]
    # A scalar arrives in the variable of the keys (seen with a bool).
    return [] if isinstance(value, Nil | Nothing) else [(value, NIL)]


@special("do")
def _do(compiler: Compiler, node: Command) -> Code:
    body = argument(compiler, node, "command")
    if body is None:
        return missing(compiler, node) or constant(NIL)
    test = argument(compiler, node, "while")
    if test is not None:
        code = _repeat(_checked(compiler, node, test), body, first=True)
    elif isinstance(node.arguments["command"], Block):
        code = _boxed(body)
    else:
        code = body
    once = argument(compiler, node, "if")
    if once is not None:
        code = _only_if(_checked(compiler, node, once), code)
    handler = argument(compiler, node, "on-error")
    return code if handler is None else _caught(code, handler)


def _boxed(body: Code) -> Code:
    # A block is worth an array of two, as a function is (section 3.1).
    def run(frame: Frame) -> Value:
        value = body(frame)
        return Array([NIL, NIL if isinstance(value, Nothing) else shared(value)])

    return run


def _only_if(holds: Code, code: Code) -> Code:
    return lambda frame: code(frame) if holds(frame) else NIL


def _caught(code: Code, handler: Code) -> Code:
    def run(frame: Frame) -> Value:
        try:
            return code(frame)
        except RouterError:
            handler(frame)
        return NIL

    return run


@special("return")
def _return(compiler: Compiler, node: Command) -> Code:
    value = argument(compiler, node, "value")
    if value is None:
        return missing(compiler, node) or constant(NOTHING)

    def run(frame: Frame) -> Value:
        raise ReturnSignal(value(frame))

    return run


def _raises(signal: type[BreakSignal | ContinueSignal | QuitSignal]) -> Callable[..., Code]:
    def compile_it(_: Compiler, __: Command) -> Code:
        def run(_: Frame) -> Value:
            raise signal

        return run

    return compile_it


special("break")(_raises(BreakSignal))
special("continue")(_raises(ContinueSignal))
special("exit")(_raises(QuitSignal))
special("quit")(_raises(QuitSignal))
