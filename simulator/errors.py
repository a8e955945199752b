"""What can go wrong in the simulator, and whose fault it is.

SimulatorError
├── WireError            the peer's bytes are no sentences: close the connection
├── RouterError          what a router answers a command it refuses (a `!trap`)
│   └── ScriptError      the same, raised by a script, with its place
│       └── ParseError   the source is refused whole: nothing of it ran
├── Interrupted          the command or script was cancelled from outside
└── UsageError           the operator's: a bad option, file or persona
"""

from __future__ import annotations

__all__ = [
    "Interrupted",
    "ParseError",
    "RouterError",
    "ScriptError",
    "SimulatorError",
    "UsageError",
    "WireError",
]


class SimulatorError(Exception):
    """The root of every error that this package raises on purpose."""


class WireError(SimulatorError):
    """Bytes that cannot be cut into sentences; the connection must close."""


class UsageError(SimulatorError):
    """The operator asked for something that cannot be; says what to do."""


class RouterError(SimulatorError):
    """A command that the router refuses.

    Attributes:
        message: The router's own words, bytes as they go into `=message=`.
        category: The number of `=category=`, or None for a trap without one.
        more: Messages of further traps, sent after this one.
        argument: The argument that it is about, which scripts add to the command's name.
        script: Name of the innermost stored script that it came out of, or b"".

    Source: routeros-api.md, 3.1 and 5.3.
    """

    def __init__(
        self,
        message: bytes,
        *,
        category: int | None = None,
        more: tuple[bytes, ...] = (),
        argument: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.category = category
        self.more = more
        self.argument = argument
        self.script = b""

    def __str__(self) -> str:
        return self.message.decode("utf-8", "backslashreplace")


class ScriptError(RouterError):
    """An error of a script: a `RouterError` that knows its place.

    `message` is the text as the version's `:onerror` variable and the API show
    it, suffixes such as ` (:error; line 1)` or ` (line 1 column 9)` included.

    Attributes:
        bare: The text without any suffix.
        line: 1-based line in the source, or None when the version does not tell.
        column: 1-based byte column, or None for errors that only have a line.
        value: What `:error` was given, which `[:onerror …]` may yield.
    """

    def __init__(
        self,
        message: bytes,
        *,
        bare: bytes | None = None,
        line: int | None = None,
        column: int | None = None,
        category: int | None = None,
        value: object = None,
    ) -> None:
        super().__init__(message, category=category)
        self.bare = message if bare is None else bare
        self.line = line
        self.column = column
        self.value = value


class ParseError(ScriptError):
    """The source text is not a script; nothing of it has run."""


class Interrupted(SimulatorError):  # noqa: N818 - the router's own word
    """The command was cancelled: `/cancel`, a closed session, a removed job."""
