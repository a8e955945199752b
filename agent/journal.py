"""The agent's memory across crashes: SQLite, written before every act that has an effect.

One row a job from its lease until its last report was heard, one row a report that is
still to be heard. `synchronous=FULL` makes a commit reach the disk before the act it
announces; WAL lets that cost one write. All access goes through one thread, so that a
slow disk holds up no router.

The file holds scripts and, while a job is under way, its first export: mode 0600.
"""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from agent.errors import JournalError
from agent.recovery import Stage
from coordinator.contract import Report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Entry", "Journal", "QueuedReport"]

_T = TypeVar("_T")

# Ours, so that another program's database is not written over: "rosj".
_APPLICATION_ID = 0x726F736A
_VERSION = 1
_SCHEMA = """
CREATE TABLE job (
    job_id        TEXT PRIMARY KEY,
    site_id       TEXT NOT NULL,
    token         TEXT NOT NULL,
    lease_version INTEGER NOT NULL,
    should_backup INTEGER NOT NULL,
    script        BLOB NOT NULL,
    nonce         TEXT NOT NULL,
    stage         INTEGER NOT NULL,
    before        BLOB,
    report        TEXT
) STRICT;
CREATE TABLE report (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL,
    body   TEXT NOT NULL
) STRICT;
"""
_COLUMNS = (
    "job_id, site_id, token, lease_version, should_backup, script, nonce, stage, before, report"
)


@dataclass(frozen=True)
class Entry:
    """What the journal knows of one job.

    Attributes:
        script: The exact bytes.
        nonce: Of the marks around its output; stays the same over a restart.
        before: The export that was taken before the run, for the difference.
        report: The end, written down at ENDED; diff and verdict may still be added.
    """

    job_id: UUID
    site_id: UUID
    token: str
    lease_version: int
    should_backup: bool
    script: bytes
    nonce: str
    stage: Stage = Stage.TAKEN
    before: bytes | None = None
    report: Report | None = None


@dataclass(frozen=True)
class QueuedReport:
    """A last report that the coordinator has not confirmed; `number` orders them."""

    number: int
    job_id: UUID
    report: Report


class Journal:
    """Open a journal, making it if there is none.

    Every method returns only when what it wrote is on the disk.

    Args:
        path: Its file; the directory must exist.

    Raises:
        JournalError: Here or in any method: the file is not ours, damaged, or cannot be
            written. Nothing may be done on a router then.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        try:
            self._connection = self._thread.submit(_open, path).result()
        except JournalError:
            self._thread.shutdown()
            raise

    async def close(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._connection.close)
        self._thread.shutdown(wait=True)

    async def take(self, entry: Entry) -> Entry:
        """Write down a lease.

        A job that is known already keeps its stage, and takes the later lease's version:
        what the journal knows of it outlives a lease.
        """
        return await self._do(lambda: self._take(entry))

    async def advance(
        self,
        entry: Entry,
        stage: Stage,
        *,
        before: bytes | None = None,
        report: Report | None = None,
    ) -> Entry:
        """Write down that a job enters a stage, and what is known by then."""
        changed = replace(
            entry, stage=stage, before=before or entry.before, report=report or entry.report
        )
        await self._do(lambda: self._update(changed))
        return changed

    async def conclude(self, entry: Entry, report: Report) -> QueuedReport:
        """Queue the last report; the job then only waits for it to be heard."""
        return await self._do(lambda: self._conclude(entry, report))

    async def forget(self, job_id: UUID) -> None:
        """Remove a job and its report: it was heard, or the job is no longer ours."""
        await self._do(lambda: self._forget(job_id))

    async def entries(self) -> list[Entry]:
        """Return all jobs, in no order."""
        return await self._do(self._entries)

    async def queued_reports(self) -> list[QueuedReport]:
        """Return the reports that were not heard yet, oldest first."""
        return await self._do(self._queued)

    async def _do(self, work: Callable[[], _T]) -> _T:
        loop = asyncio.get_running_loop()
        try:
            # Shielded: a write that was begun is finished, also for a cancelled task.
            return await asyncio.shield(loop.run_in_executor(self._thread, work))
        except sqlite3.Error as error:
            raise JournalError(f"{self._path}: {error}") from error

    # --- In the journal's thread ------------------------------------------------

    def _take(self, entry: Entry) -> Entry:
        with self._connection as connection:
            row = connection.execute(
                f"SELECT {_COLUMNS} FROM job WHERE job_id = ?",  # noqa: S608 - a constant
                (str(entry.job_id),),
            ).fetchone()
            if row is None:
                connection.execute(
                    f"INSERT INTO job ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                    _row(entry),
                )
                return entry
            kept = replace(_entry(row), lease_version=entry.lease_version)
            connection.execute(
                "UPDATE job SET lease_version = ? WHERE job_id = ?",
                (kept.lease_version, str(kept.job_id)),
            )
            return kept

    def _update(self, entry: Entry) -> None:
        with self._connection as connection:
            connection.execute(
                "UPDATE job SET stage = ?, before = ?, report = ? WHERE job_id = ?",
                (entry.stage, entry.before, _text(entry.report), str(entry.job_id)),
            )

    def _conclude(self, entry: Entry, report: Report) -> QueuedReport:
        with self._connection as connection:
            # The export holds secrets and has served: it does not wait for the coordinator.
            connection.execute(
                "UPDATE job SET stage = ?, before = NULL, report = ? WHERE job_id = ?",
                (Stage.REPORTING, _text(report), str(entry.job_id)),
            )
            connection.execute("DELETE FROM report WHERE job_id = ?", (str(entry.job_id),))
            cursor = connection.execute(
                "INSERT INTO report (job_id, body) VALUES (?, ?)",
                (str(entry.job_id), _text(report)),
            )
        return QueuedReport(cursor.lastrowid or 0, entry.job_id, report)

    def _forget(self, job_id: UUID) -> None:
        with self._connection as connection:
            connection.execute("DELETE FROM report WHERE job_id = ?", (str(job_id),))
            connection.execute("DELETE FROM job WHERE job_id = ?", (str(job_id),))

    def _entries(self) -> list[Entry]:
        rows = self._connection.execute(f"SELECT {_COLUMNS} FROM job").fetchall()  # noqa: S608
        return [_entry(row) for row in rows]

    def _queued(self) -> list[QueuedReport]:
        rows = self._connection.execute("SELECT number, job_id, body FROM report ORDER BY number")
        return [
            QueuedReport(number, UUID(job_id), Report.model_validate_json(body))
            for number, job_id, body in rows
        ]


def _open(path: Path) -> sqlite3.Connection:
    try:
        path.touch(mode=0o600, exist_ok=True)
        # One agent a state directory: a second one would run the first one's jobs again.
        connection = sqlite3.connect(path, timeout=1, isolation_level="IMMEDIATE")
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    except (sqlite3.Error, OSError) as error:
        raise JournalError(f"{path}: {error}") from error
    try:
        _make_tables(connection, path)
    except JournalError:
        connection.close()
        raise
    return connection


def _make_tables(connection: sqlite3.Connection, path: Path) -> None:
    (found,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables == 0:
        connection.executescript(
            f"BEGIN;{_SCHEMA}PRAGMA application_id = {_APPLICATION_ID};"
            f"PRAGMA user_version = {_VERSION};COMMIT;"
        )
    elif found != _APPLICATION_ID or version != _VERSION:
        raise JournalError(f"{path}: not a journal of this release of the agent")


def _text(report: Report | None) -> str | None:
    return None if report is None else report.model_dump_json()


def _row(entry: Entry) -> tuple[object, ...]:
    return (
        str(entry.job_id),
        str(entry.site_id),
        entry.token,
        entry.lease_version,
        entry.should_backup,
        entry.script,
        entry.nonce,
        entry.stage,
        entry.before,
        _text(entry.report),
    )


def _entry(row: tuple[str, str, str, int, int, bytes, str, int, bytes | None, str | None]) -> Entry:
    return Entry(
        job_id=UUID(row[0]),
        site_id=UUID(row[1]),
        token=row[2],
        lease_version=row[3],
        should_backup=bool(row[4]),
        script=row[5],
        nonce=row[6],
        stage=Stage(row[7]),
        before=row[8],
        report=None if row[9] is None else Report.model_validate_json(row[9]),
    )
