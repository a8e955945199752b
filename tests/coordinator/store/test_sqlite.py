"""What SQLite needs besides the contract: one writer, shared commits, quick reads."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite as dialects

from coordinator.errors import ConfigError, UnavailableError
from coordinator.holding import hold
from coordinator.store import jobs
from coordinator.store.migrate import migrate
from coordinator.store.opening import open_store
from coordinator.store.sqlite import SqliteDatabase

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "driver.db"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[SqliteDatabase]:
    url = sa.make_url(f"sqlite:///{path}")
    migrate(url)
    opened = SqliteDatabase(url, hold(path.with_name("lock")))
    await opened.write(lambda c: c.exec_driver_sql("CREATE TABLE notes (text TEXT UNIQUE)"))
    yield opened
    await opened.close()


def note(connection: sa.Connection, text: str) -> None:
    connection.execute(sa.text("INSERT INTO notes VALUES (:text)"), {"text": text})


def notes(connection: sa.Connection) -> list[str]:
    return list(connection.execute(sa.text("SELECT text FROM notes ORDER BY text")).scalars())


async def test_a_unit_that_fails_takes_no_other_with_it(database: SqliteDatabase) -> None:
    def broken(connection: sa.Connection) -> None:
        note(connection, "lost")
        raise LookupError("mine")

    results = await asyncio.gather(
        database.write(lambda c: note(c, "a")),
        database.write(broken),
        database.write(lambda c: note(c, "b")),
        return_exceptions=True,
    )
    assert isinstance(results[1], LookupError)
    assert await database.lookup(notes) == ["a", "b"]


async def test_waiting_units_share_a_commit(database: SqliteDatabase, path: Path) -> None:
    def commits() -> int:
        # The counter in the header grows with every transaction that a checkpoint brings over,
        # so the WAL's frames marked as commits are counted instead.
        wal = path.with_name(path.name + "-wal").read_bytes()
        size = 24 + 4096
        frames = (wal[at : at + 24] for at in range(32, len(wal) - size + 1, size))
        return sum(int.from_bytes(frame[4:8], "big") > 0 for frame in frames)

    before = commits()
    await asyncio.gather(*(database.write(partial(note, text=str(n))) for n in range(100)))
    assert 0 < commits() - before < 20


async def test_a_write_is_seen_by_the_next_read(database: SqliteDatabase) -> None:
    await database.write(lambda c: note(c, "a"))

    assert await database.lookup(notes) == ["a"]
    assert await database.scan(notes) == ["a"]


async def test_a_read_cannot_write(database: SqliteDatabase) -> None:
    with pytest.raises(UnavailableError):
        await database.lookup(lambda c: note(c, "a"))


async def test_a_write_whose_caller_has_gone_is_kept(database: SqliteDatabase) -> None:
    task = asyncio.create_task(database.write(lambda c: note(c, "a")))
    await asyncio.sleep(0)
    task.cancel()
    await database.write(lambda c: note(c, "b"))

    assert await database.lookup(notes) == ["a", "b"]


async def test_a_database_held_by_another_is_reported_and_used_again_after(
    database: SqliteDatabase, path: Path
) -> None:
    await database.write(lambda c: c.exec_driver_sql("PRAGMA busy_timeout=50"))
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(UnavailableError):
            await database.write(lambda c: note(c, "a"))
    finally:
        holder.close()

    await database.write(lambda c: note(c, "b"))
    assert await database.lookup(notes) == ["b"]


async def test_writes_after_closing_are_refused(database: SqliteDatabase) -> None:
    await database.close()

    with pytest.raises(UnavailableError):
        await database.write(lambda c: note(c, "a"))


async def test_commits_are_flushed_and_readers_do_not_wait(database: SqliteDatabase) -> None:
    def pragma(name: str) -> Any:
        return lambda c: c.exec_driver_sql(f"PRAGMA {name}").scalar()

    assert await database.write(pragma("journal_mode")) == "wal"
    assert await database.write(pragma("synchronous")) == 2
    assert await database.write(pragma("foreign_keys")) == 1


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("_FREE_SITE", "jobs_queue"),
        ("_FREE_SITE", "jobs_one_active_a_site"),
        ("_NEXT_OF_FREE", "jobs_queue"),
        ("_NEXT_OF_FREE", "jobs_one_active_a_site"),
        ("_NEXT_OF_FREE", "INTEGER PRIMARY KEY"),
        ("_NEWEST", "jobs_newest"),
        ("_DUE", "jobs_deadline"),
    ],
)
async def test_the_statements_of_polls_and_pages_use_their_index(
    database: SqliteDatabase, statement: str, index: str
) -> None:
    select = getattr(jobs, statement).params(sites=[uuid4(), uuid4()])
    text = select.compile(dialect=dialects.dialect(), compile_kwargs={"render_postcompile": True})
    sql = str(text).replace("?", "NULL")
    rows = await database.lookup(lambda c: c.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all())
    plan = " | ".join(str(row[3]) for row in rows)

    assert index in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize(
    "url",
    [
        "mysql://db.example/jobs",
        "postgresql://db.example",
        "no url",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
async def test_a_database_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="database_url"):
        await open_store(url)


async def test_the_database_file_is_the_owners_alone(path: Path) -> None:
    store = await open_store(f"sqlite:///{path}")
    await store.close()

    assert os.stat(path).st_mode & 0o077 == 0  # noqa: PTH116 - nothing else runs here
