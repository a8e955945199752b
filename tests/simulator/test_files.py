from __future__ import annotations

import pytest

from simulator.clock import VirtualClock
from simulator.errors import RouterError
from simulator.files import FileStore
from simulator.values import Id
from simulator.version import Version


def store(version: str = "7.22.3") -> FileStore:
    clock = VirtualClock()
    return FileStore(clock, Version(version), clock.now)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (b"a.rsc", b"script"),
        (b"a.backup", b"backup"),
        (b"routeros.npk", b"package"),
        (b"out.txt", b".txt file"),
        (b"x/data.json", b".json file"),
        (b"notes", b"file"),
    ],
)
def test_type_follows_from_the_ending(name: bytes, kind: bytes) -> None:
    assert store().write(name, b"x").type == kind


def test_directories_on_the_way_are_made() -> None:
    files = store()
    files.write(b"flash/scripts/a.rsc", b"")

    assert [(file.name, file.type) for file in files] == [
        (b"flash", b"directory"),
        (b"flash/scripts", b"directory"),
        (b"flash/scripts/a.rsc", b"script"),
    ]


@pytest.mark.parametrize(
    ("version", "most"), [("6.49.18", 4096), ("7.12", 60_416), ("7.24.4", 60_416)]
)
def test_contents_have_a_limit_by_version(version: str, most: int) -> None:
    files = store(version)
    files.add(b"fits.txt", b"x" * most)

    with pytest.raises(RouterError, match="failure: contents too long"):
        files.add(b"long.txt", b"x" * (most + 1))
    assert files.get(b"long.txt") is None


def test_contents_are_bytes_as_given() -> None:
    files = store()
    files.write(b"bin", bytes(range(256)) * 300)

    assert files.read(b"bin") == bytes(range(256)) * 300


def test_file_grows_after_its_command() -> None:
    clock = VirtualClock()
    files = FileStore(clock, Version("7.22.3"), clock.now)
    whole: list[int] = []
    file = files.write_later(
        b"e.rsc", b"0123456789", seconds=2, on_whole=lambda: whole.append(clock.now())
    )

    assert file.size == 0
    clock.advance(1)
    assert file.contents == b"01234"
    assert not whole
    clock.advance(1)
    assert file.contents == b"0123456789"
    assert whole == [clock.now()]


def test_removed_file_does_not_come_back() -> None:
    clock = VirtualClock()
    files = FileStore(clock, Version("7.22.3"), clock.now)
    file = files.write_later(b"e.rsc", b"text")
    files.remove(file)
    clock.advance(10)

    assert files.get(b"e.rsc") is None
    assert len(files) == 0


def test_newer_write_ends_the_older_one() -> None:
    clock = VirtualClock()
    files = FileStore(clock, Version("7.22.3"), clock.now)
    files.write_later(b"e.rsc", b"old")
    files.write(b"e.rsc", b"new")
    clock.advance(10)

    assert files.read(b"e.rsc") == b"new"


def test_full_disk_refuses_a_write_and_keeps_the_old_file() -> None:
    files = store()
    files.write(b"a", b"old")
    files.capacity -= files.free - 10

    with pytest.raises(RouterError, match="space"):
        files.write(b"a", b"x" * 14)
    assert files.read(b"a") == b"old"
    files.write(b"a", b"x" * 13)
    assert files.free == 0


def test_file_without_room_stays_empty() -> None:
    clock = VirtualClock()
    files = FileStore(clock, Version("7.22.3"), clock.now)
    files.capacity -= files.free - 1024
    file = files.write_later(b"e.rsc", b"x" * 9000)
    clock.advance(60)

    assert file.size == 0


def test_ids_are_hex_before_7_24() -> None:
    files = store("7.22.3")

    assert files.id_of(files.write(b"a", b"")) == Id(b"*1")
    assert files.id_of(files.write(b"b", b"")) == Id(b"*2")


def test_ids_of_7_24_follow_from_the_name() -> None:
    files = store("7.24.3")
    first = files.id_of(files.write(b"backup-2026.rsc", b"1"))
    files.remove(next(iter(files)))
    other = files.id_of(files.write(b"other", b""))

    assert first.text.startswith(b"**")
    assert first.text[2:].isalnum()
    assert files.id_of(files.write(b"backup-2026.rsc", b"2")) == first
    assert other != first
    assert len(other.text) < len(first.text)


def test_removing_a_directory_removes_what_is_in_it() -> None:
    files = store()
    files.write(b"d/a", b"")
    files.write(b"d/e/b", b"")
    files.write(b"dx", b"")
    directory = files.get(b"d")
    assert directory is not None
    files.remove(directory)

    assert [file.name for file in files] == [b"dx"]


def test_renaming_a_directory_takes_its_files_along() -> None:
    files = store()
    files.write(b"d/a", b"1")
    directory = files.get(b"d")
    assert directory is not None
    files.rename(directory, b"e")

    assert files.read(b"e/a") == b"1"
    assert files.get(b"d") is None


def test_name_that_is_taken_is_refused() -> None:
    files = store()
    one = files.add(b"a", b"1")
    files.add(b"b", b"2")

    with pytest.raises(RouterError, match="already"):
        files.add(b"a")
    with pytest.raises(RouterError, match="already"):
        files.rename(one, b"b")
    assert files.read(b"b") == b"2"
