"""Copies a database while a coordinator works on it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import sqlalchemy as sa

from coordinator.errors import ConfigError

__all__ = ["copy_database"]


def copy_database(url: str, target: Path) -> int:
    """Write one consistent copy, readable by its owner alone; return its size in bytes.

    The copy is what was committed at one moment. It appears under its name when it is whole
    and on disk; nobody waits for it.

    Raises:
        ConfigError: It is no SQLite database, is damaged, or the copy cannot be written.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise ConfigError(
            "only SQLite databases are copied here; for PostgreSQL run "
            "pg_dump --format=custom --file=FILE DATABASE, which copies a live one as well"
        )
    source = Path(str(parsed.database))
    if not source.is_file():
        raise ConfigError(f"{source}: there is no database")
    if target.exists():
        raise ConfigError(f"{target} exists; a copy never replaces a file")
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        draft.touch(mode=0o600, exist_ok=False)
        _copy(source, draft)
        os.link(draft, target)  # fails, too, when another was quicker
        _flush(target.parent)
    except sqlite3.Error as error:
        raise ConfigError(f"{source}: {error}") from error
    except OSError as error:
        raise ConfigError(f"{error.filename}: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
    return target.stat().st_size


def _copy(source: Path, draft: Path) -> None:
    # All pages in one step are one read transaction: commits meanwhile are not in it.
    reader = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
    writer = sqlite3.connect(draft)
    try:
        reader.backup(writer)
        # One file, without the log beside it that the source has.
        writer.execute("PRAGMA journal_mode=DELETE")
        if (found := writer.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
            raise ConfigError(f"{source} is damaged: {found}")
    finally:
        writer.close()
        reader.close()
    _flush(draft)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
