"""The invariants hold in the database itself, and migrations lead to the schema."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from coordinator.errors import SchemaError
from coordinator.store.migrate import migrate
from coordinator.store.schema import AGENTS, JOBS, METADATA, SITES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def url(tmp_path: Path) -> sa.URL:
    return sa.make_url(f"sqlite:///{tmp_path / 'schema.db'}")


@pytest.fixture
def connection(url: sa.URL) -> Iterator[sa.Connection]:
    migrate(url)
    engine = sa.create_engine(url)
    with engine.connect() as opened:
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


def test_migrations_lead_to_the_schema_of_the_program(connection: sa.Connection) -> None:
    fresh = sa.create_engine("sqlite://")
    with fresh.connect() as built:
        METADATA.create_all(built)
        assert described(connection) == described(built)
    fresh.dispose()


def described(connection: sa.Connection) -> dict[str, set[str]]:
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


def test_a_second_migration_does_nothing(url: sa.URL) -> None:
    assert migrate(url)[0] == "0001"
    assert migrate(url) == []


def test_a_newer_schema_refuses_this_program_in_plain_words(connection: sa.Connection) -> None:
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()

    with pytest.raises(SchemaError, match=r"schema 9999.*newer version"):
        migrate(connection.engine.url)


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

    with pytest.raises(sa.exc.IntegrityError, match=r"jobs\.site_id"):
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
    with pytest.raises(sa.exc.IntegrityError, match="FOREIGN KEY"):
        add_job(connection, uuid4(), agent)
