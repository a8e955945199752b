"""What running code holds: its variables, its parameters and its run.

The signals are how `:return` and its kin leave loops and blocks; no
`on-error` catches them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from simulator.errors import SimulatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulator.script.host import Host
    from simulator.values import Value

__all__ = [
    "BreakSignal",
    "Code",
    "ContinueSignal",
    "Frame",
    "QuitSignal",
    "ReturnSignal",
    "Run",
    "Signal",
]


_NO_ROW: Mapping[str, Value] = {}


class Run:
    """One run of a script, shared by all its frames.

    Attributes:
        host: Its router.
        globals: The environment of its user.
        depth: How many calls of functions are open.
        calls: How many there have been.
        owners: By name of a global, the token of the arrays that it alone holds.
    """

    __slots__ = ("calls", "depth", "globals", "host", "owners")

    def __init__(self, host: Host) -> None:
        self.host = host
        self.globals = host.globals
        self.depth = 0
        self.calls = 0
        self.owners: dict[bytes, object] = {}


class Frame:
    """One activation of a unit of code.

    Attributes:
        run: The run that it belongs to.
        locals: Values by slot.
        positional: `$0`, `$1` and so on.
        named: Parameters by name; setting one changes it here.
        row: The item that a condition looks at.
        owners: By slot of a local, the token of the arrays that it alone holds; None
            until there is one.
    """

    __slots__ = ("locals", "named", "owners", "positional", "row", "run")

    def __init__(
        self,
        run: Run,
        variables: list[Value],
        positional: Sequence[Value],
        named: dict[bytes, Value],
    ) -> None:
        self.run = run
        self.locals = variables
        self.positional = positional
        self.named = named
        self.row = _NO_ROW
        self.owners: dict[int, object] | None = None


# Compiled code: what it does in a frame, and the value it has there.
Code: TypeAlias = "Callable[[Frame], Value]"


class Signal(SimulatorError):  # noqa: N818 - no error: a way out of blocks
    """Leaves blocks without being an error."""


class ReturnSignal(Signal):
    """`:return`: leaves the function, or the `[ ]` that holds it."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class BreakSignal(Signal):
    """`:break`."""


class ContinueSignal(Signal):
    """`:continue`."""


class QuitSignal(Signal):
    """`:quit` or `:exit`: ends the script."""
