"""The life of a job: what every event does to every state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.errors import ConflictError, NotFoundError
from coordinator.jobs import (
    LIFE,
    Event,
    JobRecord,
    Move,
    NewJob,
    Refusal,
    State,
    Verdict,
    apply_event,
    check_holder,
    check_same_request,
)

AGENT, OTHER_AGENT = UUID(int=1), UUID(int=2)


def make_job(state: State = State.PENDING, *, needs_acknowledgement: bool = True) -> JobRecord:
    job = JobRecord(
        id=UUID(int=10),
        token="Ab3dE5gH7j",
        site_id=UUID(int=11),
        idempotency_key=UUID(int=12),
        description="a job",
        express_execute=False,
        needs_acknowledgement=needs_acknowledgement,
        should_backup=False,
        script=b":put 1",
        created_at=1000,
    )
    leased = replace(job, state=State.LEASED, lease_version=1, agent_id=AGENT, deadline=2000)
    return {
        State.PENDING: job,
        State.LEASED: leased,
        State.RUNNING: replace(leased, state=State.RUNNING, started_at=1500, deadline=9000),
        State.COMPLETED: replace(
            leased, state=State.COMPLETED, started_at=1500, completed_at=1600, deadline=None
        ),
        State.FAILED: replace(leased, state=State.FAILED, failed_at=1600, deadline=None),
        State.CANCELLED: replace(job, state=State.CANCELLED, cancelled_at=1600),
    }[state]


@pytest.mark.parametrize("state", State)
def test_every_event_has_a_verdict_in_every_state(state: State) -> None:
    assert set(LIFE[state]) == set(Event)
    assert all(isinstance(v, Move | Verdict | Refusal) for v in LIFE[state].values())


def test_busy_starts_a_leased_job() -> None:
    job = apply_event(make_job(State.LEASED), Event.BUSY, now=5000, deadline=9000)

    assert (job.state, job.started_at, job.deadline) == (State.RUNNING, 5000, 9000)


def test_done_completes_a_running_job_and_keeps_its_start() -> None:
    job = apply_event(make_job(State.RUNNING), Event.DONE, now=5000)

    assert (job.state, job.started_at, job.completed_at) == (State.COMPLETED, 1500, 5000)
    assert job.deadline is None


def test_fail_before_busy_leaves_the_job_without_a_start() -> None:
    job = apply_event(make_job(State.LEASED), Event.FAIL, now=5000)

    assert (job.state, job.started_at, job.failed_at) == (State.FAILED, None, 5000)


def test_expiry_returns_a_job_to_the_queue_with_its_version_kept() -> None:
    job = apply_event(make_job(State.LEASED), Event.EXPIRE, now=5000)

    assert (job.state, job.lease_version, job.deadline) == (State.PENDING, 1, None)


def test_hand_over_completes_at_once() -> None:
    job = apply_event(make_job(needs_acknowledgement=False), Event.HAND_OVER, now=5000)

    assert (job.state, job.started_at, job.completed_at) == (State.COMPLETED, 5000, 5000)


@pytest.mark.parametrize("event", [Event.BUSY, Event.DONE, Event.FAIL, Event.RENEW])
def test_reports_after_hand_over_change_no_timestamp(event: Event) -> None:
    job = make_job(State.COMPLETED, needs_acknowledgement=False)

    assert apply_event(job, event, now=5000) is job


@pytest.mark.parametrize(
    ("state", "event"),
    [
        (State.RUNNING, Event.BUSY),
        (State.RUNNING, Event.RENEW),
        (State.COMPLETED, Event.DONE),
        (State.FAILED, Event.FAIL),
    ],
)
def test_a_repeated_report_changes_nothing(state: State, event: Event) -> None:
    job = make_job(state)

    assert apply_event(job, event, now=5000, deadline=9999) is job


@pytest.mark.parametrize(
    ("state", "event", "code"),
    [
        (State.RUNNING, Event.CANCEL, "job_already_started"),
        (State.COMPLETED, Event.CANCEL, "job_already_started"),
        (State.FAILED, Event.CANCEL, "job_already_started"),
        (State.COMPLETED, Event.FAIL, "job_already_finished"),
        (State.FAILED, Event.DONE, "job_already_finished"),
        (State.PENDING, Event.BUSY, "lease_superseded"),
        (State.PENDING, Event.RENEW, "lease_superseded"),
        (State.LEASED, Event.LEASE, "job_not_queued"),
    ],
)
def test_what_a_state_forbids_is_refused_by_name(state: State, event: Event, code: str) -> None:
    with pytest.raises(ConflictError) as caught:
        apply_event(make_job(state), event, now=5000)

    assert caught.value.code == code


@pytest.mark.parametrize("state", [State.COMPLETED, State.FAILED])
def test_busy_after_the_end_is_no_leave_to_run(state: State) -> None:
    with pytest.raises(ConflictError):
        apply_event(make_job(state), Event.BUSY, now=5000)


@pytest.mark.parametrize("event", Event)
def test_a_cancelled_job_is_not_there(event: Event) -> None:
    with pytest.raises(NotFoundError):
        apply_event(make_job(State.CANCELLED), event, now=5000)


@given(st.lists(st.sampled_from(Event), max_size=12), st.booleans())
def test_no_course_of_events_leaves_two_ends_or_moves_a_final_state(
    events: list[Event], needs_acknowledgement: bool
) -> None:
    job = make_job(needs_acknowledgement=needs_acknowledgement)
    for now, event in enumerate(events, start=2000):
        before = job
        try:
            job = apply_event(job, event, now=now, deadline=now + 10)
        except (ConflictError, NotFoundError):
            continue
        assert job.completed_at is None or job.failed_at is None
        assert (job.deadline is not None) == (job.state in {State.LEASED, State.RUNNING})
        if before.state in {State.COMPLETED, State.FAILED, State.CANCELLED}:
            assert job is before


@pytest.mark.parametrize(("agent", "version"), [(AGENT, 0), (AGENT, 2), (OTHER_AGENT, 1)])
def test_only_the_newest_lease_may_speak(agent: UUID, version: int) -> None:
    job = make_job(State.LEASED)
    check_holder(job, AGENT, 1)

    with pytest.raises(ConflictError) as caught:
        check_holder(job, agent, version)
    assert caught.value.code == "lease_superseded"


def ask(**changes: Any) -> NewJob:
    job = replace(make_job(), id=UUID(int=99), token="zzzzzzzzzz", created_at=5000)
    return replace(job, **changes)


def test_same_request_is_judged_without_id_token_and_time() -> None:
    check_same_request(make_job(State.RUNNING), ask())


@pytest.mark.parametrize(
    "change",
    [
        {"script": b":put 2"},
        {"description": "other"},
        {"should_backup": True},
        {"needs_acknowledgement": False},
        {"express_execute": True},
    ],
)
def test_another_request_under_the_same_key_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ConflictError) as caught:
        check_same_request(make_job(), ask(**change))
    assert caught.value.code == "idempotency_key_reused"


def test_a_late_retry_does_not_undo_a_cancellation() -> None:
    with pytest.raises(ConflictError):
        check_same_request(make_job(State.CANCELLED), ask())
