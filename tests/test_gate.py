from __future__ import annotations

import sys

import pytest

from tests import __main__ as gate


def steps(*statuses: int) -> dict[str, list[str]]:
    """Return steps that end with these statuses."""
    return {
        f"step{number}": [sys.executable, "-c", f"raise SystemExit({status})"]
        for number, status in enumerate(statuses)
    }


@pytest.mark.parametrize(
    ("statuses", "expected"), [((0, 0), 0), ((1, 0), 1), ((0, 2), 1), ((1, 1), 1)]
)
def test_gate_runs_every_step_and_fails_when_any_failed(
    statuses: tuple[int, ...],
    expected: int,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(gate, "_steps", lambda **_: steps(*statuses))

    assert gate.main([]) == expected

    lines = capfd.readouterr().out.splitlines()
    assert sum(line.startswith("== 1/2 step0") for line in lines) == 1
    assert lines[-1].startswith("== 2/2 step1"), "nothing is said after the last step"


def test_pytest_is_last_and_takes_the_rest_of_the_arguments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: dict[str, object] = {}

    def record(**options: object) -> dict[str, list[str]]:
        asked.update(options)
        return {}

    real = gate._steps
    monkeypatch.setattr(gate, "_steps", record)
    gate.main(["--fast", "--", "tests/agent", "-x"])

    assert asked == {"fast": True, "pytest_arguments": ["tests/agent", "-x"]}
    name, command = list(real(fast=True, pytest_arguments=["-x"]).items())[-1]
    assert name == "tests"
    assert command[-3:] == ["-m", "not slow", "-x"]
