"""Backups of sites: sealed in the database, four forms over HTTP."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from coordinator.contract import BackupKind

if TYPE_CHECKING:
    from coordinator.config import Config
    from coordinator.contract import Site
    from tests.coordinator.conftest import Bench

EXPORT = b'# 2026-01-15 by RouterOS 7.22.3\n/ip address\nadd address=192.0.2.1/24 comment="<b>"\n'


@pytest.fixture
async def site(bench: Bench) -> Site:
    return await bench.site()


async def store(bench: Bench, site: Site, content: bytes = EXPORT, at: int = 1_700_000_000) -> str:
    agent = await bench.agent(site)
    await bench.job(site, should_backup=True)
    lease = await agent.take(site)
    receipt = await agent.client.upload_backup(
        lease.job.id, BackupKind.EXPORT, content, lease_version=lease.version, taken_at=at
    )
    return receipt.stored.path


async def test_a_backup_lies_encrypted_and_compressed(
    bench: Bench, site: Site, config: Config
) -> None:
    path = await store(bench, site, EXPORT * 50)
    database = sqlite3.connect(config.data_dir / "coordinator.db")
    size, content, key = database.execute("SELECT size, content, key_id FROM backups").fetchone()
    database.close()

    assert await bench.operator.get_backup(path) == EXPORT * 50
    assert b"RouterOS" not in content
    assert len(content) < len(EXPORT) * 3
    assert size == len(EXPORT) * 50
    assert key in (config.data_dir / "backup.keys").read_text()
    assert (config.data_dir / "backup.keys").stat().st_mode & 0o777 == 0o600


async def test_a_plain_row_of_earlier_days_is_still_read(
    bench: Bench, site: Site, config: Config
) -> None:
    path = await store(bench, site)
    database = sqlite3.connect(config.data_dir / "coordinator.db")
    with database:
        database.execute("UPDATE backups SET content = ?, key_id = NULL", (EXPORT,))
    database.close()

    assert await bench.operator.get_backup(path) == EXPORT


async def test_a_changed_row_does_not_open(bench: Bench, site: Site, config: Config) -> None:
    path = await store(bench, site)
    database = sqlite3.connect(config.data_dir / "coordinator.db")
    with database:
        database.execute("UPDATE backups SET sha256 = ?", (hashlib.sha256(b"").hexdigest(),))
    database.close()

    answer = await bench.call("GET", f"/backup/{path}")
    assert (answer.status, answer.json()["code"]) == (500, "backup_damaged")


@pytest.mark.parametrize("base", ["/backup/{}", "/sites/{}/backups", "/backups/{}/"])
async def test_backups_are_listed_newest_first(bench: Bench, site: Site, base: str) -> None:
    await store(bench, site)
    bench.clock.advance(5)
    await store(bench, await bench.site("Depot"), at=1_700_000_100)
    listed = (await bench.call("GET", base.format(site.id))).json()

    assert listed == [
        {
            "filename": "1700000000.rsc",
            "size": f"{len(EXPORT)}B",
            "date": "2026-01-15",
            "time": "10:00:00",
            "created_at": "2026-01-15T10:00:00.000000Z",
        }
    ]
    assert (await bench.call("GET", base.format(uuid4()))).status == 404


@pytest.mark.parametrize("base", ["/backup", "/sites"])
async def test_a_backup_comes_in_four_forms(bench: Bench, site: Site, base: str) -> None:
    path = await store(bench, site)
    url = f"/backup/{path}" if base == "/backup" else f"/sites/{path.replace('/', '/backups/')}"

    plain = await bench.call("GET", url)
    raw = await bench.call("GET", url, headers={"X-Raw": "true"})
    shown = await bench.call("GET", url, headers={"X-Highlight": "yes"})
    saved = await bench.call("GET", url, headers={"X-Download": "1"})
    assert plain.json()["content"] == EXPORT.decode()
    assert plain.json()["filename"] == "1700000000.rsc"
    assert (raw.body, raw.headers["Content-Type"]) == (EXPORT, "text/plain; charset=utf-8")
    assert shown.headers["Content-Type"].startswith("text/html")
    assert b'<span class="ros-string">&quot;&lt;b&gt;&quot;</span>' in shown.body
    assert saved.body == EXPORT
    assert saved.headers["Content-Disposition"] == 'attachment; filename="1700000000.rsc"'
    assert (await bench.call("GET", url, headers={"X-Raw": "maybe"})).status == 400
    assert (await bench.call("GET", url + "x")).status == 404


async def test_a_backup_is_requested_as_a_job(bench: Bench, site: Site) -> None:
    answer = await bench.call("POST", f"/backup/{site.id}")
    jobs = await bench.operator.list_jobs(site.id)

    assert (answer.status, answer.json()) == (202, {"message": "Backup requested"})
    assert [(job.should_backup, job.needs_acknowledgement) for job in jobs] == [(True, True)]
    assert jobs[0].script.startswith("#")
    assert (await bench.call("POST", f"/backup/{uuid4()}")).status == 404


@pytest.mark.parametrize("path", ["/backups/latest", "/api/backups/latest"])
async def test_the_latest_of_many(bench: Bench, site: Site, path: str) -> None:
    empty, nowhere = await bench.site("Depot"), uuid4()
    await store(bench, site)
    body = {"sites": [str(site.id), str(empty.id), str(nowhere)]}
    answer = (await bench.call("POST", path, body=json.dumps(body).encode())).json()

    assert answer["results"][str(site.id)]["backup"]["content"] == EXPORT.decode()
    assert answer["results"][str(empty.id)] == {"backup": None, "error": "backup_not_found"}
    assert answer["results"][str(nowhere)] == {"backup": None, "error": "site_not_found"}
    assert (answer["total_sites"], answer["successful"], answer["errors"]) == (3, 1, 2)
    for count in (0, 51):
        body = {"sites": [str(uuid4()) for _ in range(count)]}
        refused = await bench.call("POST", path, body=json.dumps(body).encode())
        assert refused.status == 400


async def test_a_live_site_is_backed_up_once_a_day(bench: Bench, site: Site) -> None:
    parts = bench.running.parts
    await parts.health.beat([site.id])
    await parts.clean_up()
    assert await bench.operator.list_jobs(site.id) == []
    bench.clock.advance(86_401)
    await parts.clean_up()
    assert await bench.operator.list_jobs(site.id) == []  # not online
    await parts.health.beat([site.id])
    await parts.clean_up()
    await parts.clean_up()

    jobs = await bench.operator.list_jobs(site.id)
    assert [job.description for job in jobs] == ["Daily backup"]


async def test_old_backups_go_but_not_the_newest(bench: Bench, site: Site) -> None:
    path = await store(bench, site)
    parts = bench.running.parts
    bench.clock.advance(400 * 86_400)
    await parts.clean_up()
    token = bench.running.token()
    assert (await bench.call("GET", f"/backup/{path}", token=token)).status == 200
    await parts.library.forget(365, 0)

    assert (await bench.call("GET", f"/backup/{site.id}", token=token)).json() == []
