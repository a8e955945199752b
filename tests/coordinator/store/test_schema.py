"""The invariants hold in the database itself, and migrations lead to the schema."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import asyncpg
import pytest
import sqlalchemy as sa

from coordinator.errors import SchemaError
from coordinator.store.migrate import _ADVISORY, migrate
from coordinator.store.schema import AGENTS, JOBS, METADATA, SITES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgres import Server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> sa.URL:
    """An empty database."""
    if request.param == "sqlite":
        return sa.make_url(f"sqlite:///{tmp_path / 'schema.db'}")
    return empty_postgres(request)


def empty_postgres(request: pytest.FixtureRequest) -> sa.URL:
    server: Server = request.getfixturevalue("postgres")
    return sa.make_url(server.new_database()).set(drivername="postgresql+asyncpg")


def psycopg(url: sa.URL) -> sa.URL:
    """Return the URL as a driver without an event loop takes it."""
    return url if url.get_backend_name() == "sqlite" else url.set(drivername="postgresql+psycopg")


@pytest.fixture
def connection(url: sa.URL) -> Iterator[sa.Connection]:
    migrate(url)
    engine = sa.create_engine(psycopg(url))
    with engine.connect() as opened:
        if opened.dialect.name == "sqlite":
            opened.exec_driver_sql("PRAGMA foreign_keys=ON")
        yield opened
    engine.dispose()


def add_job(connection: sa.Connection, site: Any, agent: Any, **values: Any) -> None:
    plain = {
        "id": uuid4(),
        "token": uuid4().hex,
        "site_id": site,
        "idempotency_key": uuid4(),
        "description": "a job",
        "express_execute": False,
        "needs_acknowledgement": True,
        "should_backup": False,
        "state": "pending",
        "created_at": 1,
        "lease_version": 0,
        "script": b":put 1",
    }
    if values.get("lease_version"):
        plain["agent_id"] = agent
    connection.execute(sa.insert(JOBS), plain | values)


@pytest.fixture
def site(connection: sa.Connection) -> Any:
    site = uuid4()
    values = {"id": site, "pid": "site_1", "name": "Office", "created_at": 1, "updated_at": 1}
    connection.execute(sa.insert(SITES), values)
    return site


@pytest.fixture
def agent(connection: sa.Connection) -> Any:
    agent = uuid4()
    values = {"id": agent, "name": "a", "token_hash": b"h" * 32, "all_sites": True}
    connection.execute(sa.insert(AGENTS), values | {"created_at": 1})
    return agent


LEASED = {"state": "leased", "lease_version": 1, "deadline": 9}
RUNNING = {"state": "running", "lease_version": 1, "deadline": 9, "started_at": 2}


def test_migrations_lead_to_the_schema_of_the_program(
    connection: sa.Connection, request: pytest.FixtureRequest
) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    fresh = sa.create_engine("sqlite://" if is_sqlite else psycopg(empty_postgres(request)))
    with fresh.connect() as built:
        METADATA.create_all(built)
        described = described_sqlite if is_sqlite else described_postgres
        assert described(connection) == described(built)
    fresh.dispose()


def described_sqlite(connection: sa.Connection) -> dict[str, set[str]]:
    """Return each table and index with its lines, in no order: constraints have none."""
    rows = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'"
        " AND name NOT LIKE 'sqlite_%'"
    )
    # A table that was made anew and renamed has its name in quotes.
    return {
        name: {line.strip(" \t,").replace(chr(34), "") for line in re.split(r"\n", sql)}
        for name, sql in rows
    }


def described_postgres(connection: sa.Connection) -> set[tuple[Any, ...]]:
    """Return every column, constraint and index as the server sees it."""
    statements = (
        (
            "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable,"
            " column_default, is_identity FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name != 'alembic_version'"
        ),
        (
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace"
            " AND conrelid != 'alembic_version'::regclass"
        ),
        (
            "SELECT tablename, indexname, indexdef FROM pg_indexes"
            " WHERE schemaname = 'public' AND tablename != 'alembic_version'"
        ),
    )
    if not sa.inspect(connection).has_table("alembic_version"):
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num text)")
    return {tuple(row) for text in statements for row in connection.exec_driver_sql(text)}


def test_a_second_migration_does_nothing(url: sa.URL) -> None:
    assert migrate(url)[0] == "0001"
    assert migrate(url) == []


def test_many_may_migrate_at_once(url: sa.URL) -> None:
    with ThreadPoolExecutor(8) as pool:
        steps = list(pool.map(migrate, [url] * 8))

    assert sorted(map(bool, steps)) == [False] * 7 + [True]


def test_processes_may_migrate_at_once(request: pytest.FixtureRequest) -> None:
    url = empty_postgres(request).render_as_string(hide_password=False)
    text = "import sys, sqlalchemy; from coordinator.store.migrate import _ADVISORY, migrate;"
    text += "print(len(migrate(sqlalchemy.make_url(sys.argv[1]))))"
    processes = [
        subprocess.Popen([sys.executable, "-c", text, url], stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    steps = sorted(int(process.communicate(timeout=60)[0]) for process in processes)

    assert steps[:2] == [0, 0]
    assert steps[2] > 0


def test_a_newer_schema_refuses_this_program_in_plain_words(
    url: sa.URL, connection: sa.Connection
) -> None:
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()

    with pytest.raises(SchemaError, match=r"schema 9999.*newer version"):
        migrate(url)


def test_a_server_that_is_not_there_is_named_without_its_password(
    unused_tcp_port: int,
) -> None:
    url = sa.make_url(f"postgresql+asyncpg://jobs:secret@127.0.0.1:{unused_tcp_port}/jobs")

    with pytest.raises(SchemaError, match=r"jobs:\*\*\*@127\.0\.0\.1.*cannot be reached"):
        migrate(url)


def test_a_file_that_is_no_database_is_refused_in_plain_words(tmp_path: Path) -> None:
    path = tmp_path / "not.db"
    path.write_bytes(b"x" * 4096)

    with pytest.raises(SchemaError, match="cannot be opened"):
        migrate(sa.make_url(f"sqlite:///{path}"))


@pytest.mark.parametrize("second", [LEASED, RUNNING])
def test_a_site_has_one_active_job(
    connection: sa.Connection, site: Any, agent: Any, second: dict[str, Any]
) -> None:
    add_job(connection, site, agent, **LEASED)
    add_job(connection, site, agent)

    with pytest.raises(sa.exc.IntegrityError, match=r"jobs\.site_id|jobs_one_active_a_site"):
        add_job(connection, site, agent, **second)


def test_a_key_is_used_once_a_site(connection: sa.Connection, site: Any, agent: Any) -> None:
    key = uuid4()
    add_job(connection, site, agent, idempotency_key=key)

    with pytest.raises(sa.exc.IntegrityError, match="idempotency_key"):
        add_job(connection, site, agent, idempotency_key=key)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "half"}, "state"),
        ({"state": "completed", "started_at": 1, "completed_at": 2, "failed_at": 2}, "failed"),
        ({"state": "completed", "started_at": 1}, "completed"),
        ({"state": "completed", "completed_at": 2}, "started"),
        ({"state": "failed"}, "failed"),
        ({"state": "cancelled"}, "cancelled"),
        ({"completed_at": 2, "started_at": 1}, "completed"),
        ({"started_at": 1}, "started"),
        ({"deadline": 9}, "deadline"),
        ({"state": "running", "lease_version": 1, "deadline": 9}, "started"),
        ({**RUNNING, "deadline": None}, "deadline"),
        ({**LEASED, "agent_id": None}, "lease"),
    ],
)
def test_a_job_that_contradicts_itself_cannot_be_stored(
    connection: sa.Connection, site: Any, agent: Any, values: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(sa.exc.IntegrityError) as caught:
        add_job(connection, site, agent, **values)
    assert f"jobs_{constraint}" in str(caught.value) or "jobs_one_end" in str(caught.value)


def test_a_job_needs_a_site_that_exists(connection: sa.Connection, agent: Any) -> None:
    with pytest.raises(sa.exc.IntegrityError, match=r"(?i)foreign key"):
        add_job(connection, uuid4(), agent)


def test_a_migration_whose_connection_is_cut_is_begun_again(postgres: Server) -> None:
    url = postgres.new_database()

    async def cut_while_it_waits() -> list[str]:
        holder = await asyncpg.connect(url)
        await holder.execute(f"SELECT pg_advisory_lock({_ADVISORY})")
        target = sa.make_url(url).set(drivername="postgresql+asyncpg")
        running = asyncio.create_task(asyncio.to_thread(migrate, target))
        while not await postgres.cut(url, "%pg_advisory_xact_lock%"):  # noqa: ASYNC110 - a server tells nobody
            await asyncio.sleep(0.01)
        await holder.close()
        return await running

    assert asyncio.run(cut_while_it_waits())[0] == "0001"
