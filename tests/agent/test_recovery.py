import pytest

from agent.names import Marker, MarkerState
from agent.recovery import Next, Sight, Stage, after_order, after_restart


@pytest.mark.parametrize(
    ("state", "running", "so"),
    [
        (MarkerState.READY, False, Next.ORDER),
        (MarkerState.STARTED, True, Next.WAIT),
        (MarkerState.STARTED, False, Next.LOST),
        (MarkerState.DONE, False, Next.DONE),
        (MarkerState.FAILED, False, Next.FAILED),
        (MarkerState.ABSENT, False, Next.LOST),
        (MarkerState.FOREIGN, False, Next.LOST),
    ],
)
def test_what_follows_a_look(state: MarkerState, running: bool, so: Next) -> None:
    assert after_order(Sight(Marker(state), running)) is so


def test_every_marker_has_one_consequence_and_only_ready_runs() -> None:
    runs = [
        state
        for state in MarkerState
        for running in (False, True)
        if after_order(Sight(Marker(state), running)) is Next.ORDER
    ]

    assert set(runs) == {MarkerState.READY}


def test_journal_decides_after_a_restart() -> None:
    assert [after_restart(stage) for stage in Stage] == [
        Next.PREPARE,
        Next.PREPARE,
        Next.LOOK,
        Next.FINISH,
        Next.REPORT,
    ]
