from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FILES = [HERE / "script-cases.jsonl", HERE / "reported-faults.jsonl"]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.cases", *map(str, arguments)]
    root = HERE.parent.parent
    return subprocess.run(
        command, cwd=root, capture_output=True, text=True, timeout=60, check=False
    )


def test_stdout_holds_one_line_a_case_and_nothing_else() -> None:
    done = run(*FILES, "--id", "S001", "--id", "B004", "--id", "B136")

    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"id": name, "pass": True, "why": ""} for name in ("S001", "B004", "B136")
    ]
    assert done.returncode == 0


@pytest.mark.slow
def test_a_case_that_fails_says_why_and_fails_the_command(tmp_path: Path) -> None:
    file = tmp_path / "wrong.jsonl"
    cases = [
        {"id": "S1", "version": "7.15", "script": ":put 1", "expect": {"output": "2"}},
        {"id": "S2", "version": "7.15", "script": ":while (true) do={}", "expect": {}},
        {"id": "S3", "version": "any", "script": ":put 1", "expect": {"output": "1"}},
    ]
    file.write_text("".join(json.dumps(case) + "\n" for case in cases))

    done = run(file)
    told = [json.loads(line) for line in done.stdout.splitlines()]

    assert [line["pass"] for line in told] == [False, False, True]
    assert told[0]["why"] == "on 7.22.3: output '1', not '2'"
    assert told[1]["why"] == "no verdict within 10 seconds"
    assert done.returncode == 1


def test_a_case_that_is_not_there_is_an_error_of_the_command() -> None:
    done = run(*FILES, "--id", "S9999")

    assert done.returncode == 2
    assert "no such case: S9999" in done.stderr
