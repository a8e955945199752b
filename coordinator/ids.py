"""Makes the ids, tokens and secrets that the coordinator hands out."""

from __future__ import annotations

import hashlib
import re
import secrets
import string
from functools import lru_cache
from uuid import UUID

__all__ = ["hash_token", "new_agent_token", "new_enrolment_token", "new_pid", "new_token", "parse"]

_TOKEN_LENGTH = 10
_ALPHANUMERIC = string.ascii_letters + string.digits
# Crockford's base 32: sorts as the number does, and has no letters that look alike.
_SORTABLE = "0123456789abcdefghjkmnpqrstvwxyz"
# The only spelling accepted: `UUID` itself takes braces, `urn:` and no hyphens, too.
_UUID_LENGTH = 36
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


# The same few come with every poll and every look at a job.
@lru_cache(maxsize=4096)
def _parse(text: str) -> UUID | None:
    return UUID(text) if _UUID.fullmatch(text) else None


def parse(text: str) -> UUID | None:
    """Return the UUID written in the usual form, else None."""
    return _parse(text) if len(text) == _UUID_LENGTH else None


def new_token() -> str:
    """Return a job's token: 10 letters and digits, the form of the public example (2.1)."""
    number = secrets.randbelow(len(_ALPHANUMERIC) ** _TOKEN_LENGTH)
    letters = []
    for _ in range(_TOKEN_LENGTH):
        number, index = divmod(number, len(_ALPHANUMERIC))
        letters.append(_ALPHANUMERIC[index])
    return "".join(letters)


def new_pid(now: int) -> str:
    """Return a site's public id, sortable by time: `site_` and 26 characters.

    Args:
        now: Milliseconds since 1970, UTC.

    Source: devices-api.md, 1.4, for the prefix; the form after it is assumed.
    """
    number = now << 80 | secrets.randbits(80)
    return "site_" + "".join(_SORTABLE[number >> shift & 31] for shift in range(125, -1, -5))


def new_agent_token() -> str:
    return "rosagent_" + secrets.token_urlsafe(32)


def new_enrolment_token() -> str:
    return "rosenrol_" + secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """Return what is stored of a token. Plain SHA-256: the tokens are 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
