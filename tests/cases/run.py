"""One case, from its line to its verdict."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from tests.cases.format import check_format
from tests.cases.model import CaseError, TimeLimitError

if TYPE_CHECKING:
    from types import FrameType

    from tests.cases.model import Case

__all__ = ["Verdict", "run_case"]

# Module of each kind and the seconds that a case of it may take.
_RUNNERS = {
    "script-oracle": ("tests.cases.script_oracle", 10.0),
    "script": ("tests.cases.script", 20.0),
    "api-sentence": ("tests.cases.api_sentence", 20.0),
    "http": ("tests.cases.http", 60.0),
    "scenario": ("tests.cases.scenario", 120.0),
}

# Between two attempts to end a case that has had its time: the first may have come in the
# middle of a clean-up that swallows it.
_AGAIN_SECONDS = 10.0


class _OutOfTime(KeyboardInterrupt):
    """Raised in the middle of a case, wherever it is.

    It is an interrupt of the keyboard because an event loop lets nothing else through.
    """


@dataclass(frozen=True)
class Verdict:
    """What became of a case.

    Attributes:
        why: Empty when it passed, else the reason in words.
    """

    id: str
    passed: bool
    why: str = ""


def run_case(case: Case) -> Verdict:
    """Run a case against our parts. Call it from the main thread: the time limit is a signal."""
    try:
        check_format(case)
        module, limit = _RUNNERS[case.kind]
        _run_within(module, case, limit)
    except CaseError as error:
        return Verdict(case.id, passed=False, why=str(error))
    except Exception as error:  # noqa: BLE001 - a fault of a part is a verdict, not the end of the run
        return Verdict(case.id, passed=False, why=_describe(error))
    return Verdict(case.id, passed=True)


def _run_within(module: str, case: Case, seconds: float) -> None:
    def give_up(_number: int, _frame: FrameType | None) -> None:
        raise _OutOfTime

    run = import_module(module).run
    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_SECONDS)
    try:
        run(case)
    except _OutOfTime:
        raise TimeLimitError(f"no verdict within {seconds:g} seconds") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _describe(error: Exception) -> str:
    """Name the error and where in our code it came up."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f" at {code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} in {code.co_name}"
        trace = trace.tb_next
    return f"{type(error).__name__}: {error}{place}"
