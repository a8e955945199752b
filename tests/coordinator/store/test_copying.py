"""Copies of a database that is in use."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from typing import TYPE_CHECKING

import pytest

from coordinator.errors import ConfigError
from coordinator.store.copying import copy_database
from coordinator.store.opening import open_store
from tests.coordinator.store.conftest import add_site, new_job

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_copy_made_in_the_middle_of_writes_is_one_moment(tmp_path: Path) -> None:
    url, target = f"sqlite:///{tmp_path / 'live.db'}", tmp_path / "copy.db"
    store = await open_store(url)
    site = await add_site(store)
    first, _ = await store.add_job(new_job(site))
    writes = [asyncio.create_task(store.add_job(new_job(site))) for _ in range(200)]
    size = await asyncio.to_thread(copy_database, url, target)
    await asyncio.gather(*writes)
    await store.close()

    assert size == target.stat().st_size
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    copy = await open_store(f"sqlite:///{target}")
    try:
        jobs = await copy.jobs(site)
        assert first.id in {job.id for job in jobs}
        assert len(jobs) <= 201
    finally:
        await copy.close()


def test_a_copy_replaces_nothing_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    source, target = tmp_path / "live.db", tmp_path / "copy.db"
    sqlite3.connect(source).close()
    source.write_bytes(b"not a database" * 500)
    target.write_bytes(b"older")

    with pytest.raises(ConfigError, match="exists"):
        copy_database(f"sqlite:///{source}", target)
    assert target.read_bytes() == b"older"
    with pytest.raises(ConfigError, match="not a database"):
        copy_database(f"sqlite:///{source}", tmp_path / "new.db")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "live.db"]


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no database"):
        copy_database(f"sqlite:///{tmp_path / 'live.db'}", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_postgresql_has_a_program_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="pg_dump"):
        copy_database("postgresql://db.example/jobs", tmp_path / "copy.db")
