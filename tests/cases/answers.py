"""Answers of HTTP calls held against what a case expects of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.cases.model import MismatchError, NotSupportedError, expect

__all__ = ["CallResult", "Calls", "check_calls"]


@dataclass(frozen=True)
class CallResult:
    """What came of one call.

    Attributes:
        status: Of the reply; None when the reply was dropped on the way.
        json: The body, None when it is none.
        delivered: For a poll, the ids of the jobs that it handed out.
        scripts: For a poll, their scripts by job id, exact bytes.
    """

    status: int | None
    json: Any = None
    delivered: tuple[str, ...] = ()
    scripts: dict[str, bytes] = field(default_factory=dict)


@dataclass
class Calls:
    """The results of one case, or of one round of a repeat, by call id."""

    results: dict[str, CallResult] = field(default_factory=dict)
    rounds: list[Calls] = field(default_factory=list)

    def group(self, name: str) -> list[CallResult]:
        """Return the result of that id, or of all ids with that beginning for `p*`."""
        if not name.endswith("*"):
            return [self.results[name]] if name in self.results else []
        return [each for key, each in self.results.items() if key.startswith(name[:-1])]

    def job(self, call: str) -> str:
        """Return the id of the job that a call made or got."""
        result = self.results.get(call)
        if result is None or not isinstance(result.json, dict) or "id" not in result.json:
            raise MismatchError(f"call {call} made no job: {result}")
        return str(result.json["id"])


def check_calls(calls: Calls, wanted: dict[str, Any]) -> None:
    """Check `expect` of a case.

    Raises:
        MismatchError: Something is not as expected; the text names the call.
    """
    for name, answer in wanted.get("calls", {}).items():
        if name == "each_round":
            for number, each in enumerate(calls.rounds, 1):
                _check_round(each, answer, f"round {number}")
            expect(bool(calls.rounds), "no round was run")
        else:
            _check_named(calls, name, answer)
    if "any_of" in wanted:
        _one_holds(calls, wanted["any_of"], "none of any_of holds")


def _check_round(calls: Calls, answer: dict[str, Any], place: str) -> None:
    if set(answer) != {"exactly_one_of"}:
        raise NotSupportedError(f"{', '.join(answer)} in each_round")
    _one_holds(calls, answer["exactly_one_of"], f"{place}: exactly one must hold", exactly=True)


def _one_holds(
    calls: Calls, sets: list[dict[str, Any]], message: str, *, exactly: bool = False
) -> None:
    faults = []
    for each in sets:
        try:
            check_calls(calls, {"calls": each})
        except MismatchError as error:
            faults.append(str(error))
    held = len(sets) - len(faults)
    expect(held == 1 if exactly else held >= 1, f"{message}, {held} do: {'; '.join(faults)}")


def _check_named(calls: Calls, name: str, answer: dict[str, Any]) -> None:
    group = calls.group(name)
    expect(bool(group), f"{name}: no such call was made")
    for key in ("delivered_total", "order"):
        if key in answer:
            _check_deliveries(calls, name, group, key, answer[key])
    single = {
        key: right for key, right in answer.items() if key not in {"delivered_total", "order"}
    }
    for result in group:
        _check_result(calls, name, result, single)


def _check_deliveries(
    calls: Calls, name: str, group: list[CallResult], key: str, right: Any
) -> None:
    delivered = [job for result in group for job in result.delivered]
    if key == "order":
        expect(delivered == [calls.job(call) for call in right], f"{name}: delivered {delivered}")
        return
    for call, times in right.items():
        count = delivered.count(calls.job(call))
        expect(count == times, f"{name}: job of {call} delivered {count} times, not {times}")


def _check_result(calls: Calls, name: str, result: CallResult, answer: dict[str, Any]) -> None:
    for key, right in answer.items():
        if key == "any_of":
            _any_answer(calls, name, result, right)
        elif key == "if_status":
            _check_condition(calls, name, result, right)
        elif key.startswith("delivered"):
            _check_delivered(calls, name, result, key, right)
        elif key == "status":
            expect(result.status in right, f"{name}: status {result.status}, body {result.json}")
        else:
            _check_json(calls, name, result.json, key, right)


def _any_answer(calls: Calls, name: str, result: CallResult, answers: list[dict[str, Any]]) -> None:
    faults = []
    for answer in answers:
        try:
            _check_result(calls, name, result, answer)
        except MismatchError as error:
            faults.append(str(error))
        else:
            return
    raise MismatchError(f"{name}: none of any_of holds: {'; '.join(faults)}")


def _check_condition(
    calls: Calls, name: str, result: CallResult, conditions: dict[str, Any]
) -> None:
    for statuses, answer in conditions.items():
        if str(result.status) not in statuses.split(","):
            continue
        then = answer.get("then", {})
        _check_result(calls, name, result, {k: v for k, v in answer.items() if k != "then"})
        check_calls(calls, {"calls": then})


def _check_delivered(calls: Calls, name: str, result: CallResult, key: str, right: Any) -> None:
    got = result.delivered
    if key == "delivered":
        wanted = () if right is None else (calls.job(right),)
        expect(got == wanted, f"{name}: delivered {list(got)}, not {list(wanted)}")
    elif key == "delivered_not":
        expect(calls.job(right) not in got, f"{name}: job of {right} was delivered")
    else:  # delivered_script_hex: of the job that this call made, however it was polled later
        job = calls.job(name)
        scripts = [each.scripts[job] for each in calls.results.values() if job in each.scripts]
        expect(bool(scripts), f"{name}: its job was never delivered")
        expect(scripts[0].hex() == right, f"{name}: delivered script is {scripts[0].hex()}")


def _check_json(calls: Calls, name: str, body: Any, key: str, right: Any) -> None:
    if key in {"count", "ids"}:
        expect(isinstance(body, list), f"{name}: body is no list: {body}")
        if key == "count":
            expect(len(body) == right, f"{name}: {len(body)} in the list, not {right}")
        else:
            ids = [str(each["id"]) for each in body]
            expect(ids == [calls.job(call) for call in right], f"{name}: ids are {ids}")
        return
    expect(isinstance(body, dict), f"{name}: body is no object: {body}")
    if key == "json_set":
        for field_name in right:
            expect(body.get(field_name) is not None, f"{name}: {field_name} is not set")
        return
    for field_name, wanted in right.items():
        if field_name not in body:
            raise MismatchError(f"{name}: no field {field_name} in {body}")
        value = body[field_name]
        fault = f"{name}: {field_name} is {value!r}, not as {key} {wanted!r}"
        if key == "json":
            # 1 == True to Python, not to JSON.
            expect(value == wanted and isinstance(value, bool) == isinstance(wanted, bool), fault)
        elif key == "json_regex":
            expect(re.search(wanted, str(value)) is not None, fault)
        elif key == "json_length":
            expect(len(value) == wanted, f"{fault}: length {len(value)}")
        else:  # same_json_as
            other = calls.results[wanted].json
            expect(value == other.get(field_name), f"{fault}: {other.get(field_name)!r}")
