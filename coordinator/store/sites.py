"""Statements about sites."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from coordinator.records import SiteRecord
from coordinator.store.jobs import cancel_queue
from coordinator.store.schema import SITES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

__all__ = ["add", "every", "find", "hide", "set_versions", "teams_of", "update"]

_SELECT = sa.select(*(SITES.c[field.name] for field in fields(SiteRecord))).where(
    SITES.c.deleted_at.is_(None)
)
_BY_ID = _SELECT.where(SITES.c.id == sa.bindparam("id"))
_EVERY = _SELECT.order_by(SITES.c.seq)
_OF_TEAM = _EVERY.where(SITES.c.team_id == sa.bindparam("team_id"))
_TEAMS = sa.select(SITES.c.id, SITES.c.team_id).where(
    SITES.c.id.in_(sa.bindparam("sites", expanding=True))
)
# Sites named in one statement: well below what a statement may have parameters.
_SITES_A_STATEMENT = 500


def add(connection: sa.Connection, site: SiteRecord) -> None:
    connection.execute(sa.insert(SITES), asdict(site))


def find(connection: sa.Connection, site_id: UUID) -> SiteRecord | None:
    row = connection.execute(_BY_ID, {"id": site_id}).first()
    return None if row is None else SiteRecord(*row)


def every(connection: sa.Connection, team_id: UUID | None = None) -> list[SiteRecord]:
    if team_id is None:
        rows = connection.execute(_EVERY)
    else:
        rows = connection.execute(_OF_TEAM, {"team_id": team_id})
    return [SiteRecord(*row) for row in rows]


def teams_of(connection: sa.Connection, sites: Sequence[UUID]) -> dict[UUID, UUID]:
    teams: dict[UUID, UUID] = {}
    for start in range(0, len(sites), _SITES_A_STATEMENT):
        some = sites[start : start + _SITES_A_STATEMENT]
        for row in connection.execute(_TEAMS, {"sites": some}):
            teams[row.id] = row.team_id
    return teams


def update(
    connection: sa.Connection, site_id: UUID, values: Mapping[str, Any]
) -> SiteRecord | None:
    connection.execute(
        sa.update(SITES).where(SITES.c.id == site_id, SITES.c.deleted_at.is_(None)), values
    )
    return find(connection, site_id)


def hide(connection: sa.Connection, site_id: UUID, now: int) -> bool:
    hidden = connection.execute(
        sa.update(SITES)
        .where(SITES.c.id == site_id, SITES.c.deleted_at.is_(None))
        .values(deleted_at=now, updated_at=now)
    )
    if hidden.rowcount == 0:
        return False
    cancel_queue(connection, site_id, now)
    return True


def set_versions(connection: sa.Connection, versions: Mapping[UUID, str]) -> None:
    for site_id, version in versions.items():
        connection.execute(
            sa.update(SITES)
            .where(SITES.c.id == site_id, SITES.c.software_version.is_distinct_from(version))
            .values(software_version=version)
        )
