"""Who makes a request, and what that allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coordinator.errors import AuthError
from coordinator.scopes import Scope
from coordinator.teams import DEFAULT_TEAM

if TYPE_CHECKING:
    from uuid import UUID

__all__ = ["Principal", "Scope"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who makes a request.

    Attributes:
        subject: `sub` of a JWT, or the id of an API key.
        scopes: Words of `Scope`; others just allow nothing.
        expires_at: Seconds since 1970, UTC.
        team_id: Whose sites are seen.
        kind: `user` for a JWT, `key` for an API key.
    """

    subject: str
    scopes: frozenset[str]
    expires_at: float
    team_id: UUID = DEFAULT_TEAM
    kind: str = "user"

    @property
    def actor(self) -> str:
        """How the audit log calls it."""
        return f"{self.kind}:{self.subject}"

    def require(self, scope: Scope) -> None:
        """Raise AuthError (403) unless the token has the scope."""
        if scope not in self.scopes:
            raise AuthError("scope_missing", f"The token lacks the scope {scope}.", status=403)
