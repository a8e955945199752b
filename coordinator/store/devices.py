"""Statements about runbooks, self-polling routers, live commands and uploads in pieces."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING

import sqlalchemy as sa

from coordinator.devices.records import CommandRecord, DeviceRecord, RunbookRecord
from coordinator.records import AgentRecord
from coordinator.store.schema import (
    AGENT_SITES,
    AGENTS,
    COMMANDS,
    DEVICES,
    JOBS,
    RUNBOOKS,
    SITES,
    UPLOADS,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

__all__ = [
    "active_sites",
    "add_command",
    "add_part",
    "add_runbook",
    "answer_command",
    "any_command",
    "bind",
    "command",
    "device_of_agent",
    "forget_commands",
    "forget_parts",
    "holder",
    "parts",
    "remove",
    "runbook",
    "runbook_by_token",
    "runbooks",
    "take_commands",
    "waiting",
]

_RUNBOOK = sa.select(*(RUNBOOKS.c[field.name] for field in fields(RunbookRecord)))
_DEVICE = sa.select(*(DEVICES.c[field.name] for field in fields(DeviceRecord)))
_COMMAND = sa.select(*(COMMANDS.c[field.name] for field in fields(CommandRecord)))

# --- Runbooks --------------------------------------------------------------------


def add_runbook(connection: sa.Connection, record: RunbookRecord) -> None:
    connection.execute(sa.insert(RUNBOOKS), asdict(record))


def runbooks(connection: sa.Connection, team: UUID) -> list[RunbookRecord]:
    rows = connection.execute(
        _RUNBOOK.where(RUNBOOKS.c.team_id == team).order_by(RUNBOOKS.c.created_at, RUNBOOKS.c.id)
    )
    return [RunbookRecord(*row) for row in rows]


def runbook(connection: sa.Connection, runbook_id: UUID, team: UUID) -> RunbookRecord | None:
    row = connection.execute(
        _RUNBOOK.where(RUNBOOKS.c.id == runbook_id, RUNBOOKS.c.team_id == team)
    ).first()
    return None if row is None else RunbookRecord(*row)


def runbook_by_token(connection: sa.Connection, token: UUID) -> RunbookRecord | None:
    row = connection.execute(_RUNBOOK.where(RUNBOOKS.c.token == token)).first()
    return None if row is None else RunbookRecord(*row)


# --- Devices ---------------------------------------------------------------------


def bind(
    connection: sa.Connection, device: DeviceRecord, name: str, token_hash: bytes, team: UUID
) -> None:
    """Make the router the site's device; the token of the one before it is worthless."""
    old = connection.execute(
        sa.select(DEVICES.c.agent_id).where(DEVICES.c.site_id == device.site_id)
    ).scalar()
    now = device.adopted_at
    if old is not None:
        connection.execute(
            sa.update(AGENTS)
            .where(AGENTS.c.id == old, AGENTS.c.revoked_at.is_(None))
            .values(revoked_at=now)
        )
        connection.execute(sa.delete(DEVICES).where(DEVICES.c.site_id == device.site_id))
    connection.execute(
        sa.insert(AGENTS).values(
            id=device.agent_id,
            name=name,
            token_hash=token_hash,
            all_sites=False,
            created_at=now,
            team_id=team,
        )
    )
    connection.execute(
        sa.insert(AGENT_SITES).values(agent_id=device.agent_id, site_id=device.site_id)
    )
    connection.execute(sa.insert(DEVICES), asdict(device))


def device_of_agent(connection: sa.Connection, agent_id: UUID) -> tuple[DeviceRecord, bool] | None:
    """Return the device and whether its site is still there."""
    row = connection.execute(
        _DEVICE.add_columns(SITES.c.deleted_at)
        .join(SITES, SITES.c.id == DEVICES.c.site_id)
        .where(DEVICES.c.agent_id == agent_id)
    ).first()
    return None if row is None else (DeviceRecord(*row[:-1]), row[-1] is None)


def remove(connection: sa.Connection, agent_id: UUID, now: int) -> None:
    """Note that the router has taken its scheduler away; its token ends."""
    connection.execute(
        sa.update(DEVICES)
        .where(DEVICES.c.agent_id == agent_id, DEVICES.c.removed_at.is_(None))
        .values(removed_at=now)
    )
    connection.execute(
        sa.update(AGENTS)
        .where(AGENTS.c.id == agent_id, AGENTS.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def holder(connection: sa.Connection, job_id: UUID) -> AgentRecord | None:
    """Return the device that holds or held the newest lease of a job, unless revoked."""
    row = connection.execute(
        sa.select(
            AGENTS.c.id, AGENTS.c.name, DEVICES.c.site_id, AGENTS.c.created_at, AGENTS.c.team_id
        )
        .join(DEVICES, DEVICES.c.agent_id == AGENTS.c.id)
        .join(JOBS, JOBS.c.agent_id == AGENTS.c.id)
        .where(JOBS.c.id == job_id, AGENTS.c.revoked_at.is_(None))
    ).first()
    if row is None:
        return None
    agent_id, name, site_id, created_at, team_id = row
    return AgentRecord(agent_id, name, frozenset({site_id}), created_at, None, team_id)


def waiting(connection: sa.Connection, site_id: UUID) -> int:
    """Return how many jobs of a site wait."""
    return int(
        connection.execute(
            sa.select(sa.func.count())
            .select_from(JOBS)
            .where(JOBS.c.site_id == site_id, sa.text("jobs.state = 'pending'"))
        ).scalar_one()
    )


# --- Live commands -----------------------------------------------------------------


def add_command(connection: sa.Connection, record: CommandRecord) -> None:
    connection.execute(sa.insert(COMMANDS), asdict(record))


def take_commands(
    connection: sa.Connection, sites: Sequence[UUID], agent_id: UUID, now: int
) -> list[CommandRecord]:
    """Give the commands that wait for the sites to an agent, oldest first."""
    found: list[CommandRecord] = []
    for start in range(0, len(sites), 500):
        rows = connection.execute(
            _COMMAND.where(COMMANDS.c.site_id.in_(sites[start : start + 500]))
            .where(sa.text("commands.taken_at IS NULL"), COMMANDS.c.expires_at > now)
            .order_by(COMMANDS.c.created_at)
            .with_for_update(skip_locked=True)
        ).all()
        found.extend(CommandRecord(*row) for row in rows)
    if found:
        connection.execute(
            sa.update(COMMANDS)
            .where(COMMANDS.c.id.in_([item.id for item in found]))
            .values(taken_at=now, agent_id=agent_id)
        )
    return found


def any_command(connection: sa.Connection, sites: Sequence[UUID], now: int) -> bool:
    """Return whether a command waits for any of the sites."""
    return any(
        connection.execute(
            sa.select(COMMANDS.c.id)
            .where(COMMANDS.c.site_id.in_(sites[start : start + 500]))
            .where(sa.text("commands.taken_at IS NULL"), COMMANDS.c.expires_at > now)
            .limit(1)
        ).first()
        is not None
        for start in range(0, len(sites), 500)
    )


def active_sites(connection: sa.Connection, agent_id: UUID) -> list[UUID]:
    return list(
        connection.execute(
            sa.select(JOBS.c.site_id).where(
                JOBS.c.agent_id == agent_id, sa.text("jobs.state IN ('leased', 'running')")
            )
        ).scalars()
    )


def answer_command(
    connection: sa.Connection, command_id: UUID, agent_id: UUID, answer: str, now: int
) -> UUID | None:
    """Store the first answer; return the site, or None when it is not this agent's command."""
    mine = (COMMANDS.c.id == command_id, COMMANDS.c.agent_id == agent_id)
    site_id = connection.execute(sa.select(COMMANDS.c.site_id).where(*mine)).scalar()
    if site_id is not None:
        connection.execute(
            sa.update(COMMANDS)
            .where(*mine, COMMANDS.c.answered_at.is_(None))
            .values(answered_at=now, answer=answer)
        )
    return site_id


def command(connection: sa.Connection, command_id: UUID) -> CommandRecord | None:
    row = connection.execute(_COMMAND.where(COMMANDS.c.id == command_id)).first()
    return None if row is None else CommandRecord(*row)


def forget_commands(connection: sa.Connection, before: int) -> None:
    connection.execute(sa.delete(COMMANDS).where(COMMANDS.c.expires_at < before))


# --- Pieces ------------------------------------------------------------------------


def add_part(
    connection: sa.Connection, job_id: UUID, lease_version: int, part: int, content: bytes, now: int
) -> None:
    """Keep a piece; the same number again replaces it."""
    key = (UPLOADS.c.job_id == job_id, UPLOADS.c.lease_version == lease_version)
    connection.execute(sa.delete(UPLOADS).where(*key, UPLOADS.c.part == part))
    connection.execute(
        sa.insert(UPLOADS).values(
            job_id=job_id, lease_version=lease_version, part=part, content=content, stored_at=now
        )
    )


def parts(connection: sa.Connection, job_id: UUID, lease_version: int) -> list[bytes]:
    """Return the pieces 0, 1, … as far as there is no hole."""
    rows = connection.execute(
        sa.select(UPLOADS.c.part, UPLOADS.c.content)
        .where(UPLOADS.c.job_id == job_id, UPLOADS.c.lease_version == lease_version)
        .order_by(UPLOADS.c.part)
    ).all()
    return [content for index, (part, content) in enumerate(rows) if part == index]


def forget_parts(connection: sa.Connection, job_id: UUID | None, before: int) -> None:
    """Delete the pieces of a job, or of all jobs when they are older."""
    which = UPLOADS.c.stored_at < before if job_id is None else UPLOADS.c.job_id == job_id
    connection.execute(sa.delete(UPLOADS).where(which))
