r"""How a job's script is run once: the source around it, and what came back of it.

The script lies on the router as an item of `/system/script` whose comment is its
marker. A wrapper, which the agent sends along with the order to run, refuses unless the
marker is *ready*, moves it to *started*, runs the item, and writes how that ended. So an
order that arrives twice runs the script once, and the router itself can be asked later.

| release | how | output | error text |
| --- | --- | --- | --- |
| 7.13 and later | `/execute as-string`, `:onerror` | between marks | after a mark; in the marker |
| 7.9 to 7.12 | `/execute as-string` | between marks | the last line, no end mark comes |
| before 7.9 | a second item, `/system/script/run` | none | the trap |

The script itself is never part of our source: nothing in it can end a block of ours, and
its lines keep their numbers. What is inserted are names of letters and digits.

Source: routeros-api.md, 6.1, 6.2 and 14.2; routeros-script.md, 14 and 15. Assumed: what a
stored script prints goes into the capture of the code that runs it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.names import MARKER_TEXT, Marker, MarkerState

if TYPE_CHECKING:
    from agent.facts import Release
    from agent.names import Names

__all__ = ["Ending", "EndingKind", "captured_wrapper", "read_capture", "stored_wrapper"]

_READY = bytes(Marker(MarkerState.READY)).decode()
_STARTED = bytes(Marker(MarkerState.STARTED)).decode()
_DONE = bytes(Marker(MarkerState.DONE)).decode()
_FAILED = bytes(Marker(MarkerState.FAILED)).decode()


class EndingKind(enum.StrEnum):
    """How an order to run the script ended."""

    DONE = "done"
    FAILED = "failed"
    NOT_READY = "not ready"  # the marker was not: this order ran nothing
    REFUSED = "refused"  # the wrapper failed before it moved the marker
    CUT = "cut"  # it started and neither end was told


@dataclass(frozen=True)
class Ending:
    """What came back of an order to run the script.

    Attributes:
        output: What the script printed, lines ended by a line feed.
        captured: Whether output could be had at all.
        error: The error's text without line end, else empty.
    """

    kind: EndingKind
    output: bytes = b""
    captured: bool = True
    error: bytes = b""


# Braces of RouterOS are doubled for `format`. `:local` of the outside is seen in the bodies
# of `:if` and `:onerror`. The last `set` may find no item: a script may remove itself.
_HEAD = """\
:local item [/system script find name="{script}"]
:local mark [/system script get $item comment]
"""
_CATCHING = (
    _HEAD
    + """\
:local end "done"
:local text ""
:if ($mark != "{ready}") do={{:put ("{nonce} not ready " . $mark)}} else={{
/system script set $item comment="{started}"
:put "{nonce} begin"
:onerror fault in={{/system script run $item}} do={{:set end "failed"; :set text $fault}}
:local note "{done}"
:if ($end = "failed") do={{:set note ("{failed} " . [:pick $text 0 {most}])}}
:do {{/system script set $item comment=$note}} on-error={{}}
:put ("{nonce} " . $end)
:put $text
}}
"""
)
_PLAIN = (
    _HEAD
    + """\
:if ($mark != "{ready}") do={{:put ("{nonce} not ready " . $mark)}} else={{
/system script set $item comment="{started}"
:put "{nonce} begin"
/system script run $item
:do {{/system script set $item comment="{done}"}} on-error={{}}
:put "{nonce} done"
}}
"""
)
_STORED = (
    _HEAD
    + """\
:if ($mark != "{ready}") do={{:error "{nonce} not ready"}}
/system script set $item comment="{started}"
/system script run $item
:do {{/system script set $item comment="{done}"}} on-error={{}}
"""
)


def captured_wrapper(names: Names, release: Release, nonce: str) -> str:
    """Return the source for `/execute as-string`.

    Args:
        names: Of the job.
        release: Must run captured.
        nonce: Letters and digits that the script cannot know, so that nothing it prints
            passes for a mark of ours.
    """
    return _fill(_CATCHING if release.tells_errors else _PLAIN, names, nonce)


def stored_wrapper(names: Names, nonce: str) -> str:
    """Return the source of the item that runs the script where nothing is captured."""
    return _fill(_STORED, names, nonce)


def _fill(form: str, names: Names, nonce: str) -> str:
    return form.format(
        script=names.script,
        nonce=nonce,
        ready=_READY,
        started=_STARTED,
        done=_DONE,
        failed=_FAILED,
        most=MARKER_TEXT,
    )


def read_capture(captured: bytes, nonce: str, release: Release) -> Ending:
    """Take apart what `/execute as-string` gave back.

    Without an end mark, 7.13 and later tell only that the run was cut short; before, that
    is how an error looks, and its text is the last line.
    """
    text = captured.replace(b"\r\n", b"\n")
    mark = nonce.encode()
    head, begun, rest = text.partition(mark + b" begin\n")
    if not begun:
        if mark + b" not ready" in head:
            return Ending(EndingKind.NOT_READY, error=head.partition(b" not ready ")[2].strip())
        return Ending(EndingKind.REFUSED, error=_bare(head))
    for kind in (EndingKind.DONE, EndingKind.FAILED):
        output, ended, error = rest.rpartition(mark + b" " + kind.value.encode() + b"\n")
        if ended:
            return Ending(kind, output=output, error=_bare(error))
    if release.tells_errors:
        return Ending(EndingKind.CUT, output=rest)
    output, _, error = rest.rstrip(b"\n").rpartition(b"\n")
    if not error:
        return Ending(EndingKind.CUT, output=rest)
    return Ending(EndingKind.FAILED, output=output + b"\n" if output else b"", error=_bare(error))


def _bare(error: bytes) -> bytes:
    # Sometimes prefixed, by the way it was run (6.2); it is no part of the message.
    return error.strip(b"\r\n").removeprefix(b"Script Error: ")
