"""A plain model of a job's life beside the real store: both are told the same, both agree.

The model knows nothing of the table in `coordinator.jobs`; it is a second telling of the rules.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from coordinator.contract import ErrorClass
from coordinator.errors import ConflictError, NotFoundError
from coordinator.ids import hash_token
from coordinator.jobs import Event, JobRecord, State, apply_event
from coordinator.records import EnrolmentRecord, RunRecord
from coordinator.store.interface import RuleResult
from coordinator.store.opening import open_store
from tests.coordinator.store.conftest import add_site, new_job

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from coordinator.store.interface import Store

T = TypeVar("T")

_SITES = 3
_LEASE, _RUN = 100, 1000
_KEYS = st.integers(0, 5)
_SCRIPTS = st.sampled_from([b":put 1", b":put 2"])
_TOLD = [Event.RENEW, Event.BUSY, Event.DONE, Event.FAIL, Event.CANCEL]


@dataclass
class Plain:
    """A job as the model has it."""

    id: UUID
    site: UUID
    key: int
    script: bytes
    acknowledges: bool
    order: int
    created: int
    state: str = "pending"
    version: int = 0
    started: int | None = None
    completed: int | None = None
    failed: int | None = None
    deadline: int | None = None
    has_run: bool = False

    @property
    def is_active(self) -> bool:
        return self.state in {"leased", "running"}

    def tell(self, event: Event, now: int) -> bool:
        """Let the event happen; False when it is refused."""
        if self.state == "cancelled":
            return False
        if not self.acknowledges and self.state == "completed" and event is not Event.CANCEL:
            return True
        match event, self.state:
            case (Event.RENEW, "leased"):
                self.deadline = now + _LEASE
            case (Event.BUSY, "leased"):
                self.state, self.started, self.deadline = "running", now, now + _RUN
            case (Event.DONE, "leased" | "running"):
                self.state, self.completed, self.deadline = "completed", now, None
                self.started = now if self.started is None else self.started
            case (Event.FAIL, "leased" | "running"):
                self.state, self.failed, self.deadline = "failed", now, None
            case (Event.CANCEL, "pending" | "leased"):
                self.state, self.deadline = "cancelled", None
            case (
                (Event.RENEW | Event.BUSY, "running")
                | (Event.DONE, "completed")
                | (Event.FAIL, "failed")
            ):
                pass
            case _:
                return False
        return True


class Shared:
    """One store for all runs of a machine; each run has sites of its own."""

    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner()
        self.store: Store = self.run(open_store(url))
        self.now = 1_000_000
        self.agent = self.run(self._enrol())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    async def _enrol(self) -> UUID:
        enrolment = EnrolmentRecord(uuid4(), None, 0, 10**12)
        await self.store.add_enrolment(enrolment, hash_token("once"))
        agent = await self.store.use_enrolment(hash_token("once"), uuid4(), "a", b"h" * 32, 1)
        assert agent is not None
        return agent.id

    def close(self) -> None:
        self.run(self.store.close())
        self._runner.close()


class Life(RuleBasedStateMachine):
    """Creates, claims, reports, deadlines and cancellations in any order."""

    shared: Shared
    jobs = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        self.plain: dict[UUID, Plain] = {}
        self.keys: dict[tuple[UUID, int], UUID] = {}
        self.store = self.shared.store
        self.run = self.shared.run

    @initialize()
    def make_sites(self) -> None:
        # What an earlier run left behind has a deadline that would be met in this one.
        self.shared.now += 10 * _RUN
        self.run(self.store.settle(self.shared.now, self._end))
        self.sites = [self.run(add_site(self.store)) for _ in range(_SITES)]

    @rule(
        target=jobs,
        site=st.integers(0, _SITES - 1),
        key=_KEYS,
        script=_SCRIPTS,
        acknowledges=st.sampled_from([True, True, False]),
    )
    def create(self, site: int, key: int, script: bytes, acknowledges: bool) -> Any:
        where = self.sites[site]
        asked = new_job(
            where,
            created_at=self.shared.now,
            script=script,
            key=UUID(int=where.int ^ key),
            needs_acknowledgement=acknowledges,
        )
        before = self.plain.get(self.keys.get((where, key), UUID(int=0)))
        if before is None:
            job, created = self.run(self.store.add_job(asked))
            assert created
            new = Plain(job.id, where, key, script, acknowledges, len(self.plain), self.shared.now)
            self.plain[job.id] = new
            self.keys[where, key] = job.id
            return job.id
        same = (before.script, before.acknowledges) == (script, acknowledges)
        if not same or before.state == "cancelled":
            with pytest.raises(ConflictError):
                self.run(self.store.add_job(asked))
        else:
            job, created = self.run(self.store.add_job(asked))
            assert (job.id, created) == (before.id, False)
        return multiple()

    @rule(sites=st.sets(st.integers(0, _SITES - 1)), capacity=st.integers(1, 3))
    def claim(self, sites: set[int], capacity: int) -> None:
        def take(job: JobRecord) -> JobRecord:
            event = Event.LEASE if job.needs_acknowledgement else Event.HAND_OVER
            taken = apply_event(job, event, now=self.shared.now, deadline=self.shared.now + _LEASE)
            version = job.lease_version + 1
            return replace(taken, lease_version=version, agent_id=self.shared.agent)

        asked = [self.sites[number] for number in sites]
        expected = sorted(filter(None, map(self._next, asked)), key=lambda job: job.order)
        taken = self.run(self.store.claim(asked, capacity, take))
        assert [job.id for job in taken] == [job.id for job in expected[:capacity]]
        for job in expected[:capacity]:
            job.version += 1
            if job.acknowledges:
                job.state, job.deadline = "leased", self.shared.now + _LEASE
            else:
                job.state, job.started, job.completed = "completed", *[self.shared.now] * 2

    @rule(job_id=jobs, event=st.sampled_from(_TOLD))
    def tell(self, job_id: UUID, event: Event) -> None:
        ends = self.shared.now + (_RUN if event is Event.BUSY else _LEASE)
        plain = self.plain[job_id]
        tells = event in {Event.DONE, Event.FAIL}

        def hear(job: JobRecord, *, has_run: bool) -> RuleResult:
            assert has_run is plain.has_run
            after = apply_event(job, event, now=self.shared.now, deadline=ends)
            run = RunRecord(self.shared.now) if tells and not has_run else None
            return RuleResult(after, run)

        with self._allowed(plain.tell(event, self.shared.now)) as allowed:
            self.run(self.store.change_job(job_id, hear))
        plain.has_run = plain.has_run or (allowed and tells)

    @rule(seconds=st.sampled_from([1, _LEASE, _RUN]))
    def pass_time(self, seconds: int) -> None:
        self.shared.now += seconds
        now = self.shared.now
        due = {job.id: job for job in self.plain.values() if job.deadline and job.deadline <= now}
        ended = self.run(self.store.settle(now, self._end))
        assert {job.id for job in ended} == due.keys()
        for job in due.values():
            if job.state == "running":
                job.state, job.failed, job.has_run = "failed", now, True
            else:
                job.state = "pending"
            job.deadline = None

    @rule(job_id=jobs, event=st.sampled_from(_TOLD))
    def fail_half_way(self, job_id: UUID, event: Event) -> None:
        """A unit that fails after its decision leaves everything as it was."""

        def break_off(job: JobRecord, *, has_run: bool) -> RuleResult:
            apply_event(job, event, now=self.shared.now, deadline=self.shared.now + 1)
            raise LookupError(has_run)

        with pytest.raises((LookupError, ConflictError, NotFoundError)):
            self.run(self.store.change_job(job_id, break_off))

    @invariant()
    def agree(self) -> None:
        for site in getattr(self, "sites", ()):
            mine = [job for job in self.plain.values() if job.site == site]
            shown = [_shown(job) for job in mine if job.state != "cancelled"]
            assert [_shown_record(job) for job in self.run(self.store.jobs(site))] == shown[::-1]
            assert sum(job.is_active for job in mine) <= 1
            waits = self.run(self.store.claimable([site]))
            assert bool(waits) is (self._next(site) is not None)

    def _next(self, site: UUID) -> Plain | None:
        mine = [job for job in self.plain.values() if job.site == site]
        if any(job.is_active for job in mine):
            return None
        return next((job for job in mine if job.state == "pending"), None)

    def _end(self, job: JobRecord, *, has_run: bool) -> RuleResult:
        now = self.shared.now
        if job.state is State.LEASED:
            return RuleResult(apply_event(job, Event.EXPIRE, now=now))
        run = None if has_run else RunRecord(now, error_class=ErrorClass.LOST)
        return RuleResult(apply_event(job, Event.LOSE, now=now), run)

    @contextmanager
    def _allowed(self, allowed: bool) -> Iterator[bool]:
        if allowed:
            yield True
        else:
            with pytest.raises((ConflictError, NotFoundError)):
                yield False


def _shown(job: Plain) -> tuple[Any, ...]:
    times = (job.created, job.started, job.completed, job.failed, job.deadline)
    return (job.id, job.state, job.version, job.script, *times)


def _shown_record(job: JobRecord) -> tuple[Any, ...]:
    times = (job.created_at, job.started_at, job.completed_at, job.failed_at, job.deadline)
    return (job.id, job.state.value, job.lease_version, job.script, *times)


def test_the_store_and_a_plain_model_agree(database_url: str) -> None:
    shared = Shared(database_url)
    machine = type("Life", (Life,), {"shared": shared})
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=30,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        shared.close()
