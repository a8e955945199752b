"""Syntax tree to closures, once; running them is what evaluation is.

Every node becomes a function of the frame. Which variable a name means, which
command a word means and where an error stands are settled here, so that
nothing is looked up or parsed while a script runs.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from simulator.errors import RouterError, ScriptError
from simulator.script.ast import (
    ArrayLiteral,
    Block,
    Call,
    Command,
    Function,
    Late,
    Literal,
    MenuBlock,
    MenuChange,
    MenuCommand,
    Operation,
    Property,
    Quote,
    SourceText,
    Substitution,
    Text,
    Variable,
)
from simulator.script.code import Op, ParsedCode, apply, call
from simulator.script.comparison import ordering
from simulator.script.frame import ReturnSignal
from simulator.script.il import Printer
from simulator.script.operators import BINARY, UNARY, bounded, concatenate, shared
from simulator.script.variables import read_property, read_variable
from simulator.values import NIL, Array, Nil, Nothing, string_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from simulator.script.ast import Expression, Node
    from simulator.script.frame import Code, Frame
    from simulator.script.places import Places
    from simulator.script.scope import Unit
    from simulator.values import Value
    from simulator.version import Version

__all__ = ["Compiler"]

# Calls of a function after which it is worth the time to write it out as Python.
_CALLS = 32


class Compiler:
    """Compiles the nodes of one source text.

    Attributes:
        places: The source, for the places that errors name.
        version: The release whose behaviour it compiles to.
        printer: Shows nodes as compiled code reads.
        in_condition: What is compiled stands after `where`, where operators mean more.
    """

    def __init__(self, places: Places, version: Version) -> None:
        self.places = places
        self.version = version
        self.printer = Printer(places, version)
        self.in_condition = False
        order = ordering(version)
        self._binary = BINARY | {
            b"<": order.less,
            b">": order.more,
            b"<=": order.at_most,
            b">=": order.at_least,
        }
        self._unary = dict(UNARY)
        self._compile: dict[type, Callable[[Any], Code]] = {
            Literal: lambda node: constant(node.value),
            SourceText: lambda node: constant(node.text),
            Variable: lambda node: read_variable(node.binding),
            Property: read_property,
            Text: self._text,
            Operation: self._operation,
            ArrayLiteral: self._array,
            Substitution: self._substitution,
            Quote: self._quote,
            Function: self._function,
            Block: self._block,
            Command: self._command,
            MenuCommand: self._menu_command,
            MenuChange: lambda _: constant(NIL),
            MenuBlock: lambda node: self.compile(node.body),
            Call: self._call,
            Late: self._late,
        }

    def compile(self, node: Node) -> Code:
        """Return what a node does and the value it has."""
        return self._compile[type(node)](node)

    def unit(self, body: Block, unit: Unit, show: Callable[[], bytes]) -> ParsedCode:
        """Return code with variables of its own."""
        return ParsedCode(self.compile(body), unit.slots, show)

    def binary(self, operator: bytes) -> Callable[[Value, Value], Value]:
        """Return what an operator does with two operands."""
        return self._binary[operator]

    def unary(self, operator: bytes) -> Callable[[Value], Value]:
        """Return what an operator does with one operand."""
        return self._unary[operator]

    def failure(self, at: int, command: str, error: RouterError) -> ScriptError:
        """Return an error of a command as the version words it, with its line."""
        if isinstance(error, ScriptError):
            return error
        line = self.places.line(at)
        message = error.message
        if self.version.error_places:
            where = f"{command} ({error.argument})" if error.argument else command
            message += b" (%b; line %d)" % (where.encode(), line)
        return ScriptError(message, bare=error.message, line=line, category=error.category)

    def argument(self, value: Node, at: int, command: str) -> Code:
        """Return the code of an argument, which blames the command for operators' errors."""
        code = self.compile(value)
        if isinstance(value, Literal | Variable | Block | Function | SourceText | Substitution):
            return code  # nothing there that fails by itself

        def evaluate(frame: Frame) -> Value:
            try:
                return code(frame)
            except ScriptError:
                raise
            except RouterError as error:
                if self.version.expression_places:
                    raise self.failure(at, command, error) from None
                raise

        return evaluate

    # Values

    def _text(self, node: Text) -> Code:
        parts = [self.compile(part) for part in _merged(node.parts)]
        if len(parts) == 1:
            return _single(parts[0])

        def text(frame: Frame) -> Value:
            values = [part(frame) for part in parts]
            for value in values:
                if type(value) is Array:
                    return reduce(concatenate, values)
            return bounded(b"".join([string_text(value) for value in values]))

        return text

    def _operation(self, node: Operation) -> Code:
        operands = [self.compile(operand) for operand in node.operands]
        if node.operator == b"<%%":
            return _application(*operands)
        if len(operands) == 1:
            return _prefix(self._unary[node.operator], operands[0])
        operate = self._binary[node.operator]
        code = operands[0]
        for operand in operands[1:]:
            code = _infix(operate, code, operand)
        return code

    def _array(self, node: ArrayLiteral) -> Code:
        items = [self.compile(item) for item in node.items]
        keyed = [(self.compile(key), self.compile(value)) for key, value in node.keyed]

        def array(frame: Frame) -> Value:
            return Array(
                [shared(item(frame)) for item in items],
                {string_text(key(frame)): shared(value(frame)) for key, value in keyed},
            )

        return array

    def _quote(self, node: Quote) -> Code:
        inner = node.body
        if isinstance(inner, ArrayLiteral):
            # Quoting an array quotes each of its members (section 13.5).
            return self._array(
                ArrayLiteral(
                    inner.at,
                    tuple(map(_quoted, inner.items)),
                    tuple((key, _quoted(value)) for key, value in inner.keyed),
                )
            )
        body = self.compile(inner)

        def quote(frame: Frame) -> Value:
            return Op(body, frame, lambda: self.printer.show(inner))

        return quote

    def _function(self, node: Function) -> Code:
        # A function is an array whose second member is its code (section 5).
        code = self.unit(node.body, node.unit, lambda: self.printer.show(node.body))
        if not self.in_condition:
            code.body = _warming(self, node.body, code)
        return constant(Array([NIL, code]))

    def _substitution(self, node: Substitution) -> Code:
        statements = node.body.statements
        last = statements[-1] if statements else None
        if isinstance(last, Command) and last.builtin.name == "onerror":
            from simulator.script.commands.errors import onerror_value  # noqa: PLC0415 - a cycle

            codes = [*map(self.compile, statements[:-1]), onerror_value(self, last)]
        elif isinstance(last, MenuCommand):
            from simulator.script.menu_command import compile_menu_command  # noqa: PLC0415 - as above

            value = compile_menu_command(self, last, shown=False)
            codes = [*map(self.compile, statements[:-1]), value]
        else:
            codes = [self.compile(statement) for statement in statements]
        body = _sequence(codes)

        def substitution(frame: Frame) -> Value:
            try:
                value = body(frame)
            except ReturnSignal as signal:
                return signal.value
            return NIL if isinstance(value, Nothing) else value

        return substitution

    # Statements

    def _block(self, node: Block) -> Code:
        return _sequence([self.compile(statement) for statement in node.statements])

    def _command(self, node: Command) -> Code:
        from simulator.script.commands import compile_command  # noqa: PLC0415 - a cycle

        return compile_command(self, node)

    def _menu_command(self, node: MenuCommand) -> Code:
        from simulator.script.menu_command import compile_menu_command  # noqa: PLC0415 - a cycle

        return compile_menu_command(self, node)

    def condition(self, test: Expression) -> Code:
        """Compile what follows `where`: there a property that is set holds."""
        saved = self._binary, self._unary, self.in_condition
        self._binary = self._binary | _CONDITION_BINARY
        self._unary = self._unary | _CONDITION_UNARY
        self.in_condition = True
        code = self.compile(test)
        self._binary, self._unary, self.in_condition = saved
        return code

    def _call(self, node: Call) -> Code:
        function = self.compile(node.function)
        positional = [self.compile(value) for value in node.positional]
        named = [(name, self.compile(value)) for name, value in node.named]
        first: list[Value] = []
        if node.by_name:
            first = [self.printer.show(node.function)]

        def invoke(frame: Frame) -> Value:
            return call(
                frame.run,
                function(frame),
                [*first, *[value(frame) for value in positional]],
                {name: value(frame) for name, value in named},
            )

        return invoke

    def _late(self, node: Late) -> Code:
        line, column = self.places.place(node.blamed)
        message = self.places.located(node.message, node.blamed)

        def fail(_: Frame) -> Value:
            raise ScriptError(message, bare=node.message, line=line, column=column)

        return fail


def _merged(parts: tuple[Expression, ...]) -> list[Expression]:
    """Return the parts of a string, with texts that only an escape has parted as one."""
    merged: list[Expression] = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, Literal) and isinstance(last, Literal):
            merged[-1] = Literal(last.at, string_text(last.value) + string_text(part.value))
        else:
            merged.append(part)
    return merged


def _warming(compiler: Compiler, body: Block, code: ParsedCode) -> Code:
    """Return a function's body that gives way to a faster one when it is called often."""
    cold, calls = code.body, 0

    def run(frame: Frame) -> Value:
        nonlocal calls
        calls += 1
        if calls == _CALLS:
            from simulator.script.hot import heat  # noqa: PLC0415 - a cycle

            heat(compiler, body, code)
        return cold(frame)

    return run


def constant(value: Value) -> Code:
    return lambda _: value


def _sequence(codes: list[Code]) -> Code:
    if not codes:
        return constant(NIL)
    if len(codes) == 1:
        return codes[0]
    *front, last = codes

    def sequence(frame: Frame) -> Value:
        for code in front:
            code(frame)
        return last(frame)

    return sequence


def _single(part: Code) -> Code:
    """Return a string that is nothing but one interpolation; an array stays one."""

    def text(frame: Frame) -> Value:
        value = part(frame)
        return value if isinstance(value, Array) else string_text(value)

    return text


def _prefix(operate: Callable[[Value], Value], operand: Code) -> Code:
    return lambda frame: operate(operand(frame))


def _infix(operate: Callable[[Value, Value], Value], left: Code, right: Code) -> Code:
    return lambda frame: operate(left(frame), right(frame))


def _application(function: Code, arguments: Code) -> Code:
    return lambda frame: apply(frame.run, function(frame), arguments(frame))


def _quoted(node: Expression) -> Expression:
    return node if isinstance(node, Literal) else Quote(node.at, node)


def holds(value: Value) -> bool:
    """Tell whether a term of a condition holds: a flag that is true, a property that is set."""
    if isinstance(value, bool | int | bytes):
        return bool(value)
    return not isinstance(value, Nil | Nothing)


_CONDITION_BINARY: dict[bytes, Callable[[Value, Value], Value]] = {
    b"and": lambda left, right: holds(left) and holds(right),
    b" ": lambda left, right: holds(left) and holds(right),
    b"or": lambda left, right: holds(left) or holds(right),
}
_CONDITION_UNARY: dict[bytes, Callable[[Value], Value]] = {b"!": lambda value: not holds(value)}
