"""Long runs that look for what short tests do not meet.

    python -m tests.soak coordinator                    3 replicas on PostgreSQL, then SQLite
    python -m tests.soak coordinator --jobs 10000       more of it; all of these may be given
    python -m tests.soak coordinator --database sqlite --agents 20 --seed 7
    python -m tests.soak schemathesis                   made-up requests, 10,000 and more

Prints what happened as one JSON line a database; the status is 1 when a promise was broken.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.postgres import Server, running_server
from tests.soak.coordinator import Plan, crash_run
from tests.soak.described import described_run, report

_SQLITE_JOBS = 2000
# Of schemathesis: examples a route, and the longest that each of its two passes may take.
_EXAMPLES = 400
_SECONDS = 180


def main(arguments: list[str]) -> int:
    """Run what is asked for; return 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("what", choices=["coordinator", "schemathesis"])
    parser.add_argument("--database", choices=["postgresql", "sqlite", "both"], default="both")
    parser.add_argument("--jobs", type=int, default=2000, help="on PostgreSQL; SQLite: up to 2000")
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args(arguments)
    if options.what == "schemathesis":
        return _described()
    plan = Plan(options.jobs, options.agents, options.sites, seed=options.seed)
    broken = False
    with tempfile.TemporaryDirectory() as folder:
        if options.database != "sqlite":
            with running_server() as server:
                url = server.new_database()
                broken |= _told("postgresql", plan, Path(folder) / "postgresql", server, url)
        if options.database != "postgresql":
            plan.jobs = min(plan.jobs, _SQLITE_JOBS)
            broken |= _told("sqlite", plan, Path(folder) / "sqlite")
    return int(broken)


def _told(
    name: str, plan: Plan, folder: Path, server: Server | None = None, url: str | None = None
) -> bool:
    folder.mkdir()
    outcome = asyncio.run(crash_run(plan, folder, server, url))
    told = {"database": name, "plan": asdict(plan)} | asdict(outcome)
    print(json.dumps(told), flush=True)  # noqa: T201 - the command's output
    return bool(outcome.faults)


def _described() -> int:
    outcome = asyncio.run(described_run(examples=_EXAMPLES, seconds=_SECONDS))
    if not outcome.passed:
        print(outcome.text, file=sys.stderr)  # noqa: T201 - the command's output
    print(report(outcome), flush=True)  # noqa: T201 - as above
    return int(not outcome.passed or outcome.server_errors > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
