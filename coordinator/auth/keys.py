"""API keys: `{id}:{team}:{secret}`, two UUIDs and 62 random characters.

Source: devices-api.md, 1.1 (generations C and D), for the form.
"""

from __future__ import annotations

import re
import secrets
import string
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

__all__ = ["ApiKey"]

_SECRET_LENGTH: Final = 62
_ALPHANUMERIC: Final = string.ascii_letters + string.digits
_UUID: Final = r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_FORM: Final = re.compile(rf"{_UUID}:{_UUID}:([A-Za-z0-9]{{{_SECRET_LENGTH}}})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key in its parts."""

    id: UUID
    team_id: UUID
    secret: str = field(repr=False)

    @classmethod
    def new(cls, key_id: UUID, team_id: UUID) -> ApiKey:
        secret = "".join(secrets.choice(_ALPHANUMERIC) for _ in range(_SECRET_LENGTH))
        return cls(key_id, team_id, secret)

    @classmethod
    def parse(cls, text: str) -> ApiKey | None:
        """Return the key that a bearer token is, None when it is something else."""
        found = _FORM.fullmatch(text)
        return None if found is None else cls(UUID(found[1]), UUID(found[2]), found[3])

    def text(self) -> str:
        """Return the key as it is sent: the one place where its secret is shown."""
        return f"{self.id}:{self.team_id}:{self.secret}"
