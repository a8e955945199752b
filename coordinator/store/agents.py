"""Statements about agents and their enrolment. Tokens are known by their hash only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from coordinator.records import AgentRecord
from coordinator.store.schema import AGENT_SITES, AGENTS, ENROLMENTS, SITES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coordinator.records import EnrolmentRecord

__all__ = [
    "ALL_SITES",
    "BY_TOKEN",
    "add_enrolment",
    "every",
    "note_seen",
    "record",
    "revoke",
    "rotate",
    "sites_of",
    "use_enrolment",
]

_SELECT = sa.select(
    AGENTS.c.id,
    AGENTS.c.name,
    AGENTS.c.all_sites,
    AGENTS.c.created_at,
    AGENTS.c.last_seen_at,
    AGENTS.c.team_id,
).where(AGENTS.c.revoked_at.is_(None))
#: The agent of a token's hash, unless revoked.
BY_TOKEN = _SELECT.where(AGENTS.c.token_hash == sa.bindparam("token_hash"))
#: Index of the column that says whether an agent may serve all sites.
ALL_SITES = 2
_EVERY = _SELECT.order_by(AGENTS.c.created_at, AGENTS.c.id)
_SITES_OF = sa.select(AGENT_SITES.c.site_id).where(AGENT_SITES.c.agent_id == sa.bindparam("id"))


def add_enrolment(connection: sa.Connection, enrolment: EnrolmentRecord, token_hash: bytes) -> None:
    sites = None if enrolment.sites is None else json.dumps(sorted(map(str, enrolment.sites)))
    connection.execute(
        sa.insert(ENROLMENTS).values(
            id=enrolment.id,
            token_hash=token_hash,
            sites=sites,
            created_at=enrolment.created_at,
            team_id=enrolment.team_id,
            expires_at=enrolment.expires_at,
        )
    )


def use_enrolment(
    connection: sa.Connection,
    enrolment_hash: bytes,
    agent_id: UUID,
    name: str,
    token_hash: bytes,
    now: int,
) -> AgentRecord | None:
    usable = (
        sa.select(ENROLMENTS.c.id, ENROLMENTS.c.sites, ENROLMENTS.c.team_id)
        .where(ENROLMENTS.c.token_hash == enrolment_hash)
        .where(ENROLMENTS.c.used_at.is_(None), ENROLMENTS.c.expires_at > now)
        .with_for_update()
    )
    if (row := connection.execute(usable).first()) is None:
        return None
    sites = None if row.sites is None else frozenset(map(UUID, json.loads(row.sites)))
    agent = AgentRecord(agent_id, name, _known(connection, sites), now, team_id=row.team_id)
    _add(connection, agent, token_hash)
    connection.execute(
        sa.update(ENROLMENTS)
        .where(ENROLMENTS.c.id == row.id)
        .values(used_at=now, agent_id=agent_id)
    )
    return agent


def sites_of(connection: sa.Connection, agent_id: UUID) -> frozenset[UUID]:
    return frozenset(connection.execute(_SITES_OF, {"id": agent_id}).scalars())


def record(row: Sequence[Any], sites: frozenset[UUID] | None) -> AgentRecord:
    """Return the agent of a row of `BY_TOKEN`; `sites` are its own, None when it has all."""
    agent_id, name, _, created_at, last_seen_at, team_id = row
    return AgentRecord(agent_id, name, sites, created_at, last_seen_at, team_id)


def every(connection: sa.Connection, team_id: UUID | None = None) -> list[AgentRecord]:
    asked = _EVERY if team_id is None else _EVERY.where(AGENTS.c.team_id == team_id)
    return [
        record(row, None if row.all_sites else sites_of(connection, row.id))
        for row in connection.execute(asked).all()
    ]


def revoke(
    connection: sa.Connection, agent_id: UUID, now: int, team_id: UUID | None = None
) -> bool:
    statement = sa.update(AGENTS).where(AGENTS.c.id == agent_id, AGENTS.c.revoked_at.is_(None))
    if team_id is not None:
        statement = statement.where(AGENTS.c.team_id == team_id)
    return connection.execute(statement.values(revoked_at=now)).rowcount == 1


def rotate(connection: sa.Connection, agent_id: UUID, token_hash: bytes, team_id: UUID) -> bool:
    rotated = connection.execute(
        sa.update(AGENTS)
        .where(AGENTS.c.id == agent_id, AGENTS.c.team_id == team_id)
        .where(AGENTS.c.revoked_at.is_(None))
        .values(token_hash=token_hash)
    )
    return rotated.rowcount == 1


def note_seen(connection: sa.Connection, agent_id: UUID, now: int) -> None:
    connection.execute(sa.update(AGENTS).where(AGENTS.c.id == agent_id).values(last_seen_at=now))


def _add(connection: sa.Connection, agent: AgentRecord, token_hash: bytes) -> None:
    connection.execute(
        sa.insert(AGENTS).values(
            id=agent.id,
            name=agent.name,
            token_hash=token_hash,
            all_sites=agent.sites is None,
            created_at=agent.created_at,
            team_id=agent.team_id,
        )
    )
    if agent.sites:
        rows = [{"agent_id": agent.id, "site_id": site} for site in agent.sites]
        connection.execute(sa.insert(AGENT_SITES), rows)


def _known(connection: sa.Connection, sites: frozenset[UUID] | None) -> frozenset[UUID] | None:
    """Leave out sites that are gone since the enrolment was made."""
    if sites is None:
        return None
    return frozenset(
        connection.execute(sa.select(SITES.c.id).where(SITES.c.id.in_(sites))).scalars()
    )
