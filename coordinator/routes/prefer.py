"""`Prefer: wait=N` (RFC 7240, 4.3): answer when the job has ended, or after so many seconds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from coordinator.jobs import JobRecord, State
from coordinator.routes.base import CONFIG
from coordinator.routes.doc import header
from coordinator.routes.who import TIMELINES

if TYPE_CHECKING:
    from aiohttp import web

__all__ = ["PREFER", "applied", "wait_seconds", "waited"]

PREFER: Final = header(
    "Prefer",
    "`wait=N`: answer once the job has ended, after N seconds at the latest; the answer's "
    "`Preference-Applied` says how long it could be (ours; RFC 7240).",
)
_WAIT: Final = re.compile(r'wait\s*=\s*"?(\d{1,9})"?', re.IGNORECASE)
_ENDED: Final = frozenset({State.COMPLETED, State.FAILED})


def wait_seconds(request: web.Request) -> int | None:
    """Return how long the caller would wait, bounded by the settings; None when not at all.

    What cannot be understood is passed over, as the standard has it.
    """
    for line in request.headers.getall("Prefer", ()):
        for preference in line.split(","):
            found = _WAIT.fullmatch(preference.partition(";")[0].strip())
            if found is not None:
                return min(int(found[1]), request.app[CONFIG].max_wait_seconds)
    return None


async def waited(request: web.Request, job: JobRecord, seconds: int | None) -> JobRecord:
    """Return the job once it has ended or the time is up."""
    if seconds is None or job.state in _ENDED:
        return job
    return await request.app[TIMELINES].wait_for_end(job.site_id, job.id, seconds)


def applied(answer: web.StreamResponse, seconds: int | None) -> None:
    """Say in the answer what was made of the preference."""
    if seconds is not None:
        answer.headers["Preference-Applied"] = f"wait={seconds}"
