"""The files of one router: names, contents, times, and the room they take.

A file may grow after the command that writes it has answered, as `/export
file=` and `/system backup save` do: `write_later` shows it empty, then half,
then whole, by the clock. `delay` says how long that takes.

Source: routeros-api.md, sections 5.1, 7.1 and 7.2.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.errors import RouterError
from simulator.values import Id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulator.clock import Clock, Timer
    from simulator.version import Version

__all__ = ["DEFAULT_CAPACITY", "File", "FileStore"]

# What `/system resource` shows of a small router: total-hdd-space, and what the system itself
# takes of it.
DEFAULT_CAPACITY = 134_217_728
_SYSTEM_BYTES = 25_417_728

# `contents` is shown up to the first, accepted up to the second (7.24.4: 60,416 bytes are
# taken, 61,440 are not). Version 6 has one limit for both; that its text is the same is assumed.
_SHOWN, _ACCEPTED = 61_440, 60_416
_V6_LIMIT = 4096

_CONTENTS_TOO_LONG = b"failure: contents too long"
# Neither text was captured: assumed.
_NO_SPACE = b"failure: not enough space on disk"
_ALREADY_THERE = b"failure: file already exists"

_KINDS = {b"rsc": b"script", b"backup": b"backup", b"npk": b"package"}
_LETTERS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class File:
    """One file or directory.

    Attributes:
        name: With its directories, `flash/a.rsc`.
        contents: What is there of it by now.
        modified: Nanoseconds since 1970, UTC, on the router's own clock.
        number: What ids of releases before 7.24 are made of.
    """

    name: bytes
    contents: bytes
    modified: int
    number: int
    directory: bool = False
    growing: list[Timer] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.contents)

    @property
    def type(self) -> bytes:
        """`script`, `backup`, `.txt file`, `file`, `directory` … by the ending of the name."""
        if self.directory:
            return b"directory"
        _, dot, ending = self.name.rpartition(b"/")[2].rpartition(b".")
        if not dot:
            return b"file"
        return _KINDS.get(ending, b"." + ending + b" file")


class FileStore:
    """All files of one router.

    Args:
        clock: What lets files grow.
        version: Decides limits and the form of ids.
        now: The router's own wall clock, nanoseconds since 1970.
        capacity: Bytes of the disk, what the system takes included.

    Attributes:
        delay: Seconds until a file that `write_later` begins is whole.
        capacity: As given; may be changed.
        on_change: Called with the file's name after every change.
    """

    def __init__(
        self,
        clock: Clock,
        version: Version,
        now: Callable[[], int],
        *,
        capacity: int = DEFAULT_CAPACITY,
    ) -> None:
        self._clock = clock
        self._version = version
        self._now = now
        self._files: dict[bytes, File] = {}
        self._last_number = 0
        self.capacity = capacity
        self.delay = 0.2
        self.on_change: Callable[[bytes], None] = _nobody

    def __iter__(self) -> Iterator[File]:
        """Yield the files by name."""
        return iter([self._files[name] for name in sorted(self._files)])

    def __len__(self) -> int:
        return len(self._files)

    @property
    def free(self) -> int:
        """Bytes left on the disk."""
        used = sum(file.size for file in self._files.values())
        return max(0, self.capacity - _SYSTEM_BYTES - used)

    @property
    def limit_shown(self) -> int:
        """Largest size in bytes of which `print` still shows `contents`."""
        return _V6_LIMIT if self._version.is_v6 else _SHOWN

    def id_of(self, file: File) -> Id:
        """Return `*1F`, or from 7.24 on `**` and a token that follows from the name."""
        if self._version.since("7.24"):
            return Id(b"**" + _token(file.name))
        return Id(b"*%X" % file.number)

    def get(self, name: bytes) -> File | None:
        return self._files.get(_clean(name))

    def read(self, name: bytes) -> bytes | None:
        """Return what the file holds by now, None when there is no such file."""
        file = self.get(name)
        return None if file is None or file.directory else file.contents

    def add(self, name: bytes, contents: bytes = b"", *, directory: bool = False) -> File:
        """Make a file or directory that is not there yet.

        Raises:
            RouterError: It is there, the contents are too long or find no room.
        """
        if _clean(name) in self._files:
            raise RouterError(_ALREADY_THERE)
        self.check_length(contents)
        return self.write(name, contents, directory=directory)

    def check_length(self, contents: bytes) -> None:
        """Refuse contents longer than a command may set.

        Raises:
            RouterError: `failure: contents too long`.
        """
        if len(contents) > (_V6_LIMIT if self._version.is_v6 else _ACCEPTED):
            raise RouterError(_CONTENTS_TOO_LONG)

    def write(self, name: bytes, contents: bytes, *, directory: bool = False) -> File:
        """Make or replace a file, whole at once and of any length.

        Directories on its way are made as well (assumed).

        Raises:
            RouterError: The disk has no room; an older file of that name stays.
        """
        name = _clean(name)
        old = self._files.get(name)
        if len(contents) > self.free + (old.size if old else 0):
            raise RouterError(_NO_SPACE)
        file = self._place(name, directory=directory)
        self._fill(file, contents)
        return file

    def write_later(
        self,
        name: bytes,
        contents: bytes,
        *,
        seconds: float | None = None,
        on_whole: Callable[[], None] | None = None,
    ) -> File:
        """Make or replace a file that is empty now and whole after a while.

        When the disk has no room for it, it stays empty: nobody is there any more to be
        told (assumed).

        `seconds` later (`delay` when None) it is whole, and `on_whole` is called.
        """
        file = self._place(_clean(name))
        self._fill(file, b"")
        if len(contents) > self.free:
            return file
        seconds = self.delay if seconds is None else seconds

        def finish() -> None:
            self._fill(file, contents)
            file.growing.clear()
            if on_whole is not None:
                on_whole()

        half = contents[: len(contents) // 2]
        file.growing = [
            self._clock.call_later(seconds / 2, lambda: self._fill(file, half)),
            self._clock.call_later(seconds, finish),
        ]
        return file

    def rename(self, file: File, name: bytes) -> None:
        """Give a file another name; what is in a directory goes with it.

        Raises:
            RouterError: The name is taken.
        """
        name = _clean(name)
        if name == file.name:
            return
        if name in self._files:
            raise RouterError(_ALREADY_THERE)
        for each in self._below(file):
            self._files[name + each.name[len(file.name) :]] = self._files.pop(each.name)
            self.on_change(each.name)
        for path in list(self._files):
            self._files[path].name = path
        self.on_change(name)

    def remove(self, file: File) -> None:
        """Delete a file; of a directory everything in it."""
        for each in self._below(file):
            _stop(each)
            del self._files[each.name]
            self.on_change(each.name)

    def _below(self, file: File) -> list[File]:
        inside = file.name + b"/"
        return [
            each for each in self._files.values() if each is file or each.name.startswith(inside)
        ]

    def _place(self, name: bytes, *, directory: bool = False) -> File:
        """Return an entry of that name that nothing writes to any more."""
        parent = name.rpartition(b"/")[0]
        if parent and parent not in self._files:
            self._place(parent, directory=True)
        file = self._files.get(name)
        if file is None:
            self._last_number += 1
            file = File(name, b"", self._now(), self._last_number, directory)
            self._files[name] = file
        _stop(file)
        return file

    def _fill(self, file: File, contents: bytes) -> None:
        file.contents = contents
        file.modified = self._now()
        self.on_change(file.name)


def _stop(file: File) -> None:
    for timer in file.growing:
        timer.cancel()
    file.growing.clear()


def _clean(name: bytes) -> bytes:
    return name.strip(b"/")


def _token(name: bytes) -> bytes:
    """Return letters and digits that look like chance but follow from the name.

    The real function is not known; that it depends on the name alone and grows with it is.
    """
    stream = b"".join(
        hashlib.sha256(b"file %d" % block).digest() for block in range(len(name) // 32 + 1)
    )
    number = int.from_bytes(b"\1" + bytes(a ^ b for a, b in zip(name, stream, strict=False)), "big")
    out = bytearray()
    while number:
        number, digit = divmod(number, len(_LETTERS))
        out.append(_LETTERS[digit])
    return bytes(out)


def _nobody(name: bytes) -> None:
    """Stand in until somebody listens."""
