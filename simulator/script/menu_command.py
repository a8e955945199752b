"""Commands of menus: from arguments in a script to a Request, from a Reply to a value.

Source: routeros-script.md, sections 3.1 and 17.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.console.request import Request
from simulator.errors import RouterError
from simulator.script.compiler import holds
from simulator.script.frame import Frame
from simulator.values import NIL, Array, string_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.request import Predicate, Reply
    from simulator.script.ast import MenuCommand
    from simulator.script.compiler import Compiler
    from simulator.script.frame import Code
    from simulator.values import Value

__all__ = ["compile_menu_command"]


def compile_menu_command(compiler: Compiler, node: MenuCommand) -> Code:
    """Return the code that runs the command and has its value."""
    name = node.syntax.name
    path = "/" + "/".join((*node.menu, name))
    arguments = [
        (key, compiler.argument(value, node.at, path)) for key, value in node.arguments.items()
    ]
    flags: dict[str, Value] = dict.fromkeys(node.flags, True)
    test = None if node.where is None else compiler.condition(node.where.test)

    def run(frame: Frame) -> Value:
        given = {key: value(frame) for key, value in arguments} | flags
        proplist = _proplist(given.pop("proplist", None))
        where = None if test is None else _predicate(test, frame)
        request = Request(node.menu, name, given, node.unset, where, proplist)
        try:
            return _value(request, frame.run.host.execute(request))
        except RouterError as error:
            raise compiler.failure(node.at, path, error) from None

    return run


def _proplist(value: Value | None) -> tuple[str, ...] | None:
    if value is None:
        return None
    if isinstance(value, Array):
        return tuple(string_text(member).decode("latin-1") for member in value.items)
    return tuple(string_text(value).decode("latin-1").split(","))


def _predicate(test: Code, frame: Frame) -> Predicate:
    # A frame of its own, which shares the variables: conditions may hold conditions.
    own = Frame(frame.run, frame.locals, frame.positional, frame.named)

    def accepts(row: Mapping[str, Value]) -> bool:
        own.row = row
        return holds(test(own))

    return accepts


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
