"""Cases of script-cases.jsonl: what a terminal shows, or the error that it ends with.

The fields are those of routeros-script.md, section 25.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulator.router import Router
from simulator.runtime import run_terminal
from simulator.values import to_text, type_name
from simulator.version import DEFAULT_VERSION, Version
from tests.cases.model import MismatchError, NotSupportedError, expect

if TYPE_CHECKING:
    from simulator.errors import ScriptError
    from tests.cases.model import Case

__all__ = ["personas", "run"]

# Version 6 as the format names it, and the release that is run for it.
_V6 = {"6.49": "6.49.18"}
_HAS_PLACE = re.compile(r"line \d+( column \d+)?\)$")


def personas(data: dict[str, Any]) -> list[Version]:
    """Return the releases that a case is run on; usually one, two when it holds on any.

    Raises:
        NotSupportedError: It holds only for releases that nobody can run yet.
    """
    since = Version(data.get("since", "6.0"))
    if since > DEFAULT_VERSION:
        raise NotSupportedError(f"releases from {since} on")
    newest = Version(data["until"]) if "until" in data else DEFAULT_VERSION
    oldest = Version(_V6["6.49"])
    if data["version"] in _V6:
        return [oldest]
    if data["version"] == "any" and since <= oldest:
        return [newest, oldest]
    return [newest]


def run(case: Case) -> None:
    """Run the script on a fresh router of each release that the case holds for."""
    for version in personas(case.data):
        try:
            _run_on(version, case.data)
        except MismatchError as error:
            raise MismatchError(f"on {version}: {error}") from error


def _run_on(version: Version, data: dict[str, Any]) -> None:
    router = Router(version)
    if "setup" in data:
        _, error, _ = run_terminal(router, data["setup"].encode())
        expect(error is None, f"the set-up failed: {error}")
    output, error, value = run_terminal(router, data["script"].encode())
    wanted = dict(data["expect"])
    if data.get("export"):
        expect(error is None, f"error {error}")
        output, error = _export(router, wanted["output"].partition("\n")[0])
    _check_error(error, wanted.get("error"))
    if "output" in wanted:
        shown = output.decode("utf-8", "surrogateescape").removesuffix("\n")
        expect(shown == wanted["output"], f"output {shown!r}, not {wanted['output']!r}")
    if "type" in wanted:
        expect(type_name(value) == wanted["type"], f"type {type_name(value)}")
    if "value" in wanted:
        text = to_text(value).decode("utf-8", "surrogateescape")
        expect(text == str(wanted["value"]), f"value {text!r}, not {wanted['value']!r}")


def _export(router: Router, menu: str) -> tuple[bytes, ScriptError | None]:
    """Return the lines of a menu's export without the comments of its header."""
    output, error, _ = run_terminal(router, f"{menu} export".encode())
    lines = [line for line in output.splitlines() if not line.startswith(b"#")]
    return b"\n".join(lines), error


def _check_error(error: ScriptError | None, wanted: str | None) -> None:
    if wanted is None:
        expect(error is None, f"error {error}")
        return
    if error is None:
        raise MismatchError(f"no error, but {wanted} should come")
    # The console puts this before errors of an import too, inside the message.
    text = str(error).removeprefix("Script Error: ")
    if wanted == "<any>":
        return
    # Without a place it is the beginning of the message.
    right = text == wanted if _HAS_PLACE.search(wanted) else text.startswith(wanted)
    expect(right, f"error {text!r}, not {wanted!r}")
