"""What the service asks of a store about routers; a part of `store.interface.Store`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

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

__all__ = ["DeviceStore"]


class DeviceStore(Protocol):
    """Pulses, stats, runbooks, devices, live commands, backups as files."""

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
        """Note that sites live, in one statement; see `store.pulses.beat`."""

    async def learn(self, pulse: Pulse, samples: Sequence[Stat] = ()) -> None:
        """Store what a router said of itself, and samples of it."""

    async def pulse(self, site_id: UUID) -> Pulse | None: ...

    async def pulses(self) -> dict[UUID, Pulse]:
        """Return what is known of every site that was ever seen."""

    async def gaps(self, site_id: UUID, since: int) -> list[Gap]:
        """Return the silences of a site that ended after `since`, oldest first."""

    async def stats(self, site_id: UUID, since: int, until: int) -> list[Stat]:
        """Return samples in [since, until), oldest first; hours where the raw ones are gone."""

    async def roll_up(self, before: int) -> int:
        """Make raw samples before then into hours; return how many, 0 when none is left."""

    async def forget_stats(self, before: int) -> None:
        """Delete hours and silences from before then."""

    async def site_by_hardware(self, hardware_hash: str, team: UUID) -> UUID | None:
        """Return the site of a team, not deleted, of a router known by its hardware."""

    async def note_access(self, subject: str, site_id: UUID, now: int) -> None: ...

    async def recent_sites(self, subject: str, limit: int) -> list[tuple[UUID, int]]:
        """Return the sites that somebody looked at last, newest first, and when."""

    # --- runbooks and devices ---

    async def add_runbook(self, record: RunbookRecord) -> None: ...

    async def runbooks(self, team: UUID) -> list[RunbookRecord]: ...

    async def runbook(self, runbook_id: UUID, team: UUID) -> RunbookRecord | None: ...

    async def runbook_by_token(self, token: UUID) -> RunbookRecord | None: ...

    async def bind_device(
        self, device: DeviceRecord, name: str, token_hash: bytes, team: UUID
    ) -> None:
        """Make a router the device of a site; the token of the one before it ends."""

    async def device_of_agent(self, agent_id: UUID) -> tuple[DeviceRecord, bool] | None:
        """Return the device, and whether its site is still there."""

    async def remove_device(self, agent_id: UUID, now: int) -> None:
        """Note that a router has left; its token ends."""

    async def device_of_job(self, job_id: UUID) -> AgentRecord | None:
        """Return the device that holds the newest lease of a job, unless revoked."""

    async def jobs_waiting(self, site_id: UUID) -> int: ...

    # --- live commands ---

    async def add_command(self, record: CommandRecord) -> None: ...

    async def take_commands(
        self, sites: Sequence[UUID], agent_id: UUID, now: int
    ) -> list[CommandRecord]:
        """Hand the commands that wait for the sites to an agent, each once."""

    async def command_waits(self, sites: Sequence[UUID], now: int) -> bool:
        """Return whether a command waits for any of the sites."""

    async def active_sites(self, agent_id: UUID) -> list[UUID]:
        """Return the sites on whose jobs an agent is at work."""

    async def answer_command(
        self, command_id: UUID, agent_id: UUID, answer: str, now: int
    ) -> UUID | None:
        """Store the first answer; return the site, None when the command is not the agent's."""

    async def command(self, command_id: UUID) -> CommandRecord | None: ...

    async def forget_commands(self, before: int) -> None: ...

    # --- backups ---

    async def add_part(
        self, job_id: UUID, lease_version: int, part: int, content: bytes, now: int
    ) -> None: ...

    async def parts(self, job_id: UUID, lease_version: int) -> list[bytes]:
        """Return the pieces 0, 1, … as far as there is no hole."""

    async def forget_parts(self, job_id: UUID | None, before: int) -> None:
        """Delete the pieces of a job, or of all when they are older than `before`."""

    async def backup(self, site_id: UUID, filename: str) -> SealedBackup | None: ...

    async def backups_of_site(self, site_id: UUID) -> list[StoredFile]:
        """Return the exports of a site, newest first."""

    async def latest_backups(self, sites: Sequence[UUID]) -> list[SealedBackup]:
        """Return the newest export of each of the sites that has one."""

    async def newest_backups(self) -> dict[UUID, int]:
        """Return when the newest export of each site was stored."""

    async def sites_to_back_up(self, seen_since: int, before: int, limit: int) -> list[UUID]:
        """Return live sites made before then, without an export since and without jobs."""

    async def forget_backups(self, before: int, keep: int) -> int:
        """Delete backups older than `before`, but the newest `keep` of each site and kind."""
