"""Timelines, pages and deliveries in every store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from coordinator.contract import CancelAnswer
from coordinator.errors import ConflictError
from coordinator.jobs import Event, JobRecord, State, apply_event
from coordinator.records import JobFilter
from coordinator.store.interface import RuleResult
from coordinator.teams import DEFAULT_TEAM

if TYPE_CHECKING:
    from collections.abc import Callable

    from coordinator.jobs import NewJob
    from coordinator.store.interface import Rule, Store

    Ask = Callable[..., NewJob]

HOOK = "https://hooks.example/jobs"


def rule_for(event: Event, now: int = 2500, deadline: int | None = 9000) -> Rule:
    def rule(job: JobRecord, *, has_run: bool) -> RuleResult:
        del has_run
        after = apply_event(job, event, now=now, deadline=deadline, actor="user:a", reason="why")
        return RuleResult(after)

    return rule


async def lease(store: Store, site: UUID, agent: UUID) -> list[JobRecord]:
    def take(job: JobRecord) -> JobRecord:
        taken = apply_event(job, Event.LEASE, now=2000, deadline=3000, actor=f"agent:{agent}")
        return replace(taken, lease_version=job.lease_version + 1, agent_id=agent)

    return await store.claim([site], 10, take)


async def test_every_change_leaves_its_line(
    store: Store, site: UUID, agent: UUID, ask: Ask
) -> None:
    job, _ = await store.add_job(ask(site), "user:a")
    await lease(store, site, agent)
    await store.change_job(job.id, rule_for(Event.BUSY))
    await store.change_job(job.id, rule_for(Event.BUSY))  # a repeat

    lines = await store.timeline(job.id, 0, 100)
    assert [(line.event, line.state, line.lease_version) for line in lines] == [
        ("created", State.PENDING, 0),
        ("lease", State.LEASED, 1),
        ("busy", State.RUNNING, 1),
    ]
    assert [line.actor for line in lines] == ["user:a", f"agent:{agent}", "user:a"]
    assert (lines[2].at, lines[2].reason, lines[2].site_id) == (2500, "why", site)
    assert lines[0].team_id == DEFAULT_TEAM
    assert await store.timeline(job.id, lines[1].seq, 100) == lines[2:]
    assert await store.last_event() == lines[2].seq


async def test_a_change_that_is_refused_leaves_none(store: Store, site: UUID, ask: Ask) -> None:
    job, _ = await store.add_job(ask(site))
    with pytest.raises(ConflictError):
        await store.change_job(job.id, rule_for(Event.BUSY))

    assert [line.event for line in await store.timeline(job.id, 0, 100)] == ["created"]


async def test_events_are_read_by_site_and_by_team(store: Store, site: UUID, ask: Ask) -> None:
    job, _ = await store.add_job(ask(site))
    after = await store.last_event()
    other, _ = await store.add_job(ask(site))

    assert [line.job_id for line in await store.events(0, 100)] == [job.id, other.id]
    assert [line.job_id for line in await store.events(after, 100, site_id=site)] == [other.id]
    assert len(await store.events(0, 1, team_id=DEFAULT_TEAM)) == 1
    assert await store.events(0, 100, team_id=uuid4()) == []
    assert await store.events(0, 100, site_id=uuid4()) == []


async def test_a_job_waits_for_its_time_and_then_for_its_end(
    store: Store, site: UUID, agent: UUID, ask: Ask
) -> None:
    asked = replace(ask(site), not_before=5000, expires_at=8000)
    job, _ = await store.add_job(asked)
    assert (job.state, job.deadline) == (State.SCHEDULED, 5000)
    assert await store.claimable([site]) == []
    assert await lease(store, site, agent) == []

    [ripe] = await store.settle(5000, rule_for(Event.RIPEN))
    assert (ripe.state, ripe.deadline) == (State.PENDING, 8000)
    assert await store.next_deadline() == 8000
    [taken] = await lease(store, site, agent)
    assert (taken.state, taken.deadline) == (State.LEASED, 3000)
    await store.change_job(job.id, rule_for(Event.EXPIRE))
    [ended] = await store.settle(8000, rule_for(Event.OVERDUE))
    assert (ended.state, ended.deadline) == (State.FAILED, None)


async def test_an_open_wish_to_cancel_is_found_by_its_agent(
    store: Store, site: UUID, agent: UUID, ask: Ask
) -> None:
    job, _ = await store.add_job(ask(site))
    await lease(store, site, agent)
    await store.change_job(job.id, rule_for(Event.BUSY))
    assert await store.asked_to_cancel(agent) == []
    await store.change_job(job.id, rule_for(Event.ASK_CANCEL))
    assert await store.asked_to_cancel(agent) == [job.id]
    assert await store.asked_to_cancel(uuid4()) == []

    await store.change_job(job.id, rule_for(Event.TOO_LATE))
    assert await store.asked_to_cancel(agent) == []
    stored = await store.job(site, job.id)
    assert stored is not None
    assert (stored.cancel_answer, stored.state) == (CancelAnswer.TOO_LATE, State.RUNNING)


async def test_a_deleted_site_leaves_lines_for_what_it_cancelled(
    store: Store, site: UUID, ask: Ask
) -> None:
    job, _ = await store.add_job(ask(site))
    await store.delete_site(site, 7000)

    last = (await store.timeline(job.id, 0, 100))[-1]
    assert (last.event, last.state, last.at) == ("cancel", State.CANCELLED, 7000)
    kept = await store.any_job(job.id)
    assert kept is not None
    assert kept.state is State.CANCELLED


# --- pages ---


async def test_pages_are_cut_by_time_and_place(store: Store, site: UUID, ask: Ask) -> None:
    made = [(await store.add_job(ask(site, created_at=at)))[0] for at in (1000, 1000, 2000)]
    first = await store.job_page(site, JobFilter(count=2))
    assert [job.id for job in first] == [made[2].id, made[1].id]
    last = first[-1]
    rest = await store.job_page(site, JobFilter(count=2, before=(last.created_at, last.seq)))
    assert [job.id for job in rest] == [made[0].id]

    late = JobFilter(count=9, created_after=1000)
    assert [job.id for job in await store.job_page(site, late)] == [made[2].id]
    early = JobFilter(count=9, created_before=2000, states=frozenset({State.PENDING}))
    assert len(await store.job_page(site, early)) == 2
    assert await store.job_page(site, JobFilter(count=9, states=frozenset({State.FAILED}))) == []


# --- deliveries ---


async def test_deliveries_go_in_order_and_to_one_taker(
    store: Store, site: UUID, agent: UUID, ask: Ask
) -> None:
    job, _ = await store.add_job(replace(ask(site), notify_url=HOOK))
    assert await store.next_delivery() is None
    await lease(store, site, agent)
    await store.change_job(job.id, rule_for(Event.BUSY, now=2500))
    await store.change_job(job.id, rule_for(Event.DONE, now=2600, deadline=None))
    assert await store.next_delivery() == 2500

    [held] = await store.due_deliveries(2700, 3700, 10)
    assert (held.state, held.url, held.team_id) == ("running", HOOK, DEFAULT_TEAM)
    assert await store.due_deliveries(2700, 3700, 10) == []
    again = {"attempts": 1, "last_status": 500, "last_error": "", "next_at": 4000}
    assert await store.end_delivery(held.seq, 3700, again)
    assert not await store.end_delivery(held.seq, 3700, again)
    assert await store.next_delivery() == 4000

    [held] = await store.due_deliveries(4000, 5000, 10)
    done = {"attempts": 2, "last_status": 204, "next_at": None, "delivered_at": 4100}
    assert await store.end_delivery(held.seq, 5000, done)
    [held] = await store.due_deliveries(4200, 5200, 10)
    assert held.state == "completed"
    shown = await store.deliveries(job.id, 0, 10)
    assert [(item.event, item.delivered_at) for item in shown] == [("busy", 4100), ("done", None)]


async def test_a_taker_that_died_is_followed_by_another(
    store: Store, site: UUID, agent: UUID, ask: Ask
) -> None:
    await store.add_job(replace(ask(site), notify_url=HOOK))
    [taken] = await lease(store, site, agent)
    await store.change_job(taken.id, rule_for(Event.FAIL, deadline=None))
    [first] = await store.due_deliveries(3000, 4000, 10)

    [second] = await store.due_deliveries(4000, 5000, 10)
    assert first.seq == second.seq
    gone = {"attempts": 1, "next_at": None, "delivered_at": 4100}
    assert not await store.end_delivery(first.seq, 4000, gone)
