"""`ros-simulator script` and `export`: a fresh router, used once and thrown away.

Text leaves as the bytes the router made. In JSON they are read as UTF-8, and a
byte that is none becomes the surrogate U+DC80 + byte - 0x80, which Python's
`surrogateescape` and any JSON reader turn back: nothing is lost. As in the
cases, lines are joined by newlines and the last one has none.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, TextIO

from simulator.errors import ScriptError, UsageError
from simulator.export import export_text
from simulator.router import Router
from simulator.terminal import run_terminal
from simulator.values import to_text, type_name
from simulator.version import DEFAULT_VERSION, Version

if TYPE_CHECKING:
    from simulator.settings import Settings
    from simulator.values import Value

__all__ = ["case_version", "configured_router", "print_export", "run_cases", "run_script"]

# What the versions that cases name stand for; the rest is a release.
_PERSONAS = {"any": DEFAULT_VERSION.text, "7.15": DEFAULT_VERSION.text, "6.49": "6.49.18"}


def run_script(source: bytes, settings: Settings, *, as_json: bool) -> int:
    """Run a script, print what the terminal shows, and return the exit status.

    Raises:
        UsageError: The configuration script of the settings failed.
    """
    router = configured_router(settings)
    output, error, value = run_terminal(router, source)
    if as_json:
        sys.stdout.write(json.dumps(_result(output, error, value)) + "\n")
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(output)
        sys.stdout.buffer.flush()
        if error is not None:
            sys.stderr.write(_text(error.message) + "\n")
    return 0 if error is None else 1


def run_cases(lines: bytes, out: TextIO) -> int:
    """Run each case of a JSON-lines file on a fresh router, one JSON line out for each.

    A line that is no case, or whose set-up fails, gives an error of its own kind, and the
    next one is run.

    Returns:
        0, or 1 when a line was no case. Whether an answer is right is for whoever knows the
        right one.
    """
    unreadable = 0
    for number, line in enumerate(lines.splitlines(), 1):
        if line.strip():
            try:
                answer = _run_case(line)
            except UsageError as error:
                unreadable += 1
                answer = {"id": None, "error": {"message": f"line {number}: {error}"}}
            out.write(json.dumps(answer) + "\n")
            out.flush()
    return 1 if unreadable else 0


def print_export(settings: Settings) -> int:
    """Print the export of a router that was configured by the settings' script.

    Raises:
        UsageError: The script failed.
    """
    sys.stdout.buffer.write(export_text(configured_router(settings)).replace(b"\r\n", b"\n"))
    sys.stdout.buffer.flush()
    return 0


def configured_router(settings: Settings) -> Router:
    """Make a router on a virtual clock and run the settings' configuration script on it.

    Raises:
        UsageError: The script cannot be read or failed.
    """
    router = Router(
        Version(settings.version),
        settings.identity.encode(),
        users={settings.user.encode(): settings.password.get_secret_value().encode()},
    )
    router.runtime.most_turns = settings.script_turns
    if settings.config is not None:
        try:
            source = settings.config.read_bytes()
        except OSError as error:
            raise UsageError(f"{settings.config}: {error.strerror}") from error
        _, failure, _ = run_terminal(router, source, numbered=True)
        if failure is not None:
            raise UsageError(f"{settings.config}: {_text(failure.message)}")
    return router


def case_version(case: dict[str, Any]) -> Version:
    """Return the release that a case is run as: `until` when it has one, else its version."""
    named = str(case.get("until") or case.get("version") or "any")
    return Version(_PERSONAS.get(named, named))


def _run_case(line: bytes) -> dict[str, Any]:
    try:
        case = json.loads(line)
        name, script = case["id"], _bytes(case["script"])
        setup = _bytes(case.get("setup") or "")
        version = case_version(case)
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"no case: {error!r}") from error
    router = Router(version)
    if setup:
        output, failure, value = run_terminal(router, setup)
        if failure is not None:
            failure.message = b"set-up: " + failure.message
            return {"id": name, **_result(output, failure, value)}
    return {"id": name, **_result(*run_terminal(router, script))}


def _result(output: bytes, error: ScriptError | None, value: Value) -> dict[str, Any]:
    return {
        "output": _text(output.removesuffix(b"\n")),
        "error": error and _error(error),
        "value": _text(to_text(value)),
        "type": type_name(value),
    }


def _error(error: ScriptError) -> dict[str, Any]:
    """Return an error as the cases have it: without the console's prefix."""
    message = error.message.removeprefix(b"Script Error: ")
    return {"message": _text(message), "line": error.line, "column": error.column}


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def _bytes(value: object) -> bytes:
    if not isinstance(value, str):
        raise TypeError(f"a script is text, not {value!r}")
    return value.encode("utf-8", "surrogateescape")
