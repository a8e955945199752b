"""Teams, API keys, audit log, metrics: the statements, and the store's methods of them."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from coordinator.store import figures
from coordinator.store.schema import API_KEYS, AUDIT, TEAMS
from coordinator.teams import AuditRecord, KeyRecord, TeamRecord

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from coordinator.metrics import Figures
    from coordinator.store.database import Database
    from coordinator.teams import NewAudit

__all__ = ["TeamMethods"]

_TEAMS = sa.select(*(TEAMS.c[field.name] for field in fields(TeamRecord))).order_by(
    TEAMS.c.created_at, TEAMS.c.id
)
_TEAM_IS = sa.select(sa.literal(1)).where(TEAMS.c.id == sa.bindparam("id"))
_KEY_FIELDS = tuple(field.name for field in fields(KeyRecord))
_SCOPES = _KEY_FIELDS.index("scopes")
_KEYS = sa.select(*(API_KEYS.c[name] for name in _KEY_FIELDS), API_KEYS.c.secret_hash)
_KEY_IS = _KEYS.where(API_KEYS.c.id == sa.bindparam("id"))
_LIVE_KEYS = _KEYS.where(API_KEYS.c.revoked_at.is_(None)).order_by(
    API_KEYS.c.created_at, API_KEYS.c.id
)
_AUDIT = sa.select(AUDIT).order_by(AUDIT.c.seq.desc())


class TeamMethods:
    """A part of `store.interface.Store`, where the methods are described."""

    _database: Database

    async def add_team(self, team: TeamRecord) -> bool:
        return await self._database.write(lambda c: _add_team(c, team))

    async def teams(self) -> list[TeamRecord]:
        return await self._database.scan(lambda c: [TeamRecord(*row) for row in c.execute(_TEAMS)])

    async def has_team(self, team_id: UUID) -> bool:
        return await self._database.lookup(lambda c: _has_team(c, team_id))

    async def add_key(self, key: KeyRecord, secret_hash: bytes) -> bool:
        return await self._database.write(lambda c: _add_key(c, key, secret_hash))

    async def key_by_id(self, key_id: UUID) -> tuple[KeyRecord, bytes] | None:
        row = await self._database.first(_KEY_IS, {"id": key_id})
        return None if row is None else (_key(row), row[len(_KEY_FIELDS)])

    async def keys(self, team_id: UUID | None) -> list[KeyRecord]:
        asked = _LIVE_KEYS if team_id is None else _LIVE_KEYS.where(API_KEYS.c.team_id == team_id)
        return await self._database.scan(lambda c: [_key(row) for row in c.execute(asked)])

    async def revoke_key(self, key_id: UUID, now: int, team_id: UUID | None) -> bool:
        return await self._database.write(lambda c: _revoke_key(c, key_id, now, team_id))

    async def add_audit(self, entries: Sequence[NewAudit]) -> None:
        rows = [asdict(entry) for entry in entries]
        await self._database.write(lambda c: c.execute(sa.insert(AUDIT), rows))

    async def figures(self, now: int) -> Figures:
        return await self._database.scan(lambda c: figures.figures(c, now))

    async def audit(
        self, team_id: UUID | None, limit: int, before: int | None
    ) -> list[AuditRecord]:
        asked = _AUDIT.limit(limit)
        if team_id is not None:
            asked = asked.where(AUDIT.c.team_id == team_id)
        if before is not None:
            asked = asked.where(AUDIT.c.seq < before)
        return await self._database.scan(
            lambda c: [AuditRecord.of(dict(row)) for row in c.execute(asked).mappings()]
        )


def _add_team(connection: sa.Connection, team: TeamRecord) -> bool:
    # Of two at once the constraint lets one in. Spelt alike by both and by no common dialect.
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(TEAMS).values(**asdict(team)).on_conflict_do_nothing(index_elements=["name"])
    return connection.execute(statement).rowcount == 1


def _has_team(connection: sa.Connection, team_id: UUID) -> bool:
    return connection.execute(_TEAM_IS, {"id": team_id}).first() is not None


def _add_key(connection: sa.Connection, key: KeyRecord, secret_hash: bytes) -> bool:
    if not _has_team(connection, key.team_id):
        return False
    values = asdict(key) | {"scopes": " ".join(sorted(key.scopes)), "secret_hash": secret_hash}
    connection.execute(sa.insert(API_KEYS), values)
    return True


def _revoke_key(connection: sa.Connection, key_id: UUID, now: int, team_id: UUID | None) -> bool:
    statement = sa.update(API_KEYS).where(API_KEYS.c.id == key_id, API_KEYS.c.revoked_at.is_(None))
    if team_id is not None:
        statement = statement.where(API_KEYS.c.team_id == team_id)
    return connection.execute(statement.values(revoked_at=now)).rowcount == 1


def _key(row: Sequence[Any]) -> KeyRecord:
    values = list(row[: len(_KEY_FIELDS)])
    values[_SCOPES] = frozenset(values[_SCOPES].split())
    return KeyRecord(*values)
