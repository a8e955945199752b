"""The stores that the contract suite runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from coordinator.ids import hash_token, new_pid, new_token
from coordinator.jobs import NewJob
from coordinator.records import EnrolmentRecord, SiteRecord
from coordinator.store.opening import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from coordinator.store.interface import Store
    from tests.postgres import Server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of its own for each test, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    server: Server = request.getfixturevalue("postgres")
    return server.new_database(migrated=True)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    opened = await open_store(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def site(store: Store) -> UUID:
    return await add_site(store)


@pytest.fixture
async def agent(store: Store) -> UUID:
    enrolment = EnrolmentRecord(uuid4(), None, 0, 10**12)
    await store.add_enrolment(enrolment, hash_token("once"))
    made = await store.use_enrolment(hash_token("once"), uuid4(), "a", hash_token("agent"), 1)
    assert made is not None
    return made.id


@pytest.fixture
def ask() -> Callable[..., NewJob]:
    return new_job


async def add_site(store: Store, created_at: int = 1000) -> UUID:
    site = SiteRecord(uuid4(), new_pid(created_at), "Office", created_at, created_at)
    await store.add_site(site)
    return site.id


def new_job(
    site_id: UUID,
    *,
    created_at: int = 1000,
    script: bytes = b":put 1",
    key: UUID | None = None,
    needs_acknowledgement: bool = True,
) -> NewJob:
    return NewJob(
        id=uuid4(),
        token=new_token(),
        site_id=site_id,
        idempotency_key=key or uuid4(),
        description="a job",
        express_execute=False,
        needs_acknowledgement=needs_acknowledgement,
        should_backup=False,
        script=script,
        created_at=created_at,
    )
