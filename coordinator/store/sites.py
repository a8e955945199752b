"""Statements about sites."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from coordinator.records import SiteRecord
from coordinator.store.jobs import cancel_queue
from coordinator.store.schema import SITES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

__all__ = ["add", "every", "find", "hide", "set_versions", "update"]

_SELECT = sa.select(*(SITES.c[field.name] for field in fields(SiteRecord))).where(
    SITES.c.deleted_at.is_(None)
)
_BY_ID = _SELECT.where(SITES.c.id == sa.bindparam("id"))
_EVERY = _SELECT.order_by(SITES.c.seq)


def add(connection: sa.Connection, site: SiteRecord) -> None:
    connection.execute(sa.insert(SITES), asdict(site))


def find(connection: sa.Connection, site_id: UUID) -> SiteRecord | None:
    row = connection.execute(_BY_ID, {"id": site_id}).first()
    return None if row is None else SiteRecord(*row)


def every(connection: sa.Connection) -> list[SiteRecord]:
    return [SiteRecord(*row) for row in connection.execute(_EVERY)]


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
