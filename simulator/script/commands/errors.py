"""Commands that raise and catch errors.

Source: routeros-script.md, sections 4 and 14.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import RouterError, ScriptError
from simulator.script.commands.flow import argument
from simulator.script.commands.registry import missing, special
from simulator.script.commands.time import seconds_of
from simulator.script.compiler import constant
from simulator.script.frame import ReturnSignal
from simulator.script.variables import variable_writer
from simulator.values import NIL, string_text

if TYPE_CHECKING:
    from simulator.script.ast import Command
    from simulator.script.compiler import Compiler
    from simulator.script.frame import Code, Frame
    from simulator.values import Value

__all__ = ["onerror_value"]


@special("error")
def _error(compiler: Compiler, node: Command) -> Code:
    message = argument(compiler, node, "message")
    if message is None:
        return missing(compiler, node) or constant(NIL)

    def run(frame: Frame) -> Value:
        value = message(frame)
        error = compiler.failure(node.at, ":error", RouterError(string_text(value)))
        error.value = value
        raise error

    return run


@special("onerror")
def _onerror(compiler: Compiler, node: Command) -> Code:
    return _catcher(compiler, node, yields=False)


def onerror_value(compiler: Compiler, node: Command) -> Code:
    """Compile `[:onerror …]`, whose value is whether an error came, or what `do` returns.

    A `:return` inside `in` does not leave the brackets there (seen on 7.x).
    """
    return _catcher(compiler, node, yields=True)


def _catcher(compiler: Compiler, node: Command, *, yields: bool) -> Code:
    body = argument(compiler, node, "in")
    handler = argument(compiler, node, "do") or constant(NIL)
    if body is None or not node.bindings:
        return missing(compiler, node) or constant(NIL)
    write = variable_writer(node.bindings[0])
    # Before 7.19 an `:error` of the handler was its value (one transcript).
    error_is_value = yields and not compiler.version.since("7.19")

    def run(frame: Frame) -> Value:
        try:
            body(frame)
        except RouterError as error:
            write(frame, error.message)
        except ReturnSignal:
            if not yields:
                raise
            return False
        else:
            return False
        try:
            handler(frame)
        except ScriptError as error:
            if not error_is_value or error.value is None:
                raise
            return string_text(error.value)  # type: ignore[arg-type]  # a Value: `:error` put it there
        return True

    return run


@special("retry")
def _retry(compiler: Compiler, node: Command) -> Code:
    body = argument(compiler, node, "command")
    if body is None:
        return missing(compiler, node) or constant(NIL)
    times = argument(compiler, node, "max") or constant(1)
    delay = argument(compiler, node, "delay") or constant(0)
    handler = argument(compiler, node, "on-error")

    def run(frame: Frame) -> Value:
        left = times(frame)
        if type(left) is not int or left <= 0:
            return NIL
        while True:
            try:
                return body(frame)
            except RouterError:
                left -= 1
                if not left:
                    if handler is None:
                        raise
                    return handler(frame)
            frame.run.host.wait(seconds_of(delay(frame)))

    return run
