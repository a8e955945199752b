"""Developer API, runbooks, and generation B's paths."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from coordinator.devices.base62 import from_base62, to_base62

if TYPE_CHECKING:
    from tests.coordinator.conftest import Answer, Bench


async def send(bench: Bench, path: str, body: Any) -> Answer:
    return await bench.call("POST", path, body=json.dumps(body).encode())


async def test_a_script_is_queued_as_json(bench: Bench) -> None:
    site = await bench.site()
    body = {"description": "x", "script": ":put 1", "notify_url": "https://hooks.example.com/1"}
    answer = await send(bench, f"/api/asynchronous/{site.id}", body)

    assert answer.status == 202
    told = answer.json()
    assert told["status"] == "success"
    assert told["data"]["date"] == "2026-01-15T10:00:00+00:00"
    assert told["data"]["target"] == str(site.id)
    assert told["data"]["notify_url"] == "https://hooks.example.com/1"
    (job,) = await bench.operator.list_jobs(site.id)
    assert str(job.idempotency_key) == told["data"]["idempotency_key"]
    assert (job.needs_acknowledgement, job.should_backup, job.express_execute) == (False,) * 3
    listed = (await bench.call("GET", f"/api/routers/{site.id}/jobs")).json()
    assert [item["id"] for item in listed] == [str(job.id)]


@pytest.mark.parametrize(
    "body",
    [
        {"description": "x"},
        {"script": ":put 1"},
        {"description": "x" * 101, "script": ":put 1"},
        {"description": "x", "script": ""},
        {"description": "x", "script": ":put 1", "notify_url": "http://hooks.example.com/"},
        {"description": "x", "script": ":put 1", "notify_url": "https://"},
        {"description": "x", "script": ":put 1", "make_backup": "perhaps"},
    ],
)
async def test_a_script_that_cannot_be_queued(bench: Bench, body: Any) -> None:
    site = await bench.site()

    assert (await send(bench, f"/api/asynchronous/{site.id}", body)).status == 400


async def test_no_script_is_queued_for_no_site(bench: Bench) -> None:
    body = {"description": "x", "script": ":put 1"}

    assert (await send(bench, f"/api/asynchronous/{uuid4()}", body)).status == 404


async def test_b_spells_the_paths_of_jobs_otherwise(bench: Bench) -> None:
    site = await bench.site()
    headers = {
        "Content-Type": "text/plain",
        "X-Idempotency-Key": str(uuid4()),
        "X-Description": "a job",
    }
    base = f"/sites/{site.id}/jobs"
    made = await bench.call("POST", base, body=b":put 1", headers=headers)
    job = made.json()

    assert made.status == 201
    assert (await bench.call("GET", base)).json() == [job]
    assert (await bench.call("GET", f"{base}/{job['id']}")).json() == job
    assert (await bench.call("GET", f"{base}/{job['id']}/run")).status == 200
    assert (await bench.call("DELETE", f"{base}/{job['id']}")).status == 204
    assert (await bench.call("GET", f"/site/{site.id}/job")).json() == []


async def test_a_runbook_has_a_command_to_paste(bench: Bench) -> None:
    made = await send(bench, "/runbooks", {"name": "Branch routers"})
    runbook = made.json()

    assert made.status == 201
    assert set(runbook) == {"id", "name", "bootstrap_command"}
    assert runbook["bootstrap_command"].startswith(f'/tool fetch url="{bench.url}/bootstrap/')
    assert runbook["bootstrap_command"].endswith(";")
    assert (await bench.call("GET", made.headers["Location"])).json() == runbook
    assert (await bench.call("GET", "/runbooks")).json() == [runbook]
    assert (await bench.call("GET", f"/runbooks/{uuid4()}")).status == 404
    for body in ({}, {"name": "x"}, {"name": "Branch", "site_id": "x"}):
        assert (await send(bench, "/runbooks", body)).status == 400
    assert (
        await send(bench, "/runbooks", {"name": "Branch", "site_id": str(uuid4())})
    ).status == 404


@pytest.mark.parametrize("value", [UUID(int=0), UUID(int=(1 << 128) - 1), uuid4()])
def test_base_62_comes_back(value: UUID) -> None:
    assert len(to_base62(value)) == 22
    assert from_base62(to_base62(value)) == value


@pytest.mark.parametrize("text", ["", "0" * 21, "z" * 22, "-" * 22, "0" * 23])
def test_what_is_no_base_62_of_a_uuid(text: str) -> None:
    assert from_base62(text) is None
