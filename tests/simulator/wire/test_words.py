from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import RouterError
from simulator.version import Version
from simulator.wire.words import read_command

if TYPE_CHECKING:
    from simulator.console.request import Request

V7 = Version("7.22.3")


def request(*words: bytes) -> Request:
    return read_command(words).request(V7)


def test_path_is_menu_and_command() -> None:
    asked = request(b"/ip/firewall/filter/print")

    assert (asked.menu, asked.command) == (("ip", "firewall", "filter"), "print")


def test_command_of_the_root_has_no_menu() -> None:
    assert (request(b"/import").menu, request(b"/import").command) == ((), "import")


def test_doubled_slashes_do_no_harm() -> None:
    asked = request(b"//ip//address/print")

    assert (asked.menu, asked.command) == (("ip", "address"), "print")


def test_menu_with_spaces_stays_one_word() -> None:
    asked = request(b"/ip address print")

    assert (asked.menu, asked.command) == ((), "ip address print")


def test_getall_is_print() -> None:
    assert request(b"/interface/getall").command == "print"


def test_listen_is_print_of_what_follows() -> None:
    asked = request(b"/interface/listen", b"?name=a")

    assert asked.command == "print"
    assert asked.arguments == {"follow-only": b""}
    assert asked.where is not None


def test_arguments_keep_their_bytes() -> None:
    asked = request(b"/x/add", b"=comment=a=b\r\n\x00\xfc", b"=disabled=", b"=detail")

    assert asked.arguments == {"comment": b"a=b\r\n\x00\xfc", "disabled": b"", "detail": b""}


def test_exclamation_mark_clears() -> None:
    asked = request(b"/x/set", b"=.id=*1", b"=!comment=")

    assert asked.arguments == {".id": b"*1"}
    assert asked.unset == {"comment"}


@pytest.mark.parametrize(
    ("word", "names"),
    [
        (b"=.proplist=name,.id", ("name", ".id")),
        (b"=.proplist=name,,name", ("name",)),
        (b"=.proplist=", None),
    ],
)
def test_proplist_is_no_argument(word: bytes, names: tuple[str, ...] | None) -> None:
    asked = request(b"/x/print", word)

    assert asked.proplist == names
    assert asked.arguments == {}


def test_tag_is_found_anywhere() -> None:
    command = read_command([b"/x/print", b".tag=a=b", b"=detail="])

    assert command.tag == b"a=b"
    assert command.arguments == {"detail": b""}


def test_other_words_with_a_dot_are_skipped() -> None:
    assert read_command([b"/x/print", b".later=1"]).arguments == {}


def test_word_of_no_kind_is_an_argument_that_nobody_has() -> None:
    assert request(b"/x/print", b">?name=5").arguments == {">?name": b"5"}


@pytest.mark.parametrize("path", [b"/x/set", b"/x/remove", b"/x/find"])
def test_only_lists_read_queries(path: bytes) -> None:
    assert request(path, b"?name=a", b"?#broken").where is None


def test_list_reads_its_query() -> None:
    where = request(b"/x/print", b"?name=a").where

    assert where is not None
    assert where({"name": b"a"})
    assert not where({"name": b"b"})


def test_broken_query_of_a_list_is_refused() -> None:
    with pytest.raises(RouterError):
        request(b"/x/print", b"?#broken")


@given(st.lists(st.binary(min_size=1, max_size=30), min_size=1, max_size=6))
def test_any_words_make_a_command(words: list[bytes]) -> None:
    command = read_command(words)
    command.query.clear()  # the one part that may be refused

    assert command.request(V7).command is not None
