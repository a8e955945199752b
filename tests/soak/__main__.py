"""Long runs that look for what short tests do not meet.

    python -m tests.soak coordinator                    3 replicas on PostgreSQL, then SQLite
    python -m tests.soak coordinator --jobs 10000       more of it; all of these may be given
    python -m tests.soak coordinator --database sqlite --agents 20 --seed 7

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

_SQLITE_JOBS = 2000


def main(arguments: list[str]) -> int:
    """Run what is asked for; return 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("what", choices=["coordinator"])
    parser.add_argument("--database", choices=["postgresql", "sqlite", "both"], default="both")
    parser.add_argument("--jobs", type=int, default=2000, help="on PostgreSQL; SQLite: up to 2000")
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args(arguments)
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
