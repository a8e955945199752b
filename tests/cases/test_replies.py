from __future__ import annotations

from typing import Any

import pytest

from tests.cases.answers import CallResult, Calls, check_calls
from tests.cases.model import MismatchError
from tests.cases.replies import Answer, check_replies, check_types, parse_answer


def rows(*names: str, tag: str | None = None) -> list[Answer]:
    return [Answer("!re", tag, {"name": name.encode()}) for name in names]


DONE = Answer("!done", None, {})


def test_a_sentence_is_taken_apart() -> None:
    words = [b"!re", b".tag=7", b"=.id=*1", b"=comment=a=b", b"=flag"]

    assert parse_answer(words) == Answer("!re", "7", {".id": b"*1", "comment": b"a=b", "flag": b""})


def test_replies_are_compared_in_order_and_number() -> None:
    wanted: list[dict[str, Any]] = [
        {"type": "!re", "has": {"name": "a"}, "lacks": ["comment"]},
        {"type": "!re", "regex": {"name": "^b"}, "length": {"name": 1}, "hex": {"name": "62"}},
        {"type": "!done"},
    ]
    check_replies([*rows("a", "b"), DONE], wanted)

    for wrong in ([*rows("b", "a"), DONE], rows("a", "b"), [*rows("a", "b", "c"), DONE]):
        with pytest.raises(MismatchError):
            check_replies(wrong, wanted)


def test_any_within_lets_rows_of_one_answer_change_places() -> None:
    wanted: list[dict[str, Any]] = [
        {"type": "!re", "has": {"name": "b"}},
        {"type": "!re", "has": {"name": "a"}},
        {"type": "!done"},
    ]
    check_replies([*rows("a", "b"), DONE], wanted, "any-within")

    with pytest.raises(MismatchError, match="reply 2"):
        check_replies([*rows("b", "b"), DONE], wanted, "any-within")


def test_per_tag_lets_answers_of_different_tags_mix() -> None:
    mixed = [
        *rows("a", tag="1"),
        Answer("!done", "2", {}),
        Answer("!done", "1", {}),
    ]
    wanted = [
        {"type": "!re", "tag": "1"},
        {"type": "!done", "tag": "1"},
        {"type": "!done", "tag": "2"},
    ]
    check_replies(mixed, wanted, "per-tag")

    with pytest.raises(MismatchError):
        check_replies(mixed, wanted)


@pytest.mark.parametrize(
    "wanted",
    [
        {"first_type": "!trap"},
        {"last_type": "!re"},
        {"last_type_in": ["!trap", "!fatal"]},
        {"forbid_types": ["!re"]},
        {"forbid_text": ["hell"]},
    ],
)
def test_types_and_text_that_must_not_come_are_found(wanted: dict[str, Any]) -> None:
    with pytest.raises(MismatchError):
        check_types([*rows("hello"), DONE], wanted)


def calls(**results: CallResult) -> Calls:
    return Calls(dict(results))


JOB = CallResult(201, {"id": "j1", "state": None, "flag": False})


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"c1": {"status": [200]}}, "status 201"),
        ({"c1": {"json": {"flag": 0}}}, "flag is False"),
        ({"c1": {"json": {"nothing": None}}}, "no field nothing"),
        ({"c1": {"json_set": ["state"]}}, "state is not set"),
        ({"c1": {"json_regex": {"id": "^k"}}}, "id is 'j1'"),
        ({"c1": {"json_length": {"id": 3}}}, "length 2"),
        ({"c1": {"if_status": {"200,201": {"then": {"p1": {"delivered": None}}}}}}, "delivered"),
        ({"l1": {"count": 1}}, "2 in the list"),
        ({"l1": {"ids": ["c1"]}}, "ids are"),
        ({"p1": {"delivered": None}}, "delivered"),
        ({"p1": {"delivered_not": "c1"}}, "was delivered"),
        ({"p*": {"delivered_total": {"c1": 2}}}, "delivered 1 times"),
        ({"x9": {"status": [200]}}, "no such call"),
    ],
)
def test_an_answer_that_is_not_as_expected_is_found(wanted: dict[str, Any], message: str) -> None:
    made = calls(
        c1=JOB,
        l1=CallResult(200, [{"id": "j1"}, {"id": "j2"}]),
        p1=CallResult(200, {}, delivered=("j1",)),
    )
    with pytest.raises(MismatchError, match=message):
        check_calls(made, {"calls": wanted})


def test_answers_as_expected_pass() -> None:
    made = calls(
        c1=JOB,
        p1=CallResult(200, {}, ("j1",), {"j1": b"\x01"}),
        p2=CallResult(200, {}),
        g1=CallResult(200, {"id": "j1"}),
    )
    wanted = {
        "c1": {
            "status": [200, 201],
            "json": {"flag": False, "state": None},
            "if_status": {"404": {"json": {"id": "other"}}},
            "delivered_script_hex": "01",
        },
        "p1": {"delivered": "c1"},
        "p2": {"delivered": None},
        "p*": {"delivered_total": {"c1": 1}, "order": ["c1"]},
        "g1": {"same_json_as": {"id": "c1"}},
    }
    check_calls(made, {"calls": wanted})


def test_exactly_one_way_must_hold_in_each_round() -> None:
    ways = [{"x": {"status": [200]}}, {"x": {"status": [200, 409]}}]
    wanted = {"calls": {"each_round": {"exactly_one_of": ways}}}
    check_calls(Calls(rounds=[calls(x=CallResult(409))]), wanted)

    for rounds in ([], [calls(x=CallResult(200))], [calls(x=CallResult(500))]):
        with pytest.raises(MismatchError, match="round"):
            check_calls(Calls(rounds=rounds), wanted)
