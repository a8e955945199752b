"""Teams, API keys and the audit log, as plain values.

Every site, agent and key belongs to one team and never changes it. Instants are milliseconds
since 1970, UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "DEFAULT_TEAM",
    "AuditRecord",
    "KeyRecord",
    "NewAudit",
    "TeamRecord",
]

#: The team of a token that names none; the first migration of teams makes it.
DEFAULT_TEAM: Final = UUID("00000000-0000-4000-8000-000000000001")


@dataclass(frozen=True, slots=True)
class TeamRecord:
    """Whose sites are seen together. Names are unique."""

    id: UUID
    name: str
    created_at: int


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """An API key without its secret, of which only a hash is kept.

    Attributes:
        scopes: Words of `auth.Scope`; what a later version calls otherwise just allows nothing.
        expires_at: None: until it is revoked.
    """

    id: UUID
    team_id: UUID
    name: str
    scopes: frozenset[str]
    created_at: int
    expires_at: int | None = None
    revoked_at: int | None = None


@dataclass(frozen=True, slots=True)
class NewAudit:
    """A write as it is noted down.

    Attributes:
        actor: `user:…`, `key:{id}`, `agent:{id}`.
        action: Method and path of the route, `DELETE /sites/{siteId}`.
        target: The path as it was asked for, without its query.
        status: Of the answer.
        request_id: The one in the answer's X-Request-Id and in the log.
    """

    at: int
    team_id: UUID
    actor: str
    action: str
    target: str
    status: int
    request_id: str


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """An entry of the audit log; `seq` grows with every entry."""

    seq: int
    entry: NewAudit

    @classmethod
    def of(cls, row: Mapping[Any, Any]) -> AuditRecord:
        """Return the entry of a row that has a column for every attribute, and `seq`."""
        values = dict(row)
        seq = values.pop("seq")
        return cls(seq, NewAudit(**values))
