"""What every store promises, whatever the database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from coordinator.contract import BackupKind, ErrorClass
from coordinator.errors import ConflictError, NotFoundError
from coordinator.ids import hash_token, new_pid
from coordinator.jobs import Event, JobRecord, State, apply_event
from coordinator.records import EnrolmentRecord, NewBackup, RunRecord, SiteRecord
from coordinator.store.interface import RuleResult
from coordinator.store.opening import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from coordinator.jobs import NewJob
    from coordinator.store.interface import Rule, Store

    Ask = Callable[..., NewJob]

NOWHERE = UUID(int=404)


def taker(agent: UUID, *, now: int = 2000, ends: int = 3000) -> Callable[[JobRecord], JobRecord]:
    def take(job: JobRecord) -> JobRecord:
        event = Event.LEASE if job.needs_acknowledgement else Event.HAND_OVER
        taken = apply_event(job, event, now=now, deadline=ends)
        return replace(taken, lease_version=job.lease_version + 1, agent_id=agent)

    return take


def rule_for(event: Event, now: int = 2500, deadline: int | None = None) -> Rule:
    def rule(job: JobRecord, *, has_run: bool) -> RuleResult:
        assert has_run is False
        return RuleResult(apply_event(job, event, now=now, deadline=deadline))

    return rule


async def make_site(store: Store, name: str = "Second") -> UUID:
    site = SiteRecord(uuid4(), new_pid(1000), name, 1000, 1000)
    await store.add_site(site)
    return site.id


# --- jobs: create and read ---


async def test_a_job_comes_back_as_it_was_stored(store: Store, site: UUID, ask: Ask) -> None:
    asked = ask(site, script=b':put "\xf2\xe5\x00"\r\n')
    job, created = await store.add_job(asked)

    assert created
    assert await store.job(site, asked.id) == job
    assert (job.script, job.state, job.lease_version) == (asked.script, State.PENDING, 0)


async def test_a_replay_returns_the_first_job(store: Store, site: UUID, ask: Ask) -> None:
    key = uuid4()
    first, _ = await store.add_job(ask(site, key=key))
    again, created = await store.add_job(ask(site, key=key, created_at=9000))

    assert (again, created) == (first, False)


async def test_a_key_is_the_sites_own(store: Store, site: UUID, ask: Ask) -> None:
    key, second = uuid4(), await make_site(store)
    first, _ = await store.add_job(ask(site, key=key))
    other, created = await store.add_job(ask(second, key=key))

    assert created
    assert other.id != first.id


async def test_another_request_under_a_key_stores_nothing(
    store: Store, site: UUID, ask: Ask
) -> None:
    key = uuid4()
    await store.add_job(ask(site, key=key))

    with pytest.raises(ConflictError):
        await store.add_job(ask(site, key=key, script=b":put 2"))
    assert len(await store.jobs(site)) == 1


async def test_many_creates_at_once_under_one_key_make_one_job(
    store: Store, site: UUID, ask: Ask
) -> None:
    key = uuid4()
    results = await asyncio.gather(*(store.add_job(ask(site, key=key)) for _ in range(20)))

    assert sum(created for _, created in results) == 1
    assert len({job.id for job, _ in results}) == 1


async def test_a_job_needs_a_site(store: Store, ask: Ask) -> None:
    with pytest.raises(NotFoundError):
        await store.add_job(ask(NOWHERE))


async def test_a_job_is_found_under_its_own_site_only(store: Store, site: UUID, ask: Ask) -> None:
    job, _ = await store.add_job(ask(site))

    assert await store.job(await make_site(store), job.id) is None
    assert await store.job(site, NOWHERE) is None


async def test_jobs_come_newest_first_even_within_one_millisecond(
    store: Store, site: UUID, ask: Ask
) -> None:
    made = [(await store.add_job(ask(site, created_at=t)))[0].id for t in (1000, 1000, 1000, 2000)]

    assert [job.id for job in await store.jobs(site)] == made[::-1]


# --- jobs: claim ---


async def test_the_oldest_job_of_a_site_is_taken_alone(
    store: Store, site: UUID, agent: UUID, ask: Ask
) -> None:
    first, _ = await store.add_job(ask(site))
    await store.add_job(ask(site))

    [taken] = await store.claim([site], 10, taker(agent))
    assert (taken.id, taken.state, taken.lease_version) == (first.id, State.LEASED, 1)
    assert await store.job(site, first.id) == taken


async def test_a_site_with_an_active_job_has_nothing_to_claim(
    store: Store, site: UUID, agent: UUID, ask: Ask
) -> None:
    await store.add_job(ask(site))
    await store.add_job(ask(site))
    await store.claim([site], 10, taker(agent))

    assert await store.claimable([site]) == []
    assert await store.claim([site], 10, taker(agent)) == []


async def test_a_running_job_holds_its_site_back(
    store: Store, site: UUID, agent: UUID, ask: Ask
) -> None:
    job, _ = await store.add_job(ask(site))
    await store.add_job(ask(site))
    await store.claim([site], 10, taker(agent))
    await store.change_job(job.id, rule_for(Event.BUSY, deadline=9000))

    assert await store.claim([site], 10, taker(agent)) == []


async def test_a_job_handed_over_does_not_hold_its_site_back(
    store: Store, site: UUID, agent: UUID, ask: Ask
) -> None:
    await store.add_job(ask(site, needs_acknowledgement=False))
    second, _ = await store.add_job(ask(site))
    [handed_over] = await store.claim([site], 10, taker(agent))

    assert handed_over.state is State.COMPLETED
    assert [job.id for job in await store.claim([site], 10, taker(agent))] == [second.id]


async def test_capacity_takes_the_oldest_over_all_sites(
    store: Store, site: UUID, agent: UUID, ask: Ask
) -> None:
    sites = [site, await make_site(store), await make_site(store)]
    made = [(await store.add_job(ask(s)))[0].id for s in reversed(sites)]

    taken = await store.claim(sites, 2, taker(agent))
    assert [job.id for job in taken] == made[:2]


async def test_claims_at_once_hand_a_job_out_once(
    store: Store, site: UUID, agent: UUID, ask: Ask
) -> None:
    await store.add_job(ask(site))
    taken = await asyncio.gather(*(store.claim([site], 1, taker(agent)) for _ in range(10)))

    assert sorted(len(jobs) for jobs in taken) == [0] * 9 + [1]


async def test_more_sites_than_a_statement_takes_can_be_asked_for(
    store: Store, site: UUID, ask: Ask
) -> None:
    await store.add_job(ask(site))

    assert await store.claimable([*(UUID(int=n) for n in range(1200)), site]) == [site]


# --- jobs: change and end ---


async def test_a_refused_change_writes_nothing(store: Store, site: UUID, ask: Ask) -> None:
    job, _ = await store.add_job(ask(site))

    with pytest.raises(ConflictError):
        await store.change_job(job.id, rule_for(Event.BUSY))
    assert await store.job(site, job.id) == job


async def test_a_change_of_an_unknown_job_asks_no_rule(store: Store) -> None:
    assert await store.change_job(NOWHERE, rule_for(Event.CANCEL)) is None


async def test_a_cancelled_job_is_shown_nowhere_and_its_key_stays_used(
    store: Store, site: UUID, ask: Ask
) -> None:
    key = uuid4()
    job, _ = await store.add_job(ask(site, key=key))
    await store.change_job(job.id, rule_for(Event.CANCEL))

    assert await store.job(site, job.id) is None
    assert await store.jobs(site) == []
    assert await store.claimable([site]) == []
    with pytest.raises(ConflictError):
        await store.add_job(ask(site, key=key))


async def test_a_run_is_stored_with_the_change_that_tells_it(
    store: Store, site: UUID, agent: UUID, ask: Ask
) -> None:
    job, _ = await store.add_job(ask(site))
    await store.claim([site], 1, taker(agent))
    told = RunRecord(
        2500, "head", 4, "0" * 64, ErrorClass.TRAP, "failure: no", 1, 7, "--- a\n+++ b\n"
    )

    def fail(job: JobRecord, *, has_run: bool) -> RuleResult:
        return RuleResult(apply_event(job, Event.FAIL, now=2500), None if has_run else told)

    assert await store.run(job.id) is None
    await store.change_job(job.id, fail)
    await store.change_job(job.id, fail)
    assert await store.run(job.id) == told


async def test_settle_ends_what_is_due_and_nothing_else(
    store: Store, site: UUID, agent: UUID, ask: Ask
) -> None:
    later = await make_site(store)
    due, _ = await store.add_job(ask(site))
    await store.add_job(ask(later))
    await store.claim([site], 1, taker(agent, ends=3000))
    await store.claim([later], 1, taker(agent, ends=4000))

    assert await store.next_deadline() == 3000
    [ended] = await store.settle(3000, rule_for(Event.EXPIRE, now=3000))
    assert (ended.id, ended.state) == (due.id, State.PENDING)
    assert await store.next_deadline() == 4000


async def test_a_job_that_expired_is_handed_out_again_under_a_new_version(
    store: Store, site: UUID, agent: UUID, ask: Ask
) -> None:
    await store.add_job(ask(site))
    await store.claim([site], 1, taker(agent))
    await store.settle(3000, rule_for(Event.EXPIRE))

    [again] = await store.claim([site], 1, taker(agent))
    assert again.lease_version == 2


# --- sites ---


async def test_sites_come_oldest_first_without_the_deleted(store: Store, site: UUID) -> None:
    second = await make_site(store)
    third = await make_site(store)
    assert await store.delete_site(second, 5000)

    assert [record.id for record in await store.sites()] == [site, third]
    assert await store.site(second) is None
    assert await store.delete_site(second, 6000) is False


async def test_an_update_changes_only_what_it_names(store: Store, site: UUID) -> None:
    before = await store.site(site)
    assert before is not None
    after = await store.update_site(site, {"name": "Depot", "updated_at": 5000})

    assert after == replace(before, name="Depot", updated_at=5000)
    assert await store.update_site(NOWHERE, {"name": "Depot"}) is None


async def test_deleting_a_site_cancels_its_queue_and_hides_its_jobs(
    store: Store, site: UUID, ask: Ask
) -> None:
    job, _ = await store.add_job(ask(site))
    await store.delete_site(site, 5000)

    assert await store.claimable([site]) == []
    assert await store.job(site, job.id) is None
    with pytest.raises(NotFoundError):
        await store.add_job(ask(site))


async def test_a_running_job_of_a_deleted_site_can_still_be_reported(
    store: Store, site: UUID, agent: UUID, ask: Ask
) -> None:
    job, _ = await store.add_job(ask(site))
    await store.claim([site], 1, taker(agent))
    await store.change_job(job.id, rule_for(Event.BUSY, deadline=9000))
    await store.delete_site(site, 5000)

    result = await store.change_job(job.id, rule_for(Event.DONE))
    assert result is not None
    assert result.job.state is State.COMPLETED


async def test_versions_of_sites_are_noted(store: Store, site: UUID) -> None:
    await store.set_versions({site: "7.22.3", NOWHERE: "7.1"})

    record = await store.site(site)
    assert record is not None
    assert record.software_version == "7.22.3"


# --- agents ---


async def enrolment(store: Store, token: str, sites: frozenset[UUID] | None = None) -> None:
    await store.add_enrolment(EnrolmentRecord(uuid4(), sites, 1000, 2000), hash_token(token))


async def enrol(store: Store, token: str, now: int = 1500) -> UUID | None:
    agent = await store.use_enrolment(
        hash_token(token), uuid4(), "rack-1", hash_token(f"of {token}"), now
    )
    return None if agent is None else agent.id


async def test_an_enrolment_is_used_once(store: Store) -> None:
    await enrolment(store, "e")

    results = await asyncio.gather(
        *(store.use_enrolment(hash_token("e"), uuid4(), "x", bytes([n]) * 32, 1500) for n in (1, 2))
    )
    assert sum(agent is not None for agent in results) == 1


async def test_an_enrolment_ends(store: Store) -> None:
    await enrolment(store, "e")

    assert await enrol(store, "e", now=2000) is None
    assert await enrol(store, "never made") is None


async def test_an_agent_is_found_by_its_token_with_its_sites(store: Store, site: UUID) -> None:
    await enrolment(store, "bound", frozenset({site}))
    await enrolment(store, "free")
    bound, free = await enrol(store, "bound"), await enrol(store, "free")

    found = await store.agent_by_token(hash_token("of bound"))
    assert found is not None
    assert (found.id, found.sites) == (bound, frozenset({site}))
    assert {agent.id: agent.sites for agent in await store.agents()} == {
        bound: frozenset({site}),
        free: None,
    }


async def test_a_revoked_agent_is_nobody(store: Store, agent: UUID) -> None:
    assert await store.revoke_agent(agent, 5000)

    assert await store.agent_by_token(hash_token("agent")) is None
    assert await store.agents() == []
    assert await store.revoke_agent(agent, 6000) is False


async def test_it_is_noted_when_an_agent_was_seen(store: Store, agent: UUID) -> None:
    await store.note_agent_seen(agent, 7000)

    [record] = await store.agents()
    assert record.last_seen_at == 7000


# --- backups ---


def backup(content: bytes = b"# export", kind: BackupKind = BackupKind.EXPORT) -> NewBackup:
    sha256 = content.hex()[:64].ljust(64, "0")
    return NewBackup(kind, 1_700_000_000, 1000, sha256, content)


def any_job(job: JobRecord) -> None:
    assert job.script


async def test_the_first_export_becomes_the_jobs_backup(store: Store, site: UUID, ask: Ask) -> None:
    job, _ = await store.add_job(ask(site))
    await store.add_backup(job.id, backup(b"binary", BackupKind.BINARY), any_job)
    await store.add_backup(job.id, backup(b"first"), any_job)
    await store.add_backup(job.id, backup(b"second"), any_job)

    found = await store.job(site, job.id)
    assert found is not None
    assert found.associated_backup == f"{site}/1700000000.rsc"
    assert await store.backup_content(site, "1700000000.rsc") == b"first"
    assert [b.filename for b in await store.backups_of(job.id)] == [
        "1700000000.backup",
        "1700000000.rsc",
        "1700000001.rsc",
    ]


async def test_the_same_backup_again_is_not_another(store: Store, site: UUID, ask: Ask) -> None:
    job, _ = await store.add_job(ask(site))
    first = await store.add_backup(job.id, backup(), any_job)
    again = await store.add_backup(job.id, backup(), any_job)

    assert first is not None
    assert first[1]
    assert again == (first[0], False)


async def test_a_backup_that_is_not_allowed_is_not_stored(
    store: Store, site: UUID, ask: Ask
) -> None:
    job, _ = await store.add_job(ask(site))

    def refuse(_job: JobRecord) -> None:
        raise ConflictError("lease_superseded", "no")

    with pytest.raises(ConflictError):
        await store.add_backup(job.id, backup(), refuse)
    assert await store.backups_of(job.id) == []
    assert await store.add_backup(NOWHERE, backup(), any_job) is None


async def test_a_backup_that_is_not_there_is_none(store: Store, site: UUID) -> None:
    assert await store.backup_content(site, "1700000000.rsc") is None


# --- the whole ---


async def test_everything_is_there_after_closing_and_opening_again(
    store: Store, database_url: str, site: UUID, agent: UUID, ask: Ask
) -> None:
    await store.add_job(ask(site))
    [taken] = await store.claim([site], 1, taker(agent))
    await store.close()

    again = await open_store(database_url)
    try:
        assert await again.job(site, taken.id) == taken
        assert await again.next_deadline() == 3000
    finally:
        await again.close()


async def test_a_store_that_answers_says_so(store: Store) -> None:
    await store.ping()
