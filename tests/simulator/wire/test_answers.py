from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.errors import RouterError
from simulator.values import Array, Id, Ip, Time
from simulator.wire import answers
from simulator.wire.codec import SentenceDecoder

if TYPE_CHECKING:
    from simulator.console.request import Row


def sentences(data: bytes) -> list[list[bytes]]:
    decoder = SentenceDecoder(max_word=len(data) + 1, max_sentence=2 * len(data) + 9)
    decoder.receive_data(data)
    found = []
    while (sentence := decoder.next_sentence()) is not None:
        found.append(sentence)
    return found


def test_row_shows_each_type_as_the_api_does() -> None:
    row: Row = {
        ".id": Id(b"*1F"),
        "name": b"r\xfcck",
        "mtu": 1500,
        "disabled": False,
        "timeout": Time(90_000_000_000),
        "gateway": Ip(0xC0000201),
        "policy": Array([b"read", b"write"]),
        "passive": b"",
    }

    assert sentences(answers.rows([row])) == [
        [
            b"!re",
            b"=.id=*1F",
            b"=name=r\xfcck",
            b"=mtu=1500",
            b"=disabled=false",
            b"=timeout=1m30s",
            b"=gateway=192.0.2.1",
            b"=policy=read,write",
            b"=passive=",
        ]
    ]


@pytest.mark.parametrize("size", [0, 0x7E, 0x7F, 0x80, 0x3FF, 0x400, 0x3FFF, 0x4000, 70_000])
def test_row_may_hold_a_value_of_any_length(size: int) -> None:
    assert sentences(answers.rows([{"x": b"v" * size}])) == [[b"!re", b"=x=" + b"v" * size]]


def test_row_without_properties_is_a_sentence_without_words() -> None:
    assert answers.rows([{}, {}]) == b"\x03!re\x00\x03!re\x00"


def test_find_joins_ids_by_semicolons() -> None:
    assert sentences(answers.done(ret=Array([Id(b"*1"), Id(b"*2")]))) == [[b"!done", b"=ret=*1;*2"]]


def test_done_of_a_login_is_seven_bytes() -> None:
    assert answers.done() == b"\x05!done\x00"


def test_failed_login_is_what_captures_show() -> None:
    error = RouterError(b"invalid user name or password (6)")

    assert answers.traps(error) + answers.done() == (
        b"\x05!trap\x2a=message=invalid user name or password (6)\x00\x05!done\x00"
    )


def test_tag_follows_the_reply_word() -> None:
    data = (
        answers.rows([{"a": 1}], b"7")
        + answers.empty(b"7")
        + answers.trap(b"interrupted", 2, b"7")
        + answers.done(b"7", b"x")
    )

    assert sentences(data) == [
        [b"!re", b".tag=7", b"=a=1"],
        [b"!empty", b".tag=7"],
        [b"!trap", b".tag=7", b"=category=2", b"=message=interrupted"],
        [b"!done", b".tag=7", b"=ret=x"],
    ]


def test_only_the_first_of_several_traps_has_the_category() -> None:
    error = RouterError(
        b"no such command or directory (adress)", category=0, more=(b"no such command prefix",)
    )

    assert sentences(answers.traps(error, b"1")) == [
        [b"!trap", b".tag=1", b"=category=0", b"=message=no such command or directory (adress)"],
        [b"!trap", b".tag=1", b"=message=no such command prefix"],
    ]


def test_last_word_is_bare() -> None:
    assert sentences(answers.fatal(b"not logged in")) == [[b"!fatal", b"not logged in"]]
