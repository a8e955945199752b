"""`:local`, `:global` and `:set`.

Source: routeros-script.md, sections 7 and 8.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import RouterError
from simulator.script.ast import Expression, Literal, Operation, Property, Variable
from simulator.script.commands.flow import argument
from simulator.script.commands.registry import missing, special
from simulator.script.compiler import constant
from simulator.script.scope import Computed, Global
from simulator.script.variables import appender, member_writer, variable_writer
from simulator.values import NIL, NOTHING, string_text

if TYPE_CHECKING:
    from simulator.script.ast import Command
    from simulator.script.compiler import Compiler
    from simulator.script.frame import Code, Frame
    from simulator.script.scope import Binding
    from simulator.values import Value

__all__ = ["appended"]


def _value(compiler: Compiler, node: Command) -> Code | None:
    return argument(compiler, node, "do") or argument(compiler, node, "value")


@special("local")
def _local(compiler: Compiler, node: Command) -> Code:
    if not node.bindings:
        return missing(compiler, node) or constant(NIL)
    binding = node.bindings[0]
    value = _value(compiler, node) or constant(NOTHING)
    if isinstance(binding, Computed):
        return value  # its name comes too late for anything to read it
    write = variable_writer(binding)

    def run(frame: Frame) -> Value:
        write(frame, value(frame))
        return NIL

    return run


@special("global")
def _global(compiler: Compiler, node: Command) -> Code:
    if not node.bindings:
        return missing(compiler, node) or constant(NIL)
    binding = node.bindings[0]
    value = _value(compiler, node)
    if isinstance(binding, Computed):
        return _computed(compiler, node, binding, value)
    if value is None:
        return constant(NIL)  # it only brings the name into scope
    write = variable_writer(binding)

    def run(frame: Frame) -> Value:
        write(frame, value(frame))
        return NIL

    return run


def _computed(compiler: Compiler, node: Command, binding: Computed, value: Code | None) -> Code:
    """Compile a command whose variable's name is itself the value of an expression."""
    name = argument(compiler, node, "name") or constant(NIL)
    writes = binding.kind == "set"
    if value is None:
        if not writes:
            return constant(NIL)
        value = constant(NOTHING)
    write_value = value

    def run(frame: Frame) -> Value:
        text = string_text(name(frame))
        target = binding.visible.get(text) if writes else Global(text)
        if target is None:
            raise compiler.failure(node.at, ":set", RouterError(b"unknown variable " + text))
        variable_writer(target)(frame, write_value(frame))
        return NIL

    return run


@special("set")
def _set(compiler: Compiler, node: Command) -> Code:
    if not node.bindings:
        return missing(compiler, node) or constant(NIL)
    value = _value(compiler, node) or constant(NOTHING)
    target = node.arguments["name"]
    if isinstance(target, Operation) and target.operator == b"->":
        base, keys = _path(target)
        if isinstance(base, Variable):
            writer = member_writer(base.binding, [compiler.compile(key) for key in keys])

            def run_member(frame: Frame) -> Value:
                writer(frame, value(frame))
                return NIL

            return run_member
    binding = node.bindings[0]
    if isinstance(binding, Computed):
        return _computed(compiler, node, binding, value)
    rest = appended(node, binding)
    if rest:
        return appender(binding, [compiler.compile(each) for each in rest])
    write = variable_writer(binding)

    def run(frame: Frame) -> Value:
        write(frame, value(frame))
        return NIL

    return run


def appended(node: Command, binding: Binding) -> tuple[Expression, ...]:
    """Return what `:set a ($a , x …)` adds to its own variable; empty for any other form."""
    value = node.arguments.get("value")
    if not isinstance(value, Operation) or value.operator != b",":
        return ()
    first, *rest = value.operands
    same = isinstance(first, Variable) and first.binding == binding
    return tuple(rest) if same else ()


def _path(node: Operation) -> tuple[Expression, list[Expression]]:
    """Return the innermost base of `a->b->c` and the keys, from the outside in."""
    keys: list[Expression] = []
    base: Expression = node
    while isinstance(base, Operation) and base.operator == b"->" and len(base.operands) == 2:
        keys.insert(0, base.operands[1])
        base = base.operands[0]
    assert not isinstance(base, Literal | Property)  # noqa: S101 - the parser has refused them
    return base, keys
