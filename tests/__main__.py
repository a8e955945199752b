"""The gate: lint, format, types and tests, one after the other.

    python -m tests                     everything
    python -m tests --fast              without the tests marked slow
    python -m tests -- tests/agent -x   arguments after `--` go to pytest

Every step runs even when an earlier one failed. pytest is last, so the output
ends with its summary line; the exit status is 0 only when every step passed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Two processes: what the smallest machine of continuous integration has.
_WORKERS = "2"


def _steps(*, fast: bool, pytest_arguments: list[str]) -> dict[str, list[str]]:
    run = [sys.executable, "-m"]
    tests = [*run, "pytest", "-n", _WORKERS, "--dist", "worksteal", "-q"]
    if fast:
        tests += ["-m", "not slow"]
    return {
        "lint": [*run, "ruff", "check", "."],
        "format": [*run, "ruff", "format", "--check", "."],
        "types": [*run, "mypy"],
        "tests": [*tests, *pytest_arguments],
    }


def _say(text: str) -> None:
    print(f"== {text}", flush=True)  # noqa: T201 - progress for whoever waits


def main(arguments: list[str]) -> int:
    """Run every step and return the exit status: 0, or 1 when any of them failed."""
    parser = argparse.ArgumentParser(prog="python -m tests", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--fast", action="store_true", help="leave out tests marked slow")
    parser.add_argument("pytest", nargs="*", metavar="-- ARGUMENT", help="for pytest")
    options = parser.parse_args(arguments)
    steps = _steps(fast=options.fast, pytest_arguments=options.pytest)
    failed: list[str] = []
    for number, (name, command) in enumerate(steps.items(), 1):
        if number == len(steps) and failed:
            _say(f"failed so far: {', '.join(failed)}")
        _say(f"{number}/{len(steps)} {name}: {' '.join(command[2:])}")
        begun = time.monotonic()
        status = subprocess.run(command, cwd=ROOT, check=False).returncode
        if status:
            failed.append(name)
        if number < len(steps):
            _say(f"{name} {'failed' if status else 'passed'} in {time.monotonic() - begun:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
