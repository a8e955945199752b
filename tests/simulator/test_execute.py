"""/execute in its three forms."""

from __future__ import annotations

import re

import pytest

from simulator.errors import RouterError
from simulator.values import Id
from tests.simulator.driving import ALL, Driver


def as_string(driver: Driver, source: bytes) -> bytes:
    answer = driver.run("/execute", script=source, as_string=b"").ret
    assert isinstance(answer, bytes)
    return answer


def output(driver: Driver, source: bytes) -> bytes:
    """Run code into a file and return the file."""
    driver.run("/execute", script=source, file=b"out")
    driver.clock.advance(60)
    contents = driver.router.files.read(b"out.txt")
    assert contents is not None
    return contents


def test_execute_answers_a_job_at_once() -> None:
    driver = Driver()
    answer = driver.run("/execute", script=b":delay 5s; /system identity set name=ran").ret
    assert isinstance(answer, Id)
    assert re.fullmatch(rb"\*[0-9A-F]+", answer.text)
    assert driver.row("/system/script/job")[".id"] == answer.text
    assert driver.router.identity == b"MikroTik"

    driver.clock.advance(6)
    assert driver.router.identity == b"ran"
    assert driver.rows("/system/script/job") == []


def test_errors_of_executed_code_are_invisible() -> None:
    driver = Driver()
    answer = driver.run("/execute", script=b':error "boom"').ret
    driver.clock.advance(1)

    assert isinstance(answer, Id)
    assert b"please check it manually" in driver.rows("/log")[0]["message"]


def test_executed_code_that_does_not_parse_has_a_job_too() -> None:
    assert isinstance(Driver().run("/execute", script=b":put (").ret, Id)


def test_killed_before_it_began() -> None:
    driver = Driver()
    answer = driver.run("/execute", script=b"/system identity set name=ran").ret
    assert isinstance(answer, Id)
    driver.run("/system/script/job/remove", id=answer.text)
    driver.clock.advance(5)

    assert driver.router.identity == b"MikroTik"


def test_file_is_there_before_its_contents() -> None:
    driver = Driver()
    driver.run("/execute", script=b":put one; :delay 2s; :put two", file=b"out")
    driver.clock.advance(1)
    assert driver.row("/file")["size"] == b"0"

    driver.clock.advance(2)
    assert driver.router.files.read(b"out.txt") == b"one\r\ntwo\r\n"


def test_error_is_the_last_line_of_the_file() -> None:
    text = output(Driver(), b':put one; :error "boom"; :put two')

    assert text == b"one\r\nboom (:error; line 1)\r\n"


def test_output_is_cut_where_the_disk_is_full() -> None:
    driver = Driver()
    files = driver.router.files
    files.capacity -= files.free - 10
    text = output(driver, b":for i from=1 to=100 do={ :put abcd }")

    assert text == b"abcd\r\nabcd"
    assert files.free == 0


def test_file_that_was_removed_meanwhile_does_not_come_back() -> None:
    driver = Driver()
    driver.run("/execute", script=b":delay 2s; :put x", file=b"out")
    driver.clock.advance(1)
    driver.run("/file/remove", numbers=b"out.txt")
    driver.clock.advance(5)

    assert driver.rows("/file") == []


def test_as_string_blocks_and_gives_lines_with_crlf() -> None:
    driver = Driver()
    process = driver.start("/execute", script=b":put one; :delay 3s; :put two", as_string=b"")
    assert not process.ended
    driver.clock.advance(3)

    assert process.result.ret == b"one\r\ntwo\r\n"


def test_as_string_is_on_whatever_its_value() -> None:
    assert Driver().run("/execute", script=b":put x", as_string=b"false").ret == b"x\r\n"


@pytest.mark.parametrize(
    ("version", "text"),
    [("7.16.2", b"one\r\nboom\r\n"), ("7.22.3", b"one\r\nboom (:error; line 1)\r\n")],
)
def test_error_under_as_string_is_text(version: str, text: bytes) -> None:
    assert as_string(Driver(version), b':put one; :error "boom"') == text


def test_syntax_error_under_as_string_is_text() -> None:
    assert as_string(Driver(), b":put one\n:put (").startswith(b"syntax error (line 2 column")


def test_output_longer_than_a_string_is_refused() -> None:
    source = b":for i from=1 to=7000 do={ :put 0123456789 }"

    driver = Driver()
    process = driver.start("/execute", script=source, as_string=b"")
    driver.clock.advance(1)
    assert isinstance(process.error, RouterError)
    assert process.error.message == b"afraid to create strings larger than 64kB"


def test_source_longer_than_a_string_is_refused() -> None:
    message = Driver().refusal("/execute", script=b"#" * 65_536)

    assert message == b"afraid to create strings larger than 64kB"


def test_print_is_shown_as_at_a_terminal() -> None:
    assert as_string(Driver(), b"/system identity print") == b"  name: MikroTik\r\n"


def test_export_is_shown_as_at_a_terminal() -> None:
    text = as_string(Driver(), b"/export")

    assert text.startswith(b"# 2026-01-15 10:00:00 by RouterOS 7.22.3\r\n# system id = ")


def test_executed_code_does_not_see_locals_of_its_caller() -> None:
    driver = Driver()
    text = output(
        driver,
        b':local x "v"\n:global OUT1 "unset"\n'
        b':execute {:global OUT1; :set OUT1 "<$x>"}\n:delay 1s\n:put $OUT1',
    )
    assert text == b"<>\r\n"


def test_execute_in_a_script_with_as_string_gives_text() -> None:
    text = as_string(Driver(), b':put ("<" . [:execute ":put inner" as-string] . ">")')

    assert text == b"<inner\r\n>\r\n"


def test_rights_of_executed_code_are_the_callers() -> None:
    driver = Driver(policies=ALL - {"write"})

    text = as_string(driver, b"/system identity set name=x")
    assert text.startswith(b"not enough permissions (9)")
