"""Cases of kind `script` of reported-faults.jsonl: stored scripts, exports and imports."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.console.request import Context
from simulator.errors import ParseError, RouterError, ScriptError
from simulator.process import Process
from simulator.runtime import run_terminal
from simulator.terminal import drive, terminal_actor
from tests.cases.model import expect
from tests.cases.placeholders import STATIC, expand
from tests.cases.routers import apply_setup, check_state, make_router
from tests.cases.variants import expected_of, variants

if TYPE_CHECKING:
    from simulator.router import Router
    from tests.cases.model import Case

__all__ = ["run"]

_NAME = "case"


@dataclass(frozen=True)
class _Ending:
    """What a script printed, and what ended it."""

    output: bytes
    error: RouterError | None
    export: str = ""

    @property
    def lines(self) -> list[str]:
        text = self.output.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
        return text.removesuffix("\n").split("\n") if text else []


def run(case: Case) -> None:
    """Run every variant of the case."""
    for number, given in enumerate(variants(case.data["input"])):
        wanted = expected_of(case.data["expect"], number)
        _run(expand(given, STATIC), expand(wanted, STATIC))


def _run(given: dict[str, Any], wanted: dict[str, Any]) -> None:
    router = make_router(given)
    if given.get("op") == "export":
        ending = _export(router, given)
    elif given.get("op") == "export-import":
        router, ending = _export_and_import(router, given)
    else:
        ending = _run_stored(router, given.get("runs") or [given["script"]])
    _check_outcome(ending, wanted)
    _check_output(ending, wanted)
    _check_export(ending.export, wanted)
    check_state(router, wanted.get("state", []))


def _export(router: Router, given: dict[str, Any]) -> _Ending:
    command = f"{given.get('path', '')} export {given.get('args', '')}".strip()
    source = command if command.startswith("/") else f"/{command}"
    output, error, _ = run_terminal(router, source.encode())
    return _Ending(b"", error, output.decode("utf-8", "surrogateescape"))


def _export_and_import(router: Router, given: dict[str, Any]) -> tuple[Router, _Ending]:
    exported = _export(router, given)
    expect(exported.error is None, f"export: {exported.error}")
    if given.get("reset_before_import", False):
        router = make_router({key: value for key, value in given.items() if key != "setup"})
    router.files.write(b"case.rsc", exported.export.encode("utf-8", "surrogateescape"))
    output, error, _ = run_terminal(router, b"/import file-name=case.rsc")
    return router, _Ending(output, error, exported.export)


def _run_stored(router: Router, sources: list[str]) -> _Ending:
    """Run scripts from the router's store, one after the other, until one fails."""
    output = bytearray()
    for number, source in enumerate(sources):
        name = f"{_NAME}{number}"
        apply_setup(
            router, [{"path": "/system/script", "items": [{"name": name, "source": source}]}]
        )
        item = router.tables["/system/script"].get(name.encode())
        assert item is not None

        def body(process: Process, item: Any = item) -> object:
            context = Context(terminal_actor(router), process, output.extend, _ignore)
            return router.runtime.run_script(item, context)

        process = Process(body, router.clock)
        process.start()
        drive(router, process)
        if process.error is not None:
            if not isinstance(process.error, RouterError):
                raise process.error
            return _Ending(bytes(output), process.error)
    return _Ending(bytes(output), None)


def _ignore(_: object) -> None:
    """Take samples that nobody asked for."""


def _check_outcome(ending: _Ending, wanted: dict[str, Any]) -> None:
    error = ending.error
    text = "" if error is None else str(error)
    if error is None:
        outcome = "ok"
    else:
        outcome = "syntax-error" if isinstance(error, ParseError) else "error"
    right = wanted.get("outcome", outcome)
    allowed = {"error", "syntax-error"} if right == "error-any" else {right}
    expect(outcome in allowed, f"outcome {outcome} {text!r}, not {right}; output {ending.lines}")
    if "error_contains" in wanted:
        expect(wanted["error_contains"] in text, f"error {text!r}")
    if "error_regex" in wanted:
        expect(re.search(wanted["error_regex"], text) is not None, f"error {text!r}")
    for key in ("line", "column"):
        if f"error_{key}" in wanted:
            place = getattr(error, key) if isinstance(error, ScriptError) else None
            expect(place == wanted[f"error_{key}"], f"{key} of the error is {place}: {text!r}")


def _check_output(ending: _Ending, wanted: dict[str, Any]) -> None:
    lines = ending.lines
    if "output" in wanted:
        expect(lines == wanted["output"], f"output {lines}, not {wanted['output']}")
    if "output_regex" in wanted:
        patterns = wanted["output_regex"]
        same = len(lines) == len(patterns)
        fits = all(re.search(p, line) for p, line in zip(patterns, lines, strict=False))
        expect(same and fits, f"output {lines}, not like {patterns}")
    for forbidden in wanted.get("forbid_output", ()):
        expect(forbidden not in lines, f"output {lines} holds {forbidden!r}")


def _check_export(text: str, wanted: dict[str, Any]) -> None:
    lines = text.splitlines()
    if "first_line" in wanted:
        first = lines[0] if lines else ""
        expect(first == wanted["first_line"], f"first line {first!r}, not {wanted['first_line']!r}")
    if "contains" in wanted:
        does, what = wanted["contains"]
        expect((what in text) == does, f"export contains {what}: {what in text}")
    if "max_line_length" in wanted:
        longest = max(map(len, lines), default=0)
        expect(longest <= wanted["max_line_length"], f"longest line of the export: {longest}")
