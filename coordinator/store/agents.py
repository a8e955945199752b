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

__all__ = ["add_enrolment", "by_token", "every", "note_seen", "revoke", "use_enrolment"]

_SELECT = sa.select(
    AGENTS.c.id, AGENTS.c.name, AGENTS.c.all_sites, AGENTS.c.created_at, AGENTS.c.last_seen_at
).where(AGENTS.c.revoked_at.is_(None))
_BY_TOKEN = _SELECT.where(AGENTS.c.token_hash == sa.bindparam("token_hash"))
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
        sa.select(ENROLMENTS.c.id, ENROLMENTS.c.sites)
        .where(ENROLMENTS.c.token_hash == enrolment_hash)
        .where(ENROLMENTS.c.used_at.is_(None), ENROLMENTS.c.expires_at > now)
    )
    if (row := connection.execute(usable).first()) is None:
        return None
    sites = None if row.sites is None else frozenset(map(UUID, json.loads(row.sites)))
    agent = AgentRecord(agent_id, name, _known(connection, sites), now)
    _add(connection, agent, token_hash)
    connection.execute(
        sa.update(ENROLMENTS)
        .where(ENROLMENTS.c.id == row.id)
        .values(used_at=now, agent_id=agent_id)
    )
    return agent


def by_token(connection: sa.Connection, token_hash: bytes) -> AgentRecord | None:
    row = connection.execute(_BY_TOKEN, {"token_hash": token_hash}).first()
    return None if row is None else _agent(connection, row)


def every(connection: sa.Connection) -> list[AgentRecord]:
    return [_agent(connection, row) for row in connection.execute(_EVERY).all()]


def revoke(connection: sa.Connection, agent_id: UUID, now: int) -> bool:
    revoked = connection.execute(
        sa.update(AGENTS)
        .where(AGENTS.c.id == agent_id, AGENTS.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return revoked.rowcount == 1


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


def _agent(connection: sa.Connection, row: Sequence[Any]) -> AgentRecord:
    agent_id, name, all_sites, created_at, last_seen_at = row
    sites = None
    if not all_sites:
        sites = frozenset(connection.execute(_SITES_OF, {"id": agent_id}).scalars())
    return AgentRecord(agent_id, name, sites, created_at, last_seen_at)
