"""A checked backup: taken, waited for, read back whole, held against what it must be.

A backup that was not read back and checked is none, and without one the job does not
run. Two files are made: the configuration as text, and the router's own binary backup,
where the release can hand that out over the API (7.13 and later; before, it could not
be checked, and it is left out).

The binary file holds every key of the device, so it is always encrypted, with a password
made for it alone. That password is written to `backup-passwords.jsonl` in the agent's
state directory (mode 0600), beside the file's SHA-256, before the file is handed on.

Source: routeros-api.md, 7.1 to 7.3 and 14.2.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.device import FileEntry, find_file, read_file, remove_file
from agent.errors import RefusedError, StepError, readable
from coordinator.contract import ErrorClass

if TYPE_CHECKING:
    from agent.facts import Release
    from agent.router import Router

__all__ = [
    "Patience",
    "Taken",
    "check_binary",
    "check_export",
    "export_flags",
    "take_binary",
    "take_export",
]

_HEADER = re.compile(rb"# .+ by RouterOS \d")
_INCOMPLETE = re.compile(rb"^#error exporting .*$", re.MULTILINE)
# The first bytes of a backup: 88 AC A1 B1 plain, EF A8 91 72 encrypted by AES. They are
# not documented, so what begins otherwise is still taken. Fewer bytes hold no backup at all.
_LEAST_BINARY = 64
# How much longer a file must rest than it took to get there (ours: the rule of three
# readings alone is fooled by a device that writes in two bursts).
_REST = 1.25


@dataclass(frozen=True)
class Patience:
    """How long a file may take.

    Attributes:
        interval: Seconds between two looks at its size.
        readings: Looks that must agree before it counts as whole.
        deadline: Seconds until it must be whole. 60 s on slow devices (7.3), and more on
            those that are slower still.
    """

    interval: float = 0.3
    readings: int = 3
    deadline: float = 180.0


@dataclass(frozen=True)
class Taken:
    """A file that was read back whole and checked.

    Attributes:
        content: Exactly the router's bytes.
        sha256: Of the content, hex.
    """

    content: bytes
    sha256: str

    @classmethod
    def of(cls, content: bytes) -> Taken:
        return cls(content, hashlib.sha256(content).hexdigest())


# --- Rules ------------------------------------------------------------------


def export_flags(release: Release, *, secrets: bool) -> dict[str, str]:
    """Return the arguments of `/export` that the release knows.

    v6 shows secrets unless told otherwise and takes `show-sensitive` for a syntax error,
    which has made empty backups; v7 hides them unless told otherwise.
    """
    if release.is_v6:
        return {} if secrets else {"hide-sensitive": ""}
    return {"terse": "", "show-sensitive": ""} if secrets else {"terse": ""}


def check_export(content: bytes, size: int) -> None:
    """Hold an export against what it must be.

    Raises:
        StepError: With class backup.
    """
    _check_length("export", content, size)
    if _HEADER.match(content) is None:
        raise _bad("the export does not begin with the header of an export")
    if not content.endswith(b"\n"):
        raise _bad("the export ends in the middle of a line")
    if (hole := _INCOMPLETE.search(content)) is not None:
        raise _bad(f"the export is incomplete: {readable(hole[0].strip())}")


def check_binary(content: bytes, size: int) -> None:
    """Hold a binary backup against what it must be.

    Raises:
        StepError: With class backup.
    """
    _check_length("binary backup", content, size)
    if size < _LEAST_BINARY:
        raise _bad(f"the binary backup is only {size} bytes long")


def _check_length(what: str, content: bytes, size: int) -> None:
    if size == 0 or not content:
        raise _bad(f"the {what} is empty")
    if len(content) != size:
        raise _bad(f"of the {what} {len(content)} bytes could be read, but it has {size}")


def _bad(message: str) -> StepError:
    return StepError(ErrorClass.BACKUP, message)


# --- Acts -------------------------------------------------------------------


async def take_export(
    router: Router, name: str, release: Release, patience: Patience, *, secrets: bool
) -> Taken:
    """Export the whole configuration, read it back and check it; nothing stays behind.

    Args:
        router: The session.
        name: Of the file, without its ending.
        release: Of the router.
        patience: How long the file may take.
        secrets: Whether keys and passwords go into it.

    Raises:
        StepError: With class backup, when the router refuses or the file is not right.
        LinkError: The session failed.
    """
    arguments = {"file": name, **export_flags(release, secrets=secrets)}
    content, size = await _take(router, "/export", arguments, f"{name}.rsc", release, patience)
    check_export(content, size)
    return Taken.of(content)


async def take_binary(
    router: Router, name: str, password: str, release: Release, patience: Patience
) -> Taken:
    """Save a binary backup under a password, read it back and check it.

    Raises:
        StepError: With class backup.
        LinkError: The session failed.
    """
    arguments = {"name": name, "password": password, "encryption": "aes-sha256"}
    content, size = await _take(
        router, "/system/backup/save", arguments, f"{name}.backup", release, patience
    )
    check_binary(content, size)
    return Taken.of(content)


async def _take(
    router: Router,
    command: str,
    arguments: dict[str, str],
    file_name: str,
    release: Release,
    patience: Patience,
) -> tuple[bytes, int]:
    """Make a file, return its content and size, and remove it again.

    After a LinkError it may still be there: the session is gone.
    """
    try:
        await router.call(command, arguments, seconds=patience.deadline)
        entry = await _settled(router, file_name, patience)
        _check_readable(entry, release)
        content = await read_file(router, entry, release)
    except RefusedError as error:
        await _discard(router, file_name)
        raise _bad(f"the router refused: {readable(error.message)}") from error
    except StepError:
        await _discard(router, file_name)
        raise
    await _discard(router, file_name)
    return content, entry.size


async def _settled(router: Router, name: str, patience: Patience) -> FileEntry:
    """Wait until a file has stopped to grow: the command returns before it is whole."""
    begun = changed = time.monotonic()
    last, agreeing = 0, 0
    while True:
        entry = await find_file(router, name)
        now, size = time.monotonic(), entry.size if entry else 0
        if size != last:
            last, agreeing, changed = size, 0, now
        agreeing += 1
        # A router that took long to bring it so far may rest as long before it goes on.
        rested = now - changed >= _REST * (changed - begun)
        if entry is not None and size and agreeing >= patience.readings and rested:
            return entry
        if now - begun > patience.deadline:
            state = f"still at {size} bytes" if entry else "not there"
            raise _bad(f"{name} was {state} after {patience.deadline:g} s")
        await asyncio.sleep(patience.interval)


def _check_readable(entry: FileEntry, release: Release) -> None:
    if not release.reads_files and entry.size > release.most_contents:
        raise _bad(
            f"the file has {entry.size} bytes, and RouterOS {release.number} hands out at most "
            f"{release.most_contents} over the API (any size from 7.13)"
        )


async def _discard(router: Router, name: str) -> None:
    """Remove a file; one that the router keeps is swept at the start of the next job.

    A session that breaks here is the caller's to open again: the file is still there.
    """
    try:
        if (entry := await find_file(router, name)) is not None:
            await remove_file(router, entry)
    except RefusedError:
        return
