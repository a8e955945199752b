"""Tokens of an identity provider: keys from a file or a URL, rotated and out of reach."""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from coordinator.auth import ForeignTokens, KeySet
from coordinator.clock import ManualClock
from coordinator.config import Config
from coordinator.errors import AuthError, UnavailableError
from coordinator.teams import DEFAULT_TEAM
from tests.coordinator.conftest import bench_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

ISSUER = "https://id.example"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ED = ed25519.Ed25519PrivateKey.generate()
SHORT_RSA = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - refused, below
EC = ec.generate_private_key(ec.SECP256R1())


def jwk(key: Any, kid: str, **more: Any) -> dict[str, Any]:
    algorithm: Any = {
        rsa.RSAPrivateKey: jwt.algorithms.RSAAlgorithm,
        ed25519.Ed25519PrivateKey: jwt.algorithms.OKPAlgorithm,
        ec.EllipticCurvePrivateKey: jwt.algorithms.ECAlgorithm,
    }[
        next(
            kind
            for kind in (rsa.RSAPrivateKey, ed25519.Ed25519PrivateKey, ec.EllipticCurvePrivateKey)
            if isinstance(key, kind)
        )
    ]
    return {**json.loads(algorithm.to_jwk(key.public_key())), "kid": kid, **more}


def token(clock: ManualClock, key: Any = RSA, algorithm: str = "RS256", **changes: Any) -> str:
    headers = {"kid": changes.pop("kid", "one")}
    claims = {
        "sub": "ann",
        "iss": ISSUER,
        "aud": "ros-coordinator",
        "exp": clock.now().timestamp() + 60,
        "scope": "sites:read",
    } | changes
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, key, algorithm=algorithm, headers=headers)


class Ticks:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Provider:
    """An identity provider that counts how often its keys are asked for."""

    def __init__(self) -> None:
        self.keys: list[dict[str, Any]] = [jwk(RSA, "one")]
        self.asked = 0
        self.status = 200

    async def answer(self, request: web.Request) -> web.Response:  # noqa: ARG002 - a handler
        self.asked += 1
        return web.json_response({"keys": self.keys}, status=self.status)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
async def url(provider: Provider) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/keys", provider.answer)
    async with TestServer(app) as server:
        yield str(server.make_url("/keys"))


@pytest.fixture
def foreign(url: str, ticks: Ticks, clock: ManualClock) -> ForeignTokens:
    keys = KeySet(url, fresh=600, least=30, now=ticks)
    return ForeignTokens(keys, audience="ros-coordinator", issuer=ISSUER, skew=30, clock=clock)


async def test_a_providers_token_is_taken(foreign: ForeignTokens, clock: ManualClock) -> None:
    principal = await foreign.verify(token(clock), "one")

    assert (principal.subject, principal.scopes, principal.team_id) == (
        "ann",
        frozenset({"sites:read"}),
        DEFAULT_TEAM,
    )


async def test_ed25519_is_taken_and_scopes_may_be_a_list(
    foreign: ForeignTokens, provider: Provider, clock: ManualClock
) -> None:
    provider.keys = [jwk(ED, "ed")]
    made = token(clock, ED, "EdDSA", kid="ed", scope=None, scp=["jobs:read", "jobs:write"])

    assert (await foreign.verify(made, "ed")).scopes == {"jobs:read", "jobs:write"}


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": None},
        {"sub": None},
        {"team": "all"},
        {"key": OTHER_RSA},
        {"algorithm": "RS512"},
        {"algorithm": "PS256"},
    ],
)
async def test_a_token_that_is_not_for_us_is_refused(
    foreign: ForeignTokens, clock: ManualClock, changes: dict[str, Any]
) -> None:
    with pytest.raises(AuthError) as caught:
        await foreign.verify(token(clock, **changes), "one")
    assert (caught.value.status, caught.value.code) == (401, "token_invalid")


@pytest.mark.parametrize("encoding", [serialization.Encoding.DER, serialization.Encoding.PEM])
async def test_a_public_key_is_no_hmac_secret(
    foreign: ForeignTokens, clock: ManualClock, encoding: serialization.Encoding
) -> None:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    secret = RSA.public_key().public_bytes(encoding, form)
    _, claims, _ = token(clock).split(".")
    header = jwt.utils.base64url_encode(b'{"alg":"HS256","kid":"one"}').decode()
    digest = hmac.digest(secret, f"{header}.{claims}".encode(), "sha256")
    forged = f"{header}.{claims}.{jwt.utils.base64url_encode(digest).decode()}"

    with pytest.raises(AuthError):
        await foreign.verify(forged, "one")


async def test_the_skew_of_clocks_is_bounded(foreign: ForeignTokens, clock: ManualClock) -> None:
    now = clock.now().timestamp()
    await foreign.verify(token(clock, exp=now - 29), "one")
    await foreign.verify(token(clock, nbf=now + 29), "one")

    with pytest.raises(AuthError, match="expired"):
        await foreign.verify(token(clock, exp=now - 30), "one")
    with pytest.raises(AuthError, match="not valid yet"):
        await foreign.verify(token(clock, nbf=now + 31), "one")


async def test_keys_are_read_once_while_they_are_fresh(
    foreign: ForeignTokens, provider: Provider, ticks: Ticks, clock: ManualClock
) -> None:
    for _ in range(3):
        await foreign.verify(token(clock), "one")
    assert provider.asked == 1

    ticks.now = 601
    await foreign.verify(token(clock), "one")
    assert provider.asked == 2


async def test_a_new_key_is_found_and_a_withdrawn_one_forgotten(
    foreign: ForeignTokens, provider: Provider, ticks: Ticks, clock: ManualClock
) -> None:
    old = token(clock)
    await foreign.verify(old, "one")
    provider.keys = [jwk(OTHER_RSA, "two")]
    ticks.now = 31

    await foreign.verify(token(clock, OTHER_RSA, kid="two"), "two")
    with pytest.raises(AuthError):
        await foreign.verify(old, "one")


async def test_made_up_key_ids_do_not_make_us_ask_in_a_circle(
    foreign: ForeignTokens, provider: Provider, ticks: Ticks, clock: ManualClock
) -> None:
    for number in range(20):
        ticks.now = float(number)
        with pytest.raises(AuthError):
            await foreign.verify(token(clock, kid=f"made-up-{number}"), f"made-up-{number}")
    assert provider.asked == 1


async def test_known_keys_stay_while_the_provider_is_out_of_reach(
    foreign: ForeignTokens, provider: Provider, ticks: Ticks, clock: ManualClock
) -> None:
    await foreign.verify(token(clock), "one")
    provider.status = 500
    ticks.now = 700

    await foreign.verify(token(clock), "one")
    assert provider.asked == 2


async def test_without_any_keys_the_answer_is_not_now(
    foreign: ForeignTokens, provider: Provider, clock: ManualClock
) -> None:
    provider.status = 500

    with pytest.raises(UnavailableError):
        await foreign.verify(token(clock), "one")


@pytest.mark.filterwarnings("ignore:The RSA key is")
async def test_keys_of_other_kinds_are_passed_over(
    foreign: ForeignTokens, provider: Provider, clock: ManualClock
) -> None:
    secret = {"kty": "oct", "k": "c2VjcmV0", "kid": "secret", "alg": "HS256"}
    provider.keys = [
        secret,
        jwk(SHORT_RSA, "short"),
        jwk(EC, "curve"),
        jwk(RSA, "encrypts", use="enc"),
        jwk(RSA, "other", alg="RS512"),
        jwk(OTHER_RSA, "good"),
    ]

    await foreign.verify(token(clock, OTHER_RSA, kid="good"), "good")
    with pytest.raises(AuthError):
        await foreign.verify(token(clock, kid="encrypts"), "encrypts")
    with pytest.raises(AuthError):
        await foreign.verify(token(clock, SHORT_RSA, kid="short"), "short")


async def test_a_file_of_keys_serves_as_well_and_our_own_tokens_beside_it(
    tmp_path: Path, clock: ManualClock
) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [jwk(RSA, "one")]}), encoding="utf-8")
    config = Config(
        data_dir=tmp_path / "data", port=0, jwks=str(path), jwks_issuer=ISSUER, shutdown_seconds=2
    )

    async with bench_for(config, clock) as bench:
        assert (await bench.call("GET", "/sites", token=token(clock))).status == 200
        assert (await bench.call("POST", "/sites", token=token(clock))).status == 403
        assert (await bench.call("GET", "/sites")).status == 200
        forged = token(clock, OTHER_RSA)
        assert (await bench.call("GET", "/sites", token=forged)).status == 401
