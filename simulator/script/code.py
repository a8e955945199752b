"""Code as a value: what `:parse`, `do={…}` and `(>…)` make, and how it is called.

Source: routeros-script.md, sections 5 and 13.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from simulator.errors import RouterError, ScriptError
from simulator.script.frame import BreakSignal, ContinueSignal, Frame, ReturnSignal
from simulator.script.operators import shared
from simulator.values import NIL, NOTHING, Array, CodeValue, Nothing

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.script.frame import Code, Run
    from simulator.values import Value

    Direct: TypeAlias = Callable[[Run, list[Value], list[Value], dict[bytes, Value]], Value]

__all__ = ["Op", "ParsedCode", "apply", "call", "code_of"]

# Deep enough for any script that ends; the router's own limit is not known (assumed).
MAX_CALLS = 500
# So many calls, a power of two less one, lie between two looks at whether others wait.
_CALLS_BETWEEN = 255


class ParsedCode(CodeValue):
    """A unit of code: the body of a function, or what `:parse` makes.

    Args:
        body: What it does.
        slots: How many locals it has.
        show: Returns it as compiled code reads.

    Attributes:
        direct: The body as a function of run, locals, positional and named parameters, once
            there is one.
    """

    __slots__ = ("body", "direct", "show", "slots")
    type_name = "code"

    def __init__(self, body: Code, slots: int, show: Callable[[], bytes]) -> None:
        self.body = body
        self.slots = slots
        self.show = show
        self.direct: Direct | None = None

    def put_text(self) -> bytes:
        return self.show()


class Op(CodeValue):
    """A quoted expression, which runs where it was written and sees the locals there."""

    __slots__ = ("body", "frame", "show")
    type_name = "op"

    def __init__(self, body: Code, frame: Frame, show: Callable[[], bytes]) -> None:
        self.body = body
        self.frame = frame
        self.show = show

    def put_text(self) -> bytes:
        return self.show()

    def string_text(self) -> bytes:
        return self.show()


def code_of(value: Value) -> CodeValue | None:
    """Return what a call of the value would run; a function is an array that holds code."""
    if type(value) is Array:
        for member in value.items:
            if type(member) is ParsedCode or isinstance(member, CodeValue):
                return member
    return value if isinstance(value, CodeValue) else None


def call(run: Run, function: Value, positional: list[Value], named: dict[bytes, Value]) -> Value:
    """Run a function with arguments; a value that is no function is its own result.

    Args:
        run: The run it belongs to.
        function: A function, code or op.
        positional: `$0`, `$1` and so on.
        named: The other parameters; the call may change the dict.
    """
    code: CodeValue | None
    if type(function) is Array and len(function.items) == 2 and function.items[0] is NIL:
        second = function.items[1]  # the shape of a `do={…}`
        code = second if type(second) is ParsedCode else code_of(second)
    else:
        code = code_of(function)
    if code is None:
        return NIL if isinstance(function, Nothing) else function
    if run.depth >= MAX_CALLS:
        raise RouterError(b"maximum recursion depth reached")
    for value in positional:
        if type(value) is Array:
            value.owner = None
    if named:
        for value in named.values():
            shared(value)
    run.depth += 1
    run.calls += 1
    if not run.calls & _CALLS_BETWEEN:
        run.host.breathe()
    try:
        if type(code) is ParsedCode:
            if code.direct is not None:
                return code.direct(run, [NOTHING] * code.slots, positional, named)
            return code.body(Frame(run, [NOTHING] * code.slots, positional, named))
        return _body(code)(_frame(run, code, positional, named))
    except ReturnSignal as signal:
        return signal.value
    except (BreakSignal, ContinueSignal):
        return NIL  # no loop of the function: its caller's are not meant (assumed)
    except RecursionError:
        raise ScriptError(b"maximum recursion depth reached") from None
    finally:
        run.depth -= 1


def apply(run: Run, function: Value, arguments: Value) -> Value:
    """`<%%`: run with the members of an array as `$0`, `$1` … and named parameters.

    A function, which is an array, keeps its shape: its code gives way to the result.
    """
    positional: list[Value] = [arguments]
    named: dict[bytes, Value] = {}
    if isinstance(arguments, Array):
        positional, named = list(arguments.items), dict(arguments.keyed)
    if not isinstance(function, Array):
        return call(run, function, positional, named)
    try:
        return Array(
            [
                _run_member(run, member, positional, named)
                if isinstance(member, CodeValue)
                else member
                for member in function.items
            ],
            dict(function.keyed),
        )
    except ReturnSignal as signal:
        return signal.value


def _run_member(
    run: Run, code: CodeValue, positional: list[Value], named: dict[bytes, Value]
) -> Value:
    return _body(code)(_frame(run, code, positional, named))


def _body(code: CodeValue) -> Code:
    assert isinstance(code, ParsedCode | Op)  # noqa: S101 - there are no others
    return code.body


def _frame(run: Run, code: CodeValue, positional: list[Value], named: dict[bytes, Value]) -> Frame:
    if isinstance(code, ParsedCode):
        return Frame(run, [NOTHING] * code.slots, positional, named)
    assert isinstance(code, Op)  # noqa: S101 - as above
    around = code.frame
    return Frame(run, around.locals, positional or around.positional, around.named | named)
