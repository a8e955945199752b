"""What an error text of a router means: its class, its line, its column.

Source: routeros-script.md, 4 and 14; routeros-api.md, 6.1.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.errors import readable
from coordinator.contract import ErrorClass, RunError

if TYPE_CHECKING:
    from agent.wrapper import Ending

__all__ = ["OUTPUT_LIMIT", "Output", "lost_error", "script_error", "summarise"]

# Bytes of output that a report carries; of a longer one the head and the tail.
OUTPUT_LIMIT = 64 * 1024

# `(line 1 column 9)`; `(/ip/address/add (interface); line 1)`; `(:error; line 3)`.
_AT_COLUMN = re.compile(rb"\(line (\d+) column (\d+)\)")
_AT_LINE = re.compile(rb"\(([^()\s;]+)(?: \(([^()]*)\))?; line (\d+)\)")
# Before 7.21 the argument is named by the message alone.
_OF_ARGUMENT = re.compile(rb"(?:value of|argument|parameter|argument\(s\)) ([a-z][\w.-]*)")
# Texts that refuse a source whole. `bad command name` and `bad parameter` are not among
# them: they come when the statement is reached, and what stands before it has run.
_PARSE = (
    b"syntax error",
    b"expected ",
    b"missing closing brace",
    b"missing value for where",
)
# Statements that parse text while the script runs: behind them a parser's words prove nothing.
_PARSES_LATER = re.compile(rb"\b(?:parse|import|execute)\b|\[\[")


@dataclass(frozen=True)
class Output:
    r"""What a script printed, as a report carries it.

    Attributes:
        text: Bytes that are not UTF-8 as `\xNN`; over the limit head and tail, and between
            them a line that says how many bytes are missing.
        size: Bytes, all of them.
        sha256: Of all of them, hex.
    """

    text: str
    size: int
    sha256: str


def summarise(output: bytes, limit: int = OUTPUT_LIMIT) -> Output:
    """Make the report's form of an output; `limit` in bytes."""
    shown = readable(output)
    if len(output) > limit:
        half = limit // 2
        missing = len(output) - 2 * half
        shown = (
            f"{readable(output[:half])}\n… {missing} bytes left out …\n{readable(output[-half:])}"
        )
    return Output(shown, len(output), hashlib.sha256(output).hexdigest())


def script_error(message: bytes, script: bytes, *, printed: bool = False) -> RunError:
    """Classify the text that ended a script, and find its place in the script.

    Args:
        message: The router's text.
        script: The job's script.
        printed: Whether it had printed something: then it had been parsed.

    Returns:
        The error. Where the router names only a line, the column is that of the argument
        that the text names, else of the command, else of the line's first byte that is not
        blank.
    """
    line, column = _place(message, script)
    return RunError(
        error_class=_class_of(message, script, printed=printed),
        message=readable(message),
        line=line,
        column=column,
    )


def _class_of(message: bytes, script: bytes, *, printed: bool) -> ErrorClass:
    if b"not enough permissions" in message:
        return ErrorClass.PERMISSION
    refused = message.startswith(_PARSE) and _AT_COLUMN.search(message) is not None
    if refused and not printed and _PARSES_LATER.search(script) is None:
        return ErrorClass.SYNTAX
    return ErrorClass.TRAP


def _place(message: bytes, script: bytes) -> tuple[int | None, int | None]:
    lines = script.splitlines() or [b""]
    at = _AT_LINE.search(message)
    if at is None and (exact := _AT_COLUMN.search(message)) is not None:
        return int(exact[1]), int(exact[2])
    if at is None:
        return None, None
    number = int(at[3])
    if not 1 <= number <= len(lines):
        return number, None
    argument = at[2]
    if argument is None and (named := _OF_ARGUMENT.search(message)) is not None:
        argument = named[1]
    return number, _column(lines[number - 1], at[1], argument)


def _column(text: bytes, command: bytes, argument: bytes | None) -> int | None:
    """Return the 1-based byte column, None when the line is blank."""
    start, found = 0, None
    if (at := _command(command).search(text)) is not None:
        start, found = at.end(), at.start() + 1
    if argument is not None:
        named = re.compile(rb"(?<![\w.-])" + re.escape(argument) + rb"=")
        # Behind the command first: the line may hold others with the same argument.
        if (at := named.search(text, start) or named.search(text)) is not None:
            return at.start() + 1
    if found is not None:
        return found
    blank = len(text) - len(text.lstrip())
    return blank + 1 if blank < len(text) else None


def _command(path: bytes) -> re.Pattern[bytes]:
    # `/ip/address/add` may stand as `/ip address add`, or as `add` below its menu; `:error`
    # may stand without its colon.
    *menu, verb = path.strip(b"/:").split(b"/")
    words = rb"[\s/]+".join(map(re.escape, menu))
    lead = rb"(?:/?" + words + rb"[\s/]+)?" if menu else rb""
    return re.compile(rb"(?<![\w-])" + lead + rb":?" + re.escape(verb) + rb"(?![\w-])")


def lost_error(ending: Ending) -> RunError:
    """Say that a script started and that its end is not known."""
    text = readable(ending.output.rstrip(b"\n").rpartition(b"\n")[2])
    seen = f"; the last it printed: {text}" if text else ""
    return RunError(
        error_class=ErrorClass.LOST,
        message=f"the script started, and the router does not tell how it ended{seen}",
    )
