"""What may follow after a crash or a lost session: the rules, and nothing but rules.

The journal says what was intended, the marker on the router what came of it. A script
is ordered only when both allow that it has not run; what neither can tell is lost.

| journal | marker | so |
| --- | --- | --- |
| before ORDERED | any | go through the steps again: nothing was ordered |
| ORDERED | ready | the order never arrived: order it again (the marker guards it) |
| ORDERED | started, and running | wait |
| ORDERED | started, not running | lost: it began, and was cut short unseen |
| ORDERED | done, failed | that is the end, however it was learnt |
| ORDERED | absent or not ours | lost: the router was reset, restored or tidied up |
| ENDED and later | any | only report |
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.names import MarkerState

if TYPE_CHECKING:
    from agent.names import Marker

__all__ = ["Next", "Sight", "Stage", "after_order", "after_restart"]


class Stage(enum.IntEnum):
    """How far a job got, by the journal; each is written before the acts that follow it.

    Attributes:
        TAKEN: A lease is held; what is done on the router now changes nothing of its
            configuration but files and a script item of ours.
        ASKING: Leave to run is being asked for; whether it was heard is open.
        ORDERED: The order to run is about to be sent, or was.
        ENDED: How the run ended is known and written down.
        REPORTING: The last report is written down and is repeated until it is heard.
    """

    TAKEN = 1
    ASKING = 2
    ORDERED = 3
    ENDED = 4
    REPORTING = 5


class Next(enum.Enum):
    """What to do about a job."""

    PREPARE = "go through the steps from the start"
    ORDER = "order the run"
    LOOK = "ask the router"
    WAIT = "wait for the run to end"
    DONE = "it ended well"
    FAILED = "it failed"
    LOST = "how it ended cannot be known"
    FINISH = "the end is known: verify and report"
    REPORT = "only the report is left"


@dataclass(frozen=True)
class Sight:
    """What a router tells of a job's run.

    Attributes:
        marker: As read from the script item.
        running: Whether the script is among the running ones.
    """

    marker: Marker
    running: bool


_BY_STAGE = {
    Stage.TAKEN: Next.PREPARE,
    Stage.ASKING: Next.PREPARE,
    Stage.ORDERED: Next.LOOK,
    Stage.ENDED: Next.FINISH,
    Stage.REPORTING: Next.REPORT,
}
_BY_MARKER = {
    MarkerState.READY: Next.ORDER,
    MarkerState.DONE: Next.DONE,
    MarkerState.FAILED: Next.FAILED,
    MarkerState.ABSENT: Next.LOST,
    MarkerState.FOREIGN: Next.LOST,
}


def after_restart(stage: Stage) -> Next:
    """Return what a job needs that the journal left at this stage."""
    return _BY_STAGE[stage]


def after_order(sight: Sight) -> Next:
    """Return what follows from a look at the router, once the run was ordered."""
    if sight.marker.state is MarkerState.STARTED:
        return Next.WAIT if sight.running else Next.LOST
    return _BY_MARKER[sight.marker.state]
