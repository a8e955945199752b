"""A running command or script: plain code that can wait without blocking anybody.

Interpreter and commands are ordinary functions. When one has to wait
(`:delay`, a slow file, a page to fetch) it calls `Process.wait`, which parks
its stack and hands control back to whoever resumed it; a `Clock` resumes it
later. So nothing here or above needs `async`, and a script that never waits
costs no more than a function call.

The stack is parked by greenlet, the library that SQLAlchemy uses for the same
purpose. Generators would colour every function of the evaluator and slow its
inner loop down; threads would need locks around every table.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]

from simulator.errors import Interrupted, SimulatorError

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.clock import Clock

__all__ = ["Process"]

# Greenlets that wait for the next body are kept, up to so many a thread: making one takes ten
# times as long as a short command, since Python gives each its own piece of memory for frames.
_KEPT = 64

# Seconds of CPU that a script may take before the others get a turn.
_SLICE = 0.01


class Process:
    """One activity of a router, which may wait.

    Args:
        body: The code; it is given this process, and its result becomes `result`.
        clock: What resumes the body after a wait.
        on_end: Called once, when the body has returned or raised.

    Attributes:
        ended: Whether the body has returned or raised.
        result: What it returned.
        error: What it raised, or None.
    """

    def __init__(
        self,
        body: Callable[[Process], Any],
        clock: Clock,
        *,
        on_end: Callable[[Process], None] | None = None,
    ) -> None:
        self._body = body
        self._clock = clock
        self._on_end = on_end
        self._greenlet: greenlet | None = None
        self._cancel_wait: Callable[[], None] | None = None
        self._until = 0.0
        self.ended = False
        self.result: Any = None
        self.error: BaseException | None = None

    @property
    def current(self) -> bool:
        """Whether its body is what runs right now."""
        return self._greenlet is not None and getcurrent() is self._greenlet

    def start(self) -> bool:
        """Run the body until it ends or first waits; True when it has ended."""
        workers = _idle_workers()
        self._greenlet = workers.pop() if workers else greenlet(_work)
        self._switch(self)
        return self.ended

    def interrupt(self, error: Interrupted | None = None) -> None:
        """Make the wait that the body is in raise; does nothing once it has ended.

        Call it from outside the body only.
        """
        if self.ended or self._greenlet is None:
            return
        if self._cancel_wait is not None:
            self._cancel_wait()
            self._cancel_wait = None
        self._switch(error or Interrupted("interrupted"))

    def raise_fault(self) -> None:
        """Raise what the body raised, unless it is its caller's or the canceller's doing."""
        if self.error is not None and not isinstance(self.error, SimulatorError):
            raise self.error

    def wait(self, seconds: float) -> None:
        """Let `seconds` of the clock pass.

        Raises:
            Interrupted: The process was cancelled meanwhile.
        """

        def begin(resume: Callable[[Any], None]) -> Callable[[], None]:
            return self._clock.wake_later(seconds, lambda: resume(None)).cancel

        self.suspend(begin)

    def suspend(self, begin: Callable[[Callable[[Any], None]], Callable[[], None]]) -> Any:
        """Wait for something that is not the clock.

        Args:
            begin: Starts it. It is given `resume`, to be called once and later, with the
                value that `suspend` returns (an exception is raised instead), and returns
                what gives the waiting up.

        Raises:
            Interrupted: The process was cancelled meanwhile.
        """
        if self._greenlet is None or not self.current:
            raise RuntimeError("only the body of a process can wait in it")
        here = self._greenlet
        self._cancel_wait = begin(self._resume)
        answer = here.parent.switch()
        self._cancel_wait = None
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def breathe(self) -> None:
        """Give others a turn if this process has had the processor long enough."""
        if time.perf_counter() >= self._until:
            self.wait(0)

    def _resume(self, answer: Any) -> None:
        if not self.ended:
            self._switch(answer)

    def _switch(self, answer: Any) -> None:
        assert self._greenlet is not None  # noqa: S101 - started before anything resumes it
        self._until = time.perf_counter() + _SLICE
        # Whoever resumes it is where its next wait must return to.
        self._greenlet.parent = getcurrent()
        self._greenlet.switch(answer)

    def _run(self) -> None:
        try:
            self.result = self._body(self)
        except Exception as error:  # noqa: BLE001 - handed on to whoever started the process
            self.error = error
        self.ended = True
        if self._on_end is not None:
            self._on_end(self)
        self._greenlet = None  # another process may run in it from now on


def _idle_workers() -> list[greenlet]:
    """Return the greenlets of this thread that wait for a body; they cannot leave it.

    They are kept at the thread's own greenlet, in which all others have their origin.
    """
    root = getcurrent()
    while root.parent is not None:
        root = root.parent
    found: list[greenlet] = root.__dict__.setdefault("idle_workers", [])
    return found


def _work(process: Process | None) -> None:
    """Run one body after the other; switched to with the process that has the next one."""
    here = getcurrent()
    workers = _idle_workers()
    while process is not None:
        process._run()  # noqa: SLF001 - this is the other half of the class
        process = None  # so that it is not kept until the next one comes
        if here.parent is not None and len(workers) < _KEPT:
            workers.append(here)
            process = here.parent.switch()
