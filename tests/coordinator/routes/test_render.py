"""What is shown is what the contract says."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from coordinator.contract import Job
from coordinator.jobs import JobRecord, State
from coordinator.routes import render

instants = st.none() | st.integers(min_value=0, max_value=4_000_000_000_000)

RECORD = JobRecord(
    id=UUID(int=10),
    token="Ab3dE5gH7j",
    site_id=UUID(int=11),
    idempotency_key=UUID(int=12),
    description="a job",
    express_execute=False,
    needs_acknowledgement=True,
    should_backup=False,
    script=b":put 1",
    created_at=1_768_471_200_999,
)


@given(instants, instants, st.binary(), st.text(min_size=3))
def test_the_quick_way_and_the_model_say_the_same(
    started: int | None, ended: int | None, script: bytes, description: str
) -> None:
    record = replace(
        RECORD,
        started_at=started,
        completed_at=ended,
        script=script,
        description=description,
        associated_backup="x/1.rsc",
    )
    fields = render.job_fields(record)

    assert Job.model_validate(fields).model_dump(mode="json") == fields
    assert json.loads(render.job(record).model_dump_json()) == fields


def test_instants_are_whole_seconds() -> None:
    assert render.job_fields(RECORD)["created_at"] == "2026-01-15T10:00:00Z"


def test_bytes_that_are_no_utf_8_show_as_replaced() -> None:
    assert render.job_fields(replace(RECORD, script=b"a\xffb"))["script"] == "a\ufffdb"


def test_a_lease_end_is_shown_of_a_leased_job_only() -> None:
    leased = replace(RECORD, state=State.LEASED, deadline=1_768_471_300_000)
    running = replace(leased, state=State.RUNNING)

    assert render.run(leased, None, []).lease_expires_at is not None
    assert render.run(running, None, []).lease_expires_at is None
