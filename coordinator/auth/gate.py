"""From a bearer token to who makes the request."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

import jwt

from coordinator.auth.keys import ApiKey
from coordinator.auth.principal import Principal
from coordinator.clock import millis
from coordinator.errors import AuthError
from coordinator.ids import hash_token

if TYPE_CHECKING:
    from aiohttp import web

    from coordinator.auth.tokens import ForeignTokens, TokenAuthority
    from coordinator.clock import Clock
    from coordinator.store.interface import Store

__all__ = ["Gate", "bearer"]


class Gate:
    """Knows operators and their programs by their tokens.

    Args:
        store: Where API keys are kept: each is looked up on every use, so a revoked one is
            worthless at once.
        authority: Checks our own JWTs.
        clock: Decides when a key has ended.
        foreign: Checks an identity provider's JWTs, if there is one.
    """

    def __init__(
        self,
        store: Store,
        authority: TokenAuthority,
        clock: Clock,
        foreign: ForeignTokens | None = None,
    ) -> None:
        self._store = store
        self._authority = authority
        self._clock = clock
        self._foreign = foreign

    async def principal(self, token: str) -> Principal:
        """Return who the token stands for.

        Raises:
            AuthError: 401; it is forged, revoked, has ended, or is meant for somebody else.
            UnavailableError: The identity provider's keys could not be got yet.
        """
        if (key := ApiKey.parse(token)) is not None:
            return await self._of_key(key)
        if self._foreign is not None:
            header = _header(token)
            # Ours name no key, and are HS256: the header picks the key, never the algorithm.
            if "kid" in header or header.get("alg") != "HS256":
                kid = header.get("kid")
                return await self._foreign.verify(token, None if kid is None else str(kid))
        return self._authority.verify(token)

    async def _of_key(self, key: ApiKey) -> Principal:
        found = await self._store.key_by_id(key.id)
        digest = hash_token(key.secret)
        # Compared also when there is none, so that time does not tell which ids there are.
        known = found[1] if found is not None else bytes(len(digest))
        is_right = hmac.compare_digest(digest, known)
        if found is None or not is_right or found[0].team_id != key.team_id:
            raise AuthError("token_invalid", "The API key is not valid here.")
        record = found[0]
        if record.revoked_at is not None:
            raise AuthError("token_invalid", "The API key is revoked.")
        ends = record.expires_at
        if ends is not None and ends <= millis(self._clock.now()):
            raise AuthError("token_expired", "The API key has expired.")
        expires_at = float("inf") if ends is None else ends / 1000
        return Principal(str(record.id), record.scopes, expires_at, record.team_id, "key")


def bearer(request: web.BaseRequest) -> str:
    """Return the bearer token of a request.

    Raises:
        AuthError: 401; there is none.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise AuthError("token_missing", "The request needs an Authorization: Bearer header.")
    return token.strip()


def _header(token: str) -> dict[str, Any]:
    try:
        return jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, TypeError):
        raise AuthError("token_invalid", "The token is not valid here.") from None
