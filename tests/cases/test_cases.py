"""Every case is a test. Those whose feature is not there yet stand in `expected_failures.txt`.

A line there is an id, a blank and the reason. An id that passes all the same fails the run,
and so does one that no case has: the list can only shrink.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cases.model import Case, read_cases
from tests.cases.run import run_case

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

HERE = Path(__file__).parent
CASES = {case.id: case for file in sorted(HERE.glob("*.jsonl")) for case in read_cases(file)}


def read_expected_failures() -> dict[str, str]:
    lines = (HERE / "expected_failures.txt").read_text(encoding="utf-8").splitlines()
    listed = [line.partition(" ") for line in lines if line.strip() and not line.startswith("#")]
    return {case_id: reason.strip() for case_id, _, reason in listed}


# More than ten seconds each.
SLOW = {"B130", "B173", "B191", "B199", "B203", "N213"}
EXPECTED_FAILURES = read_expected_failures()


def _parameter(case: Case) -> ParameterSet:
    reason = EXPECTED_FAILURES.get(case.id)
    marks = [] if reason is None else [pytest.mark.xfail(reason=reason, strict=True)]
    if case.id in SLOW:
        marks.append(pytest.mark.slow)
    return pytest.param(case, id=case.id, marks=marks)


@pytest.mark.parametrize("case", [_parameter(case) for case in CASES.values()])
def test_case(case: Case) -> None:
    verdict = run_case(case)

    assert verdict.passed, verdict.why


def test_expected_failures_name_cases_that_exist() -> None:
    assert set(EXPECTED_FAILURES) - set(CASES) == set()


def test_every_expected_failure_has_a_reason() -> None:
    assert [case_id for case_id, reason in EXPECTED_FAILURES.items() if not reason] == []
