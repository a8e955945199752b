"""Who may call what: forged, foreign, expired and narrow tokens."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

import jwt
import pytest

from coordinator.auth import Scope, TokenAuthority
from coordinator.contract import Site
from coordinator.errors import AuthError
from coordinator.routes import ROUTES
from coordinator.routes.base import Access

if TYPE_CHECKING:
    from coordinator.clock import ManualClock
    from coordinator.config import Config
    from tests.coordinator.conftest import Bench

KEY = b"k" * 32


@pytest.fixture
def authority(clock: ManualClock) -> TokenAuthority:
    return TokenAuthority(KEY, audience="ros-coordinator", clock=clock)


def forge(clock: ManualClock, key: Any = KEY, algorithm: str = "HS256", **changes: Any) -> str:
    claims = {
        "sub": "operator",
        "aud": "ros-coordinator",
        "exp": clock.now().timestamp() + 60,
        "scope": "jobs:read",
    } | changes
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, key, algorithm=algorithm)


def test_a_minted_token_is_accepted_with_its_scopes(authority: TokenAuthority) -> None:
    token = authority.mint([Scope.JOBS_READ, Scope.SITES_READ], lifetime=60, subject="ci")
    principal = authority.verify(token)

    assert (principal.subject, principal.scopes) == (
        "ci",
        frozenset({"jobs:read", "sites:read"}),
    )
    principal.require(Scope.JOBS_READ)
    with pytest.raises(AuthError) as caught:
        principal.require(Scope.JOBS_WRITE)
    assert (caught.value.status, caught.value.code) == (403, "scope_missing")


def test_a_token_ends_even_when_it_was_known_before(
    authority: TokenAuthority, clock: ManualClock
) -> None:
    token = authority.mint([Scope.JOBS_READ], lifetime=60)
    authority.verify(token)
    clock.advance(60)

    with pytest.raises(AuthError) as caught:
        authority.verify(token)
    assert (caught.value.status, caught.value.code) == (401, "token_expired")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another"},
        {"aud": None},
        {"exp": None},
        {"sub": None},
        {"exp": "soon"},
        {"nbf": 4_000_000_000},
        {"key": b"x" * 32},
        {"algorithm": "HS512", "key": b"k" * 64},
    ],
)
def test_a_foreign_or_forged_token_is_refused(
    authority: TokenAuthority, clock: ManualClock, changes: dict[str, Any]
) -> None:
    with pytest.raises(AuthError) as caught:
        authority.verify(forge(clock, **changes))
    assert (caught.value.status, caught.value.code) == (401, "token_invalid")


def test_a_token_without_signature_is_refused(
    authority: TokenAuthority, clock: ManualClock
) -> None:
    claims = {"sub": "x", "aud": "ros-coordinator", "exp": clock.now().timestamp() + 60}

    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    for algorithm in ("none", "None", "NONE"):
        token = f"{part({'alg': algorithm, 'typ': 'JWT'})}.{part(claims)}."
        with pytest.raises(AuthError):
            authority.verify(token)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "..", "\udcff", "x" * 7000])
def test_what_is_no_token_is_refused(authority: TokenAuthority, token: str) -> None:
    with pytest.raises(AuthError):
        authority.verify(token)


def test_many_tokens_are_not_remembered_for_ever(authority: TokenAuthority) -> None:
    for number in range(1500):
        authority.verify(authority.mint([], lifetime=60, subject=str(number)))

    assert len(authority._known) <= 1024


# --- over HTTP ---


ZERO = "00000000-0000-4000-8000-000000000000"
OTHER_NAMES = {"filename": "1.rsc", "kind": "export", "format": "raw"}


def request_for(path: str, site_id: str = ZERO) -> str:
    """Return a path with its places filled: a site's id, other ids that nothing has."""

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        if name in SITE_NAMES:
            return site_id
        return OTHER_NAMES.get(name, ZERO)

    return re.sub(r"\{(\w+)[^{}]*\}", fill, path)


SITE_NAMES = ("site_id", "router_id")
GUARDED = [route for route in ROUTES if route.access is not Access.PUBLIC]
SCOPED = [route for route in GUARDED if isinstance(route.access, Scope)]
OF_A_SITE = [route for route in SCOPED if any(f"{{{name}" in route.path for name in SITE_NAMES)]


def unsigned(clock: ManualClock) -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    claims = {"sub": "x", "aud": "ros-coordinator", "exp": clock.now().timestamp() + 60}
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


def bad_tokens(bench: Bench, key: bytes) -> dict[str, tuple[str | None, str]]:
    """Return tokens that nothing may take, each with the code of its refusal."""
    clock = bench.clock
    soon = clock.now().timestamp() + 60
    every = " ".join(Scope)
    body = bench.token.rpartition(".")[0]
    return {
        "missing": (None, "token_missing"),
        "nonsense": ("nonsense", "token_invalid"),
        "alg none": (unsigned(clock), "token_invalid"),
        "another key": (forge(clock, b"another key of thirty-two bytes!"), "token_invalid"),
        "another audience": (forge(clock, key, aud="another", scope=every), "token_invalid"),
        "another issuer": (forge(clock, key, iss="https://evil.example"), "token_invalid"),
        "another algorithm": (forge(clock, key, "HS512", scope=every), "token_invalid"),
        "no end": (forge(clock, key, exp=None, scope=every), "token_invalid"),
        "no subject": (forge(clock, key, sub=None, scope=every), "token_invalid"),
        "no team": (forge(clock, key, team="all", scope=every), "token_invalid"),
        "expired": (forge(clock, key, exp=soon - 120, scope=every), "token_expired"),
        "not yet valid": (forge(clock, key, nbf=soon, scope=every), "token_invalid"),
        "made tomorrow": (forge(clock, key, iat=soon + 86_400), "token_invalid"),
        "no signature": (body + ".", "token_invalid"),
        "a changed signature": (body + "." + "A" * 43, "token_invalid"),
        "no such API key": (f"{ZERO}:{ZERO}:{'a' * 62}", "token_invalid"),
        "an agent's form": ("rosagent_" + "a" * 43, "token_invalid"),
    }


@pytest.mark.filterwarnings("ignore:The HMAC key is")  # HS512 wants a longer one
async def test_no_route_takes_a_bad_token(bench: Bench, config: Config) -> None:
    key = bytes.fromhex((config.data_dir / "signing.key").read_text(encoding="ascii").strip())
    for name, (token, code) in bad_tokens(bench, key).items():
        for route in GUARDED:
            answer = await bench.call(route.method, request_for(route.path), token=token)
            of_agent = not isinstance(route.access, Scope)
            wanted = "token_invalid" if of_agent and token else code
            assert (answer.status, answer.json()["code"]) == (401, wanted), (name, route.path)
            assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_no_route_takes_a_token_without_its_scope(bench: Bench) -> None:
    for route in SCOPED:
        assert route.doc is not None
        others = [scope for scope in Scope if scope is not route.access]
        path = request_for(route.path)
        answer = await bench.call(route.method, path, token=bench.running.token(others))
        assert (answer.status, answer.json()["code"]) == (403, "scope_missing"), route.path

        assert isinstance(route.access, Scope)
        if "text/event-stream" in route.doc.responses.values():
            continue  # its answer does not end
        own = bench.running.token([route.access])
        answer = await bench.call(route.method, path, token=own)
        assert answer.status not in {401, 403}, route.path


async def test_a_site_of_another_team_is_nowhere(bench: Bench) -> None:
    site = await bench.site()
    job = await bench.job(site)
    foreign = await bench.team_token("Another")
    for route in OF_A_SITE:
        path = request_for(route.path, str(site.id)).replace(ZERO, str(job.id))
        answer = await bench.call(route.method, path, token=foreign)
        nothing = await bench.call(route.method, request_for(route.path), token=foreign)
        assert (answer.status, answer.json()["code"]) == (404, "site_not_found"), route.path
        assert (nothing.status, nothing.json()) == (answer.status, answer.json()), route.path
    assert await bench.operator.get_site(site.id) == site
    assert (await bench.operator.get_job(site.id, job.id)).id == job.id


async def test_lists_hold_what_is_the_own_teams(bench: Bench) -> None:
    site = await bench.site()
    await bench.agent()
    foreign = await bench.team_token("Another")

    for path in ("/sites", "/agents"):
        assert len((await bench.call("GET", path)).json()) == 1
        assert (await bench.call("GET", path, token=foreign)).json() == []
    body = json.dumps({"sites": [str(site.id)]}).encode()
    answer = await bench.call("POST", "/agents/enrolments", body=body, token=foreign)
    assert (answer.status, answer.json()["code"]) == (404, "site_not_found")


async def test_ids_in_bodies_of_another_team_are_nowhere(bench: Bench) -> None:
    site = await bench.site()
    foreign = await bench.team_token("Another")

    def posted(path: str, body: dict[str, Any]) -> Any:
        return bench.call("POST", path, body=json.dumps(body).encode(), token=foreign)

    latest = await posted("/backups/latest", {"sites": [str(site.id)]})
    assert latest.json()["results"][str(site.id)]["error"] == "site_not_found"
    bulk = await posted(
        "/jobs/bulk",
        {
            "sites": [str(site.id)],
            "script": ":put 1",
            "description": "a job",
            "idempotency_key": ZERO,
        },
    )
    assert b"site_not_found" in bulk.body, bulk.body
    runbook = await posted("/runbooks", {"name": "Branch", "site_id": str(site.id)})
    assert (runbook.status, runbook.json()["code"]) == (404, "site_not_found")
    assert await bench.operator.list_jobs(site.id) == []


async def test_an_agent_serves_sites_of_its_team_only(bench: Bench) -> None:
    theirs = await bench.site()
    job = await bench.job(theirs)
    foreign = await bench.team_token("Another")
    body = json.dumps({"name": "Ours"}).encode()
    ours = Site.model_validate_json(
        (await bench.call("POST", "/sites", body=body, token=foreign)).body
    )
    agent = await bench.agent(token=foreign)

    assert [site.id for site in await agent.client.agent_sites()] == [ours.id]
    assert await agent.poll(theirs, ours) == []
    report = {"lease_version": 1, "status": "busy", "occurred_at": "2026-01-15T10:00:00Z"}
    answer = await bench.call(
        "POST",
        f"/agent/job/{job.id}/report",
        body=json.dumps(report).encode(),
        token=agent.token,
    )
    assert (answer.status, answer.json()["code"]) == (404, "job_not_found")
    assert (await bench.operator.get_job(theirs.id, job.id)).started_at is None


async def test_a_team_that_nobody_made_can_make_nothing(bench: Bench) -> None:
    token = bench.running.token(team_id=UUID(ZERO))

    answer = await bench.call("POST", "/sites", body=b'{"name": "Office"}', token=token)
    assert (answer.status, answer.json()["code"]) == (403, "team_unknown")
    assert (await bench.call("GET", "/sites", token=token)).json() == []


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", "Basic eDp5", "Token x"])
async def test_another_kind_of_credential_is_no_token(bench: Bench, value: str) -> None:
    answer = await bench.call("GET", "/sites", headers={"Authorization": value}, token=None)

    assert (answer.status, answer.json()["code"]) == (401, "token_missing")


async def test_an_expired_token_is_refused_over_http(bench: Bench) -> None:
    token = bench.running.token(lifetime=60)
    assert (await bench.call("GET", "/sites", token=token)).status == 200
    bench.clock.advance(61)

    answer = await bench.call("GET", "/sites", token=token)
    assert (answer.status, answer.json()["code"]) == (401, "token_expired")


async def test_the_audience_is_a_setting(config: Config, clock: ManualClock, bench: Bench) -> None:
    key = bytes.fromhex((config.data_dir / "signing.key").read_text())
    ours = TokenAuthority(key, audience=config.token_audience, clock=clock)
    others = TokenAuthority(key, audience="another service", clock=clock)

    assert (await bench.call("GET", "/sites", token=ours.mint(Scope, lifetime=9))).status == 200
    assert (await bench.call("GET", "/sites", token=others.mint(Scope, lifetime=9))).status == 401
