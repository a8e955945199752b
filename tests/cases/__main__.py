"""Run cases from files: one JSON line a case, exit status 1 when any of them failed.

python -m tests.cases tests/cases/script-cases.jsonl
python -m tests.cases FILE... --id B001 --id B004
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from pathlib import Path

import structlog

from tests.cases.model import CaseError, read_cases
from tests.cases.run import run_case


def main(arguments: list[str]) -> int:
    """Print `{"id", "pass", "why"}` for every case named; 2 when a file holds no cases."""
    parser = argparse.ArgumentParser(prog="python -m tests.cases", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--id", action="append", dest="ids", metavar="ID", help="only this case")
    options = parser.parse_args(arguments)
    try:
        cases = [case for file in options.files for case in read_cases(file)]
    except (CaseError, OSError) as error:
        parser.error(str(error))
    if missing := set(options.ids or ()) - {case.id for case in cases}:
        parser.error(f"no such case: {', '.join(sorted(missing))}")
    # The parts under test log; what stands on stdout is ours alone.
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    all_passed = True
    for case in cases:
        if options.ids and case.id not in options.ids:
            continue
        verdict = run_case(case)
        all_passed &= verdict.passed
        line = {"id": verdict.id, "pass": verdict.passed, "why": verdict.why}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return 0 if all_passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
