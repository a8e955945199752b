"""Commands that print, and the environment they print.

Source: routeros-script.md, sections 3.1, 7 and 15.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.script.code import code_of
from simulator.script.commands.registry import Arguments, function
from simulator.values import NIL, Array, CodeValue, to_text

if TYPE_CHECKING:
    from simulator.values import Value

__all__ = ["environment_text"]


@function("put")
def _put(given: Arguments) -> Value:
    message = given["message"]
    given.run.host.put(to_text(message) + b"\n")
    return message


@function("beep")
def _beep(_: Arguments) -> Value:
    return NIL


@function("environment")
def _environment(given: Arguments) -> Value:
    variables = given.run.globals
    for name in sorted(variables):
        given.run.host.put(name + b"=" + environment_text(variables[name]) + b"\n")
    return NIL


def environment_text(value: Value) -> bytes:
    """Return a global as the environment lists it: strings quoted, arrays in braces."""
    if isinstance(value, bytes):
        return b'"' + value + b'"'
    if isinstance(value, CodeValue):
        return value.string_text()
    if not isinstance(value, Array):
        return to_text(value)
    if code_of(value) is not None:
        return to_text(value)
    return b"{%b}" % b"; ".join(
        environment_text(member) if isinstance(key, int) else key + b"=" + environment_text(member)
        for key, member in value.members()
    )
