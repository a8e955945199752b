"""Statements about signs of life, facts, silences and stats."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from coordinator.devices.pulse import mean
from coordinator.devices.records import Gap, Pulse, Stat
from coordinator.store.schema import GAPS, PULSES, SITE_ACCESSES, SITES, STATS, STATS_HOURLY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

__all__ = [
    "add_stats",
    "beat",
    "by_hardware",
    "find",
    "forget_old",
    "gaps",
    "learn",
    "note_access",
    "of_sites",
    "recent",
    "roll_up",
    "stats",
]

_SITES_A_STATEMENT = 500
HOUR_MS = 3_600_000
# Rows of raw stats made into hours in one transaction.
_ROLLED_AT_ONCE = 20_000

_COLUMNS = (
    PULSES.c.site_id,
    PULSES.c.last_seen_at,
    PULSES.c.last_seen_from,
    PULSES.c.uptime,
    PULSES.c.hardware_hash,
    PULSES.c.facts_at,
    PULSES.c.facts,
)
_SAMPLE = ("at", "cpu_load", "memory_free", "disk_free", "uptime")


def _insert(connection: sa.Connection, table: sa.Table) -> Any:
    # Both databases spell the conflict clause alike, and no common dialect has it.
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def beat(
    connection: sa.Connection,
    sites: Sequence[UUID],
    now: int,
    silent_before: int,
    first_missed: int,
    source: str | None,
) -> None:
    """Note that sites live; who was last seen before `silent_before` has a silence written.

    `first_missed` is milliseconds from a beat to the first one that is missed after it.
    """
    for start in range(0, len(sites), _SITES_A_STATEMENT):
        some = sites[start : start + _SITES_A_STATEMENT]
        _note_gaps(connection, some, now, silent_before, first_missed)
        # In one order, so that two polls for the same sites cannot lock each other out.
        alive = (
            sa.select(SITES.c.id, sa.literal(now, sa.BigInteger), sa.literal(source, sa.String))
            .where(SITES.c.id.in_(some), SITES.c.deleted_at.is_(None))
            .order_by(SITES.c.id)
        )
        insert = _insert(connection, PULSES).from_select(
            ["site_id", "last_seen_at", "last_seen_from"], alive
        )
        new = insert.excluded
        known_source = sa.func.coalesce(new.last_seen_from, PULSES.c.last_seen_from)
        connection.execute(
            insert.on_conflict_do_update(
                index_elements=["site_id"],
                set_={"last_seen_at": new.last_seen_at, "last_seen_from": known_source},
            )
        )


def _note_gaps(
    connection: sa.Connection,
    sites: Sequence[UUID],
    now: int,
    silent_before: int,
    first_missed: int,
) -> None:
    silent = sa.select(
        PULSES.c.site_id, PULSES.c.last_seen_at + first_missed, sa.literal(now, sa.BigInteger)
    )
    silent = silent.where(PULSES.c.site_id.in_(sites), PULSES.c.last_seen_at < silent_before)
    connection.execute(sa.insert(GAPS).from_select(["site_id", "from_at", "to_at"], silent))


def learn(connection: sa.Connection, pulse: Pulse) -> None:
    """Store what a router said of itself; facts that it did not name stay."""
    old = connection.execute(
        sa.select(PULSES.c.facts).where(PULSES.c.site_id == pulse.site_id).with_for_update()
    ).scalar()
    facts = (json.loads(old) if old else {}) | dict(pulse.facts)
    values = {
        "uptime": pulse.uptime,
        "hardware_hash": pulse.hardware_hash,
        "facts_at": pulse.facts_at,
        "facts": json.dumps(facts, sort_keys=True),
    }
    values = {name: value for name, value in values.items() if value is not None}
    insert = _insert(connection, PULSES).values(site_id=pulse.site_id, **values)
    connection.execute(insert.on_conflict_do_update(index_elements=["site_id"], set_=values))


def find(connection: sa.Connection, site_id: UUID) -> Pulse | None:
    row = connection.execute(sa.select(*_COLUMNS).where(PULSES.c.site_id == site_id)).first()
    return None if row is None else _pulse(row)


def of_sites(connection: sa.Connection) -> dict[UUID, Pulse]:
    return {row[0]: _pulse(row) for row in connection.execute(sa.select(*_COLUMNS))}


def by_hardware(connection: sa.Connection, hardware_hash: str, team: UUID) -> UUID | None:
    """Return the site of a team, not deleted, whose router has that hardware."""
    return connection.execute(
        sa.select(PULSES.c.site_id)
        .join(SITES, SITES.c.id == PULSES.c.site_id)
        .where(PULSES.c.hardware_hash == hardware_hash, SITES.c.deleted_at.is_(None))
        .where(SITES.c.team_id == team)
        .order_by(SITES.c.seq)
    ).scalar()


def gaps(connection: sa.Connection, site_id: UUID, since: int) -> list[Gap]:
    rows = connection.execute(
        sa.select(GAPS.c.site_id, GAPS.c.from_at, GAPS.c.to_at)
        .where(GAPS.c.site_id == site_id, GAPS.c.to_at > since)
        .order_by(GAPS.c.to_at)
    )
    return [Gap(*row) for row in rows]


# --- Stats ---------------------------------------------------------------------


def add_stats(connection: sa.Connection, site_id: UUID, samples: Iterable[Stat]) -> None:
    for sample in samples:
        values = {name: getattr(sample, name) for name in _SAMPLE}
        insert = _insert(connection, STATS).values(site_id=site_id, **values)
        connection.execute(insert.on_conflict_do_nothing())


def stats(connection: sa.Connection, site_id: UUID, since: int, until: int) -> list[Stat]:
    """Return the samples in [since, until), oldest first: raw ones, hours where these are gone."""
    found = [
        Stat(*row)
        for table in (STATS_HOURLY, STATS)
        for row in connection.execute(
            sa.select(*(table.c[name] for name in _SAMPLE))
            .where(table.c.site_id == site_id, table.c.at >= since, table.c.at < until)
            .order_by(table.c.at)
        )
    ]
    return sorted(found, key=lambda stat: stat.at)


def roll_up(connection: sa.Connection, before: int) -> int:
    """Make raw samples of whole hours before `before` into one row an hour; return how many."""
    rows = connection.execute(
        sa.select(STATS.c.site_id, *(STATS.c[name] for name in _SAMPLE))
        .where(STATS.c.at < before - before % HOUR_MS)
        .order_by(STATS.c.at)
        .limit(_ROLLED_AT_ONCE)
    ).all()
    hours: dict[tuple[UUID, int], list[Stat]] = {}
    for site_id, *sample in rows:
        stat = Stat(*sample)
        hours.setdefault((site_id, stat.at - stat.at % HOUR_MS), []).append(stat)
    if len(rows) == _ROLLED_AT_ONCE:  # the last hour may go on behind the limit
        newest = max(hour for _, hour in hours)
        hours = {key: found for key, found in hours.items() if key[1] != newest} or hours
    for (site_id, hour), found in hours.items():
        insert = _insert(connection, STATS_HOURLY).values(
            site_id=site_id, **asdict(mean(hour, found))
        )
        connection.execute(insert.on_conflict_do_nothing())
        connection.execute(
            sa.delete(STATS).where(
                STATS.c.site_id == site_id, STATS.c.at >= hour, STATS.c.at < hour + HOUR_MS
            )
        )
    return sum(map(len, hours.values()))


def forget_old(connection: sa.Connection, before: int) -> None:
    """Delete hours and silences that ended before then."""
    connection.execute(sa.delete(STATS_HOURLY).where(STATS_HOURLY.c.at < before))
    connection.execute(sa.delete(GAPS).where(GAPS.c.to_at < before))


# --- Who looked ------------------------------------------------------------------


def note_access(connection: sa.Connection, subject: str, site_id: UUID, now: int) -> None:
    insert = _insert(connection, SITE_ACCESSES).values(
        subject=subject, site_id=site_id, accessed_at=now
    )
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=["subject", "site_id"], set_={"accessed_at": now}
        )
    )


def recent(connection: sa.Connection, subject: str, limit: int) -> list[tuple[UUID, int]]:
    rows = connection.execute(
        sa.select(SITE_ACCESSES.c.site_id, SITE_ACCESSES.c.accessed_at)
        .join(SITES, SITES.c.id == SITE_ACCESSES.c.site_id)
        .where(SITE_ACCESSES.c.subject == subject, SITES.c.deleted_at.is_(None))
        .order_by(SITE_ACCESSES.c.accessed_at.desc(), SITES.c.seq.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def _pulse(row: Sequence[Any]) -> Pulse:
    site_id, last_seen_at, last_seen_from, uptime, hardware_hash, facts_at, facts = row
    told = json.loads(facts) if facts else {}
    return Pulse(site_id, last_seen_at, last_seen_from, uptime, hardware_hash, facts_at, told)
