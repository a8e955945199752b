"""Jobs end to end: real coordinator, real agent, simulated router."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from agent.errors import JournalError
from agent.journal import Journal
from coordinator.contract import BackupKind, ErrorClass, RunState
from tests.end_to_end.house import House, running_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

ADD_RULE = "/ip firewall filter add chain=forward action=accept src-address-list=guests"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with running_house(tmp_path) as house:
        yield house


async def test_job_completes_behind_a_checked_backup(house: House) -> None:
    async with house.agent():
        job, run = await house.run(f':put "ready"\n{ADD_RULE}', backup=True)

    assert job.started_at is not None
    assert job.completed_at is not None
    assert job.failed_at is None
    assert run.output == "ready\n"
    assert run.error is None
    assert job.associated_backup is not None
    export = await house.operator.get_backup(job.associated_backup)
    assert b"by RouterOS 7.22.3" in export
    assert b"guests" not in export
    assert {backup.kind for backup in run.backups} == {BackupKind.EXPORT, BackupKind.BINARY}
    assert run.diff is not None
    assert "+/ip firewall filter add" in run.diff
    assert "job-" not in run.diff
    assert len(await house.lodger.rows("/ip/firewall/filter")) == 1
    assert await house.lodger.leftovers() == []


async def test_password_of_the_binary_backup_is_kept_beside_its_hash(house: House) -> None:
    async with house.agent():
        _, run = await house.run(":put 1", backup=True)

    (line,) = (house.folder / "agent" / "backup-passwords.jsonl").read_text().splitlines()
    (binary,) = [backup for backup in run.backups if backup.kind is BackupKind.BINARY]
    kept = json.loads(line)
    assert kept["sha256"] == binary.sha256
    content = await house.operator.get_backup(binary.path)
    assert len(content) == binary.size
    assert kept["password"].encode() not in content


async def test_failing_script_ends_failed_with_text_line_and_column(house: House) -> None:
    script = "/interface bridge add name=br1\n/ip address add address=192.0.2.1/24 interface=none1"
    async with house.agent():
        job, run = await house.run(script)

    assert job.started_at is not None
    assert job.failed_at is not None
    assert job.completed_at is None
    assert run.error is not None
    assert run.error.message.startswith("input does not match any value of interface")
    assert run.error.error_class is ErrorClass.TRAP
    assert (run.error.line, run.error.column) == (2, 38)
    # What came before the fault stays done.
    assert len(await house.lodger.rows("/interface/bridge")) == 1
    assert await house.lodger.leftovers() == []


async def test_error_of_the_script_itself_is_kept_with_its_output(house: House) -> None:
    async with house.agent():
        _, run = await house.run(':put "one"\n:error "boom"')

    assert run.output == "one\n"
    assert run.error is not None
    assert run.error.message.startswith("boom")
    assert (run.error.line, run.error.column) == (2, 1)


async def test_script_that_does_not_parse_changes_nothing(house: House) -> None:
    async with house.agent():
        _, run = await house.run("/interface bridge add name=br1\n:put ((", backup=True)

    assert run.error is not None
    assert run.error.error_class is ErrorClass.SYNTAX
    assert run.error.line == 2
    assert run.error.column is not None
    assert run.diff == ""
    assert await house.lodger.rows("/interface/bridge") == []


async def test_bytes_of_a_script_reach_the_router_untouched(house: House) -> None:
    script = '/interface set ether2 comment="тест é 🙂"'.encode() + b"\n# \xff\xfe\r\n"
    async with house.agent():
        job, _ = await house.run(script)

    assert job.completed_at is not None
    (row,) = await house.lodger.rows("/interface", name="ether2")
    assert row["comment"] == "тест é 🙂".encode()


async def test_long_script_runs_whole_and_a_longer_one_not_at_all(house: House) -> None:
    filler = "# filler line for length test 0123456789\n"
    async with house.agent():
        job, _ = await house.run(filler * 1000 + "/system identity set name=END")
        late, run = await house.run(
            "/system identity set name=START\n" + filler * 1500 + "/system identity set name=X"
        )

    assert job.completed_at is not None
    assert late.started_at is None
    assert late.failed_at is not None
    assert run.error is not None
    assert run.error.error_class is ErrorClass.PREFLIGHT
    assert (await house.lodger.rows("/system/identity"))[0]["name"] == b"END"


async def test_without_a_checked_backup_the_script_never_runs(house: House) -> None:
    # Its files take longer to become whole than the agent waits.
    house.lodger.router.files.delay = 5
    house.limits = house.limits.model_copy(update={"backup_seconds": 0.5})
    async with house.agent():
        job, run = await house.run(ADD_RULE, backup=True)

    assert job.started_at is None
    assert job.failed_at is not None
    assert job.associated_backup is None
    assert run.error is not None
    assert run.error.error_class is ErrorClass.BACKUP
    assert await house.lodger.rows("/ip/firewall/filter") == []
    assert await house.lodger.leftovers() == []


async def test_description_never_becomes_code(house: House) -> None:
    evil = 'a"; /system/identity/set name=evil; :put "'
    async with house.agent():
        job = await house.operator.create_job(house.lodger.site.id, ADD_RULE, description=evil)
        job, _ = await house.end(job)

    assert job.completed_at is not None
    assert (await house.lodger.rows("/system/identity"))[0]["name"] == b"MikroTik"


async def test_wrong_password_fails_the_job_and_names_the_user(house: House) -> None:
    house.lodger.password = "wrong-password"
    async with house.agent():
        job, run = await house.run(ADD_RULE)

    assert job.started_at is None
    assert run.error is not None
    assert run.error.error_class is ErrorClass.AUTH
    assert "admin" in run.error.message
    assert "wrong-password" not in run.error.message


async def test_router_that_is_away_fails_its_job_and_delays_nobody(tmp_path: Path) -> None:
    async with running_house(tmp_path, routers=2) as house:
        away, near = house.lodgers
        await away.server.stop()
        async with house.agent():
            lost = await house.submit(ADD_RULE, away)
            job, _ = await house.run(ADD_RULE, near)
            assert job.completed_at is not None

            lost, run = await house.end(lost)

    assert lost.started_at is None
    assert run.error is not None
    assert run.error.error_class is ErrorClass.UNREACHABLE


async def test_jobs_of_a_site_run_in_order_and_those_of_others_beside(tmp_path: Path) -> None:
    async with running_house(tmp_path, routers=3) as house:
        jobs = []
        for letter in "abc":
            for lodger in house.lodgers:
                script = (
                    f'/interface set ether1 comment=([/interface get ether1 comment] . "{letter}")'
                )
                jobs.append(await house.submit(script, lodger))
        async with house.agent():
            ends = [await house.end(job) for job in jobs]

        assert [run.state for _, run in ends] == [RunState.COMPLETED] * 9
        for lodger in house.lodgers:
            (row,) = await lodger.rows("/interface", name="ether1")
            assert row["comment"] == b"abc"


async def test_two_agents_share_the_sites_and_run_each_job_once(tmp_path: Path) -> None:
    async with running_house(tmp_path, routers=4) as house:
        script = '/interface set ether1 comment=([/interface get ether1 comment] . "+")'
        async with house.agent("one"), house.agent("two"):
            jobs = [await house.submit(script, lodger) for lodger in house.lodgers * 2]
            ends = [await house.end(job) for job in jobs]

        assert [run.state for _, run in ends] == [RunState.COMPLETED] * 8
        for lodger in house.lodgers:
            (row,) = await lodger.rows("/interface", name="ether1")
            assert row["comment"] == b"++"


async def test_agent_that_is_stopped_finishes_the_job_in_hand(house: House) -> None:
    async with house.agent() as agent:
        job = await house.submit(f":delay 500ms\n{ADD_RULE}")
        await house.started(job)
        agent.stop()
        await agent.serving

        now = await house.operator.get_job(job.site_id, job.id)
        assert now.completed_at is not None


async def test_second_agent_on_one_state_directory_is_refused(house: House) -> None:
    async with house.agent("same"):
        with pytest.raises(JournalError, match="locked"):
            async with house.agent("same"):
                pass


async def test_leftovers_of_an_earlier_run_are_swept(house: House) -> None:
    async with house.agent():
        await house.run(
            '/system script add name=job-oldoldold1 comment="routeros-jobs started" source=x\n'
            "/system script add name=job-mine source=x"
        )
        await house.run(":put 1")

    assert await house.lodger.leftovers() == [b"job-mine"]


async def test_journal_holds_nothing_once_all_is_told(house: House) -> None:
    async with house.agent():
        await house.run(ADD_RULE, backup=True)
        await asyncio.sleep(0.2)

    journal = Journal(house.folder / "agent" / "journal.sqlite3")
    assert await journal.entries() == []
    assert await journal.queued_reports() == []
    await journal.close()


@pytest.mark.parametrize("version", ["6.49.18", "7.8", "7.12.2", "7.16.2"])
async def test_each_release_is_served_in_its_way(tmp_path: Path, version: str) -> None:
    async with running_house(tmp_path, version=version) as house, house.agent():
        good, run = await house.run(f':put "hello"\n{ADD_RULE}', backup=True)
        _, failed = await house.run("/ip address add address=192.0.2.1/24 interface=none1")

        assert good.completed_at is not None
        assert good.associated_backup is not None
        if version in {"6.49.18", "7.8"}:
            assert "hands out no output" in run.output
        else:
            assert run.output == "hello\n"
        assert failed.error is not None
        assert "input does not match any value of interface" in failed.error.message
        assert await house.lodger.leftovers() == []
