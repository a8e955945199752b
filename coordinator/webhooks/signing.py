"""Signs what is sent, so that whoever gets it can tell that it is ours and new.

The signature is over the timestamp, a dot, and the body: a call that was recorded cannot be
passed off as a new one later.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

__all__ = ["Signer"]


class Signer:
    """Signs with a secret of the team's own.

    Args:
        key: The coordinator's signing key; secrets are made of it and nothing is stored.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def secret(self, team_id: UUID) -> str:
        """Return the team's secret, as its servers need it to check signatures."""
        made = hmac.new(self._key, b"webhook secret of team " + team_id.bytes, hashlib.sha256)
        return f"whsec_{made.hexdigest()}"

    def headers(self, team_id: UUID, timestamp: int, body: bytes) -> dict[str, str]:
        """Return `X-Timestamp` (unix seconds) and `X-Signature` (`v1=`, hex HMAC-SHA256)."""
        signed = f"{timestamp}.".encode() + body
        made = hmac.new(self.secret(team_id).encode(), signed, hashlib.sha256)
        return {"X-Timestamp": str(timestamp), "X-Signature": f"v1={made.hexdigest()}"}
