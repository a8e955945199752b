"""schemathesis against the served document: made-up requests, and none ends in a fault of ours.

A real coordinator on a socket, a few sites with jobs behind it, and two passes: what operators
call with an operator's token, what agents call with an agent's. Left out are event streams,
which do not end, and waiting: `Prefer`, a poll's `wait`.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import aiohttp

from coordinator.app import running_coordinator
from coordinator.client import CoordinatorClient
from coordinator.config import Config

if TYPE_CHECKING:
    from coordinator.app import RunningCoordinator

__all__ = ["Outcome", "described_run", "report"]

_HOOKS = Path(__file__).resolve().with_name("described_hooks.py")
_SITES = 20
# Not `unsupported_method`: it takes PATCH /sites/recent for one, which is PATCH /sites/{siteId}.
_CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance,response_headers_conformance,ignored_auth"
)
# What does not end.
_LEFT_OUT = "/events$"
_COUNT = re.compile(r"^ros_http_request_seconds_count\{.*status=\"(\d+)\".*\} (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """What came of a run.

    Attributes:
        requests: That reached a route.
        server_errors: Answers 500 and above among them, by our own count.
        passed: Whether schemathesis found nothing to complain of.
        text: What it said.
    """

    requests: int
    server_errors: int
    passed: bool
    text: str


async def described_run(
    *, examples: int, phases: str = "examples,coverage,fuzzing", seconds: int | None = None
) -> Outcome:
    """Run it; `examples` a route at most in each phase, `seconds` for each of two passes."""
    with TemporaryDirectory() as directory:
        config = Config(
            data_dir=Path(directory),
            port=0,
            shutdown_seconds=1,
            command_seconds=1,
            max_wait_seconds=0,
        )
        async with running_coordinator(config) as running:
            environment = await _prepare(running)
            options = ["--phases", phases, "--max-examples", str(examples)]
            if seconds is not None:
                options += ["--max-time", str(seconds)]
            agent = environment.pop("AGENT")
            passes = (
                (running.token(), ["--exclude-path-regex", f"^/agent/|{_LEFT_OUT}"]),
                (agent, ["--include-path-regex", "^/agent/"]),
            )
            texts, passed = [], True
            for token, chosen in passes:
                status, text = await _schemathesis(
                    running.url, token, [*options, *chosen], environment, directory
                )
                texts.append(text)
                passed = passed and status == 0
            requests, errors = await _counted(running.url)
    return Outcome(requests, errors, passed, "\n".join(texts))


async def _prepare(running: RunningCoordinator) -> dict[str, str]:
    async with CoordinatorClient(running.url, running.token()) as operator:
        ids: dict[str, list[str]] = {"siteId": [], "jobId": []}
        for number in range(_SITES):
            site = await operator.create_site(f"Site {number}")
            job = await operator.create_job(site.id, b":put 1", description="a job")
            ids["siteId"].append(str(site.id))
            ids["jobId"].append(str(job.id))
        enrolment = await operator.create_enrolment()
        enrolled = await operator.enrol(enrolment.enrolment_token, "made up")
    return {"SOAK_IDS": json.dumps(ids), "AGENT": enrolled.agent_token}


async def _schemathesis(
    url: str, token: str, options: list[str], environment: dict[str, str], directory: str
) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "schemathesis.cli",
        "run",
        f"{url}/openapi.json",
        "--header",
        f"Authorization: Bearer {token}",
        "--checks",
        _CHECKS,
        "--seed",
        "1",
        "--request-timeout",
        "20",
        "--suppress-health-check",
        "all",
        "--warnings",
        "off",
        "--generation-database",
        "none",
        "--no-color",
        "--continue-on-failure",
        *options,
        cwd=directory,  # it leaves a cache where it runs
        env=os.environ | environment | {"SCHEMATHESIS_HOOKS": str(_HOOKS)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode("utf-8", "replace")


async def _counted(url: str) -> tuple[int, int]:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as answer:
        counts = [(int(status), int(float(n))) for status, n in _COUNT.findall(await answer.text())]
    return sum(n for _, n in counts), sum(n for status, n in counts if status >= 500)


def report(outcome: Outcome) -> str:
    """Return the outcome as one line of JSON, without the text."""
    return json.dumps({name: value for name, value in asdict(outcome).items() if name != "text"})
