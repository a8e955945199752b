"""How the groups of commands make themselves known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import RouterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.script.ast import Command
    from simulator.script.compiler import Compiler
    from simulator.script.frame import Code, Frame, Run
    from simulator.values import Value

__all__ = [
    "FUNCTIONS",
    "SPECIAL",
    "Arguments",
    "compile_function",
    "function",
    "missing",
    "special",
]


class Arguments(dict[str, "Value"]):
    """The values given to a command, by the arguments' full names."""

    __slots__ = ("run",)

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run


SPECIAL: dict[str, Callable[[Compiler, Command], Code]] = {}
FUNCTIONS: dict[str, Callable[..., Value]] = {}
# Functions of one value, called with it and nothing else.
_UNARY: set[str] = set()


def special(name: str) -> Callable[[Callable[[Compiler, Command], Code]], Callable[..., Code]]:
    """Register a function that compiles the command."""

    def register(compile_it: Callable[[Compiler, Command], Code]) -> Callable[..., Code]:
        SPECIAL[name] = compile_it
        return compile_it

    return register


def function(
    name: str, *, unary: bool = False
) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Register a function of the command's evaluated arguments.

    Args:
        name: The command.
        unary: It takes its one value as it is; the others take `Arguments`.
    """

    def register(body: Callable[..., Value]) -> Callable[..., Value]:
        FUNCTIONS[name] = body
        if unary:
            _UNARY.add(name)
        return body

    return register


def missing(compiler: Compiler, node: Command) -> Code | None:
    """Return the code that fails for lack of required arguments, None when all are there."""
    absent = [name for name in node.builtin.required if name not in node.arguments]
    if not absent:
        return None
    text = ("missing value(s) of argument(s) " + " ".join(absent)).encode()

    def fail(_: Frame) -> Value:
        raise compiler.failure(node.at, ":" + node.builtin.name, RouterError(text))

    return fail


def compile_function(compiler: Compiler, node: Command, body: Callable[..., Value]) -> Code:
    """Return the code that evaluates the arguments and calls the function."""
    fails = missing(compiler, node)
    if fails is not None:
        return fails
    command = ":" + node.builtin.name
    codes = [
        (name, compiler.argument(value, node.at, command)) for name, value in node.arguments.items()
    ]
    if node.builtin.name in _UNARY and len(codes) == 1:
        only = codes[0][1]

        def run_unary(frame: Frame) -> Value:
            value = only(frame)
            try:
                return body(value)
            except RouterError as error:
                raise compiler.failure(node.at, command, error) from None

        return run_unary

    def run(frame: Frame) -> Value:
        values = Arguments(frame.run)
        for name, code in codes:
            values[name] = code(frame)
        try:
            return body(values)
        except RouterError as error:
            raise compiler.failure(node.at, command, error) from None

    return run
