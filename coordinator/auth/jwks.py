"""The public keys of an identity provider: a JWKS, from a file or a URL.

- A key fixes its algorithm: RSA is RS256, Ed25519 is EdDSA. Other kinds are passed over, secrets
  (`oct`) above all.
- What was read is good for `fresh` seconds. A token with an unknown key id has the set read again
  before that, for providers rotate their keys, but never more often than every `least`
  seconds, so that made-up ids cannot make us ask in a circle.
- When the provider is out of reach, the keys that are known stay.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import jwt
import structlog

from coordinator.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["KeySet", "PublicKey"]

_log = structlog.get_logger(__name__)

_FRESH_SECONDS: Final = 600.0
_LEAST_SECONDS: Final = 30.0
_TIMEOUT: Final = aiohttp.ClientTimeout(total=5)
_LARGEST: Final = 256 * 1024
# Below this a key is no protection (RFC 7518, 3.3).
_SHORTEST_RSA: Final = 2048


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key and the one algorithm that it is used with."""

    key: Any
    algorithm: str


class KeySet:
    """Finds keys by their id.

    Args:
        source: A path, or an `https:` URL (`http:` for the loopback address only).
        fresh: Seconds for which the keys are taken as they were read.
        least: Seconds between two readings, whatever is asked for.
        now: Seconds that only ever grow.

    Attributes:
        generation: Grows whenever the keys are others than before.
    """

    def __init__(
        self,
        source: str,
        *,
        fresh: float = _FRESH_SECONDS,
        least: float = _LEAST_SECONDS,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._source = source
        self._fresh = fresh
        self._least = least
        self._now = now
        self._keys: dict[str | None, PublicKey] = {}
        self._raw = b""
        self._tried: float | None = None
        self._reading = asyncio.Lock()
        self.generation = 0

    async def find(self, kid: str | None) -> PublicKey | None:
        """Return the key of an id; without an id, the only key there is.

        Raises:
            UnavailableError: No key set was read yet.
        """
        if self._is_older_than(self._fresh):
            await self._read(self._fresh)
        key = self._pick(kid)
        if key is None and self._is_older_than(self._least):
            await self._read(self._least)
            key = self._pick(kid)
        if not self._raw:
            raise UnavailableError("keys_unavailable", "The identity provider is out of reach.")
        return key

    def _pick(self, kid: str | None) -> PublicKey | None:
        if kid is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(kid)

    def _is_older_than(self, seconds: float) -> bool:
        return self._tried is None or self._now() - self._tried >= seconds

    async def _read(self, age: float) -> None:
        async with self._reading:
            if not self._is_older_than(age):
                return  # somebody else just read it
            self._tried = self._now()
            try:
                raw = await self._load()
                keys = _keys_of(json.loads(raw))
            except (OSError, aiohttp.ClientError, TimeoutError, ValueError, TypeError) as error:
                _log.warning("keys.unreadable", source=self._source, reason=type(error).__name__)
                return
            if raw != self._raw:
                self._raw, self._keys = raw, keys
                self.generation += 1
                _log.info("keys.read", source=self._source, keys=len(keys))

    async def _load(self) -> bytes:
        if not self._source.startswith(("http://", "https://")):
            return await asyncio.to_thread(Path(self._source).read_bytes)
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.get(self._source, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise ValueError(f"status {answer.status}")
            raw = await answer.content.read(_LARGEST + 1)
            while len(raw) <= _LARGEST and (more := await answer.content.read(_LARGEST)):
                raw += more
            if len(raw) > _LARGEST:
                raise ValueError("too large")
            return raw


def _keys_of(document: Any) -> dict[str | None, PublicKey]:
    keys: dict[str | None, PublicKey] = {}
    for item in document["keys"]:
        if (key := _key_of(item)) is not None:
            keys[item.get("kid")] = key
    return keys


def _key_of(item: Any) -> PublicKey | None:
    """Return the key, None when it is of no kind that is used here."""
    algorithm = {("RSA", None): "RS256", ("OKP", "Ed25519"): "EdDSA"}.get(
        (item.get("kty"), item.get("crv"))
    )
    if algorithm is None or item.get("alg", algorithm) != algorithm:
        return None
    if item.get("use", "sig") != "sig":
        return None
    try:
        key = jwt.PyJWK(item, algorithm).key
    except (jwt.PyJWTError, ValueError):
        return None
    if algorithm == "RS256" and key.key_size < _SHORTEST_RSA:
        return None
    return PublicKey(key, algorithm)
