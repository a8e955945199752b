from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.facts import Release
from agent.names import Names
from agent.wrapper import EndingKind, captured_wrapper, read_capture, stored_wrapper

NAMES = Names.of("aB3dE6gH9j", UUID(int=1))
NEW, OLD = Release("7.22.3"), Release("7.12.2")


def test_nothing_but_names_is_inserted() -> None:
    for source in (
        captured_wrapper(NAMES, NEW, "f00d"),
        captured_wrapper(NAMES, OLD, "f00d"),
        stored_wrapper(NAMES, "f00d"),
    ):
        assert "{{" not in source
        assert source.count("{") == source.count("}")
        assert source.count('"') % 2 == 0
        assert 'name="job-aB3dE6gH9j"' in source


def test_onerror_is_used_only_where_it_exists() -> None:
    assert ":onerror" in captured_wrapper(NAMES, NEW, "f00d")
    assert ":onerror" not in captured_wrapper(NAMES, OLD, "f00d")
    assert ":onerror" not in stored_wrapper(NAMES, "f00d")


def test_output_stands_between_the_marks() -> None:
    ending = read_capture(b"f00d begin\r\none\r\ntwo\r\nf00d done\r\n\r\n", "f00d", NEW)

    assert (ending.kind, ending.output, ending.error) == (EndingKind.DONE, b"one\ntwo\n", b"")


def test_error_stands_behind_the_end_mark() -> None:
    ending = read_capture(
        b"f00d begin\r\none\r\nf00d failed\r\nboom (:error; line 2)\r\n", "f00d", NEW
    )

    assert ending.kind is EndingKind.FAILED
    assert ending.output == b"one\n"
    assert ending.error == b"boom (:error; line 2)"


def test_script_cannot_fake_the_end_without_the_nonce() -> None:
    ending = read_capture(b"f00d begin\r\nbeef done\r\nf00d failed\r\nboom\r\n", "f00d", NEW)

    assert ending.kind is EndingKind.FAILED
    assert ending.output == b"beef done\n"


def test_before_onerror_the_last_line_is_the_error() -> None:
    ending = read_capture(b"f00d begin\r\none\r\nfailure: already have such name\r\n", "f00d", OLD)

    assert ending.kind is EndingKind.FAILED
    assert ending.output == b"one\n"
    assert ending.error == b"failure: already have such name"


def test_end_without_any_mark_after_the_begin_is_cut() -> None:
    ending = read_capture(b"f00d begin\r\nhalf\r\n", "f00d", NEW)

    assert (ending.kind, ending.output) == (EndingKind.CUT, b"half\n")


def test_marker_that_is_not_ready_runs_nothing() -> None:
    ending = read_capture(b"f00d not ready routeros-jobs started\r\n", "f00d", NEW)

    assert (ending.kind, ending.error) == (EndingKind.NOT_READY, b"routeros-jobs started")


@pytest.mark.parametrize("text", [b"no such item\r\n", b"Script Error: no such item\r\n"])
def test_error_before_the_begin_is_a_refusal(text: bytes) -> None:
    ending = read_capture(text, "f00d", NEW)

    assert (ending.kind, ending.error) == (EndingKind.REFUSED, b"no such item")


def test_bytes_of_the_output_stay() -> None:
    ending = read_capture(b"f00d begin\r\n\xff\x00\xd1\x82\r\nf00d done\r\n\r\n", "f00d", NEW)

    assert ending.output == b"\xff\x00\xd1\x82\n"


@given(
    lines=st.lists(
        st.binary(max_size=40).filter(lambda line: b"\n" not in line and b"\r" not in line)
    )
)
def test_any_output_comes_out_as_it_was_printed(lines: list[bytes]) -> None:
    nonce = "0badc0de0badc0de"
    output = b"".join(line + b"\n" for line in lines)
    framed = f"{nonce} begin\n".encode() + output + f"{nonce} done\n\n".encode()

    ending = read_capture(framed.replace(b"\n", b"\r\n"), nonce, NEW)

    assert (ending.kind, ending.output) == (EndingKind.DONE, output)
