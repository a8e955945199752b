"""What the agent's own things on a router are called, and how it knows them again.

A job leaves nothing on the router when it is over; until then its script item and
its files bear the job's token, so that a later run can sweep what an earlier one
had to leave. Scripts are ours by name and comment, files by a prefix that nobody
else uses.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

__all__ = ["Marker", "MarkerState", "Names", "is_our_file", "is_our_script"]

_COMMENT = b"routeros-jobs "
_FILE = re.compile(rb"(?:[\w-]+/)?routeros-job-[A-Za-z0-9]{4,64}(?:-after)?\.(?:rsc|backup|txt)")
_SCRIPT = re.compile(rb"job-[A-Za-z0-9]{4,64}(?:-run)?")
_TOKEN = re.compile(r"[A-Za-z0-9]{4,64}")
# Bytes of an error text that the marker keeps for whoever reads it after a lost session.
MARKER_TEXT = 1000


class MarkerState(enum.StrEnum):
    """How far the router says the script got."""

    ABSENT = "absent"
    READY = "ready"
    STARTED = "started"
    DONE = "done"
    FAILED = "failed"
    FOREIGN = "foreign"


@dataclass(frozen=True)
class Marker:
    """The comment of a job's script item.

    Attributes:
        text: Of a failed script the beginning of its error text, else empty.
    """

    state: MarkerState
    text: bytes = b""

    @classmethod
    def read(cls, comment: bytes | None) -> Marker:
        """Read a comment; anything that is not in our form is FOREIGN."""
        if comment is None or not comment.startswith(_COMMENT):
            return cls(MarkerState.FOREIGN)
        word, _, text = comment.removeprefix(_COMMENT).partition(b" ")
        try:
            state = MarkerState(word.decode("ascii", "replace"))
        except ValueError:
            return cls(MarkerState.FOREIGN)
        return cls(state, text)

    def __bytes__(self) -> bytes:
        text = b" " + self.text[:MARKER_TEXT] if self.text else b""
        return _COMMENT + self.state.value.encode() + text


@dataclass(frozen=True)
class Names:
    """The names of one job's things on a router.

    Only letters, digits and `-`: they are safe as a file name and inside RouterOS source.
    """

    script: str
    wrapper: str
    before: str
    after: str

    @classmethod
    def of(cls, token: str, job_id: UUID) -> Names:
        """Make the names from the job's token; from its id if the token has other letters."""
        word = token if _TOKEN.fullmatch(token) else job_id.hex
        return cls(
            script=f"job-{word}",
            wrapper=f"job-{word}-run",
            before=f"routeros-job-{word}",
            after=f"routeros-job-{word}-after",
        )


def is_our_file(name: bytes) -> bool:
    """Tell whether a file is an export or backup that an agent left."""
    return _FILE.fullmatch(name) is not None


def is_our_script(name: bytes, comment: bytes | None) -> bool:
    """Tell whether a script item is one that an agent stored."""
    if _SCRIPT.fullmatch(name) is None:
        return False
    return (comment or b"").startswith(_COMMENT)
