"""How a job's end is told to the coordinator: text and shapes, nothing done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.errors import readable
from agent.outcome import lost_error, script_error, summarise
from agent.recovery import Next
from agent.wrapper import Ending, EndingKind
from coordinator.contract import ErrorClass, Report, ReportStatus, RunError

if TYPE_CHECKING:
    from datetime import datetime

    from agent.facts import Release
    from agent.names import Marker

__all__ = ["failure", "of_ending", "of_marker", "unreachable_after", "with_output"]

_LOST_OUTPUT = "(what the script printed is lost: the session broke while it ran)"


def failure(
    version: int,
    now: datetime,
    error_class: ErrorClass,
    message: str,
    place: tuple[int, int] | None = None,
) -> Report:
    """Return the report of a job that failed without a word of its script."""
    line, column = place or (None, None)
    error = RunError(error_class=error_class, message=message, line=line, column=column)
    return Report(lease_version=version, status=ReportStatus.FAIL, occurred_at=now, error=error)


def of_ending(
    ending: Ending, *, script: bytes, release: Release, version: int, now: datetime
) -> Report:
    """Return the report of a run that this session saw to its end."""
    error = _error_of(ending, script)
    output = summarise(ending.output)
    text = output.text
    if not ending.captured:
        text = f"(RouterOS {release.number} hands out no output over the API, only from 7.9)"
    return Report(
        lease_version=version,
        status=ReportStatus.DONE if error is None else ReportStatus.FAIL,
        occurred_at=now,
        output=text,
        output_bytes=output.size,
        output_sha256=output.sha256 if ending.captured else None,
        error=error,
    )


def _error_of(ending: Ending, script: bytes) -> RunError | None:
    if ending.kind is EndingKind.DONE:
        return None
    if ending.kind is EndingKind.FAILED:
        return script_error(ending.error, script, printed=bool(ending.output))
    if ending.kind is EndingKind.CUT:
        return lost_error(ending)
    forbidden = b"not enough permissions" in ending.error
    return RunError(
        error_class=ErrorClass.PERMISSION if forbidden else ErrorClass.PREFLIGHT,
        message=f"the script was not run: {readable(ending.error) or 'no reason given'}",
    )


def of_marker(step: Next, marker: Marker, *, script: bytes, version: int, now: datetime) -> Report:
    """Return the report of a run whose end was learnt from the router afterwards.

    Args:
        step: DONE, FAILED or LOST.
        marker: What the router held.
        script: The job's script.
        version: Of the lease.
        now: When it was learnt.
    """
    if step is Next.LOST:
        return failure(version, now, ErrorClass.LOST, _why_lost(marker))
    error = None
    if step is Next.FAILED:
        error = script_error(marker.text or b"failed, without a text", script, printed=True)
    return Report(
        lease_version=version,
        status=ReportStatus.DONE if error is None else ReportStatus.FAIL,
        occurred_at=now,
        output=_LOST_OUTPUT,
        error=error,
    )


def with_output(report: Report, ending: Ending) -> Report:
    """Add to a run's end, learnt from the marker, what was seen of its output."""
    if ending.output:
        output = summarise(ending.output)
        seen = {"output": output.text, "output_bytes": output.size, "output_sha256": output.sha256}
    else:
        seen = {"output": f"(what the script printed could not be had: {readable(ending.error)})"}
    return report.model_copy(update=seen)


def _why_lost(marker: Marker) -> str:
    seen = {
        "started": "it began, it does not run any more, and it left no end",
        "absent": "its item is gone from the router",
        "foreign": "its item was changed by somebody else",
    }
    why = seen.get(marker.state.value, f"its marker says {marker.state.value}")
    return f"the script was ordered and how it ended cannot be known: {why}"


def unreachable_after(report: Report, seconds: float, reason: str) -> Report:
    """Turn a run that ended well into a failure, because the router is cut off since."""
    error = RunError(
        error_class=ErrorClass.UNREACHABLE,
        message=f"the script ran to its end, but the router did not answer on a new "
        f"connection within {seconds:g} s: {reason}",
    )
    return report.model_copy(update={"status": ReportStatus.FAIL, "error": error})
