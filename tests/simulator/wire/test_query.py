from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import RouterError
from simulator.values import Array, Id, Ip, Time
from simulator.version import Version
from simulator.wire.query import compile_query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.console.request import Row

V7 = Version("7.22.3")
SECOND = 1_000_000_000

ROWS: dict[str, Row] = {
    "ether1": {".id": Id(b"*1"), "name": b"ether1", "type": b"ether", "mtu": 1500, "running": True},
    "ether2": {
        ".id": Id(b"*2"),
        "name": b"ether2",
        "type": b"ether",
        "mtu": 900,
        "running": False,
        "comment": b"uplink",
    },
    "vlan1": {".id": Id(b"*A"), "name": b"vlan1", "type": b"vlan", "mtu": 1500, "running": True},
    "bridge": {".id": Id(b"*B"), "name": b"bridge", "type": b"bridge", "running": True},
}


def found(*words: bytes) -> list[str]:
    passes = compile_query(words, V7)
    assert passes is not None
    return [name for name, row in ROWS.items() if passes(row)]


def passes(row: Row, *words: bytes) -> bool:
    test = compile_query(words, V7)
    assert test is not None
    return test(row)


def test_no_words_make_no_test() -> None:
    assert compile_query([], V7) is None


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ([b"?comment"], ["ether2"]),
        ([b"?-comment"], ["ether1", "vlan1", "bridge"]),
        ([b"?type=vlan"], ["vlan1"]),
        ([b"?=type=vlan"], ["vlan1"]),
        ([b"?.id=*A"], ["vlan1"]),
        ([b"?type=ether", b"?running=true"], ["ether1"]),
        ([b"?type=ether", b"?type=vlan", b"?#|"], ["ether1", "ether2", "vlan1"]),
        ([b"?type=ether", b"?type=vlan", b"?#|!"], ["bridge"]),
        ([b"?type=ether", b"?#!"], ["vlan1", "bridge"]),
        ([b"?type=ether", b"?comment=uplink", b"?#!", b"?#&"], ["ether1"]),
        ([b"?>comment="], ["ether2"]),
        ([b"?comment="], []),
        ([b"?-running"], []),
        ([b"?name=x=y"], []),
    ],
)
def test_words_select_as_the_manual_says(words: list[bytes], names: list[str]) -> None:
    assert found(*words) == names


def test_the_manuals_three_word_example() -> None:
    """`?>distance=1` `?gateway=…` `?#&!`: neither, when both hold."""
    words = (b"?>distance=1", b"?gateway=192.0.2.1", b"?#&!")

    assert not passes({"distance": 2, "gateway": b"192.0.2.1"}, *words)
    assert passes({"distance": 1, "gateway": b"192.0.2.1"}, *words)
    assert passes({"distance": 2}, *words)


@pytest.mark.parametrize("word", [b"?running=true", b"?running=yes", b"?=running=yes"])
def test_flag_answers_to_yes_and_true(word: bytes) -> None:
    assert found(word) == ["ether1", "vlan1", "bridge"]


@pytest.mark.parametrize("word", [b"?running=false", b"?running=no"])
def test_flag_answers_to_no_and_false(word: bytes) -> None:
    assert found(word) == ["ether2"]


def test_text_that_reads_like_a_flag_is_text() -> None:
    assert passes({"comment": b"yes"}, b"?comment=yes")
    assert not passes({"comment": b"yes"}, b"?comment=true")


@pytest.mark.parametrize(
    ("word", "names"),
    [
        (b"?>mtu=1000", ["ether1", "vlan1"]),
        (b"?<mtu=1000", ["ether2"]),
        (b"?<mtu=900", []),
        (b"?>name=ether1", ["ether2", "vlan1"]),
    ],
)
def test_numbers_are_ordered_as_numbers_and_text_as_text(word: bytes, names: list[str]) -> None:
    assert found(word) == names


def test_times_and_addresses_are_ordered_by_their_size() -> None:
    assert passes({"uptime": Time(90 * SECOND)}, b"?>uptime=45s")
    assert not passes({"uptime": Time(90 * SECOND)}, b"?<uptime=45s")
    assert passes({"address": Ip(0xC0000202)}, b"?<address=192.0.2.10")


def test_operand_that_is_no_number_is_compared_as_text() -> None:
    assert passes({"mtu": 5}, b"?<mtu=auto")


def test_list_is_compared_as_it_is_printed() -> None:
    assert passes({"policy": Array([b"read", b"write"])}, b"?policy=read,write")


def test_non_ascii_bytes_are_compared_as_bytes() -> None:
    row: Row = {"comment": b"B\xfcro"}

    assert passes(row, b"?comment=B\xfcro")
    assert not passes(row, "?comment=Büro".encode())


@pytest.mark.parametrize(
    ("word", "stack", "result"),
    [
        (b"?#1", [True, False], True),  # at the end: all become what stands there
        (b"?#0", [True, False], False),
        (b"?#1.", [True, False], False),  # not at the end: a copy of it on top
        (b"?#0.!&", [True, True], False),
        (b"?#1.&", [False, True], False),
        (b"?#!.|", [True], False),
        (b"?#.&", [True], True),
        (b"?#7", [False], True),  # below the bottom is true
        (b"?#!", [], False),
        (b"?#&", [], True),
        (b"?#|", [False], True),
        (b"?#99999999999999999999", [False], True),
    ],
)
def test_operators_work_on_the_stack(word: bytes, stack: list[bool], result: bool) -> None:
    pushed = [b"?yes" if value else b"?no" for value in stack]

    assert passes({"yes": True}, *pushed, word) is result


def _reference(words: Sequence[str], truths: dict[str, bool]) -> bool:
    """The evaluation of section 4, word by word, for operators without indexes."""
    stack: list[bool] = []
    for word in words:
        if not word.startswith("#"):
            stack.append(truths[word])
            continue
        for sign in word[1:]:
            top = stack.pop() if stack else True
            if sign == "!":
                stack.append(not top)
            elif sign == ".":
                stack += [top, top]
            else:
                other = stack.pop() if stack else True
                stack.append((top and other) if sign == "&" else (top or other))
    return all(stack)


@given(
    st.lists(st.sampled_from(["a", "b", "c", "#!", "#&", "#|", "#.", "#|!", "#&.!"]), max_size=10),
    st.sets(st.sampled_from("abc")),
)
def test_any_query_agrees_with_the_reference(words: list[str], present: set[str]) -> None:
    truths = {name: name in present for name in "abc"}
    expected = _reference(words, truths)

    test = compile_query([b"?" + word.encode() for word in words], V7)

    assert (test is None or test(dict.fromkeys(present, b"x"))) is expected


@given(st.lists(st.binary(max_size=20).filter(lambda tail: tail[:1] != b"#"), max_size=5))
def test_any_bytes_but_operators_are_a_query(tails: list[bytes]) -> None:
    test = compile_query([b"?" + tail for tail in tails], V7)

    assert test is None or test(ROWS["ether1"]) in {True, False}


@given(st.text("0123456789.!&|", max_size=30))
def test_any_operators_are_a_query(signs: str) -> None:
    assert passes({}, b"?#" + signs.encode()) in {True, False}


@pytest.mark.parametrize(
    ("words", "equals"),
    [
        ([b"?.id=*1", b"?>mtu=5", b"?running"], {".id": b"*1"}),
        ([b"?=name=a=b", b"?type=ether"], {"name": b"a=b", "type": b"ether"}),
        ([b"?-name=a", b"?<mtu=1"], {}),
    ],
)
def test_query_tells_what_must_be_equal(words: list[bytes], equals: dict[str, bytes]) -> None:
    assert compile_query(words, V7).equals == equals  # type: ignore[union-attr]


def test_query_with_operators_promises_nothing() -> None:
    assert not hasattr(compile_query([b"?name=a", b"?#!"], V7), "equals")


def test_unknown_operator_is_refused_in_the_words_of_the_version() -> None:
    with pytest.raises(RouterError, match=r"^unknown parameter \?#x$"):
        compile_query([b"?#x"], V7)
    with pytest.raises(RouterError, match=r"^unknown parameter$"):
        compile_query([b"?#x"], Version("6.49.18"))
