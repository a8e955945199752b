"""`store.interface_devices.DeviceStore` over a database; `store.sql.SqlStore` has it as a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coordinator.store import backups, devices, pulses

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    import sqlalchemy as sa

    from coordinator.devices.records import (
        CommandRecord,
        DeviceRecord,
        Gap,
        Pulse,
        RunbookRecord,
        SealedBackup,
        Stat,
        StoredFile,
    )
    from coordinator.records import AgentRecord
    from coordinator.store.database import Database

# Sites that are looked through on the loop; more go to a thread.
_FEW_SITES = 100

__all__ = ["DeviceStatements"]


class DeviceStatements:
    """Each method is one unit of work, described in `store.interface_devices`."""

    _database: Database

    # --- pulses and stats ---

    async def beat(
        self,
        sites: Sequence[UUID],
        now: int,
        *,
        silent_before: int,
        first_missed: int,
        source: str | None = None,
    ) -> None:
        await self._database.write(
            lambda c: pulses.beat(c, sites, now, silent_before, first_missed, source)
        )

    async def learn(self, pulse: Pulse, samples: Sequence[Stat] = ()) -> None:
        def unit(c: sa.Connection) -> None:
            pulses.learn(c, pulse)
            pulses.add_stats(c, pulse.site_id, samples)

        await self._database.write(unit)

    async def pulse(self, site_id: UUID) -> Pulse | None:
        return await self._database.lookup(lambda c: pulses.find(c, site_id))

    async def pulses(self) -> dict[UUID, Pulse]:
        return await self._database.scan(pulses.of_sites)

    async def gaps(self, site_id: UUID, since: int) -> list[Gap]:
        return await self._database.lookup(lambda c: pulses.gaps(c, site_id, since))

    async def stats(self, site_id: UUID, since: int, until: int) -> list[Stat]:
        return await self._database.scan(lambda c: pulses.stats(c, site_id, since, until))

    async def roll_up(self, before: int) -> int:
        return await self._database.write(lambda c: pulses.roll_up(c, before))

    async def forget_stats(self, before: int) -> None:
        await self._database.write(lambda c: pulses.forget_old(c, before))

    async def site_by_hardware(self, hardware_hash: str, team: UUID) -> UUID | None:
        return await self._database.lookup(lambda c: pulses.by_hardware(c, hardware_hash, team))

    async def note_access(self, subject: str, site_id: UUID, now: int) -> None:
        await self._database.write(lambda c: pulses.note_access(c, subject, site_id, now))

    async def recent_sites(self, subject: str, limit: int) -> list[tuple[UUID, int]]:
        return await self._database.lookup(lambda c: pulses.recent(c, subject, limit))

    # --- runbooks and devices ---

    async def add_runbook(self, record: RunbookRecord) -> None:
        await self._database.write(lambda c: devices.add_runbook(c, record))

    async def runbooks(self, team: UUID) -> list[RunbookRecord]:
        return await self._database.scan(lambda c: devices.runbooks(c, team))

    async def runbook(self, runbook_id: UUID, team: UUID) -> RunbookRecord | None:
        return await self._database.lookup(lambda c: devices.runbook(c, runbook_id, team))

    async def runbook_by_token(self, token: UUID) -> RunbookRecord | None:
        return await self._database.lookup(lambda c: devices.runbook_by_token(c, token))

    async def bind_device(
        self, device: DeviceRecord, name: str, token_hash: bytes, team: UUID
    ) -> None:
        await self._database.write(lambda c: devices.bind(c, device, name, token_hash, team))

    async def device_of_agent(self, agent_id: UUID) -> tuple[DeviceRecord, bool] | None:
        return await self._database.lookup(lambda c: devices.device_of_agent(c, agent_id))

    async def remove_device(self, agent_id: UUID, now: int) -> None:
        await self._database.write(lambda c: devices.remove(c, agent_id, now))

    async def device_of_job(self, job_id: UUID) -> AgentRecord | None:
        return await self._database.lookup(lambda c: devices.holder(c, job_id))

    async def jobs_waiting(self, site_id: UUID) -> int:
        return await self._database.lookup(lambda c: devices.waiting(c, site_id))

    # --- live commands ---

    async def add_command(self, record: CommandRecord) -> None:
        await self._database.write(lambda c: devices.add_command(c, record))

    async def take_commands(
        self, sites: Sequence[UUID], agent_id: UUID, now: int
    ) -> list[CommandRecord]:
        return await self._database.write(lambda c: devices.take_commands(c, sites, agent_id, now))

    async def command_waits(self, sites: Sequence[UUID], now: int) -> bool:
        few = len(sites) <= _FEW_SITES
        run = self._database.lookup if few else self._database.scan
        return await run(lambda c: devices.any_command(c, sites, now))

    async def active_sites(self, agent_id: UUID) -> list[UUID]:
        return await self._database.lookup(lambda c: devices.active_sites(c, agent_id))

    async def answer_command(
        self, command_id: UUID, agent_id: UUID, answer: str, now: int
    ) -> UUID | None:
        return await self._database.write(
            lambda c: devices.answer_command(c, command_id, agent_id, answer, now)
        )

    async def command(self, command_id: UUID) -> CommandRecord | None:
        return await self._database.lookup(lambda c: devices.command(c, command_id))

    async def forget_commands(self, before: int) -> None:
        await self._database.write(lambda c: devices.forget_commands(c, before))

    # --- backups ---

    async def add_part(
        self, job_id: UUID, lease_version: int, part: int, content: bytes, now: int
    ) -> None:
        await self._database.write(
            lambda c: devices.add_part(c, job_id, lease_version, part, content, now)
        )

    async def parts(self, job_id: UUID, lease_version: int) -> list[bytes]:
        return await self._database.scan(lambda c: devices.parts(c, job_id, lease_version))

    async def forget_parts(self, job_id: UUID | None, before: int) -> None:
        await self._database.write(lambda c: devices.forget_parts(c, job_id, before))

    async def backup(self, site_id: UUID, filename: str) -> SealedBackup | None:
        return await self._database.scan(lambda c: backups.find(c, site_id, filename))

    async def backups_of_site(self, site_id: UUID) -> list[StoredFile]:
        return await self._database.scan(lambda c: backups.of_site(c, site_id))

    async def latest_backups(self, sites: Sequence[UUID]) -> list[SealedBackup]:
        return await self._database.scan(lambda c: backups.latest(c, sites))

    async def newest_backups(self) -> dict[UUID, int]:
        return await self._database.scan(backups.newest_at)

    async def sites_to_back_up(self, seen_since: int, before: int, limit: int) -> list[UUID]:
        return await self._database.scan(
            lambda c: backups.stale_sites(c, seen_since, before, limit)
        )

    async def forget_backups(self, before: int, keep: int) -> int:
        return await self._database.write(lambda c: backups.forget(c, before, keep))
