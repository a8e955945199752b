"""Teams, API keys, agents' new tokens, the audit log, limits and metrics, over HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from coordinator.auth import Scope
from coordinator.client import CoordinatorClient, CoordinatorRefused
from coordinator.contract import ErrorClass, ReportStatus, RunError
from coordinator.contract_teams import ApiKeyCreate
from coordinator.teams import DEFAULT_TEAM
from tests.coordinator.conftest import bench_for

if TYPE_CHECKING:
    from coordinator.clock import ManualClock
    from coordinator.config import Config
    from tests.coordinator.conftest import Bench

NOBODY = UUID("00000000-0000-4000-8000-00000000dead")


async def made_key(bench: Bench, *scopes: Scope, **more: Any) -> tuple[UUID, str]:
    asked = ApiKeyCreate(name="ci", scopes=[*scopes], **more)
    made = await bench.operator.create_key(asked)
    return made.id, made.key


async def test_a_key_is_a_token_of_its_team_with_its_scopes(bench: Bench) -> None:
    site = await bench.site()
    key_id, key = await made_key(bench, Scope.SITES_READ)

    assert key.startswith(f"{key_id}:{DEFAULT_TEAM}:")
    assert len(key.split(":")[2]) == 62
    answer = await bench.call("GET", "/sites", token=key)
    assert [item["id"] for item in answer.json()] == [str(site.id)]
    assert (await bench.call("POST", "/sites", token=key)).status == 403


async def test_a_key_is_shown_once(bench: Bench) -> None:
    _, key = await made_key(bench, Scope.SITES_READ)
    secret = key.split(":")[2]

    answer = await bench.call("GET", "/keys")

    assert answer.status == 200
    assert len(answer.json()) == 1
    assert secret.encode() not in answer.body


async def test_a_revoked_key_is_worthless_at_once(bench: Bench) -> None:
    key_id, key = await made_key(bench, Scope.SITES_READ)
    assert (await bench.call("GET", "/sites", token=key)).status == 200

    await bench.operator.revoke_key(key_id)

    answer = await bench.call("GET", "/sites", token=key)
    assert (answer.status, answer.json()["code"]) == (401, "token_invalid")
    assert await bench.operator.list_keys() == []
    with pytest.raises(CoordinatorRefused, match="key_not_found"):
        await bench.operator.revoke_key(key_id)


async def test_a_key_ends_when_it_was_told_to(bench: Bench) -> None:
    _, key = await made_key(bench, Scope.SITES_READ, expires_in=60)
    bench.clock.advance(60)

    answer = await bench.call("GET", "/sites", token=key)
    assert (answer.status, answer.json()["code"]) == (401, "token_expired")


@pytest.mark.parametrize("part", [0, 1, 2])
async def test_a_key_with_another_part_is_refused(bench: Bench, part: int) -> None:
    _, key = await made_key(bench, Scope.SITES_READ)
    parts = key.split(":")
    parts[part] = str(NOBODY) if part < 2 else "a" * 62

    assert (await bench.call("GET", "/sites", token=":".join(parts))).status == 401


async def test_nobody_gives_away_what_they_have_not(bench: Bench) -> None:
    narrow = bench.running.token([Scope.KEYS_WRITE, Scope.SITES_READ])
    client = CoordinatorClient(bench.url, narrow, session=bench.session)

    with pytest.raises(CoordinatorRefused, match="scope_missing"):
        await client.create_key(ApiKeyCreate(name="x", scopes=[Scope.JOBS_WRITE]))
    other = await bench.operator.create_team("Another")
    with pytest.raises(CoordinatorRefused, match="scope_missing"):
        await client.create_key(ApiKeyCreate(name="x", scopes=[Scope.SITES_READ], team_id=other.id))
    with pytest.raises(CoordinatorRefused, match="team_not_found"):
        await made_key(bench, Scope.SITES_READ, team_id=NOBODY)


async def test_keys_and_agents_of_another_team_are_nowhere(bench: Bench) -> None:
    key_id, _ = await made_key(bench, Scope.SITES_READ)
    agent = await bench.agent()
    foreign = await bench.team_token("Another")

    assert (await bench.call("GET", "/keys", token=foreign)).json() == []
    for method, path in (
        ("DELETE", f"/keys/{key_id}"),
        ("DELETE", f"/agents/{agent.id}"),
        ("POST", f"/agents/{agent.id}/rotate"),
    ):
        assert (await bench.call(method, path, token=foreign)).status == 404
    assert await agent.client.agent_sites() == []


async def test_a_teams_name_is_taken_once(bench: Bench) -> None:
    await bench.operator.create_team("Branches")

    with pytest.raises(CoordinatorRefused, match="team_exists"):
        await bench.operator.create_team("Branches")
    assert [team.name for team in await bench.operator.list_teams()] == ["default", "Branches"]
    foreign = await bench.team_token("Another")
    answer = await bench.call("GET", "/teams", token=foreign)
    assert [team["name"] for team in answer.json()] == ["Another"]


async def test_a_rotated_agent_goes_on_with_its_new_token_only(bench: Bench) -> None:
    site = await bench.site()
    agent = await bench.agent()
    await bench.job(site)
    lease = await agent.take(site)

    made = await bench.operator.rotate_agent(agent.id)

    with pytest.raises(CoordinatorRefused, match="token_invalid"):
        await agent.report(lease, ReportStatus.BUSY)
    agent.client = CoordinatorClient(bench.url, made.agent_token, session=bench.session)
    assert (await agent.report(lease, ReportStatus.BUSY)).repeated is False


# --- audit log ---


async def test_every_write_is_in_the_audit_log(bench: Bench) -> None:
    site = await bench.site()
    job = await bench.job(site)
    headers = {"X-Request-Id": "ticket-17"}
    await bench.call("DELETE", f"/site/{site.id}/job/{job.id}", headers=headers)

    page = await bench.operator.audit()

    assert [entry.action for entry in page.entries] == [
        "DELETE /site/{siteId}/job/{jobId}",
        "POST /site/{siteId}/job",
        "POST /sites",
    ]
    newest = page.entries[0]
    assert (newest.actor, newest.status, newest.request_id) == ("user:operator", 204, "ticket-17")
    assert newest.target == f"/site/{site.id}/job/{job.id}"
    assert newest.at == bench.clock.now().replace(microsecond=0)
    assert page.next_cursor is None


async def test_the_audit_log_has_what_was_forbidden_but_not_what_was_merely_wrong(
    bench: Bench,
) -> None:
    await bench.call("POST", "/sites", body=b"{}")
    await bench.call("GET", "/sites")
    narrow = bench.running.token([Scope.SITES_READ])
    await bench.call("POST", "/sites", body=b'{"name": "Office"}', token=narrow)

    [entry] = (await bench.operator.audit()).entries
    assert (entry.action, entry.status) == ("POST /sites", 403)


async def test_the_audit_log_comes_in_pages(bench: Bench) -> None:
    for number in range(5):
        await bench.site(f"Office {number}")

    seen, cursor = [], None
    while True:
        page = await bench.operator.audit(limit=2, cursor=cursor)
        seen += [entry.id for entry in page.entries]
        if (cursor := page.next_cursor) is None:
            break

    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 5


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=1001", "cursor=-1", "cursor=a"])
async def test_a_page_that_cannot_be_is_refused(bench: Bench, query: str) -> None:
    answer = await bench.call("GET", f"/audit?{query}")

    assert (answer.status, answer.json()["code"]) == (400, "parameter_invalid")


async def test_a_team_reads_its_own_entries(bench: Bench) -> None:
    await bench.site()
    foreign = await bench.team_token("Another")
    await bench.call("POST", "/sites", body=b'{"name": "Theirs"}', token=foreign)

    [entry] = (await bench.call("GET", "/audit", token=foreign)).json()["entries"]
    assert entry["action"] == "POST /sites"
    assert entry["team_id"] != str(DEFAULT_TEAM)


# --- limits ---


async def test_a_token_that_asks_too_much_waits(config: Config, clock: ManualClock) -> None:
    tight = config.model_copy(update={"rate_limit_per_minute": 60.0, "rate_limit_burst": 3})
    async with bench_for(tight, clock) as bench:
        answers = [await bench.call("GET", "/sites") for _ in range(5)]
        other = await bench.call("GET", "/sites", token=bench.running.token([Scope.SITES_READ]))
        health = [await bench.call("GET", "/healthz", token=None) for _ in range(5)]

    assert [answer.status for answer in answers[:3]] == [200] * 3
    refused = answers[-1]
    assert (refused.status, refused.json()["code"]) == (429, "rate_limited")
    assert refused.headers["Retry-After"] == "1"
    assert other.status == 200
    assert {answer.status for answer in health} == {200}


# --- metrics ---


async def test_metrics_tell_how_things_stand(bench: Bench) -> None:
    site, other = await bench.site(), await bench.site("Branch")
    agent = await bench.agent()
    for place in (site, site, other):
        await bench.job(place)
    lease = await agent.take(other)
    await agent.report(lease, ReportStatus.BUSY)
    await agent.report(
        lease, ReportStatus.FAIL, error=RunError(error_class=ErrorClass.LOST, message="gone")
    )
    bench.clock.advance(30)

    answer = await bench.call("GET", "/metrics", token=None)

    lines = answer.body.decode().splitlines()
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert 'ros_jobs{state="pending"} 2.0' in lines
    assert 'ros_jobs{state="running"} 0.0' in lines
    assert "ros_queue_age_seconds 30.0" in lines
    assert "ros_unknown_outcomes_24h 1.0" in lines
    assert 'ros_reports_total{status="fail"} 1.0' in lines
    assert any(
        line.startswith('ros_http_request_seconds_count{method="POST",route="/sites",status="201"}')
        for line in lines
    )
    assert str(site.id) not in answer.body.decode()


async def test_figures_are_looked_up_by_index(config: Config, bench: Bench) -> None:
    import sqlite3  # noqa: PLC0415 - for this test alone

    await bench.site()
    with sqlite3.connect(config.data_dir / "coordinator.db") as database:
        for statement in (
            "SELECT count(*) FROM jobs WHERE state = 'pending'",
            "SELECT state, count(*) FROM jobs WHERE state IN ('leased', 'running') GROUP BY state",
            "SELECT min(deadline) FROM jobs WHERE deadline IS NOT NULL",
            "SELECT count(*) FROM runs WHERE error_class = 'lost' AND reported_at > 5",
        ):
            plan = database.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
            assert any("INDEX" in row[3] for row in plan), (statement, plan)
    database.close()


def test_the_default_team_is_the_one_of_the_schema() -> None:
    assert json.dumps(DEFAULT_TEAM.hex) == '"00000000000040008000000000000001"'
