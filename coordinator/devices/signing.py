"""URLs that carry their own leave: signed with HMAC-SHA256, with an end, for one act each.

The signature covers the job, the lease, the word of the act, the class of a failure and the end,
so none of them can be exchanged for another. Source: devices-api.md, 7.5, for `status` and
`signature`; the rest is ours.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from coordinator.errors import AuthError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

__all__ = ["Signed", "Signer"]

# What keeps these signatures apart from all else that the key signs.
_PURPOSE = b"routeros-jobs device urls 1"


@dataclass(frozen=True, slots=True)
class Signed:
    """What a URL allows.

    Attributes:
        act: `busy`, `done`, `fail`, `payload` or `backup`.
        lease: Version of the job's lease.
        expires: Seconds since 1970, UTC.
        reason: Class of a failure, else empty.
    """

    job_id: UUID
    act: str
    lease: int
    expires: int
    reason: str = ""


class Signer:
    """Makes and checks the query of such URLs."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, _PURPOSE, "sha256")

    def __repr__(self) -> str:
        return "Signer()"

    def query(self, what: Signed) -> str:
        """Return the query, without a question mark."""
        values = {"status": what.act, "lease": what.lease, "expires": what.expires}
        if what.reason:
            values["class"] = what.reason
        return urlencode({**values, "signature": self._signature(what)})

    def check(self, job_id: UUID, query: Mapping[str, str], now: float) -> Signed:
        """Return what a query allows.

        Raises:
            AuthError: 403; it is not ours, was changed, or has ended.
        """
        lease, expires = query.get("lease", ""), query.get("expires", "")
        if not (_is_number(lease) and _is_number(expires)):
            raise _invalid()
        what = Signed(
            job_id, query.get("status", ""), int(lease), int(expires), query.get("class", "")
        )
        told = query.get("signature", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(told, self._signature(what).encode()):
            raise _invalid()
        if what.expires <= now:
            raise AuthError("signature_expired", "The signed URL has ended.", status=403)
        return what

    def _signature(self, what: Signed) -> str:
        text = f"{what.job_id}|{what.lease}|{what.act}|{what.reason}|{what.expires}"
        data = text.encode("utf-8", "surrogateescape")
        return hmac.new(self._key, data, hashlib.sha256).hexdigest()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12


def _invalid() -> AuthError:
    return AuthError("signature_invalid", "The signature is not valid.", status=403)
