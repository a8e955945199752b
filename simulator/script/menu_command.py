"""Commands of menus: from arguments in a script to a Request, from a Reply to a value.

Source: routeros-script.md, sections 3.1 and 17.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.console.request import Request
from simulator.errors import RouterError
from simulator.script.ast import Literal, Operation, Property, Text, Variable
from simulator.script.compiler import holds
from simulator.script.frame import Frame
from simulator.values import NIL, Array, Id, Ip, string_text, to_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.request import Predicate, Reply
    from simulator.script.ast import Expression, MenuCommand
    from simulator.script.compiler import Compiler
    from simulator.script.frame import Code
    from simulator.values import Value

__all__ = ["compile_menu_command"]


def compile_menu_command(compiler: Compiler, node: MenuCommand, *, shown: bool = True) -> Code:
    """Return the code that runs the command and has its value.

    Args:
        compiler: Of the source.
        node: The command.
        shown: Nobody takes the value: the count of `print count-only` is printed.
    """
    name = node.syntax.name
    path = "/" + "/".join((*node.menu, name))
    arguments = [
        (key, compiler.argument(value, node.at, path)) for key, value in node.arguments.items()
    ]
    flags: dict[str, Value] = dict.fromkeys(node.flags, True)
    test = None if node.where is None else compiler.condition(node.where.test)
    counts = shown and name == "print" and "count-only" in flags
    equals = [] if node.where is None else _equalities(compiler, node.where.test)

    def run(frame: Frame) -> Value:
        given = {key: value(frame) for key, value in arguments} | flags
        proplist = _proplist(given.pop("proplist", None))
        where = None if test is None else _predicate(test, frame, equals)
        request = Request(node.menu, name, given, node.unset, where, proplist)
        try:
            found = _value(request, frame.run.host.execute(request))
        except RouterError as error:
            raise compiler.failure(node.at, path, error) from None
        if counts and "file" not in given:
            frame.run.host.put(to_text(found) + b"\n")
        return found

    return run


def _proplist(value: Value | None) -> tuple[str, ...] | None:
    if value is None:
        return None
    if isinstance(value, Array):
        return tuple(string_text(member).decode("latin-1") for member in value.items)
    return tuple(string_text(value).decode("latin-1").split(","))


def _equalities(compiler: Compiler, test: Expression) -> list[tuple[str, Code]]:
    """Return the properties that a condition wants equal to values that no item changes."""
    if not isinstance(test, Operation):
        return []
    if test.operator in (b"and", b" "):
        return [each for operand in test.operands for each in _equalities(compiler, operand)]
    if test.operator != b"=" or len(test.operands) != 2:
        return []
    left, right = test.operands
    if isinstance(left, Property) and left.known and _is_fixed(right):
        return [(left.name.decode("latin-1"), compiler.compile(right))]
    return []


def _is_fixed(node: Expression) -> bool:
    """Tell whether a value is the same for every item, and may be had without running anything."""
    match node:
        case Literal() | Variable():
            return True
        case Property():
            return not node.known
        case Text(_, parts):
            return all(map(_is_fixed, parts))
        case Operation(_, b"->" | b".", operands):
            return all(map(_is_fixed, operands))
        case _:
            return False


def _wanted(equals: list[tuple[str, Code]], frame: Frame) -> dict[str, bytes]:
    """Return the texts that properties must show, of those equalities that ask for a text."""
    found: dict[str, bytes] = {}
    for name, code in equals:
        value = code(frame)
        if name == ".id":
            if isinstance(value, Id):
                found[name] = value.text
        elif isinstance(value, Ip):
            found[name] = to_text(value)
        elif isinstance(value, bytes) and not value.startswith(b"*"):
            found[name] = value  # one with a star would be taken for an id
    return found


class _Chooser:
    """A condition with what the tables need to know of it to use their indexes."""

    __slots__ = ("_frame", "_test", "equals")

    def __init__(self, test: Code, frame: Frame, equals: dict[str, bytes]) -> None:
        self._test = test
        self._frame = frame
        self.equals = equals

    def __call__(self, row: Mapping[str, Value]) -> bool:
        self._frame.row = row
        return holds(self._test(self._frame))


def _predicate(test: Code, frame: Frame, equals: list[tuple[str, Code]]) -> Predicate:
    # A frame of its own, which shares the variables: conditions may hold conditions.
    own = Frame(frame.run, frame.locals, frame.positional, frame.named)
    return _Chooser(test, own, _wanted(equals, own))


def _value(request: Request, reply: Reply) -> Value:
    """Return what the command is worth in a script (sections 3.1, 17.1 and 17.2)."""
    if reply.ret is not None:
        return reply.ret
    if request.command == "find":
        return Array()
    if "as-value" in request.arguments or request.command == "get":
        rows: list[Value] = [_map(row) for row in reply.rows]
        if reply.listing or len(rows) > 1:
            return Array(rows)
        return rows[0] if rows else Array()
    return NIL


def _map(row: Mapping[str, Value]) -> Value:
    return Array([], {name.encode("latin-1"): value for name, value in row.items()})
