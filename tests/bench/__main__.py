"""Run the benchmarks, one after the other, and print what they measured as one JSON object.

    python -m tests.bench                   all of them
    python -m tests.bench coordinator       only that one
    python -m tests.bench -- --quick        arguments after `--` go to each of them

A benchmark is a module beside this one that prints one JSON object, alone or as its last line,
when it is run with `python -m`. Nothing here judges a figure; the status says whether all ran.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def _benchmarks() -> list[str]:
    return sorted(
        path.stem
        for path in HERE.glob("*.py")
        if not path.stem.startswith(("_", "test_")) and path.stem != "conftest"
    )


def _figures(output: str) -> Any:
    """Return the JSON that is the whole output, or its last line."""
    try:
        return json.loads(output)
    except ValueError:
        return json.loads(output.strip().rpartition("\n")[2])


def _measure(name: str, arguments: list[str]) -> dict[str, Any]:
    sys.stderr.write(f"== {name}\n")
    command = [sys.executable, "-m", f"tests.bench.{name}", *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        return {"error": f"exit status {done.returncode}"}
    try:
        return {"figures": _figures(done.stdout)}
    except ValueError:
        return {"error": "it printed no JSON"}


def main(arguments: list[str]) -> int:
    """Print the figures and return 1 when a benchmark did not run to its end."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    end = arguments.index("--") if "--" in arguments else len(arguments)
    own, passed_on = arguments[:end], arguments[end + 1 :]
    known = _benchmarks()
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}")
    names = parser.parse_args(own).names or known
    if unknown := set(names) - set(known):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    results = {name: _measure(name, passed_on) for name in names}
    machine = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
    }
    sys.stdout.write(json.dumps({"machine": machine, "benchmarks": results}, indent=2) + "\n")
    return 1 if any("error" in result for result in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
