"""One script for many sites."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

if TYPE_CHECKING:
    from tests.coordinator.conftest import Answer, Bench

NOWHERE = str(UUID(int=404))


async def bulk(bench: Bench, sites: list[str], key: str, **more: Any) -> Answer:
    body = {
        "sites": sites,
        "script": ":put 1",
        "description": "a roll-out",
        "idempotency_key": key,
    } | more
    return await bench.call("POST", "/jobs/bulk", body=io.BytesIO(json.dumps(body).encode()))


async def test_every_site_has_its_own_result(bench: Bench) -> None:
    first, second = await bench.site("First"), await bench.site("Second")
    answer = await bulk(bench, [str(first.id), NOWHERE, str(second.id)], str(uuid4()))

    assert answer.status == 200
    results = answer.json()["results"]
    assert [item["status"] for item in results] == ["created", "failed", "created"]
    assert results[1]["error"]["code"] == "site_not_found"
    assert [job.description for job in await bench.operator.list_jobs(first.id)] == ["a roll-out"]


async def test_the_same_request_again_makes_no_second_job(bench: Bench) -> None:
    first, second, key = await bench.site("First"), await bench.site("Second"), str(uuid4())
    made = (await bulk(bench, [str(first.id)], key)).json()["results"]
    again = (await bulk(bench, [str(first.id), str(second.id)], key)).json()["results"]

    assert [item["status"] for item in again] == ["repeated", "created"]
    assert again[0]["job"] == made[0]["job"]
    other = (await bulk(bench, [str(first.id)], key, script=":put 2")).json()["results"]
    assert other[0]["error"]["code"] == "idempotency_key_reused"


async def test_a_site_is_named_once(bench: Bench) -> None:
    site = str((await bench.site()).id)

    answer = await bulk(bench, [site, site], str(uuid4()))
    assert (answer.status, answer.json()["code"]) == (400, "parameter_invalid")


async def test_a_script_of_many_bytes_is_bounded(bench: Bench) -> None:
    site = str((await bench.site()).id)

    answer = await bulk(bench, [site], str(uuid4()), script="ä" * 600 * 1024)
    assert answer.status == 413


async def test_a_time_without_a_zone_is_refused(bench: Bench) -> None:
    site = str((await bench.site()).id)

    answer = await bulk(bench, [site], str(uuid4()), expires_at="2026-01-15T12:00:00")
    assert (answer.status, answer.json()["code"]) == (400, "parameter_invalid")
