"""What the runner can do and no case at hand asks for."""

from __future__ import annotations

from tests.cases.model import Case
from tests.cases.run import run_case

CREATE = {
    "method": "POST",
    "path": "/site/${site:A}/job",
    "headers": {
        "Content-Type": "text/plain",
        "X-Description": "example job",
        "X-Idempotency-Key": "${uuid:K1}",
    },
    "body": ':put "x"',
}
LIST = {"method": "GET", "path": "/site/${site:A}/job"}


def case(calls: list[dict[str, object]], expect: dict[str, object]) -> Case:
    data = {"id": "X1", "part": "coordinator", "kind": "http", "confidence": "high"}
    return Case("X1", "http", {**data, "input": {"calls": calls}, "expect": expect})


def test_server_can_die_before_it_answers_and_come_back() -> None:
    calls: list[dict[str, object]] = [
        {**CREATE, "id": "c1", "kill_server_before_response": True},
        {"restart": "coordinator"},
        {**CREATE, "id": "c2"},
        {**LIST, "id": "l1"},
    ]
    wanted = {"c2": {"status": [200, 201]}, "l1": {"count": 1}}

    assert run_case(case(calls, {"calls": wanted})).why == ""


def test_an_answer_can_be_lost_and_deliveries_put_in_order() -> None:
    calls: list[dict[str, object]] = [
        {**CREATE, "id": "c0", "drop_response": True},
        {**CREATE, "id": "c1"},
        {"id": "p1", "device": "poll", "site": "A"},
        {"id": "p2", "device": "poll", "site": "B"},
    ]
    answers = {"p*": {"order": ["c1"]}, "c1": {"any_of": [{"status": [500]}, {"status": [200]}]}}

    assert run_case(case(calls, {"calls": answers, "any_of": [answers]})).why == ""


def test_a_wrong_expectation_is_no_pass() -> None:
    verdict = run_case(case([{**LIST, "id": "l1"}], {"calls": {"l1": {"count": 1}}}))

    assert verdict.why == "l1: 0 in the list, not 1"
