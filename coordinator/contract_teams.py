"""What goes over HTTP about teams, API keys and the audit log (all ours)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID  # noqa: TC003 - pydantic evaluates the annotations

from pydantic import Field, StringConstraints

from coordinator.contract import Instant, Shape
from coordinator.scopes import Scope  # noqa: TC001 - as above

__all__ = [
    "AgentToken",
    "ApiKeyCreate",
    "ApiKeyCreated",
    "ApiKeyShown",
    "AuditEntry",
    "AuditPage",
    "Team",
    "TeamCreate",
]

Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]


class TeamCreate(Shape):
    """`POST /teams`: whose sites are seen together. Names are unique."""

    name: Name


class Team(Shape):
    """A team: a token sees its own team's sites only."""

    id: UUID
    name: str
    created_at: Instant


class ApiKeyCreate(Shape):
    """`POST /keys`: a long-lived token for a program.

    Attributes:
        scopes: What it allows; nobody can give away a scope that they have not.
        team_id: The own team unless given; another one needs `teams:write`.
        expires_in: Seconds; without it the key is good until it is revoked.
    """

    name: Name
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=100)]
    team_id: UUID | None = None
    expires_in: Annotated[int, Field(ge=60, le=10 * 366 * 86_400)] | None = None


class ApiKeyShown(Shape):
    """An API key without its secret."""

    id: UUID
    team_id: UUID
    name: str
    scopes: list[str]
    created_at: Instant
    expires_at: Instant | None


class ApiKeyCreated(ApiKeyShown):
    """An API key, `{id}:{team}:{secret}`, shown this once; only a hash is kept."""

    key: str = Field(repr=False)


class AgentToken(Shape):
    """An agent's new token, shown this once; the old one is worthless already."""

    agent_id: UUID
    agent_token: str = Field(repr=False)


class AuditEntry(Shape):
    """A write by an operator or a program.

    Attributes:
        id: Grows with every entry.
        actor: `user:{sub}` or `key:{id}`.
        action: The operation, as this document calls it: `DELETE /sites/{siteId}`.
        target: The path that was asked for.
        status: Of the answer: writes that were done, that the scope forbade (403), or that
            failed half-way (5xx). What was refused otherwise changed nothing and is left out.
    """

    id: int
    at: Instant
    team_id: UUID
    actor: str
    action: str
    target: str
    status: int
    request_id: str


class AuditPage(Shape):
    """Entries, newest first; `next_cursor` leads to older ones, null when there are none."""

    entries: list[AuditEntry]
    next_cursor: str | None
