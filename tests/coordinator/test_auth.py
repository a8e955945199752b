"""Who may call what: forged, foreign, expired and narrow tokens."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from coordinator.auth import Scope, TokenAuthority
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


def request_for(path: str) -> str:
    zero = "00000000-0000-4000-8000-000000000000"
    for name in ("site_id", "job_id", "agent_id"):
        path = path.replace(f"{{{name}}}", zero)
    return path.replace("{filename}", "1.rsc").replace("{kind}", "export")


GUARDED = [route for route in ROUTES if route.access is not Access.PUBLIC]
SCOPED = [route for route in GUARDED if isinstance(route.access, Scope)]


def test_only_enrolment_and_health_are_open() -> None:
    assert {route.path for route in ROUTES if route.access is Access.PUBLIC} == {
        "/agent/enrol",
        "/healthz",
        "/readyz",
    }


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: f"{route.method} {route.path}")
async def test_nothing_answers_without_a_good_token(bench: Bench, route: Any) -> None:
    path = request_for(route.path)
    bad = {
        None: "token_missing",
        "nonsense": "token_invalid",
        forge(bench.clock, b"another key of thirty-two bytes!"): "token_invalid",
    }
    for token, code in bad.items():
        answer = await bench.call(route.method, path, token=token)
        assert (answer.status, answer.json()["code"]) == (401, code)
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("route", SCOPED, ids=lambda route: f"{route.method} {route.path}")
async def test_a_token_without_the_scope_is_forbidden(bench: Bench, route: Any) -> None:
    others = [scope for scope in Scope if scope is not route.access]
    answer = await bench.call(
        route.method, request_for(route.path), token=bench.running.token(others)
    )
    assert (answer.status, answer.json()["code"]) == (403, "scope_missing")

    answer = await bench.call(
        route.method, request_for(route.path), token=bench.running.token([route.access])
    )
    assert answer.status not in {401, 403}


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
