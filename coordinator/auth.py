"""Operators' bearer tokens: JWT, HS256 and nothing else, an audience, scopes, an end.

The algorithm is fixed here and never read from the token, so `alg=none` or a key
confused for another kind is refused like any other forgery.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import jwt

from coordinator.errors import AuthError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aiohttp import web

    from coordinator.clock import Clock

__all__ = ["Principal", "Scope", "TokenAuthority", "bearer"]

_ALGORITHM: Final = "HS256"
# Tokens whose signature was checked before; an end is checked on every use.
_REMEMBERED = 1024


class Scope(enum.StrEnum):
    """What a token allows (ours; the public documents name none)."""

    JOBS_READ = "jobs:read"
    JOBS_WRITE = "jobs:write"
    SITES_READ = "sites:read"
    SITES_WRITE = "sites:write"
    AGENTS_WRITE = "agents:write"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who makes a request; `expires_at` in seconds since 1970, UTC."""

    subject: str
    scopes: frozenset[str]
    expires_at: float

    def require(self, scope: Scope) -> None:
        """Raise AuthError (403) unless the token has the scope."""
        if scope not in self.scopes:
            raise AuthError("scope_missing", f"The token lacks the scope {scope}.", status=403)


class TokenAuthority:
    """Mints and checks operators' tokens.

    Args:
        key: The signing secret, 32 bytes or more.
        audience: What `aud` must hold.
        clock: Decides when a token has ended.
    """

    def __init__(self, key: bytes, *, audience: str, clock: Clock) -> None:
        self._key = key
        self._audience = audience
        self._clock = clock
        self._known: dict[str, Principal] = {}

    def mint(self, scopes: Iterable[Scope], *, lifetime: float, subject: str = "operator") -> str:
        """Return a token for the scopes that ends `lifetime` seconds from now."""
        now = self._clock.now().timestamp()
        claims = {
            "sub": subject,
            "aud": self._audience,
            "iat": int(now),
            "exp": int(now + lifetime),
            "scope": " ".join(scopes),
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def verify(self, token: str) -> Principal:
        """Return who the token stands for.

        Raises:
            AuthError: 401; it is forged, meant for another audience, or has ended.
        """
        principal = self._known.get(token)
        if principal is None:
            principal = self._check(token)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[token] = principal
        if principal.expires_at <= self._clock.now().timestamp():
            self._known.pop(token, None)
            raise AuthError("token_expired", "The token has expired.")
        return principal

    def _check(self, token: str) -> Principal:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=self._audience,
                # Ends are judged by our clock, not by the library's.
                options={
                    "require": ["exp", "aud", "sub"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
            if float(claims.get("nbf", 0)) > self._clock.now().timestamp():
                raise AuthError("token_invalid", "The token is not valid yet.")
            scopes = frozenset(str(claims.get("scope", "")).split())
            return Principal(str(claims["sub"]), scopes, float(claims["exp"]))
        except (jwt.PyJWTError, TypeError, ValueError):
            # From None: a library's text may quote the token.
            raise AuthError("token_invalid", "The token is not valid here.") from None


def bearer(request: web.BaseRequest) -> str:
    """Return the bearer token of a request.

    Raises:
        AuthError: 401; there is none.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise AuthError("token_missing", "The request needs an Authorization: Bearer header.")
    return token.strip()
