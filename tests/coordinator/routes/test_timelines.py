"""Timelines, cancel of running jobs, resolution, and the times that a caller sets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from coordinator.client import CoordinatorRefused
from coordinator.contract import (
    CancelAnswer,
    ErrorClass,
    Report,
    ReportReply,
    ReportStatus,
    RunError,
    RunState,
)

if TYPE_CHECKING:
    from coordinator.contract import Job, Lease, Site
    from tests.coordinator.conftest import Agent, Answer, Bench


async def timeline(bench: Bench, job: Job) -> list[Any]:
    answer = await bench.call("GET", f"/site/{job.site_id}/job/{job.id}/timeline")
    assert answer.status == 200
    return list(answer.json())


async def post(bench: Bench, job: Job, what: str, body: dict[str, Any] | None = None) -> Answer:
    sent = None if body is None else json.dumps(body).encode()
    return await bench.call("POST", f"/site/{job.site_id}/job/{job.id}/{what}", body=sent)


async def too_late(agent: Agent, lease: Lease) -> ReportReply:
    report = Report(
        lease_version=lease.version,
        status=ReportStatus.BUSY,
        occurred_at=lease.expires_at,
        cancel=CancelAnswer.TOO_LATE,
    )
    return await agent.client.report(lease.job.id, report)


async def started(bench: Bench) -> tuple[Site, Agent, Job, Lease]:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    lease = await agent.take(site)
    await agent.report(lease, ReportStatus.BUSY)
    return site, agent, job, lease


# --- timeline ---


async def test_a_timeline_names_every_transition_with_its_actor(bench: Bench) -> None:
    _, agent, job, lease = await started(bench)
    bench.clock.advance(5)
    error = RunError(error_class=ErrorClass.TRAP, message="no such item")
    await agent.report(lease, ReportStatus.FAIL, error=error)

    lines = await timeline(bench, job)
    assert [(line["event"], line["state"]) for line in lines] == [
        ("created", "pending"),
        ("lease", "leased"),
        ("busy", "running"),
        ("fail", "failed"),
    ]
    assert [line["actor"] for line in lines[1:]] == [f"agent:{agent.id}"] * 3
    assert lines[3]["reason"] == "trap: no such item"
    assert (lines[2]["at"], lines[3]["at"]) == ("2026-01-15T10:00:00Z", "2026-01-15T10:00:05Z")
    assert [line["id"] for line in lines] == sorted({line["id"] for line in lines})


async def test_a_repeated_report_adds_no_line(bench: Bench) -> None:
    _, agent, job, lease = await started(bench)
    await agent.report(lease, ReportStatus.BUSY)
    await agent.report(lease, ReportStatus.DONE)
    await agent.report(lease, ReportStatus.DONE)

    assert len(await timeline(bench, job)) == 4


async def test_a_timeline_comes_in_pages(bench: Bench) -> None:
    _, _, job, _ = await started(bench)
    url: str | None = f"/site/{job.site_id}/job/{job.id}/timeline?limit=2"
    seen = []
    while url is not None:
        answer = await bench.call("GET", url)
        seen += [line["event"] for line in answer.json()]
        link = answer.headers.get("Link")
        url = link[1 : link.index(">")] if link else None

    assert seen == ["created", "lease", "busy"]


# --- cancel ---


@pytest.mark.parametrize("leased", [False, True])
async def test_a_job_that_has_not_started_is_cancelled_at_once(bench: Bench, leased: bool) -> None:
    site, agent = await bench.site(), await bench.agent()
    job, second = await bench.job(site), await bench.job(site)
    lease = await agent.take(site) if leased else None

    answer = await post(bench, job, "cancel", {"reason": "wrong router"})
    assert (answer.status, answer.json()["answer"]) == (200, "cancelled")
    run = await bench.operator.get_run(site.id, job.id)
    assert run.error is not None
    assert (run.state, run.error.error_class) == (RunState.FAILED, ErrorClass.CANCELLED)
    assert (await timeline(bench, job))[-1]["reason"] == "wrong router"
    if lease is not None:
        with pytest.raises(CoordinatorRefused, match="job_already_finished"):
            await agent.report(lease, ReportStatus.BUSY)
    assert (await agent.take(site)).job.id == second.id


async def test_an_agent_that_has_not_begun_stops_a_running_job(bench: Bench) -> None:
    site, agent, job, lease = await started(bench)
    answer = await post(bench, job, "cancel")
    assert (answer.status, answer.json()["answer"], answer.json()["state"]) == (
        202,
        None,
        "running",
    )

    reply = await agent.report(lease, ReportStatus.BUSY)
    assert (reply.cancel_requested, reply.repeated) == (True, True)
    error = RunError(error_class=ErrorClass.CANCELLED, message="cancelled before the script")
    await agent.report(lease, ReportStatus.FAIL, error=error)

    again = await post(bench, job, "cancel")
    assert (again.status, again.json()["answer"]) == (200, "cancelled")
    run = await bench.operator.get_run(site.id, job.id)
    assert (run.state, run.cancel_answer) == (RunState.FAILED, CancelAnswer.CANCELLED)


async def test_a_script_that_has_begun_is_too_late_to_cancel(bench: Bench) -> None:
    site, agent, job, lease = await started(bench)
    await post(bench, job, "cancel")
    other = await bench.site("Other")
    poll = await bench.call(
        "POST",
        "/agent/poll",
        body=json.dumps({"sites": [str(other.id)], "wait": 0}).encode(),
        token=agent.token,
    )
    assert poll.json() == {"leases": [], "cancels": [str(job.id)], "commands": []}

    await too_late(agent, lease)
    answer = await post(bench, job, "cancel")
    assert (answer.status, answer.json()["answer"], answer.json()["state"]) == (
        200,
        "too_late",
        "running",
    )
    await agent.report(lease, ReportStatus.DONE)
    run = await bench.operator.get_run(site.id, job.id)
    assert (run.state, run.cancel_answer) == (RunState.COMPLETED, CancelAnswer.TOO_LATE)
    assert [line["event"] for line in await timeline(bench, job)][-3:] == [
        "ask_cancel",
        "too_late",
        "done",
    ]


async def test_a_run_that_is_lost_leaves_the_answer_unknown(bench: Bench) -> None:
    site, _, job, _ = await started(bench)
    await post(bench, job, "cancel")
    bench.clock.advance(7 * 3600)

    run = await bench.operator.get_run(site.id, job.id)
    assert (run.state, run.cancel_answer) == (RunState.FAILED, CancelAnswer.UNKNOWN)


async def test_a_job_that_has_ended_cannot_be_cancelled(bench: Bench) -> None:
    _, agent, job, lease = await started(bench)
    await agent.report(lease, ReportStatus.DONE)

    answer = await post(bench, job, "cancel")
    assert (answer.status, answer.json()["code"]) == (409, "job_already_finished")


# --- resolve ---


@pytest.mark.parametrize("outcome", ["completed", "failed"])
async def test_a_stuck_run_is_resolved_with_a_reason(bench: Bench, outcome: str) -> None:
    site, agent, job, _ = await started(bench)
    second = await bench.job(site)
    answer = await post(bench, job, "resolve", {"outcome": outcome, "reason": "seen on site"})

    assert (answer.status, answer.json()["state"]) == (200, outcome)
    line = (await timeline(bench, job))[-1]
    assert (line["event"], line["reason"]) == (f"resolve_{outcome}", "seen on site")
    if outcome == "failed":
        assert answer.json()["error"]["error_class"] == "lost"
    assert (await agent.take(site)).job.id == second.id


async def test_a_late_report_fills_a_run_resolved_as_completed(bench: Bench) -> None:
    site, agent, job, lease = await started(bench)
    await post(bench, job, "resolve", {"outcome": "completed", "reason": "seen on site"})
    await agent.report(lease, ReportStatus.DONE, output="hello")

    assert (await bench.operator.get_run(site.id, job.id)).output == "hello"


async def test_only_a_running_job_is_resolved(bench: Bench) -> None:
    job = await bench.job(await bench.site())
    body = {"outcome": "failed", "reason": "seen on site"}
    waiting = await post(bench, job, "resolve", body)
    assert (waiting.status, waiting.json()["code"]) == (409, "job_not_running")

    _, agent, ended, lease = await started(bench)
    await agent.report(lease, ReportStatus.DONE)
    late = await post(bench, ended, "resolve", body)
    assert (late.status, late.json()["code"]) == (409, "job_already_finished")


# --- times ---


async def test_a_job_is_not_handed_out_before_its_time(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    later = await bench.post_job(site, X_Not_Before="2026-01-15T10:10:00Z")
    now = await bench.job(site)
    assert (await bench.operator.get_run(site.id, later.json()["id"])).state is RunState.SCHEDULED

    lease = await agent.take(site)
    assert lease.job.id == now.id
    await agent.report(lease, ReportStatus.DONE)
    assert await agent.poll(site) == []
    bench.clock.advance(601)
    assert str((await agent.take(site)).job.id) == later.json()["id"]


async def test_a_job_that_has_not_started_in_time_fails_as_expired(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    waiting = (await bench.post_job(site, X_Expires_At="2026-01-15T10:01:00Z")).json()
    bench.clock.advance(59)
    lease = await agent.take(site)
    bench.clock.advance(1)

    with pytest.raises(CoordinatorRefused, match="job_already_finished"):
        await agent.report(lease, ReportStatus.BUSY)
    run = await bench.operator.get_run(site.id, waiting["id"])
    assert run.error is not None
    assert (run.state, run.error.error_class) == (RunState.FAILED, ErrorClass.EXPIRED)


async def test_an_expired_lease_returns_to_a_queue_that_still_expires(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    made = (await bench.post_job(site, X_Expires_At="2026-01-15T10:05:00Z")).json()
    await agent.take(site)
    bench.clock.advance(121)
    assert (await bench.operator.get_run(site.id, made["id"])).state is RunState.PENDING
    bench.clock.advance(180)

    assert await agent.poll(site) == []
    assert (await bench.operator.get_run(site.id, made["id"])).state is RunState.FAILED


async def test_a_job_has_a_time_limit_of_its_own(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    made = (await bench.post_job(site, X_Run_Timeout="60")).json()
    await agent.report(await agent.take(site), ReportStatus.BUSY)
    bench.clock.advance(59)
    assert (await bench.operator.get_run(site.id, made["id"])).state is RunState.RUNNING
    bench.clock.advance(2)

    run = await bench.operator.get_run(site.id, made["id"])
    assert run.error is not None
    assert run.error.error_class is ErrorClass.LOST


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Not-Before", "tomorrow"),
        ("X-Not-Before", "2026-01-15T10:00:00"),
        ("X-Expires-At", "2026-01-15T09:59:59Z"),
        ("X-Run-Timeout", "0"),
        ("X-Run-Timeout", "-1"),
        ("X-Notify-Url", "http://hooks.example/x"),
        ("X-Notify-Url", "https://127.0.0.1/x"),
        ("X-Notify-Url", "https://[::ffff:10.0.0.1]/x"),
        ("X-Notify-Url", "https://user@hooks.example/x"),
        ("X-Notify-Url", "nonsense"),
    ],
)
async def test_times_and_urls_that_cannot_be_used_are_refused(
    bench: Bench, header: str, value: str
) -> None:
    answer = await bench.post_job(await bench.site(), body=b":put 1", token="", **{header: value})

    assert (answer.status, answer.json()["code"]) == (400, "parameter_invalid")
