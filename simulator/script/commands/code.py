"""Commands that take code as text: `:parse`, `:execute`, `:grep`.

Source: routeros-script.md, sections 15 and 20.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import ParseError
from simulator.script.code import ParsedCode
from simulator.script.commands.registry import Arguments, function
from simulator.script.commands.strings import to_crlf
from simulator.script.operators import bounded
from simulator.script.regexp import matches
from simulator.values import Array, CodeValue, Id, parse_number, string_text, to_text

if TYPE_CHECKING:
    from simulator.script.frame import Frame
    from simulator.values import Value

__all__: list[str] = []


@function("parse")
def _parse(given: Arguments) -> Value:
    from simulator.script.program import compile_code  # noqa: PLC0415 - a cycle

    value = given["value"]
    if isinstance(value, CodeValue):
        return value
    host = given.run.host
    try:
        return compile_code(string_text(value), host.tree, host.version)
    except ParseError as error:
        return _refused(error)


def _refused(error: ParseError) -> ParsedCode:
    """Return what a rejected source becomes: its value reads as the message, running fails."""

    def fail(_: Frame) -> Value:
        raise error

    return ParsedCode(fail, 0, lambda: error.message)


@function("execute")
def _execute(given: Arguments) -> Value:
    source = _source(given["script"])
    if "as-string" in given:
        return given.run.host.run_captured(source)
    file = string_text(given["file"]) if "file" in given else None
    return given.run.host.start_script(source, file)


def _source(value: Value) -> bytes:
    source = to_text(value) if isinstance(value, CodeValue | Id) else string_text(value)
    return bounded(source)


@function("grep")
def _grep(given: Arguments) -> Value:
    output = given.run.host.run_captured(_source(given.get("script", b"")))
    pattern = string_text(given.get("pattern", b""))
    lines = output.replace(b"\r\n", b"\n").splitlines()
    before, after = (_count(given.get(name)) for name in ("before", "after"))
    wanted: set[int] = set()
    for at, line in enumerate(lines):
        if matches(line, pattern):
            wanted.update(range(at - before, at + after + 1))
    found: list[Value] = [line for at, line in enumerate(lines) if at in wanted]
    if "as-array" in given:
        return Array(found)
    text = b"\n".join(map(string_text, found))
    if "filename" in given:
        given.run.host.save_file(string_text(given["filename"]), to_crlf(text + b"\n"))
    elif found:
        given.run.host.put(text + b"\n")
    return text


def _count(value: Value | None) -> int:
    return 0 if value is None else max(parse_number(to_text(value)) or 0, 0)
