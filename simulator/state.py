"""`--state DIR`: what a router's flash would hold, kept in a folder.

One file, replaced whole, so a reader finds the state before or after a change
and nothing between. Changes of one moment are written together.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError
from simulator.snapshot import restore_snapshot, take_snapshot
from simulator.wholefile import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from simulator.router import Event, Router

__all__ = ["StateFolder"]

_FORMAT = "routeros-jobs simulator state 1"
# Seconds after a change before it is written, so that a script's hundred lines are one write.
_SETTLE = 0.05


class StateFolder:
    """A folder that holds one router.

    Raises:
        UsageError: The folder cannot be made, or what is in it is no state of ours.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "router.json"
        self._pending = False
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder}: {error.strerror}; name a folder to write in") from error

    def restore(self, router: Router) -> bool:
        """Give a fresh router what was kept; False when nothing was."""
        try:
            state = json.loads(self._file.read_bytes())
        except FileNotFoundError:
            return False
        except (OSError, ValueError) as error:
            raise UsageError(f"{self._file}: {error}; move it away to start afresh") from error
        if not isinstance(state, dict) or state.get("format") != _FORMAT:
            raise UsageError(f"{self._file}: not {_FORMAT!r}; move it away to start afresh")
        restore_snapshot(router, state["configuration"])
        for name, content in state["files"].items():
            router.files.write(name.encode("latin-1"), base64.b64decode(content))
        return True

    def follow(self, router: Router, later: Callable[[float, Callable[[], None]], object]) -> None:
        """Write every change from now on, a moment after it.

        Args:
            router: Whose changes.
            later: Makes a call after so many seconds of real time: the router's own clock may
                stand still.
        """

        def changed(event: Event) -> None:
            if event.kind in {"change", "file"} and not self._pending:
                self._pending = True
                later(_SETTLE, lambda: self.save(router))

        router.observers.append(changed)

    def save(self, router: Router) -> None:
        """Write the router as it is now.

        Raises:
            UsageError: It cannot be written; what was kept before is untouched.
        """
        self._pending = False
        state: dict[str, Any] = {
            "format": _FORMAT,
            "configuration": take_snapshot(router),
            "files": {
                file.name.decode("latin-1"): base64.b64encode(file.contents).decode()
                for file in router.files
                if not file.directory
            },
        }
        try:
            write_whole(self._file, json.dumps(state).encode())
        except OSError as error:
            raise UsageError(f"{self._file}: {error.strerror}") from error
