"""JWTs: our own, HS256 with the local secret, and those of an identity provider.

Every token must say who it stands for, whom it is meant for and when it ends. Ends and
beginnings are judged by our clock; only a provider's tokens are granted a bounded skew,
for its clock is another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import jwt

from coordinator.auth.principal import Principal, Scope
from coordinator.errors import AuthError
from coordinator.ids import parse
from coordinator.teams import DEFAULT_TEAM

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from coordinator.auth.jwks import KeySet
    from coordinator.clock import Clock

__all__ = ["ForeignTokens", "TokenAuthority"]

_ALGORITHM: Final = "HS256"
# Who signs our own. A token without `iss` is one that an older version made.
_ISSUER: Final = "ros-coordinator"
# Made so far in the future, a token is no clock's fault. Seconds.
_LONGEST_SKEW: Final = 300.0
# Tokens whose signature was checked before; an end is checked on every use.
_REMEMBERED = 1024


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
        self._known = _Remembered(clock, skew=0)

    def mint(
        self,
        scopes: Iterable[Scope],
        *,
        lifetime: float,
        subject: str = "operator",
        team_id: UUID = DEFAULT_TEAM,
    ) -> str:
        """Return a token for the scopes that ends `lifetime` seconds from now."""
        now = self._clock.now().timestamp()
        claims = {
            "sub": subject,
            "iss": _ISSUER,
            "aud": self._audience,
            "iat": int(now),
            "exp": int(now + lifetime),
            "scope": " ".join(scopes),
            "team": str(team_id),
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def verify(self, token: str) -> Principal:
        """Return who the token stands for.

        Raises:
            AuthError: 401; it is forged, meant for another audience, or has ended.
        """
        principal = self._known.get(token)
        return principal if principal is not None else self._known.add(token, self._check(token))

    def _check(self, token: str) -> Principal:
        claims = _decode(token, self._key, _ALGORITHM, self._audience, issuer=None)
        if claims.get("iss", _ISSUER) != _ISSUER:
            raise _invalid()
        return _principal(claims, self._clock, skew=0)


class ForeignTokens:
    """Checks tokens that an identity provider signed.

    Args:
        keys: The provider's public keys; each fixes its algorithm.
        audience: What `aud` must hold.
        issuer: What `iss` must be.
        skew: Seconds by which the provider's clock may differ from ours.
        clock: Decides when a token has ended.
    """

    def __init__(
        self, keys: KeySet, *, audience: str, issuer: str, skew: float, clock: Clock
    ) -> None:
        self._keys = keys
        self._audience = audience
        self._issuer = issuer
        self._skew = skew
        self._clock = clock
        self._known = _Remembered(clock, skew=skew)
        self._generation = -1

    async def verify(self, token: str, kid: str | None) -> Principal:
        """Return who the token stands for.

        Raises:
            AuthError: 401, as `TokenAuthority.verify`; or no key of the provider's fits.
            UnavailableError: No key could be got yet.
        """
        key = await self._keys.find(kid)
        if self._generation != self._keys.generation:  # a key may have been withdrawn
            self._known.clear()
            self._generation = self._keys.generation
        if (principal := self._known.get(token)) is not None:
            return principal
        if key is None:
            raise _invalid()
        claims = _decode(token, key.key, key.algorithm, self._audience, issuer=self._issuer)
        return self._known.add(token, _principal(claims, self._clock, skew=self._skew))


class _Remembered:
    """Principals by their tokens, each until it ends."""

    def __init__(self, clock: Clock, *, skew: float) -> None:
        self._clock = clock
        self._skew = skew
        self._known: dict[str, Principal] = {}

    def __len__(self) -> int:
        return len(self._known)

    def get(self, token: str) -> Principal | None:
        principal = self._known.get(token)
        if principal is not None:
            self._check_end(token, principal)
        return principal

    def add(self, token: str, principal: Principal) -> Principal:
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[token] = principal
        self._check_end(token, principal)
        return principal

    def clear(self) -> None:
        self._known.clear()

    def _check_end(self, token: str, principal: Principal) -> None:
        if principal.expires_at + self._skew <= self._clock.now().timestamp():
            self._known.pop(token, None)
            raise AuthError("token_expired", "The token has expired.")


def _decode(
    token: str, key: Any, algorithm: str, audience: str, *, issuer: str | None
) -> dict[str, Any]:
    required = ["exp", "aud", "sub", *(["iss"] if issuer else [])]
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=audience,
            issuer=issuer,
            # Times are judged by our clock, not by the library's.
            options={
                "require": required,
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except (jwt.PyJWTError, TypeError, ValueError):
        # From None: a library's text may quote the token.
        raise _invalid() from None
    return claims


def _principal(claims: dict[str, Any], clock: Clock, *, skew: float) -> Principal:
    now = clock.now().timestamp()
    try:
        begins = float(claims.get("nbf", 0))
        made = float(claims.get("iat", 0))
        expires_at = float(claims["exp"])
    except (TypeError, ValueError, OverflowError):
        raise _invalid() from None
    # So written, NaN does not pass.
    if not (begins <= now + skew and made <= now + _LONGEST_SKEW):
        raise AuthError("token_invalid", "The token is not valid yet.")
    if not expires_at >= 0:
        raise _invalid()
    team = claims.get("team", str(DEFAULT_TEAM))
    team_id = parse(team) if isinstance(team, str) else None
    if team_id is None or not isinstance(claims["sub"], str):
        raise _invalid()
    return Principal(claims["sub"], _scopes(claims), expires_at, team_id)


def _scopes(claims: dict[str, Any]) -> frozenset[str]:
    """Return the scopes; providers write them as `scope`, or as `scp`, text or list."""
    value = claims.get("scope", claims.get("scp", ""))
    words = value if isinstance(value, list) else str(value).split()
    return frozenset(map(str, words))


def _invalid() -> AuthError:
    return AuthError("token_invalid", "The token is not valid here.")
