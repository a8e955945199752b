"""Teams, API keys and the audit log in the store, on every database."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic import command

from coordinator.ids import hash_token, new_pid
from coordinator.records import EnrolmentRecord, SiteRecord
from coordinator.store.migrate import migrate
from coordinator.teams import DEFAULT_TEAM, KeyRecord, NewAudit, TeamRecord

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from alembic.config import Config as AlembicConfig

    from coordinator.store.interface import Store

NOBODY = UUID("00000000-0000-4000-8000-00000000dead")


async def add_team(store: Store, name: str = "Branches") -> UUID:
    team = TeamRecord(uuid4(), name, 5)
    assert await store.add_team(team)
    return team.id


async def add_site(store: Store, team_id: UUID) -> UUID:
    site = SiteRecord(uuid4(), new_pid(1), "Office", 1, 1, team_id=team_id)
    await store.add_site(site)
    return site.id


def key_of(team_id: UUID, **changes: Any) -> KeyRecord:
    made = KeyRecord(uuid4(), team_id, "ci", frozenset({"jobs:read", "sites:read"}), 7)
    return replace(made, **changes)


def entry(number: int, team_id: UUID = DEFAULT_TEAM) -> NewAudit:
    return NewAudit(number, team_id, "user:ann", "POST /sites", "/sites", 201, f"r-{number}")


async def test_there_is_a_default_team(store: Store) -> None:
    assert await store.teams() == [TeamRecord(DEFAULT_TEAM, "default", 0)]
    assert await store.has_team(DEFAULT_TEAM)
    assert not await store.has_team(NOBODY)


async def test_a_teams_name_is_taken_once(store: Store) -> None:
    team = TeamRecord(uuid4(), "Branches", 5)

    assert await store.add_team(team)
    assert not await store.add_team(replace(team, id=uuid4()))
    assert (await store.teams())[1:] == [team]


async def test_sites_are_listed_by_team_and_know_theirs(store: Store) -> None:
    other = await add_team(store)
    first, second = await add_site(store, DEFAULT_TEAM), await add_site(store, other)

    assert [site.id for site in await store.sites(DEFAULT_TEAM)] == [first]
    assert [site.id for site in await store.sites(other)] == [second]
    assert [site.id for site in await store.sites()] == [first, second]
    assert await store.teams_of([second, NOBODY, first]) == {first: DEFAULT_TEAM, second: other}
    await store.delete_site(second, 9)
    assert await store.teams_of([second]) == {second: other}


async def test_many_sites_at_once_know_their_teams(store: Store) -> None:
    site = await add_site(store, DEFAULT_TEAM)
    asked = [uuid4() for _ in range(1200)] + [site]

    assert await store.teams_of(asked) == {site: DEFAULT_TEAM}
    assert await store.teams_of([]) == {}


async def test_an_agent_has_its_enrolments_team_and_only_that_rotates_or_revokes_it(
    store: Store,
) -> None:
    team = await add_team(store)
    await store.add_enrolment(EnrolmentRecord(uuid4(), None, 0, 100, team), hash_token("once"))
    agent = await store.use_enrolment(hash_token("once"), uuid4(), "a", hash_token("old"), 1)
    assert agent is not None
    assert agent.team_id == team
    assert [found.id for found in await store.agents(team)] == [agent.id]
    assert await store.agents(DEFAULT_TEAM) == []

    assert not await store.rotate_agent(agent.id, hash_token("x"), DEFAULT_TEAM)
    assert await store.rotate_agent(agent.id, hash_token("new"), team)
    assert await store.agent_by_token(hash_token("old")) is None
    assert await store.agent_by_token(hash_token("new")) == agent

    assert not await store.revoke_agent(agent.id, 2, DEFAULT_TEAM)
    assert await store.revoke_agent(agent.id, 2, team)
    assert not await store.rotate_agent(agent.id, hash_token("newer"), team)


async def test_a_key_is_found_by_id_with_its_hash(store: Store) -> None:
    key = key_of(DEFAULT_TEAM, expires_at=99)

    assert await store.add_key(key, hash_token("s"))
    assert await store.key_by_id(key.id) == (key, hash_token("s"))
    assert await store.key_by_id(uuid4()) is None


async def test_a_key_needs_a_team_that_exists(store: Store) -> None:
    assert not await store.add_key(key_of(NOBODY), hash_token("s"))


async def test_keys_are_listed_and_revoked_by_team(store: Store) -> None:
    other = await add_team(store)
    ours, theirs = key_of(DEFAULT_TEAM), key_of(other, created_at=8)
    for key in (ours, theirs):
        await store.add_key(key, hash_token("s"))

    assert await store.keys(DEFAULT_TEAM) == [ours]
    assert await store.keys(None) == [ours, theirs]
    assert not await store.revoke_key(theirs.id, 9, DEFAULT_TEAM)
    assert await store.revoke_key(theirs.id, 9, other)
    assert not await store.revoke_key(theirs.id, 9, None)
    assert await store.keys(None) == [ours]
    found = await store.key_by_id(theirs.id)
    assert found is not None
    assert found[0].revoked_at == 9


async def test_the_audit_log_is_read_newest_first_and_by_team(store: Store) -> None:
    other = await add_team(store)
    await store.add_audit([entry(1), entry(2, other), entry(3)])
    await store.add_audit([entry(4)])

    found = await store.audit(None, 10, None)
    assert [item.entry.at for item in found] == [4, 3, 2, 1]
    assert found[0].entry == entry(4)
    assert [item.entry.at for item in await store.audit(other, 10, None)] == [2]
    assert [item.entry.at for item in await store.audit(None, 2, found[1].seq)] == [2, 1]


async def test_figures_of_an_empty_store_are_nothing(store: Store) -> None:
    figures = await store.figures(10**12)

    assert dict(figures.jobs) == {"pending": 0, "leased": 0, "running": 0}
    assert (figures.queue_age, figures.overdue, figures.lost_day) == (None, 0.0, 0)
    assert figures.backup_age is None


def test_what_was_there_before_teams_belongs_to_the_default_team(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = sa.make_url(f"sqlite:///{tmp_path / 'old.db'}")
    upgrade = command.upgrade

    def to_the_first(config: AlembicConfig, _revision: str) -> None:
        upgrade(config, "0001")

    with monkeypatch.context() as patched:
        patched.setattr(command, "upgrade", to_the_first)
        migrate(url)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO sites (id, pid, name, created_at, updated_at)"
            " VALUES ('00000000000040008000000000000abc', 'site_1', 'Office', 1, 1)"
        )
    migrate(url)
    with engine.begin() as connection:
        rows = connection.exec_driver_sql(
            "SELECT s.id, t.name FROM sites s JOIN teams t ON t.id = s.team_id"
        ).all()
    engine.dispose()
    assert [tuple(row) for row in rows] == [("00000000000040008000000000000abc", "default")]
