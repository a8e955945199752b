from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cases.__main__ import main
from tests.cases.format import check_format
from tests.cases.model import Case, UnknownKeyError, read_cases
from tests.cases.placeholders import STATIC, expand, stable_uuid
from tests.cases.run import run_case

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
ALL = [case for file in sorted(HERE.glob("*.jsonl")) for case in read_cases(file)]
# Objects whose keys are data: property names, header names, ids of calls.
FREE = {"items", "where", "props", "hex", "has", "regex", "length", "headers", "json", "sessions"}
FREE |= {"json_regex", "json_length", "same_json_as", "delivered_total", "max_per_key", "dns"}
FREE |= {"calls", "then", "if_status", "exactly_one_of", "each_round"}


def test_every_case_at_hand_is_understood() -> None:
    for case in ALL:
        check_format(case)


def closed_objects(value: Any, name: str = "") -> Iterator[dict[str, Any]]:
    """Yield the objects of a case in which an unknown key must be refused."""
    if isinstance(value, dict):
        if name not in FREE:
            yield value
        for key, member in value.items():
            yield from closed_objects(member, "" if name == "calls" else key)
    elif isinstance(value, list):
        for member in value:
            yield from closed_objects(member, name if name in FREE - {"calls"} else "")


def test_a_key_more_is_refused_wherever_it_stands() -> None:
    for case in ALL:
        for number in range(len(list(closed_objects(case.data)))):
            data = copy.deepcopy(case.data)
            list(closed_objects(data))[number]["surprise"] = 1
            with pytest.raises(UnknownKeyError, match="surprise"):
                check_format(Case(case.id, case.kind, data))


@pytest.mark.parametrize(
    ("kind", "change", "message"),
    [
        ("script", {"expect": {"outcome": "maybe"}}, "unknown word 'maybe' at expect.outcome"),
        ("script", {"expect": {"output": "x"}}, "expect.output is no list"),
        ("script", {"expect": {"error_line": True}}, "expect.error_line is no number"),
        ("scenario", {"input": {"steps": [{"do": "dance"}]}}, "unknown do 'dance'"),
        ("scenario", {"input": {}}, "missing key input.steps"),
        ("http", {"input": {"calls": [{"id": "c1"}]}}, "unknown key input.calls"),
        ("telepathy", {}, "unknown kind telepathy"),
    ],
)
def test_what_the_runner_does_not_know_is_an_error_of_the_case(
    kind: str, change: dict[str, Any], message: str
) -> None:
    data = {"id": "X1", "part": "x", "kind": kind, "confidence": "high", "input": {}}
    verdict = run_case(Case("X1", kind, {**data, "expect": {"checks": []}, **change}))

    assert not verdict.passed
    assert message in verdict.why


def test_placeholders_expand_from_the_inside_out() -> None:
    names = {**STATIC, "n": lambda _: "7"}

    assert expand({"k": ["${uuid:K${n}}"]}, names) == {"k": [stable_uuid("K7")]}
    assert expand("${repeat:#:3}|${repeat_line:a b:2}", names) == "###|a b\na b"


def test_what_only_looks_like_a_placeholder_stays() -> None:
    assert expand(':put ${"k-v"} $n ${other:x}', STATIC) == ':put ${"k-v"} $n ${other:x}'


def test_a_file_with_an_id_twice_is_refused(tmp_path: Path) -> None:
    line = json.dumps({"id": "S1", "version": "any", "script": "", "expect": {}})
    file = tmp_path / "twice.jsonl"
    file.write_text(f"{line}\n{line}\n")

    with pytest.raises(UnknownKeyError, match="stands twice"):
        read_cases(file)


def test_command_prints_a_line_a_case_and_fails_when_one_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "odd.jsonl"
    file.write_text('{"id": "S1", "version": "any", "script": "", "expect": {}, "colour": 1}\n')

    assert main([str(file)]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "id": "S1",
        "pass": False,
        "why": "unknown key colour",
    }
