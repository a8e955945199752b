"""Pulses, stats, devices, commands and backups in the store, on both databases."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from coordinator.contract import BackupKind
from coordinator.devices.records import (
    CommandRecord,
    DeviceRecord,
    Gap,
    Pulse,
    RunbookRecord,
    Stat,
)
from coordinator.ids import hash_token
from coordinator.records import NewBackup
from coordinator.teams import DEFAULT_TEAM
from tests.coordinator.store.conftest import add_site, new_job

if TYPE_CHECKING:
    from coordinator.jobs import JobRecord
    from coordinator.store.interface import Store

# As instants are: beyond 32 bits.
NOW = 1_768_000_000_000
HOUR = 3_600_000


async def beat(store: Store, now: int, *sites: UUID, source: str | None = None) -> None:
    await store.beat(sites, now, silent_before=now - 60_000, first_missed=30_000, source=source)


async def test_beats_are_noted_and_silences_written_once(store: Store, site: UUID) -> None:
    other = await add_site(store)
    await beat(store, NOW, site, other, uuid4(), source="192.0.2.1")
    await beat(store, NOW + 60_000, site)
    await beat(store, NOW + 160_000, site, other)

    pulse = await store.pulse(site)
    assert pulse == Pulse(site, NOW + 160_000, "192.0.2.1")
    assert set(await store.pulses()) == {site, other}
    assert await store.gaps(site, 0) == [Gap(site, NOW + 90_000, NOW + 160_000)]
    assert await store.gaps(other, 0) == [Gap(other, NOW + 30_000, NOW + 160_000)]
    assert await store.gaps(other, NOW + 160_000) == []


async def test_a_deleted_site_does_not_beat(store: Store, site: UUID) -> None:
    await store.delete_site(site, NOW)
    await beat(store, NOW, site)

    assert await store.pulse(site) is None


async def test_facts_are_joined(store: Store, site: UUID) -> None:
    sample = Stat(NOW, 5, 2**40, 2**41, 60)
    await store.learn(Pulse(site, hardware_hash="a" * 40, facts={"name": "R1"}), [sample])
    await store.learn(Pulse(site, uptime=7, facts_at=NOW, facts={"model": "hAP"}), [sample])

    pulse = await store.pulse(site)
    assert pulse is not None
    assert (pulse.facts, pulse.uptime) == ({"model": "hAP", "name": "R1"}, 7)
    assert await store.site_by_hardware("a" * 40, DEFAULT_TEAM) == site
    assert await store.site_by_hardware("a" * 40, uuid4()) is None
    assert await store.stats(site, NOW, NOW + 1) == [sample]


async def test_stats_roll_up_to_hours(store: Store, site: UUID) -> None:
    begin = NOW - NOW % HOUR
    samples = [Stat(begin + n * 600_000, n * 10, n, n, n) for n in range(12)]
    await store.learn(Pulse(site), samples)

    assert await store.roll_up(begin + HOUR + 1) == 6
    assert await store.roll_up(begin + HOUR + 1) == 0
    found = await store.stats(site, begin, begin + 2 * HOUR)
    assert found == [Stat(begin, 25, 2, 2, 5), *samples[6:]]
    await store.forget_stats(begin + 1)
    assert await store.stats(site, begin, begin + 2 * HOUR) == samples[6:]


async def test_recent_sites_are_those_of_one_person(store: Store, site: UUID) -> None:
    other = await add_site(store)
    for at, opened in ((1, site), (2, other), (3, site)):
        await store.note_access("user:a", opened, NOW + at)
    await store.note_access("user:b", other, NOW)

    assert await store.recent_sites("user:a", 5) == [(site, NOW + 3), (other, NOW + 2)]
    assert await store.recent_sites("user:b", 1) == [(other, NOW)]


async def test_a_device_is_an_agent_until_it_leaves(store: Store, site: UUID) -> None:
    runbook = RunbookRecord(uuid4(), uuid4(), "Branch", NOW, site)
    await store.add_runbook(runbook)
    assert await store.runbook_by_token(runbook.token) == runbook
    assert await store.runbook(runbook.id, uuid4()) is None
    assert await store.runbooks(DEFAULT_TEAM) == [runbook]
    for name in ("first", "second"):
        device = DeviceRecord(site, uuid4(), NOW, runbook.id)
        await store.bind_device(device, name, hash_token(name), DEFAULT_TEAM)
    agent = await store.agent_by_token(hash_token("second"))

    assert await store.agent_by_token(hash_token("first")) is None
    assert agent is not None
    assert agent.sites == frozenset({site})
    assert await store.device_of_agent(agent.id) == (device, True)
    await store.delete_site(site, NOW)
    assert await store.device_of_agent(agent.id) == (device, False)
    await store.remove_device(agent.id, NOW)
    assert await store.agent_by_token(hash_token("second")) is None


async def test_a_command_is_taken_and_answered_once(store: Store, site: UUID, agent: UUID) -> None:
    command = CommandRecord(uuid4(), site, "{}", NOW, NOW + 1000)
    await store.add_command(command)
    assert not await store.command_waits([uuid4()], NOW)
    assert not await store.command_waits([site], NOW + 1000)
    assert await store.command_waits([site], NOW)

    assert [item.id for item in await store.take_commands([site], agent, NOW)] == [command.id]
    assert await store.take_commands([site], agent, NOW) == []
    assert await store.answer_command(command.id, uuid4(), "x", NOW) is None
    assert await store.answer_command(command.id, agent, "first", NOW) == site
    assert await store.answer_command(command.id, agent, "second", NOW) == site
    told = await store.command(command.id)
    assert told is not None
    assert (told.answer, told.answered_at) == ("first", NOW)
    await store.forget_commands(NOW + 1001)
    assert await store.command(command.id) is None


async def store_backup(store: Store, site: UUID, content: bytes, at: int) -> str:
    job, _ = await store.add_job(new_job(site))

    def check(job: JobRecord) -> None:
        assert job.site_id == site

    digest = hashlib.sha256(content).hexdigest()
    backup = NewBackup(BackupKind.EXPORT, at // 1000, at, digest, content, 99, "k1")
    stored = await store.add_backup(job.id, backup, check)
    assert stored is not None
    return stored[0].filename


async def test_backups_are_found_by_site_and_age(store: Store, site: UUID) -> None:
    other = await add_site(store)
    names = [await store_backup(store, site, b"%d" % n, NOW + n * 1000) for n in range(3)]
    files = await store.backups_of_site(site)

    assert [file.filename for file in files] == names[::-1]
    assert files[0].size == 99
    (latest,) = await store.latest_backups([site, other])
    assert (latest.file, latest.content, latest.key_id) == (files[0], b"2", "k1")
    assert await store.newest_backups() == {site: NOW + 2000}
    assert await store.forget_backups(NOW + 5000, 1) == 2
    assert await store.backup(site, names[0]) is None
    assert await store.backup(site, names[2]) is not None


async def test_live_sites_without_a_backup_are_to_be_backed_up(store: Store, site: UUID) -> None:
    assert await store.sites_to_back_up(NOW, NOW, 10) == []
    await beat(store, NOW, site)
    assert await store.sites_to_back_up(NOW, NOW, 10) == [site]
    assert await store.sites_to_back_up(NOW + 1, NOW, 10) == []
    await store.add_job(new_job(site))
    assert await store.sites_to_back_up(NOW, NOW, 10) == []


async def test_pieces_count_as_far_as_there_is_no_hole(store: Store, site: UUID) -> None:
    job, _ = await store.add_job(new_job(site))
    for part, content in ((0, b"a"), (2, b"c"), (0, b"A")):
        await store.add_part(job.id, 1, part, content, NOW)

    assert await store.parts(job.id, 1) == [b"A"]
    assert await store.parts(job.id, 2) == []
    await store.forget_parts(job.id, 0)
    assert await store.parts(job.id, 1) == []


async def test_who_is_at_work_where(store: Store, site: UUID, agent: UUID) -> None:
    assert await store.active_sites(agent) == []
    assert await store.jobs_waiting(site) == 0
    await store.add_job(new_job(site))
    assert await store.jobs_waiting(site) == 1
