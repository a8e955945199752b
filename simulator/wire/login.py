"""The two ways in: a password in the clear, or an answer to a challenge.

| RouterOS | `/login` alone | `=response=` | `=name=` and `=password=` |
| --- | --- | --- | --- |
| before 6.43 | a challenge | works | a challenge |
| 6.43 to 6.45.0 | a challenge | works | works |
| since 6.45.1 | a challenge | refused | works |

Source: routeros-api.md, 2.2 to 2.4.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.version import Version

__all__ = ["CHALLENGE_SIZE", "Attempt", "login_failure", "read_attempt", "response_to"]

CHALLENGE_SIZE = 16


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to log in; `repr` shows no secret.

    Attributes:
        name: The user's name.
        password: What was sent in the clear, or None.
        response: What was sent for `challenge`, or None.
        challenge: The bytes that the router gave out last; empty when it gave none.
    """

    name: bytes
    password: bytes | None
    response: bytes | None
    challenge: bytes

    def __repr__(self) -> str:
        return f"Attempt(name={self.name!r})"

    def proves(self, password: bytes) -> bool:
        """Tell whether whoever tried knows the user's password."""
        if self.password is not None:
            return hmac.compare_digest(self.password, password)
        if self.response is None or not self.challenge:
            return False
        return hmac.compare_digest(self.response.lower(), response_to(self.challenge, password))


def read_attempt(
    arguments: Mapping[str, bytes], challenge: bytes, version: Version
) -> Attempt | None:
    """Return what a `/login` tries, or None when the router answers it with a challenge.

    A name without a password is a request for a challenge on every version (2.3).
    """
    name, password, response = (arguments.get(each) for each in ("name", "password", "response"))
    if name is None:
        return None
    if response is not None:
        return Attempt(name, None, response if version.challenge_login else None, challenge)
    if password is None or not version.plain_login:
        return None
    return Attempt(name, password, None, b"")


def response_to(challenge: bytes, password: bytes) -> bytes:
    """Return the word that proves a password: `00`, then 32 hexadecimal digits."""
    digest = hashlib.md5(b"\x00" + password + challenge, usedforsecurity=False)
    return b"00" + digest.hexdigest().encode()


def login_failure(version: Version) -> bytes:
    """Return what a wrong name or password is told; the trap has no category."""
    return b"invalid user name or password (6)" if version.plain_login else b"cannot log in"
