"""Commands that decide what runs and how often.

Source: routeros-script.md, sections 8.6, 13.3 and 14.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from simulator.errors import RouterError
from simulator.script.ast import Block
from simulator.script.commands.registry import missing, special
from simulator.script.compiler import constant
from simulator.script.frame import BreakSignal, ContinueSignal, QuitSignal, ReturnSignal
from simulator.script.hot import hot_each, hot_while
from simulator.script.operators import condition, shared
from simulator.script.scope import Local
from simulator.values import NIL, NOTHING, Array, Nil, Nothing, Time, parse_number, to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from simulator.script.ast import Command, Expression
    from simulator.script.compiler import Compiler
    from simulator.script.frame import Code, Frame
    from simulator.values import Value

    LongEach: TypeAlias = Callable[[Frame, Iterator[Any]], Value]

__all__ = ["argument", "conditioner", "range_of", "values_of"]

Form = TypeVar("Form")

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


def conditioner(compiler: Compiler, node: Command) -> Callable[[Value], bool]:
    """Return what makes a bool of a condition; the command is blamed for one that is none."""
    command = ":" + node.builtin.name

    def checked(value: Value) -> bool:
        try:
            return condition(value)
        except RouterError as error:
            raise compiler.failure(node.at, command, error) from None

    return checked


def _checked(compiler: Compiler, node: Command, test: Code) -> Code:
    checked = conditioner(compiler, node)

    def holds(frame: Frame) -> Value:
        value = test(frame)
        return value if type(value) is bool else checked(value)

    return holds


@special("while")
def _while(compiler: Compiler, node: Command) -> Code:
    test = argument(compiler, node, "condition")
    if test is None:
        return missing(compiler, node) or constant(NIL)
    body = argument(compiler, node, "do")
    long = _hot(compiler, node.arguments.get("do"), lambda _: hot_while(compiler, node))
    return _repeat(_checked(compiler, node, test), body, long, first=False)


def _hot(
    compiler: Compiler, body: Expression | Block | None, make: Callable[[Block], Form]
) -> Callable[[], Form] | None:
    """Return what gives, made once, the form of a loop for when it goes on for long."""
    if compiler.in_condition or not isinstance(body, Block):
        return None
    block = body
    return cache(lambda: make(block))


def _repeat(
    holds: Code,
    body: Code | None,
    long: Callable[[], Callable[[Frame, Value], Value]] | None,
    *,
    first: bool,
) -> Code:
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
                if turns >= _TURNS and long is not None:
                    return long()(frame, value)
        except BreakSignal:
            pass
        return value

    return run


@special("for")
def _for(compiler: Compiler, node: Command) -> Code:
    counter = node.bindings[0] if node.bindings else None
    absent = [name for name in ("from", "to") if name not in node.arguments]
    if not isinstance(counter, Local) or absent:
        return _lacking(compiler, node, absent if node.bindings else ["counter"])
    loop = _each(
        range_of(compiler, node),
        counter.slot,
        argument(compiler, node, "do"),
        _hot(
            compiler,
            node.arguments.get("do"),
            lambda body: hot_each(compiler, (counter.slot,), body),
        ),
    )
    return _guarded(loop, argument(compiler, node, "on-error"))


def range_of(compiler: Compiler, node: Command) -> Callable[[Frame], Iterable[Value]]:
    """Return what gives the numbers that a `:for` counts through."""
    start, stop = (argument(compiler, node, name) or constant(0) for name in ("from", "to"))
    step = argument(compiler, node, "step")

    def values(frame: Frame) -> Iterable[Value]:
        first, last = _whole(start(frame)), _whole(stop(frame))
        # Without a step the direction follows the bounds; that a step of 0 makes one
        # turn is assumed.
        by = (1 if first <= last else -1) if step is None else _whole(step(frame))
        return range(first, last + (1 if by > 0 else -1), by) if by else (first,)

    return values


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


def _each(
    values: Callable[[Frame], Iterable[Value]],
    slot: int,
    body: Code | None,
    long: Callable[[], LongEach] | None,
) -> Code:
    body = body or constant(NIL)

    def run(frame: Frame) -> Value:
        breathe = frame.run.host.breathe
        left = iter(values(frame))
        try:
            for turn, value in enumerate(left, 1):
                if not turn % _TURNS:
                    breathe()
                frame.locals[slot] = value
                try:
                    body(frame)
                except ContinueSignal:
                    continue
                if turn >= _TURNS and long is not None:
                    return long()(frame, left)
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
    slots = [binding.slot for binding in node.bindings if isinstance(binding, Local)]
    # Looked for, not compiled: `values_of` does that, and a second time doubles with every level.
    if "in" not in node.arguments or not slots:
        return _lacking(compiler, node, ["in"] if slots else ["counter"])
    body = argument(compiler, node, "do")
    long = _hot(
        compiler,
        node.arguments.get("do"),
        lambda block: hot_each(compiler, tuple(slots[:2]), block),
    )
    if len(slots) == 1:
        loop = _each(values_of(compiler, node), slots[0], body, long)
    else:
        loop = _each_pair(values_of(compiler, node), slots[0], slots[1], body, long)
    return _guarded(loop, argument(compiler, node, "on-error"))


def values_of(compiler: Compiler, node: Command) -> Callable[[Frame], Iterable[Any]]:
    """Return what gives the values of a `:foreach`, with their keys if it has two names."""
    source = argument(compiler, node, "in") or constant(NIL)
    if len(node.bindings) == 1:
        return lambda frame: _members(source(frame))
    return lambda frame: _pairs(source(frame))


def _members(value: Value) -> list[Value]:
    """Return what a loop goes through: a copy, for the body may change the array."""
    if isinstance(value, Array):
        return [shared(member) for _, member in value.members()]
    return [] if isinstance(value, Nil | Nothing) else [value]


def _each_pair(
    values: Callable[[Frame], Iterable[Any]],
    key_slot: int,
    value_slot: int,
    body: Code | None,
    long: Callable[[], LongEach] | None,
) -> Code:
    body = body or constant(NIL)

    def run(frame: Frame) -> Value:
        breathe = frame.run.host.breathe
        left = iter(values(frame))
        try:
            for turn, (key, value) in enumerate(left, 1):
                if not turn % _TURNS:
                    breathe()
                frame.locals[key_slot] = key
                frame.locals[value_slot] = value
                try:
                    body(frame)
                except ContinueSignal:
                    continue
                if turn >= _TURNS and long is not None:
                    return long()(frame, left)
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
        block = node.arguments["command"]
        long = _hot(compiler, block, lambda _: hot_while(compiler, node))
        code = _repeat(_checked(compiler, node, test), body, long, first=True)
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
