"""Signs of life and stats of sites: what comes in, and what operators read of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from coordinator.clock import from_millis, millis
from coordinator.devices import pulse as beats
from coordinator.devices.facts import pulse_of, sample_of
from coordinator.devices.records import Pulse
from coordinator.devices.shapes import Fault, HeartbeatHour, SiteMetrics, StatsPoint
from coordinator.jobs import State
from coordinator.service import not_found

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from coordinator.clock import Clock
    from coordinator.devices.records import Stat
    from coordinator.jobs import JobRecord
    from coordinator.records import SiteRecord
    from coordinator.store.interface import Store

__all__ = ["Health"]

_DAY_MS = 86_400_000
_HOUR_MS = 3_600_000
# A longer range is told by the hour. Source: devices-api.md, 4.1.
_RAW_DAYS = 2
_MOST_FAULTS = 100
_MOST_RECENT = 5
# The same site looked at again by the same person is noted once in so long.
_ACCESS_EVERY_MS = 10_000
# A beat within this time of the one before says nothing new.
_BEAT_EVERY_MS = 10_000


class Health:
    """Beats, facts and stats of sites."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._beaten: dict[UUID, int] = {}
        # When it was last asked what an agent works on.
        self._asked: dict[UUID, int] = {}
        self._looked: dict[str, tuple[UUID, int]] = {}

    def now(self) -> int:
        """Return the present instant, milliseconds since 1970, UTC."""
        return millis(self._clock.now())

    # --- what comes in ---

    async def beat(self, sites: Sequence[UUID], source: str | None = None) -> None:
        """Note that sites live: one statement for all of them, none for those just noted."""
        now = self.now()
        due = [site for site in sites if now - self._beaten.get(site, 0) >= _BEAT_EVERY_MS]
        if not due:
            return
        if len(self._beaten) > 50_000:
            self._beaten.clear()
        self._beaten.update(dict.fromkeys(due, now))
        await self._store.beat(
            due,
            now,
            silent_before=now - beats.SILENT_MS,
            first_missed=beats.BEAT_MS,
            source=source,
        )

    async def beat_of(
        self, agent_id: UUID, sites: Sequence[UUID], source: str | None = None
    ) -> None:
        """Take a sign of life of an agent for beats of sites, and of those that it works on."""
        now = self.now()
        if now - self._asked.get(agent_id, 0) >= _BEAT_EVERY_MS:
            self._asked[agent_id] = now
            sites = [*sites, *await self._store.active_sites(agent_id)]
        await self.beat(sites, source)

    async def learn(self, site_id: UUID, facts: Mapping[str, str]) -> None:
        """Store what a router said of itself, and a sample of its load when that is in it."""
        now = self.now()
        sample = sample_of(facts, now)
        await self._store.learn(pulse_of(site_id, facts, now), [] if sample is None else [sample])
        if version := facts.get("version"):
            await self._store.set_versions({site_id: version.split(" ", maxsplit=1)[0][:64]})

    async def note_access(self, subject: str, site_id: UUID) -> None:
        """Note that somebody looked at a site."""
        now = self.now()
        last, at = self._looked.get(subject, (None, 0))
        if last == site_id and now - at < _ACCESS_EVERY_MS:
            return
        if len(self._looked) > 1000:
            self._looked.clear()
        self._looked[subject] = (site_id, now)
        await self._store.note_access(subject[:200], site_id, now)

    # --- what is read ---

    async def pulse(self, site_id: UUID) -> Pulse:
        return await self._store.pulse(site_id) or Pulse(site_id)

    async def pulses(self) -> dict[UUID, Pulse]:
        return await self._store.pulses()

    async def recent(self, subject: str) -> list[tuple[SiteRecord, Pulse, int]]:
        """Return the sites that somebody looked at last, newest first, and when."""
        found = []
        for site_id, at in await self._store.recent_sites(subject[:200], _MOST_RECENT):
            if (site := await self._store.site(site_id)) is not None:
                found.append((site, await self.pulse(site_id), at))
        return found

    async def last_backup(self, site_id: UUID) -> int | None:
        """Return when the newest checked backup of a site was stored."""
        files = await self._store.backups_of_site(site_id)
        return files[0].stored_at if files else None

    async def metrics(self, site_id: UUID) -> SiteMetrics:
        site = await self._site(site_id)
        now, seen = self.now(), await self.pulse(site_id)
        since = max(now - _DAY_MS, min(site.created_at, now - 1))
        gaps = await self._store.gaps(site_id, since)
        told = beats.downtime([*gaps, *self._open_gap(seen, now)], since, now)
        return SiteMetrics(
            uptime_percentage=0.0 if seen.last_seen_at is None else told.uptime_percentage,
            downtime_duration_seconds=round(told.down),
            last_status="online" if beats.has_pulse(seen.last_seen_at, now) else "offline",
            last_seen_at=None if seen.last_seen_at is None else from_millis(seen.last_seen_at),
        )

    async def heartbeats(self, site_id: UUID) -> list[HeartbeatHour]:
        """Return the past 24 hours, oldest first."""
        await self._site(site_id)
        now, seen = self.now(), await self.pulse(site_id)
        since = now - now % _HOUR_MS - 23 * _HOUR_MS
        gaps = await self._store.gaps(site_id, since)
        return [
            HeartbeatHour(
                time_formatted=from_millis(hour.at).strftime("%H:%M"),
                date_formatted=from_millis(hour.at).strftime("%d %b"),
                missed_heartbeats_percentage=hour.missed_percentage,
                total_minutes_down=hour.minutes_down,
            )
            for hour in beats.hours([*gaps, *self._open_gap(seen, now)], since, max(now, since + 1))
        ]

    async def stats(self, site_id: UUID, start: date, end: date) -> list[StatsPoint]:
        """Return samples of the days from `start` to `end`, both included, oldest first."""
        await self._site(site_id)
        first = datetime.combine(start, datetime.min.time(), UTC)
        last = datetime.combine(end, datetime.min.time(), UTC) + timedelta(days=1)
        found = await self._store.stats(site_id, millis(first), millis(last))
        if (last - first).days > _RAW_DAYS:
            found = _by_hour(found)
        return [_point(stat) for stat in found]

    async def faults(self, site_id: UUID, jobs: Sequence[JobRecord]) -> list[Fault]:
        """Return the last faults of a site, newest first."""
        now, seen = self.now(), await self.pulse(site_id)
        silences = await self._store.gaps(site_id, 0)
        open_ones = self._open_gap(seen, now)
        faults = [
            Fault(
                id=f"offline-{gap.from_at}",
                type="site_offline",
                message="No heartbeat came from the site.",
                started_at=from_millis(gap.from_at),
                resolved_at=None if gap in open_ones else from_millis(gap.to_at),
            )
            for gap in [*silences, *open_ones]
            if gap.to_at - gap.from_at + beats.BEAT_MS >= beats.OFFLINE_MS
        ]
        faults += [_job_fault(job) for job in jobs if job.state is State.FAILED]
        faults.sort(key=lambda fault: fault.started_at, reverse=True)
        return faults[:_MOST_FAULTS]

    async def _site(self, site_id: UUID) -> SiteRecord:
        if (site := await self._store.site(site_id)) is None:
            raise not_found("site")
        return site

    def _open_gap(self, seen: Pulse, now: int) -> list[beats.Gap]:
        return beats.open_gap(seen.site_id, seen.last_seen_at, now)


def _by_hour(found: Sequence[Stat]) -> list[Stat]:
    hours: dict[int, list[Stat]] = {}
    for stat in found:
        hours.setdefault(stat.at - stat.at % _HOUR_MS, []).append(stat)
    return [beats.mean(at, stats) for at, stats in sorted(hours.items())]


def _point(stat: Stat) -> StatsPoint:
    return StatsPoint(
        created_at=from_millis(stat.at),
        cpu_load=stat.cpu_load,
        memory_free=stat.memory_free,
        disk_free=stat.disk_free,
        uptime=stat.uptime,
    )


def _job_fault(job: JobRecord) -> Fault:
    at = from_millis(job.failed_at or job.created_at)
    return Fault(
        id=f"job-{job.token}",
        type="job_failed",
        message=f"The job failed: {job.description}",
        started_at=at,
        resolved_at=at,
        job_id=job.id,
    )
