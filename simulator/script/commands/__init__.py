"""What the global commands do, one module for each group of them.

A command is either a function of its arguments' values or, when it decides
what is evaluated (`:if`, `:local` …), a function that compiles it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.script.commands import (
    arrays,
    code,
    conversion,
    errors,
    flow,
    json,
    output,
    strings,
    system,
    time,
    variables,
)
from simulator.script.commands.registry import FUNCTIONS, SPECIAL, compile_function

if TYPE_CHECKING:
    from simulator.script.ast import Command
    from simulator.script.compiler import Compiler
    from simulator.script.frame import Code

__all__ = ["compile_command"]

# Importing a group registers its commands.
_GROUPS = (
    arrays,
    code,
    conversion,
    errors,
    flow,
    json,
    output,
    strings,
    system,
    time,
    variables,
)


def compile_command(compiler: Compiler, node: Command) -> Code:
    """Return what a global command does and the value it has."""
    name = node.builtin.name
    if name in SPECIAL:
        return SPECIAL[name](compiler, node)
    return compile_function(compiler, node, FUNCTIONS[name])
