"""What a running script needs of its router.

`simulator.runtime` implements `Host`; the tests of this package have a small
one of their own. Every call is made in the script's process, so `execute`,
`wait` and the others may take their time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from simulator.console.request import Reply, Request
    from simulator.script.tree import CommandTree
    from simulator.values import Value
    from simulator.version import Version

__all__ = ["Host"]


class Host(Protocol):
    """The surroundings of one run of a script.

    Whatever the router refuses is raised as `RouterError` with its bare text; the
    evaluator adds ` (COMMAND; line N)` where the version does.

    Attributes:
        tree: The menus, for code that is parsed while the script runs.
        version: The router's release.
        globals: The environment of the script's user. A key is the name; `:set x` without
            a value removes it. Values may be functions (arrays that hold code).
        parameters: Variables given from outside (`leaseBound`, `interface` …), which the
            script reads without declaring them.
    """

    @property
    def tree(self) -> CommandTree: ...

    @property
    def version(self) -> Version: ...

    @property
    def globals(self) -> MutableMapping[bytes, Value]: ...

    @property
    def parameters(self) -> Mapping[bytes, Value]: ...

    def execute(self, request: Request) -> Reply:
        """Run one command of a menu.

        Arguments hold typed values, or bytes exactly as written for bare and quoted
        words. What the command prints at a terminal (`print` without `as-value`,
        `export`, `ping` …) it prints through the router, not through the reply.
        """

    def put(self, text: bytes) -> None:
        """Print text; its lines, the last one included, end in a single newline byte."""

    def wait(self, seconds: float) -> None:
        """Let time pass (`:delay`, `:retry delay=`)."""

    def breathe(self) -> None:
        """Give others a turn; called every so many turns of a loop."""

    def now(self) -> int:
        """Return nanoseconds since 1970, UTC."""

    def utc_offset(self) -> int:
        """Return the router's time zone as seconds east of UTC, for `:timestamp use-tz`."""

    def random(self, bound: int) -> int:
        """Return a number from 0 up to, not including, `bound`."""

    def resolve(self, name: bytes, options: Mapping[str, Value]) -> Value:
        """Return the address of a name (`server`, `server-port`, `type` in `options`)."""

    def start_script(self, source: bytes, file: bytes | None) -> Value:
        """Run a script beside this one and return its job's id; `file` takes its output.

        It begins at once: a published suite that passes on 6.49.17 and 7.21.5 reads the
        global that `:execute` has set in the very next statement.
        """

    def run_captured(self, source: bytes) -> bytes:
        """Run a script now and return what it prints; its error text is part of that."""

    def save_file(self, name: bytes, contents: bytes) -> None:
        """Write a file (`:serialize file-name=`)."""

    def jobname(self) -> bytes:
        """Return the name of the stored script that runs, or b""."""
