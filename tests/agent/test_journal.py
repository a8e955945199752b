import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from agent.errors import JournalError
from agent.journal import Entry, Journal
from agent.recovery import Stage
from coordinator.contract import ErrorClass, Report, ReportStatus, RunError

ENTRY = Entry(
    job_id=UUID(int=1),
    site_id=UUID(int=2),
    token="aB3dE6gH9j",
    lease_version=1,
    should_backup=True,
    script=b":put \xff\x00\r\n",
    nonce="f00d",
)
REPORT = Report(
    lease_version=1,
    status=ReportStatus.FAIL,
    occurred_at=datetime(2026, 1, 15, 10, tzinfo=UTC),
    output="x\n",
    output_bytes=2,
    error=RunError(error_class=ErrorClass.TRAP, message="boom", line=1, column=2),
)


async def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = Journal(path)
    entry = await journal.take(ENTRY)
    entry = await journal.advance(entry, Stage.TAKEN, before=b"# export \xff")
    entry = await journal.advance(entry, Stage.ENDED, report=REPORT)
    await journal.close()

    again = Journal(path)
    assert await again.entries() == [entry]
    assert entry.before == b"# export \xff"
    assert entry.report == REPORT
    await again.close()


async def test_lease_of_a_known_job_keeps_what_is_known_of_it(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3")
    entry = await journal.take(ENTRY)
    await journal.advance(entry, Stage.ORDERED)

    again = await journal.take(
        Entry(**{**vars(ENTRY), "lease_version": 2, "nonce": "another", "script": b"other"})
    )

    assert (again.stage, again.lease_version) == (Stage.ORDERED, 2)
    assert (again.nonce, again.script) == (ENTRY.nonce, ENTRY.script)
    await journal.close()


async def test_last_report_waits_until_it_is_forgotten(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3")
    entry = await journal.advance(await journal.take(ENTRY), Stage.ENDED, before=b"secret")

    queued = await journal.conclude(entry, REPORT)
    assert await journal.queued_reports() == [queued]
    (left,) = await journal.entries()
    assert (left.stage, left.before) == (Stage.REPORTING, None)

    await journal.forget(ENTRY.job_id)
    assert await journal.queued_reports() == []
    assert await journal.entries() == []
    await journal.close()


async def test_concluding_twice_leaves_one_report(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3")
    entry = await journal.take(ENTRY)
    await journal.conclude(entry, REPORT)
    second = await journal.conclude(entry, REPORT.model_copy(update={"lease_version": 2}))

    assert await journal.queued_reports() == [second]
    await journal.close()


async def test_file_is_private_and_commits_reach_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = Journal(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    settings = await journal._do(
        lambda: [
            journal._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous")
        ]
    )
    assert settings == ["wal", 2]
    await journal.close()


async def test_second_agent_on_the_same_journal_is_refused(tmp_path: Path) -> None:
    first = Journal(tmp_path / "journal.sqlite3")
    await first.take(ENTRY)

    with pytest.raises(JournalError, match="locked"):
        Journal(tmp_path / "journal.sqlite3")
    await first.close()


async def test_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE theirs (x)")
    other.commit()
    other.close()

    with pytest.raises(JournalError, match="not a journal"):
        Journal(path)
