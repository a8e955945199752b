"""Jobs over HTTP, as the public API has them."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from coordinator.client import CoordinatorRefused
from coordinator.contract import Job, ReportStatus, RunState

if TYPE_CHECKING:
    from tests.coordinator.conftest import Bench

NOWHERE = UUID(int=404)


async def test_a_created_job_has_all_public_fields_and_no_others(bench: Bench) -> None:
    site, key = await bench.site(), str(uuid4())
    answer = await bench.post_job(
        site, body=b"/ip dns set servers=192.0.2.1", X_Idempotency_Key=key, X_Description="dns"
    )

    assert answer.status == 201
    job = answer.json()
    assert set(job) == set(Job.model_fields)
    assert job | {"id": "", "token": "", "log_url": ""} == {
        "id": "",
        "token": "",
        "site_id": str(site.id),
        "idempotency_key": key,
        "description": "dns",
        "express_execute": False,
        "needs_acknowledgement": True,
        "should_backup": False,
        "associated_backup": None,
        "started_at": None,
        "completed_at": None,
        "failed_at": None,
        "created_at": "2026-01-15T10:00:00Z",
        "log_url": "",
        "script": "/ip dns set servers=192.0.2.1",
    }
    assert job["token"].isalnum()
    assert len(job["token"]) == 10
    assert job["log_url"].startswith(f"logs?group=sites&streams={site.id}&start=")
    assert job["log_url"].endswith(f"&filter={{$.message=*{job['token']}*}}")


async def test_a_retrieved_job_is_the_created_one(bench: Bench) -> None:
    site = await bench.site()
    created = (await bench.post_job(site)).json()

    answer = await bench.call("GET", f"/site/{site.id}/job/{created['id']}")
    assert (answer.status, answer.json()) == (200, created)
    assert answer.headers["Content-Type"] == "application/json"


async def test_jobs_are_listed_newest_first(bench: Bench) -> None:
    site = await bench.site()
    made = [(await bench.job(site)).id for _ in range(5)]

    assert [job.id for job in await bench.operator.list_jobs(site.id)] == made[::-1]
    assert await bench.operator.list_jobs((await bench.site("Empty")).id) == []


# --- headers ---


@pytest.mark.parametrize("text", ["true", "TRUE", "1", "yes", "Yes"])
async def test_a_flag_is_set_in_any_spelling(bench: Bench, text: str) -> None:
    answer = await bench.post_job(
        await bench.site(), X_Backup=text, X_Needs_Ack=text, X_Express_Execute=text
    )

    job = answer.json()
    assert (job["should_backup"], job["needs_acknowledgement"], job["express_execute"]) == (
        True,
        True,
        True,
    )


@pytest.mark.parametrize("text", ["false", "False", "0", "no", "NO"])
async def test_a_flag_is_cleared_in_any_spelling(bench: Bench, text: str) -> None:
    answer = await bench.post_job(
        await bench.site(), X_Backup=text, X_Needs_Ack=text, X_Express_Execute=text
    )

    job = answer.json()
    assert not job["should_backup"]
    assert not job["needs_acknowledgement"]
    assert not job["express_execute"]


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("X-Idempotency-Key", "", "parameter_missing"),
        ("X-Idempotency-Key", "abc", "parameter_invalid"),
        ("X-Idempotency-Key", "{6f1c0c5e-0d6a-4b5e-9f0e-2d1c5b7a9e10}", "parameter_invalid"),
        ("X-Idempotency-Key", "6f1c0c5e0d6a4b5e9f0e2d1c5b7a9e10", "parameter_invalid"),
        ("X-Description", "", "parameter_missing"),
        ("X-Description", "ab", "parameter_invalid"),
        ("X-Description", "a" * 101, "parameter_invalid"),
        ("X-Backup", "maybe", "parameter_invalid"),
        ("X-Needs-Ack", "2", "parameter_invalid"),
        ("X-Express-Execute", "on", "parameter_invalid"),
    ],
)
async def test_a_bad_header_is_refused_and_makes_no_job(
    bench: Bench, header: str, value: str, code: str
) -> None:
    site = await bench.site()
    answer = await bench.post_job(site, body=b":put 1", token="", **{header: value})

    assert (answer.status, answer.json()["code"]) == (400, code)
    assert header in answer.json()["message"]
    assert await bench.operator.list_jobs(site.id) == []


@pytest.mark.parametrize("text", ["abc", "a" * 100, "öäü", "дом", "🛜" * 100])
async def test_a_description_is_counted_in_characters(bench: Bench, text: str) -> None:
    site = await bench.site()
    answer = await bench.post_job(site, X_Description=text)

    assert (answer.status, answer.json()["description"]) == (201, text)


async def test_a_description_in_latin_1_is_understood(bench: Bench) -> None:
    site = await bench.site()
    head = (
        f"POST /site/{site.id}/job HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {bench.token}\r\n"
        f"Content-Type: text/plain\r\nX-Idempotency-Key: {uuid4()}\r\nContent-Length: 2\r\n"
        "Connection: close\r\nX-Description: "
    )
    host, port = bench.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(head.encode() + "Gäste".encode("latin-1") + b"\r\n\r\n:a")
    body = (await reader.read()).partition(b"\r\n\r\n")[2]
    writer.close()
    await writer.wait_closed()

    assert json.loads(body)["description"] == "Gäste"


# --- body ---


@pytest.mark.parametrize(
    "script", [b":put \x22\xf2\xe5\xf1\xf2\x22", b"\xff\x00\xfe\r\n", b" \n", "дом".encode()]
)
async def test_a_script_reaches_the_agent_byte_for_byte(bench: Bench, script: bytes) -> None:
    site = await bench.site()
    agent = await bench.agent()
    await bench.job(site, script)

    lease = await agent.take(site)
    assert base64.b64decode(lease.script_base64) == script
    assert lease.job.script == script.decode("utf-8", "replace")


async def test_the_longest_script_is_kept_and_a_longer_one_refused(bench: Bench) -> None:
    site = await bench.site()
    longest = b"#" * 1024 * 1024
    job = await bench.job(site, longest)

    assert (await bench.operator.get_job(site.id, job.id)).script == longest.decode()
    with pytest.raises(CoordinatorRefused) as caught:
        await bench.job(site, longest + b"#")
    assert (caught.value.status, caught.value.code) == (413, "request_too_large")


async def test_a_body_without_length_is_bounded_too(bench: Bench) -> None:
    site = await bench.site()

    async def endless() -> Any:
        for _ in range(17):
            yield b"#" * 65536

    headers = {
        "Authorization": f"Bearer {bench.token}",
        "Content-Type": "text/plain",
        "X-Idempotency-Key": str(uuid4()),
        "X-Description": "a job",
    }
    url = f"{bench.url}/site/{site.id}/job"
    async with bench.session.post(url, data=endless(), headers=headers) as reply:
        assert reply.status == 413


async def test_an_empty_script_is_refused(bench: Bench) -> None:
    answer = await bench.post_job(await bench.site(), body=b"")

    assert (answer.status, answer.json()["code"]) == (400, "parameter_missing")


@pytest.mark.parametrize("kind", ["application/json", "application/octet-stream", ""])
async def test_a_body_that_is_no_text_is_refused(bench: Bench, kind: str) -> None:
    answer = await bench.post_job(await bench.site(), Content_Type=kind)

    assert (answer.status, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_a_charset_changes_nothing(bench: Bench) -> None:
    answer = await bench.post_job(
        await bench.site(), body=b"\xf2", Content_Type="text/plain; charset=windows-1251"
    )

    assert (answer.status, answer.json()["script"]) == (201, "\ufffd")


# --- idempotency ---


async def test_a_replay_answers_200_with_the_same_job(bench: Bench) -> None:
    site, key = await bench.site(), str(uuid4())
    first = await bench.post_job(site, X_Idempotency_Key=key)
    bench.clock.advance(3600)
    again = await bench.post_job(site, X_Idempotency_Key=key.upper())

    assert (again.status, again.json()) == (200, first.json())
    assert len(await bench.operator.list_jobs(site.id)) == 1


async def test_a_replay_shows_what_became_of_the_job(bench: Bench) -> None:
    site, key = await bench.site(), str(uuid4())
    agent = await bench.agent()
    await bench.post_job(site, X_Idempotency_Key=key)
    await agent.report(await agent.take(site), ReportStatus.BUSY)

    again = await bench.post_job(site, X_Idempotency_Key=key)
    assert (again.status, again.json()["started_at"]) == (200, "2026-01-15T10:00:00Z")


@pytest.mark.parametrize(
    "change",
    [
        {"body": b":put 2"},
        {"X_Description": "other"},
        {"X_Backup": "true"},
        {"X_Needs_Ack": "false"},
        {"X_Express_Execute": "true"},
    ],
)
async def test_a_key_with_another_request_is_refused(bench: Bench, change: Any) -> None:
    site, key = await bench.site(), str(uuid4())
    await bench.post_job(site, X_Idempotency_Key=key)

    answer = await bench.post_job(site, X_Idempotency_Key=key, **change)
    assert (answer.status, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert len(await bench.operator.list_jobs(site.id)) == 1


async def test_a_refused_create_does_not_use_up_its_key(bench: Bench) -> None:
    site, key = await bench.site(), str(uuid4())
    await bench.post_job(site, X_Idempotency_Key=key, X_Description="ab")

    assert (await bench.post_job(site, X_Idempotency_Key=key)).status == 201


async def test_two_creates_at_once_make_one_job(bench: Bench) -> None:
    site, key = await bench.site(), str(uuid4())
    answers = await asyncio.gather(
        *(bench.post_job(site, X_Idempotency_Key=key) for _ in range(20))
    )

    assert sorted(answer.status for answer in answers) == [200] * 19 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_two_different_creates_at_once_make_one_job_and_one_conflict(bench: Bench) -> None:
    site, key = await bench.site(), str(uuid4())
    answers = await asyncio.gather(
        *(bench.post_job(site, X_Idempotency_Key=key, body=b":put %d" % n) for n in range(5))
    )

    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409, 409]


# --- cancel ---


async def test_a_pending_job_is_cancelled_and_gone(bench: Bench) -> None:
    site = await bench.site()
    job = await bench.job(site)
    path = f"/site/{site.id}/job/{job.id}"

    answer = await bench.call("DELETE", path)
    assert (answer.status, answer.body) == (204, b"")
    assert (await bench.call("GET", path)).status == 404
    assert (await bench.call("DELETE", path)).status == 404
    assert await bench.operator.list_jobs(site.id) == []


async def test_a_leased_job_is_cancelled_and_busy_is_refused(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    lease = await agent.take(site)
    await bench.operator.cancel_job(site.id, job.id)

    with pytest.raises(CoordinatorRefused) as caught:
        await agent.report(lease, ReportStatus.BUSY)
    assert (caught.value.status, caught.value.code) == (404, "job_not_found")


@pytest.mark.parametrize("end", [None, ReportStatus.DONE, ReportStatus.FAIL])
async def test_a_job_that_started_is_not_cancelled(bench: Bench, end: ReportStatus | None) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    lease = await agent.take(site)
    await agent.report(lease, ReportStatus.BUSY)
    if end is not None:
        await agent.report(lease, end)
    before = await bench.operator.get_job(site.id, job.id)

    answer = await bench.call("DELETE", f"/site/{site.id}/job/{job.id}")
    assert answer.status == 409
    assert answer.json() == {
        "type": "invalid_request_error",
        "code": "job_already_started",
        "message": "The job has already started.",
        "doc_url": "https://docs.altostrat.io/errors/job_already_started",
    }
    assert await bench.operator.get_job(site.id, job.id) == before


async def test_a_cancelled_job_makes_way_for_the_next(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    first, second = await bench.job(site), await bench.job(site)
    await agent.take(site)
    await bench.operator.cancel_job(site.id, first.id)

    assert (await agent.take(site)).job.id == second.id


# --- not there ---


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("bad", [str(NOWHERE), "not-a-uuid", "a" * 5000, "%00"])
async def test_an_unknown_job_is_404(bench: Bench, method: str, bad: str) -> None:
    site = await bench.site()
    answer = await bench.call(method, f"/site/{site.id}/job/{bad}")

    assert (answer.status, answer.json()["code"]) == (404, "job_not_found")


@pytest.mark.parametrize("bad", [str(NOWHERE), "not-a-uuid"])
async def test_an_unknown_site_is_404_everywhere(bench: Bench, bad: str) -> None:
    job = await bench.job(await bench.site())
    headers = {
        "Content-Type": "text/plain",
        "X-Idempotency-Key": str(uuid4()),
        "X-Description": "a job",
    }
    answers = [
        await bench.call("GET", f"/site/{bad}/job"),
        await bench.call("GET", f"/site/{bad}/job/{job.id}"),
        await bench.call("DELETE", f"/site/{bad}/job/{job.id}"),
        await bench.call("GET", f"/site/{bad}/job/{job.id}/run"),
        await bench.call("POST", f"/site/{bad}/job", body=b":put 1", headers=headers),
    ]

    assert [(a.status, a.json()["code"]) for a in answers] == [(404, "site_not_found")] * 5


async def test_a_job_is_not_found_under_another_site(bench: Bench) -> None:
    job, other = await bench.job(await bench.site()), await bench.site("Other")

    with pytest.raises(CoordinatorRefused, match="job_not_found"):
        await bench.operator.get_job(other.id, job.id)


# --- run ---


async def test_a_run_tells_more_than_the_timestamps(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    assert (await bench.operator.get_run(site.id, job.id)).state is RunState.PENDING

    lease = await agent.take(site)
    run = await bench.operator.get_run(site.id, job.id)
    assert (run.state, run.lease_version, run.agent_id) == (RunState.LEASED, 1, agent.id)
    assert run.lease_expires_at is not None

    await agent.report(lease, ReportStatus.BUSY)
    await agent.report(lease, ReportStatus.DONE, output="hello")
    run = await bench.operator.get_run(site.id, job.id)
    assert (run.state, run.output, run.output_bytes) == (RunState.COMPLETED, "hello", 5)
    assert (run.lease_expires_at, run.error, run.backups) == (None, None, [])
