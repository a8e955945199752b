"""Sites over HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from coordinator.client import CoordinatorRefused
from coordinator.contract import Site, SiteCreate, SiteUpdate

if TYPE_CHECKING:
    from tests.coordinator.conftest import Answer, Bench

NOWHERE = UUID(int=404)


async def send(bench: Bench, method: str, path: str, body: Any) -> Answer:
    return await bench.call(method, path, body=json.dumps(body).encode())


async def test_a_created_site_has_all_public_fields_and_no_others(bench: Bench) -> None:
    answer = await send(bench, "POST", "/sites", {"name": "Office", "address": "1 Example Street"})

    site = answer.json()
    assert answer.status == 201
    assert set(site) == set(Site.model_fields)
    assert (site["name"], site["address"]) == ("Office", "1 Example Street")
    assert site["created_at"] == site["updated_at"] == "2026-01-15T10:00:00Z"
    assert answer.headers["Location"] == f"/sites/{site['id']}"
    assert (await bench.call("GET", f"/sites/{site['id']}")).json() == site


async def test_public_ids_sort_by_time(bench: Bench) -> None:
    pids = []
    for _ in range(3):
        pids.append((await bench.site()).pid)
        bench.clock.advance(1)

    assert pids == sorted(pids)
    assert all(pid.startswith("site_") for pid in pids)


async def test_sites_are_listed_without_the_deleted(bench: Bench) -> None:
    first, second = await bench.site("First"), await bench.site("Second")
    await bench.operator.delete_site(first.id)

    assert await bench.operator.list_sites() == [second]


async def test_an_update_changes_what_it_names(bench: Bench) -> None:
    site = await bench.operator.create_site(SiteCreate(name="Office", address="here"))
    bench.clock.advance(60)
    changed = await bench.operator.update_site(site.id, SiteUpdate(name="Depot", lat=51.5, lng=0))

    assert (changed.name, changed.address) == ("Depot", "here")
    assert changed.updated_at > site.updated_at
    cleared = await bench.operator.update_site(site.id, SiteUpdate(address=None))
    assert cleared.address is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "ab"}, "name"),
        ({"name": "a" * 101}, "name"),
        ({"name": None}, "name"),
        ({"lat": 91}, "lat"),
        ({"lng": -181}, "lng"),
        ({"address": "a" * 256}, "address"),
        ({"colour": "red"}, "colour"),
        ([], "body"),
    ],
)
async def test_a_bad_update_is_refused_by_field_and_changes_nothing(
    bench: Bench, body: Any, field: str
) -> None:
    site = await bench.site()
    answer = await send(bench, "PATCH", f"/sites/{site.id}", body)

    assert answer.status == 400
    assert field in answer.json()["message"]
    assert await bench.operator.get_site(site.id) == site


async def test_a_site_needs_a_name(bench: Bench) -> None:
    answer = await send(bench, "POST", "/sites", {})

    assert (answer.status, answer.json()["code"]) == (400, "parameter_missing")


async def test_a_body_that_is_no_json_is_refused(bench: Bench) -> None:
    answer = await bench.call("POST", "/sites", body=b"{name")

    assert (answer.status, answer.json()["code"]) == (400, "body_invalid")


async def test_a_deleted_site_is_gone_with_its_jobs(bench: Bench) -> None:
    site, agent = await bench.site(), await bench.agent()
    job = await bench.job(site)
    answer = await bench.call("DELETE", f"/sites/{site.id}")

    assert (answer.status, answer.body) == (204, b"")
    for path in (f"/sites/{site.id}", f"/site/{site.id}/job", f"/site/{site.id}/job/{job.id}"):
        gone = await bench.call("GET", path)
        assert (gone.status, gone.json()["code"]) == (404, "site_not_found")
    assert await agent.poll(site) == []


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize("bad", [str(NOWHERE), "not-a-uuid"])
async def test_an_unknown_site_is_404(bench: Bench, method: str, bad: str) -> None:
    answer = await bench.call(method, f"/sites/{bad}", body=b"{}")

    assert (answer.status, answer.json()["code"]) == (404, "site_not_found")


async def test_an_unknown_backup_is_404(bench: Bench) -> None:
    site = await bench.site()

    with pytest.raises(CoordinatorRefused, match="backup_not_found"):
        await bench.operator.get_backup(f"{site.id}/1700000000.rsc")
    with pytest.raises(CoordinatorRefused, match="site_not_found"):
        await bench.operator.get_backup(f"{NOWHERE}/1700000000.rsc")
