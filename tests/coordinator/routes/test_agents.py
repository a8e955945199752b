"""What agents call: enrol, poll, report, renew, upload."""

from __future__ import annotations

import asyncio
import hashlib
import time
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from coordinator.client import CoordinatorClient, CoordinatorRefused
from coordinator.contract import (
    BackupKind,
    EnrolmentCreate,
    ErrorClass,
    PollRequest,
    ReportStatus,
    RunError,
    RunState,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from coordinator.config import Config
    from tests.coordinator.conftest import Bench

BUSY, DONE, FAIL = ReportStatus.BUSY, ReportStatus.DONE, ReportStatus.FAIL
TRAP = RunError(error_class=ErrorClass.TRAP, message="failure: no such item", line=2, column=5)


async def refusal(call: Awaitable[object]) -> tuple[int, str]:
    with pytest.raises(CoordinatorRefused) as caught:
        await call
    return caught.value.status, caught.value.code


# --- enrolment ---


async def test_an_enrolment_token_works_once(bench: Bench) -> None:
    enrolment = await bench.operator.create_enrolment()
    reply = await bench.operator.enrol(enrolment.enrolment_token, "rack-1")

    assert reply.agent_token not in repr(reply)
    again = bench.operator.enrol(enrolment.enrolment_token, "rack-2")
    assert await refusal(again) == (401, "token_invalid")
    assert [agent.name for agent in await bench.operator.list_agents()] == ["rack-1"]


async def test_an_enrolment_token_ends(bench: Bench) -> None:
    enrolment = await bench.operator.create_enrolment(EnrolmentCreate(expires_in=60))
    bench.clock.advance(60)

    assert await refusal(bench.operator.enrol(enrolment.enrolment_token, "rack-1")) == (
        401,
        "token_invalid",
    )


async def test_tokens_are_not_in_the_database(bench: Bench, config: Config) -> None:
    enrolment = await bench.operator.create_enrolment()
    reply = await bench.operator.enrol(enrolment.enrolment_token, "rack-1")
    content = b"".join(path.read_bytes() for path in config.data_dir.glob("coordinator.db*"))

    assert b"rack-1" in content
    assert enrolment.enrolment_token.encode() not in content
    assert reply.agent_token.encode() not in content


async def test_a_bound_agent_sees_and_serves_its_sites_only(bench: Bench) -> None:
    own, other = await bench.site("Own"), await bench.site("Other")
    agent = await bench.agent(own)
    await bench.job(other)
    mine = await bench.job(own)

    assert [site.name for site in await agent.client.agent_sites()] == ["Own"]
    assert [lease.job.id for lease in await agent.poll(own, other)] == [mine.id]


async def test_an_enrolment_for_an_unknown_site_is_refused(bench: Bench) -> None:
    request = EnrolmentCreate(sites=[UUID(int=404)])

    assert await refusal(bench.operator.create_enrolment(request)) == (404, "site_not_found")


async def test_an_unbound_agent_serves_sites_made_later(bench: Bench) -> None:
    agent = await bench.agent()
    site = await bench.site()

    assert [found.id for found in await agent.client.agent_sites()] == [site.id]


async def test_a_revoked_agent_is_refused_at_once(bench: Bench) -> None:
    agent = await bench.agent()
    await bench.operator.revoke_agent(agent.id)

    assert await refusal(agent.client.agent_sites()) == (401, "token_invalid")
    assert await refusal(bench.operator.revoke_agent(agent.id)) == (404, "agent_not_found")


async def test_an_operators_token_is_no_agents_and_the_other_way_round(bench: Bench) -> None:
    agent = await bench.agent()

    assert await refusal(bench.operator.agent_sites()) == (401, "token_invalid")
    assert await refusal(agent.client.list_sites()) == (401, "token_invalid")


# --- poll ---


async def test_an_empty_poll_answers_after_its_wait(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    began = time.monotonic()

    assert await agent.poll(site, wait=0.3) == []
    assert 0.25 < time.monotonic() - began < 5


async def test_a_poll_for_no_site_waits_too(bench: Bench) -> None:
    agent = await bench.agent()
    began = time.monotonic()

    assert await agent.poll(wait=0.3) == []
    assert time.monotonic() - began > 0.25


async def test_a_waiting_poll_is_woken_by_a_new_job(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    poll = asyncio.create_task(agent.poll(site, wait=30))
    await asyncio.sleep(0.1)
    job = await bench.job(site)

    leases = await asyncio.wait_for(poll, 5)
    assert [lease.job.id for lease in leases] == [job.id]


async def test_a_waiting_poll_is_woken_by_the_end_of_the_job_before(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    await bench.job(site)
    second = await bench.job(site)
    lease = await agent.take(site)
    poll = asyncio.create_task(agent.poll(site, wait=30))
    await asyncio.sleep(0.1)
    await agent.report(lease, FAIL)

    leases = await asyncio.wait_for(poll, 5)
    assert [lease.job.id for lease in leases] == [second.id]


async def test_a_poll_that_nobody_waits_for_takes_nothing(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    poll = asyncio.create_task(agent.poll(site, wait=30))
    await asyncio.sleep(0.1)
    poll.cancel()
    await asyncio.sleep(0.1)
    job = await bench.job(site)
    await asyncio.sleep(0.1)

    assert (await agent.take(site)).job.id == job.id


async def test_many_polls_at_once_get_a_job_once(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    polls = [asyncio.create_task(agent.poll(site, wait=1)) for _ in range(10)]
    await asyncio.sleep(0.1)
    await bench.job(site)

    assert sorted(len(leases) for leases in await asyncio.gather(*polls)) == [0] * 9 + [1]


async def test_jobs_of_a_site_come_one_by_one_oldest_first(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    made = [(await bench.job(site)).id for _ in range(4)]
    order = []
    for _ in made:
        lease = await agent.take(site)
        assert await agent.poll(site) == []
        await agent.report(lease, BUSY)
        assert await agent.poll(site) == []
        await agent.report(lease, DONE)
        order.append(lease.job.id)

    assert order == made


async def test_capacity_bounds_the_leases_of_a_poll(bench: Bench) -> None:
    sites = [await bench.site(f"Site {n}") for n in range(3)]
    agent = await bench.agent()
    made = [(await bench.job(site)).id for site in sites]

    assert [lease.job.id for lease in await agent.poll(*sites, capacity=2)] == made[:2]


async def test_a_poll_notes_the_routers_version(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    await agent.client.poll(PollRequest(sites=[], wait=0, versions={site.id: "7.22.3"}))

    assert (await bench.operator.get_site(site.id)).software_version == "7.22.3"


# --- leases ---


async def test_a_lease_that_is_not_taken_up_goes_out_again(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    first = await agent.take(site)
    assert (first.version, first.expires_at.isoformat()) == (1, "2026-01-15T10:02:00+00:00")

    bench.clock.advance(119)
    assert await agent.poll(site) == []
    bench.clock.advance(1)
    second = await agent.take(site)
    assert (second.job.id, second.version) == (job.id, 2)
    assert await refusal(agent.report(first, BUSY)) == (409, "lease_superseded")
    assert (await agent.report(second, BUSY)).state is RunState.RUNNING


async def test_an_expired_lease_is_no_leave_to_run_even_before_it_goes_out_again(
    bench: Bench,
) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    lease = await agent.take(site)
    bench.clock.advance(120)

    assert await refusal(agent.report(lease, BUSY)) == (409, "lease_superseded")
    assert (await bench.operator.get_job(site.id, job.id)).started_at is None


async def test_a_renewed_lease_lasts_longer(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    await bench.job(site)
    lease = await agent.take(site)
    bench.clock.advance(100)
    renewed = await agent.client.renew(lease.job.id, lease.version)
    bench.clock.advance(100)

    assert (renewed.version, renewed.expires_at > lease.expires_at) == (1, True)
    assert (await agent.report(lease, BUSY)).state is RunState.RUNNING


async def test_a_superseded_lease_is_not_renewed(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    await bench.job(site)
    lease = await agent.take(site)
    bench.clock.advance(120)
    await agent.take(site)

    assert await refusal(agent.client.renew(lease.job.id, lease.version)) == (
        409,
        "lease_superseded",
    )
    assert await refusal(agent.client.renew(UUID(int=404), 1)) == (404, "job_not_found")


async def test_a_lease_expires_by_itself_and_wakes_a_poll(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    await bench.job(site)
    await agent.take(site)
    poll = asyncio.create_task(agent.poll(site, wait=30))
    await asyncio.sleep(0.1)
    bench.clock.advance(120)
    await bench.operator.list_jobs(site.id)  # any request looks at what is due

    assert [lease.version for lease in await asyncio.wait_for(poll, 5)] == [2]


async def test_another_agents_report_is_refused(bench: Bench) -> None:
    site, agent, other = await bench.site(), await bench.agent(), await bench.agent()
    await bench.job(site)
    lease = await agent.take(site)

    assert await refusal(other.report(lease, BUSY)) == (409, "lease_superseded")


async def test_an_agent_of_other_sites_is_not_told_that_the_job_exists(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    stranger = await bench.agent(await bench.site("Other"))
    await bench.job(site)
    lease = await agent.take(site)

    assert await refusal(stranger.report(lease, BUSY)) == (404, "job_not_found")


# --- reports ---


async def test_reports_set_the_timestamps_by_the_coordinators_clock(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    lease = await agent.take(site)
    bench.clock.advance(10)
    await agent.report(lease, BUSY)
    bench.clock.advance(10)
    await agent.report(lease, DONE)

    answer = (await bench.call("GET", f"/site/{site.id}/job/{job.id}")).json()
    assert answer["started_at"] == "2026-01-15T10:00:10Z"
    assert (answer["completed_at"], answer["failed_at"]) == ("2026-01-15T10:00:20Z", None)


async def test_a_repeated_report_changes_nothing(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    lease = await agent.take(site)
    assert (await agent.report(lease, BUSY)).repeated is False
    bench.clock.advance(5)
    assert (await agent.report(lease, BUSY)).repeated is True
    assert (await agent.report(lease, FAIL, error=TRAP, output="one")).repeated is False
    before = await bench.operator.get_job(site.id, job.id)
    bench.clock.advance(60)
    reply = await agent.report(lease, FAIL, output="two")

    assert (reply.state, reply.repeated) == (RunState.FAILED, True)
    assert await bench.operator.get_job(site.id, job.id) == before
    run = await bench.operator.get_run(site.id, job.id)
    assert (run.output, run.error) == ("one", TRAP)


@pytest.mark.parametrize(("first", "second"), [(DONE, FAIL), (FAIL, DONE), (DONE, BUSY)])
async def test_a_contradicting_report_is_refused(
    bench: Bench, first: ReportStatus, second: ReportStatus
) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    lease = await agent.take(site)
    await agent.report(lease, BUSY)
    await agent.report(lease, first)
    before = await bench.operator.get_job(site.id, job.id)

    assert await refusal(agent.report(lease, second)) == (409, "job_already_finished")
    assert await bench.operator.get_job(site.id, job.id) == before


async def test_a_job_that_fails_before_it_starts_has_no_start(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    lease = await agent.take(site)
    error = RunError(error_class=ErrorClass.BACKUP, message="the export is empty")
    await agent.report(lease, FAIL, error=error)

    found = await bench.operator.get_job(site.id, job.id)
    assert (found.started_at, found.completed_at) == (None, None)
    assert found.failed_at is not None
    assert (await bench.operator.get_run(site.id, job.id)).error == error


async def test_a_silent_run_is_lost_and_never_handed_out_again(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    lease = await agent.take(site)
    await agent.report(lease, BUSY)
    bench.clock.advance(6 * 3600)

    found = await bench.operator.get_job(site.id, job.id)
    assert (found.failed_at is not None, found.completed_at) == (True, None)
    run = await bench.operator.get_run(site.id, job.id)
    assert run.error is not None
    assert run.error.error_class is ErrorClass.LOST
    assert await agent.poll(site) == []
    assert await refusal(agent.report(lease, DONE)) == (409, "job_already_finished")


async def test_a_report_about_an_unknown_job_is_404(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    await bench.job(site)
    lease = await agent.take(site)
    unknown = lease.model_copy(update={"job": lease.job.model_copy(update={"id": uuid4()})})

    assert await refusal(agent.report(unknown, BUSY)) == (404, "job_not_found")


@pytest.mark.parametrize(
    "body",
    [
        b'{"lease_version":1,"status":"finished","occurred_at":"2026-01-15T10:00:00Z"}',
        b'{"lease_version":1,"status":"busy"}',
        b'{"lease_version":1,"status":"busy","occurred_at":"2026-01-15T10:00:00Z","x":1}',
        b"not json",
    ],
)
async def test_a_report_of_another_shape_is_refused(bench: Bench, body: bytes) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    await agent.take(site)

    answer = await bench.call("POST", f"/agent/job/{job.id}/report", body=body, token=agent.token)
    assert answer.status == 400


# --- without acknowledgement ---


async def test_a_job_without_acknowledgement_is_complete_when_handed_over(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site, needs_acknowledgement=False)
    second = await bench.job(site)
    lease = await agent.take(site)
    before = await bench.operator.get_job(site.id, job.id)

    assert before.started_at == before.completed_at == before.created_at
    assert (await agent.take(site)).job.id == second.id
    assert (await agent.report(lease, BUSY)).repeated is False
    reply = await agent.report(lease, FAIL, error=TRAP)
    assert (reply.state, reply.repeated) == (RunState.COMPLETED, False)
    assert (await agent.report(lease, FAIL, error=TRAP)).repeated is True
    assert await bench.operator.get_job(site.id, job.id) == before
    assert (await bench.operator.get_run(site.id, job.id)).error == TRAP


# --- backups ---


async def test_a_backup_comes_back_as_it_went_in(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site, should_backup=True)
    lease = await agent.take(site)
    content = b"# 2026-01-15 10:00:00 by RouterOS 7.22.3\r\n" + bytes(range(256)) * 1000
    receipt = await agent.client.upload_backup(
        job.id, BackupKind.EXPORT, content, lease_version=1, taken_at=1_768_471_200
    )

    path = f"{site.id}/1768471200.rsc"
    assert (receipt.stored.path, receipt.repeated) == (path, False)
    assert receipt.stored.sha256 == hashlib.sha256(content).hexdigest()
    found = await bench.operator.get_job(site.id, lease.job.id)
    assert found.associated_backup == path
    assert await bench.operator.get_backup(path) == content
    assert (await bench.operator.get_run(site.id, job.id)).backups == [receipt.stored]


async def test_a_repeated_upload_stores_nothing_twice(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    await agent.take(site)
    first, again = [
        await agent.client.upload_backup(
            job.id, BackupKind.BINARY, b"\x88\xac", lease_version=1, taken_at=1_768_471_200
        )
        for _ in range(2)
    ]

    assert (first.stored, first.repeated, again.repeated) == (again.stored, False, True)
    found = await bench.operator.get_job(site.id, job.id)
    assert found.associated_backup is None


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"X-Content-SHA256": "0" * 64}, 400, "hash_mismatch"),
        ({"X-Content-SHA256": ""}, 400, "hash_mismatch"),
        ({"X-Lease-Version": "2"}, 409, "lease_superseded"),
        ({"X-Lease-Version": "one"}, 400, "parameter_invalid"),
        ({"X-Taken-At": "-1"}, 400, "parameter_invalid"),
    ],
)
async def test_an_upload_that_does_not_fit_is_refused(
    bench: Bench, change: dict[str, str], status: int, code: str
) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    await agent.take(site)
    headers = {
        "X-Lease-Version": "1",
        "X-Content-SHA256": hashlib.sha256(b"# x").hexdigest(),
        "X-Taken-At": "1768471200",
    } | change

    answer = await bench.call(
        "PUT",
        f"/agent/job/{job.id}/backup/export",
        body=b"# x",
        headers=headers,
        token=agent.token,
    )
    assert (answer.status, answer.json()["code"]) == (status, code)
    assert (await bench.operator.get_run(site.id, job.id)).backups == []


async def test_a_backup_of_an_unknown_kind_or_job_is_404(bench: Bench) -> None:
    agent = await bench.agent()
    headers = {
        "X-Lease-Version": "1",
        "X-Content-SHA256": hashlib.sha256(b"# x").hexdigest(),
        "X-Taken-At": "1768471200",
    }
    for path in (f"/agent/job/{uuid4()}/backup/disk", f"/agent/job/{uuid4()}/backup/export"):
        answer = await bench.call("PUT", path, body=b"# x", headers=headers, token=agent.token)
        assert answer.status == 404


async def test_polls_of_a_closed_client_need_a_token(bench: Bench) -> None:
    async with CoordinatorClient(bench.url) as nobody:
        assert await refusal(nobody.agent_sites()) == (401, "token_missing")
