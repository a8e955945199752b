from __future__ import annotations

import pytest

from simulator.errors import RouterError
from tests.simulator.driving import Driver, How


def test_row_of_a_file() -> None:
    driver = Driver()
    driver.router.files.write(b"a.rsc", b":put 1\n")

    assert driver.row("/file") == {
        ".id": b"*1",
        "name": b"a.rsc",
        "type": b"script",
        "size": b"7",
        "last-modified": b"2026-01-15 10:00:00",
        "contents": b":put 1\n",
    }


def test_directory_has_no_size() -> None:
    driver = Driver()
    driver.run("/file/add", name=b"d", type=b"directory")

    assert driver.row("/file")["type"] == b"directory"
    assert "size" not in driver.row("/file")


def test_time_has_another_name_before_7_16() -> None:
    driver = Driver("7.9")
    driver.router.files.write(b"a", b"")

    assert driver.row("/file")["creation-time"] == b"jan/15/2026 10:00:00"
    assert "last-modified" not in driver.row("/file")


@pytest.mark.parametrize(("version", "most"), [("6.49.18", 4096), ("7.22.3", 61_440)])
def test_contents_of_long_files_are_not_shown(version: str, most: int) -> None:
    driver = Driver(version)
    driver.router.files.write(b"short", b"x" * most)
    driver.router.files.write(b"too-long", b"x" * (most + 1))

    short, too_long = driver.rows("/file")
    assert len(short["contents"]) == most
    assert "contents" not in too_long
    assert too_long["size"] == b"%d" % (most + 1)


def test_file_is_known_by_id_and_by_name() -> None:
    driver = Driver()
    new = driver.add("/file", name=b"a.txt", contents=b"1")
    driver.run("/file/set", id=new, contents=b"2")
    assert driver.router.files.read(b"a.txt") == b"2"

    driver.run("/file/remove", numbers=b"a.txt")
    assert driver.rows("/file") == []


def test_ids_of_7_24_are_tokens_that_commands_take() -> None:
    driver = Driver("7.24.3")
    new = driver.add("/file", name=b"a.txt", contents=b"1")
    assert new.startswith(b"**")
    assert driver.row("/file")[".id"] == new

    driver.run("/file/remove", id=new)
    assert driver.rows("/file") == []


def test_remove_takes_many_and_a_directory_with_what_is_in_it() -> None:
    driver = Driver()
    for name in (b"d/a", b"d/b", b"c", b"e"):
        driver.router.files.write(name, b"")
    driver.run("/file/remove", numbers=b"d,d/a,c")

    assert [row["name"] for row in driver.rows("/file")] == [b"e"]


def test_unknown_file_is_no_such_item() -> None:
    assert Driver().refusal("/file/remove", numbers=b"nothing.txt") == b"no such item"


def test_contents_longer_than_the_limit_are_refused() -> None:
    driver = Driver()
    new = driver.add("/file", name=b"a.txt")

    message = driver.refusal("/file/set", id=new, contents=b"x" * 61_440)
    assert message == b"failure: contents too long"
    driver.run("/file/set", id=new, contents=b"x" * 60_416)
    assert driver.row("/file")["size"] == b"60416"


def test_file_can_be_renamed() -> None:
    driver = Driver()
    new = driver.add("/file", name=b"a.txt", contents=b"1")
    driver.run("/file/set", id=new, name=b"b.rsc")

    assert driver.row("/file")["name"] == b"b.rsc"
    assert driver.row("/file")["type"] == b"script"


@pytest.mark.parametrize(
    ("version", "command"),
    [("7.8", "/file/add"), ("6.49.18", "/file/add"), ("7.12.2", "/file/read")],
)
def test_commands_are_not_there_before_their_release(version: str, command: str) -> None:
    assert Driver(version).refusal(command, name=b"x") == b"no such command"


def test_read_gives_exact_pieces_of_bytes() -> None:
    driver = Driver()
    data = bytes(range(256)) * 400
    driver.router.files.write(b"x.backup", data)
    got = b""
    for offset in range(0, len(data), 32_768):
        (row,) = driver.run(
            "/file/read", file=b"x.backup", offset=b"%d" % offset, chunk_size=b"32768"
        ).rows
        piece = row["data"]
        assert isinstance(piece, bytes)
        got += piece

    assert got == data


def test_read_past_the_end_has_no_data() -> None:
    driver = Driver()
    driver.router.files.write(b"x", b"123")

    assert driver.run("/file/read", file=b"x", offset=b"3").rows == [{}]


@pytest.mark.parametrize("size", [b"0", b"32769"])
def test_chunk_size_has_limits(size: bytes) -> None:
    driver = Driver()
    driver.router.files.write(b"x", b"123")

    assert (
        driver.refusal("/file/read", file=b"x", chunk_size=size)
        == b"value of chunk-size is out of range (1 .. 32768)"
    )


def test_read_of_what_is_not_there() -> None:
    message = Driver().refusal("/file/read", file=b"x")

    assert message == b"input does not match any value of file"


def test_print_with_a_query_finds_a_file() -> None:
    driver = Driver()
    for name in (b"a.rsc", b"b.rsc"):
        driver.router.files.write(name, b"")
    reply = driver.run("/file/print", How(where=lambda row: row.get("name") == b"b.rsc"))

    assert [row["name"] for row in reply.rows] == [b"b.rsc"]


def test_write_needs_the_policy() -> None:
    driver = Driver(policies=frozenset({"read"}))

    with pytest.raises(RouterError, match="not enough permissions"):
        driver.add("/file", name=b"a")
