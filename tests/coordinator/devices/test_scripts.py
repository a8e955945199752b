"""The scripts that routers get: as text, and held against the language of four releases."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from coordinator.devices.scripts import family, quoted, render_script
from coordinator.devices.signing import Signer
from coordinator.devices.wrapping import (
    adopt_script,
    bootstrap_script,
    job_script,
    poll_source,
    remove_script,
)
from coordinator.jobs import JobRecord
from simulator.check import check_source

VERSIONS = ("6.49.18", "7.12.2", "7.16.2", "7.22.3")
BASE = "https://jobs.example.com"
JOB = JobRecord(
    id=UUID(int=1),
    token="aB3dE6gH9j",
    site_id=UUID(int=2),
    idempotency_key=UUID(int=3),
    description="a job",
    express_execute=False,
    needs_acknowledgement=True,
    should_backup=True,
    script=b'}:error "}',
    created_at=1,
    lease_version=1,
)


def wrapped(version: str, job: JobRecord = JOB) -> str:
    signer = Signer(b"k" * 32)
    return job_script(job, BASE, signer, expires=99, version=version, remaining=3)


def scripts(version: str) -> dict[str, str]:
    return {
        "command": render_script("bootstrap_command", url=f"{BASE}/bootstrap/x"),
        "bootstrap": bootstrap_script(f"{BASE}/adopt/x"),
        "adopt": adopt_script(
            BASE, "token", site_id=JOB.site_id, site_name='a "b" $c \\ ?', runbook_name="é\n"
        ),
        "poll": poll_source(BASE, "token"),
        "remove": remove_script(BASE, "token"),
        "job": wrapped(version),
        "job without backup": wrapped(version, replace(JOB, should_backup=False)),
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_every_script_is_one_of_its_release(version: str) -> None:
    for name, source in scripts(version).items():
        assert (name, check_source(source.encode(), version)) == (name, [])
        assert source.isascii()


@pytest.mark.parametrize("version", VERSIONS)
def test_the_payload_is_no_part_of_its_wrapper(version: str) -> None:
    assert ":error" not in wrapped(version, replace(JOB, should_backup=False))


def test_nothing_runs_before_busy_is_answered() -> None:
    source = wrapped("7.22.3")
    busy, run = source.index("url=$busyUrl"), source.index(":execute")

    assert source.index("backup") < busy < source.index(":if ($go = true)") < run
    assert run < source.index("url=$url http-method=post")


@pytest.mark.parametrize(
    ("version", "has", "has_not"),
    [
        ("6.49.18 (long-term)", "/import file-name=$file", "show-sensitive"),
        ("7.12.2 (stable)", "/export show-sensitive", "/file read"),
        ("7.22.3 (stable)", "chunk-size=30000", "contents"),
        ("nonsense", "/export file=", "show-sensitive"),
    ],
)
def test_a_wrapper_speaks_the_routers_release(version: str, has: str, has_not: str) -> None:
    source = wrapped(version)

    assert has in source
    assert has_not not in source


@pytest.mark.parametrize(
    ("version", "name"),
    [("6.49.18", "v6"), ("7.1", "v7"), ("7.12.2", "v7"), ("7.13rc1", "v713"), ("8.0", "v713")],
)
def test_families(version: str, name: str) -> None:
    assert family(version) == name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", '"plain"'),
        ('a"b', '"a\\"b"'),
        ("$a\\", '"\\$a\\\\"'),
        ("a?", '"a\\?"'),
        ("\n\té", '"\\n\\09\\C3\\A9"'),
        (7, '"7"'),
    ],
)
def test_quoting(value: object, text: str) -> None:
    assert quoted(value) == text
