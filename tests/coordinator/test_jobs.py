"""The life of a job: what every event does to every state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.contract import CancelAnswer, ErrorClass
from coordinator.errors import ConflictError, NotFoundError
from coordinator.jobs import (
    LIFE,
    Event,
    JobRecord,
    Move,
    NewJob,
    Note,
    Refusal,
    State,
    Verdict,
    apply_event,
    check_holder,
    check_same_request,
    queued,
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
        State.SCHEDULED: replace(job, state=State.SCHEDULED, not_before=3000, deadline=3000),
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
        {"expires_at": 9000},
        {"not_before": 9000},
        {"run_timeout": 60},
        {"notify_url": "https://hooks.example/"},
    ],
)
def test_another_request_under_the_same_key_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ConflictError) as caught:
        check_same_request(make_job(), ask(**change))
    assert caught.value.code == "idempotency_key_reused"


def test_a_late_retry_does_not_undo_a_cancellation() -> None:
    with pytest.raises(ConflictError):
        check_same_request(make_job(State.CANCELLED), ask())


# --- schedule, cancel while running, resolve ---


def test_a_job_begins_scheduled_or_pending_with_its_deadline() -> None:
    assert queued(ask()) == (State.PENDING, None)
    assert queued(ask(expires_at=9000)) == (State.PENDING, 9000)
    assert queued(ask(not_before=7000, expires_at=9000)) == (State.SCHEDULED, 7000)
    assert queued(ask(not_before=5000)) == (State.PENDING, None)


def test_a_lease_ends_when_the_job_had_to_start() -> None:
    job = apply_event(replace(make_job(), expires_at=6000), Event.LEASE, now=5000, deadline=125_000)

    assert job.deadline == 6000
    assert apply_event(job, Event.EXPIRE, now=5500).deadline == 6000


@pytest.mark.parametrize(
    ("state", "event"),
    [(State.PENDING, Event.LEASE), (State.PENDING, Event.HAND_OVER), (State.LEASED, Event.BUSY)],
)
def test_nothing_starts_once_the_time_has_passed(state: State, event: Event) -> None:
    with pytest.raises(ConflictError) as caught:
        apply_event(replace(make_job(state), expires_at=6000), event, now=6000, deadline=9000)
    assert caught.value.code == "job_expired"


@pytest.mark.parametrize(
    ("event", "error_class", "answer"),
    [
        (Event.DONE, None, CancelAnswer.TOO_LATE),
        (Event.FAIL, ErrorClass.TRAP, CancelAnswer.TOO_LATE),
        (Event.FAIL, ErrorClass.CANCELLED, CancelAnswer.CANCELLED),
        (Event.FAIL, ErrorClass.LOST, CancelAnswer.UNKNOWN),
        (Event.LOSE, None, CancelAnswer.UNKNOWN),
        (Event.RESOLVE_COMPLETED, None, CancelAnswer.UNKNOWN),
        (Event.RESOLVE_FAILED, None, CancelAnswer.UNKNOWN),
        (Event.TOO_LATE, None, CancelAnswer.TOO_LATE),
    ],
)
def test_a_wish_to_cancel_is_answered_once(
    event: Event, error_class: ErrorClass | None, answer: CancelAnswer
) -> None:
    asked = apply_event(make_job(State.RUNNING), Event.ASK_CANCEL, now=5000)
    assert (asked.state, asked.cancel_asked_at, asked.cancel_answer) == (State.RUNNING, 5000, None)
    assert asked.deadline == make_job(State.RUNNING).deadline

    told = apply_event(asked, event, now=6000, error_class=error_class)
    assert told.cancel_answer is answer
    if told.state is State.RUNNING:
        assert apply_event(told, Event.LOSE, now=7000).cancel_answer is answer


@pytest.mark.parametrize("state", [State.PENDING, State.LEASED])
def test_what_has_not_started_is_cancelled_at_once(state: State) -> None:
    job = apply_event(make_job(state), Event.ASK_CANCEL, now=5000)

    assert (job.state, job.failed_at, job.cancel_answer) == (
        State.FAILED,
        5000,
        CancelAnswer.CANCELLED,
    )
    assert apply_event(job, Event.ASK_CANCEL, now=6000) is job


def test_every_change_is_noted_but_renewals() -> None:
    job = apply_event(
        make_job(), Event.LEASE, now=5000, deadline=9000, actor="agent:1", reason="asked"
    )
    renewed = apply_event(job, Event.RENEW, now=6000, deadline=9999)

    assert job.notes == (Note(5000, "lease", State.LEASED, "agent:1", "asked"),)
    assert renewed.notes == job.notes
