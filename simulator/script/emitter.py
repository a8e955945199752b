"""Python source for expressions that a script evaluates again and again.

A closure for each node costs a call for each node. Where a loop or a function
turns out to run often (see `hot`), its hot shapes are written out as Python
instead: numbers are added and compared in place, and only values of other
types, or results that 64 bits do not hold, go through `operators`. What has
no such shape stays the closure that it was. Both give the same results; the
closures are what the language means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.errors import RouterError
from simulator.script.ast import Call, Literal, Operation, Substitution, Text, Variable
from simulator.script.code import call
from simulator.script.frame import BreakSignal, ContinueSignal, ReturnSignal
from simulator.script.operators import shared
from simulator.script.scope import Global, Local, Parameter
from simulator.values import NIL, NOTHING, Array, Nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.script.ast import Expression
    from simulator.script.compiler import Compiler

__all__ = ["Emitter", "Term"]

_RUNTIME: dict[str, Any] = {
    "NIL": NIL,
    "NOTHING": NOTHING,
    "Array": Array,
    "BreakSignal": BreakSignal,
    "ContinueSignal": ContinueSignal,
    "Nothing": Nothing,
    "ReturnSignal": ReturnSignal,
    "RouterError": RouterError,
    "call": call,
    "shared": shared,
}
_LOW, _HIGH = -(2**63), 2**63 - 1
_ARITHMETIC = {b"+": "+", b"-": "-", b"*": "*"}
_DIVISION = {b"/": "//", b"%": "%"}
_ORDER = {b"<": "<", b">": ">", b"<=": "<=", b">=": ">="}
_EQUALITY = {b"=": "==", b"!=": "!="}
_LOGIC = {b"and": "and", b"or": "or"}


class Term(NamedTuple):
    """A value in emitted code: a name or a constant, and what is known of its type.

    `kind` is int, bool or bytes where that is sure, object for a value that is no array,
    None for any.
    """

    text: str
    kind: type | None = None


_NIL = Term("NIL", object)


class Emitter:
    """Lines of Python with the constants they name.

    Emitted functions take the frame as `F` and find in local names: `L` its locals, `P` its
    positional and `N` its named parameters, `R` the run, `G` the globals.
    """

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler
        self.names: dict[str, Any] = dict(_RUNTIME)
        self.lines: list[str] = []
        self.depth = 1
        self._temps = 0

    # Writing

    def line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    def temp(self) -> str:
        self._temps += 1
        return f"t{self._temps}"

    def constant(self, value: Any) -> str:
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name

    def indented(self) -> _Indent:
        """Return a context in which lines stand one step further in."""
        return _Indent(self)

    def function(self, parameters: str, result: str) -> Any:
        """Return the function that the lines make, `result` being its value."""
        head = [f"def hot({parameters}):"]
        if "F" in parameters:
            head.append("    L = F.locals; P = F.positional; N = F.named; R = F.run")
        head.append("    G = R.globals")
        if any("breathe()" in line for line in self.lines):
            head.append("    breathe = R.host.breathe")
        source = "\n".join([*head, *self.lines, f"    return {result}", ""])
        code = compile(source, "<hot script>", "exec")
        exec(code, self.names)  # noqa: S102 - our own lines; texts of scripts are constants in it
        return self.names["hot"]

    @property
    def needs_frame(self) -> bool:
        """Whether closures are called, which take the frame."""
        return any("(F" in line for line in self.lines)

    # Expressions

    def argument(self, node: Expression, at: int, command: str) -> Term:
        """Write an argument's evaluation; the command is blamed for operators' errors."""
        if isinstance(node, Literal | Variable) or not self.compiler.version.expression_places:
            return self.expression(node)
        compiler = self.compiler

        def failure(error: RouterError) -> RouterError:
            return compiler.failure(at, command, error)

        self.line("try:")
        with self.indented():
            term = self.expression(node)
            self.line("pass")
        self.line("except RouterError as error:")
        with self.indented():
            self.line(f"raise {self.constant(failure)}(error) from None")
        return term

    def expression(self, node: Expression) -> Term:
        """Write an expression's evaluation and return its value."""
        if isinstance(node, Literal):
            return self._literal(node)
        if isinstance(node, Variable):
            return self._variable(node)
        if isinstance(node, Operation) and node.operator != b"<%%":
            return self._operation(node)
        if isinstance(node, Substitution):
            return self._substitution(node)
        found = self.fallback(node)
        return Term(found.text, None if isinstance(node, Text) else found.kind)

    def fallback(self, node: Any) -> Term:
        """Write a call of the node's closure."""
        return self._set(f"{self.constant(self.compiler.compile(node))}(F)")

    def _set(self, text: str, kind: type | None = None) -> Term:
        name = self.temp()
        self.line(f"{name} = {text}")
        return Term(name, kind)

    def _literal(self, node: Literal) -> Term:
        kind = type(node.value)
        if kind is int or kind is bool:
            return Term(f"({node.value!r})" if kind is int else repr(node.value), kind)
        return Term(self.constant(node.value), bytes if kind is bytes else None)

    def _variable(self, node: Variable) -> Term:
        match node.binding:
            case Local(_, slot):
                return self._set(f"L[{slot}]")
            case Parameter(name) if name.isdigit() and len(name) < 4:
                number = int(name)
                return self._set(f"P[{number}] if len(P) > {number} else NOTHING")
            case Parameter(name) if not name.isdigit():
                return self._set(f"N.get({name!r}, NOTHING)")
            case Global(name):
                return self._set(f"N[{name!r}] if {name!r} in N else G.get({name!r}, NOTHING)")
            case _:
                return self.fallback(node)

    def _operation(self, node: Operation) -> Term:
        first = self.expression(node.operands[0])
        if len(node.operands) == 1:
            return self._prefix(node.operator, first)
        for operand in node.operands[1:]:
            first = self._binary(node.operator, first, self.expression(operand))
        return first

    def _prefix(self, operator: bytes, operand: Term) -> Term:
        if operator == b"!" and operand.kind is bool:
            return self._set(f"not {operand.text}", bool)
        slow = self.constant(self.compiler.unary(operator))
        if operator == b"!":
            test = f"not {operand.text} if type({operand.text}) is bool else {slow}({operand.text})"
            return self._set(test, bool)
        return self._set(f"{slow}({operand.text})", object)

    def _binary(self, operator: bytes, left: Term, right: Term) -> Term:
        a, b = left.text, right.text
        slow = f"{self.constant(self.compiler.binary(operator))}({a}, {b})"
        if operator in _ARITHMETIC:
            return self._arithmetic(f"{a} {_ARITHMETIC[operator]} {b}", slow, left, right)
        if operator in _DIVISION:
            return self._division(f"{a} {_DIVISION[operator]} {b}", slow, left, right)
        if operator in _ORDER:
            return self._chosen(f"{a} {_ORDER[operator]} {b}", slow, _are(int, left, right))
        if operator in _EQUALITY:
            same = right.kind if right.kind in (int, bytes) else left.kind
            if same in (int, bytes):
                test = f"{a} {_EQUALITY[operator]} {b}"
                return self._chosen(test, slow, _are(same, left, right))
            return self._set(slow, bool)
        if operator in _LOGIC:
            return self._chosen(f"{a} {_LOGIC[operator]} {b}", slow, _are(bool, left, right))
        return self._set(slow, bool if operator in (b"~", b"in") else None)

    def _chosen(self, fast: str, slow: str, test: str | None) -> Term:
        """Write a comparison; without a test nothing but the slow form will do."""
        if test is None:
            return self._set(slow, bool)
        return self._set(f"{fast} if {test} else {slow}" if test else fast, bool)

    def _arithmetic(self, fast: str, slow: str, left: Term, right: Term) -> Term:
        test = _are(int, left, right)
        if test is None:
            return self._set(slow, object)
        name = self.temp()
        self.line(f"if {test or True}:")
        with self.indented():
            self.line(f"{name} = {fast}")
            self.line(f"if not {_LOW} <= {name} <= {_HIGH}:")
            with self.indented():
                self.line(f"{name} = {slow}")
        self.line("else:")
        with self.indented():
            self.line(f"{name} = {slow}")
        return Term(name, object)

    def _division(self, fast: str, slow: str, left: Term, right: Term) -> Term:
        test = _are(int, left, right)
        if test is None:
            return self._set(slow, object)
        # Python rounds down, RouterOS towards zero: the same only without signs.
        signs = f"{left.text} >= 0 < {right.text}"
        return self._set(
            f"{fast} if {' and '.join(filter(None, (test, signs)))} else {slow}", object
        )

    def _substitution(self, node: Substitution) -> Term:
        statements = node.body.statements
        if len(statements) == 1 and isinstance(statements[0], Call):
            return self.call(statements[0], inside=True)
        return self.fallback(node)

    def call(self, node: Call, *, inside: bool = False) -> Term:
        """Write a call; inside `[ ]` a value that is nothing is nil."""
        function = self.expression(node.function)
        alone = not (node.by_name or node.positional or node.named)
        if alone and function.kind is not None:
            return function  # a value that is no function is its own result
        first = [repr(self.compiler.printer.show(node.function))] if node.by_name else []
        positional = [*first, *(self.expression(value).text for value in node.positional)]
        named = [f"{name!r}: {self.expression(value).text}" for name, value in node.named]
        found = self._set(
            f"call(R, {function.text}, [{', '.join(positional)}], {{{', '.join(named)}}})"
        )
        if inside:
            self.line(f"if {found.text} is NOTHING: {found.text} = NIL")
        return found


class _Indent:
    def __init__(self, emitter: Emitter) -> None:
        self._emitter = emitter

    def __enter__(self) -> None:
        self._emitter.depth += 1

    def __exit__(self, *_: object) -> None:
        self._emitter.depth -= 1


def _are(kind: type, *terms: Term) -> str | None:
    """Return the test that the terms are of a type, "" when it is sure, None when they are not."""
    if any(term.kind not in (kind, None, object) for term in terms):
        return None
    return " and ".join(_tests(kind, terms))


def _tests(kind: type, terms: tuple[Term, ...]) -> Iterator[str]:
    for term in terms:
        if term.kind is not kind:
            yield f"type({term.text}) is {kind.__name__}"
