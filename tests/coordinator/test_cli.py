"""`ros-coordinator` as its users run it: processes, streams and exit statuses."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner

from coordinator.cli import app
from coordinator.client import CoordinatorClient, CoordinatorRefused
from coordinator.contract import ErrorClass, PollRequest, Report, ReportStatus, RunError
from coordinator.local import find_target

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_COMMAND = (sys.executable, "-c", "from coordinator.cli import app; app()")


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ROS_COORDINATOR_")}
    return {**kept, "COLUMNS": "160", **(more or {})}


def run(
    *arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*_COMMAND, *arguments],
        input=stdin,
        capture_output=True,
        env=environment(env),
        timeout=60,
        check=False,
    )


class Server:
    """A `serve` process and its data directory."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.data = data
        self.process = subprocess.Popen(
            [*_COMMAND, "serve", "--data", str(data), "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        assert self.process.stdout is not None
        self.ready = json.loads(self.process.stdout.readline())
        self.url = self.ready["url"]

    def command(
        self, *arguments: str, stdin: bytes = b"", status: int = 0
    ) -> subprocess.CompletedProcess[bytes]:
        done = run(*arguments, "--data", str(self.data), stdin=stdin)
        assert done.returncode == status, done.stderr.decode()
        return done

    def json(self, *arguments: str, stdin: bytes = b"", status: int = 0) -> Any:
        return json.loads(self.command(*arguments, "--json", stdin=stdin, status=status).stdout)

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        self.process.send_signal(number)
        _, log = self.process.communicate(timeout=20)
        return self.process.returncode, log


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = Server(tmp_path / "data")
    yield started
    if started.process.poll() is None:
        started.stop()
    with contextlib.suppress(ValueError):
        started.process.communicate(timeout=5)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for tests that change nothing, with a site and two of one name."""
    started = Server(tmp_path_factory.mktemp("shared"))

    async def make_sites() -> None:
        target = find_target(started.data)
        async with CoordinatorClient(target.url, target.token) as operator:
            for name in ("Branch office", "Twin", "Twin"):
                await operator.create_site(name)

    asyncio.run(make_sites())
    yield started
    started.stop()


def test_serve_prints_one_line_when_ready_and_logs_elsewhere(server: Server) -> None:
    assert server.ready == {"event": "ready", "url": server.url}
    status, log = server.stop()
    assert server.process.stdout is not None

    assert status == 0
    assert "token create" in log
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert lines[-1]["event"] == "coordinator.stopped"
    assert not (server.data / "running.json").exists()


def test_a_second_start_says_nothing_of_tokens(server: Server) -> None:
    server.stop()
    again = Server(server.data)
    status, log = again.stop(signal.SIGINT)

    assert status == 0
    assert "token create" not in log


async def test_sigterm_answers_the_polls_that_wait(server: Server) -> None:
    target = find_target(server.data)
    async with CoordinatorClient(target.url, target.token) as operator:
        site = await operator.create_site("Office")
        enrolment = await operator.create_enrolment()
        reply = await operator.enrol(enrolment.enrolment_token, "rack-1")
    async with CoordinatorClient(target.url, reply.agent_token) as agent:
        poll = asyncio.create_task(agent.poll(PollRequest(sites=[site.id], wait=60)))
        await asyncio.sleep(0.3)
        status, _ = await asyncio.to_thread(server.stop)

        assert await asyncio.wait_for(poll, 5) == []
        assert status == 0


def test_a_backup_is_taken_from_a_server_that_runs(server: Server, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    told = server.json("backup", str(copy))

    assert told == {"file": str(copy), "bytes": copy.stat().st_size}
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM teams").fetchone() is not None
    assert b"exists" in server.command("backup", str(copy), status=2).stderr


def test_a_job_goes_through_the_commands(server: Server, tmp_path: Path) -> None:
    script = tmp_path / "change.rsc"
    script.write_bytes(b":put \xf2\n")
    site = server.json("site", "create", "Branch office")
    assert [s["id"] for s in server.json("site", "list")] == [site["id"]]

    key = str(uuid4())
    submit = ("job", "submit", "Branch office", str(script), "--backup", "--key", key)
    job = server.json(*submit)
    assert (job["script"], job["description"]) == (":put \ufffd\n", "script change.rsc")
    assert (job["should_backup"], job["needs_acknowledgement"]) == (True, True)
    assert server.json(*submit)["id"] == job["id"]

    second = server.json(
        "job", "submit", site["id"], "-", "--no-ack", "--description", "from stdin", stdin=b":put 2"
    )
    assert (second["script"], second["needs_acknowledgement"]) == (":put 2", False)
    listed = server.json("job", "list", "Branch office")
    assert [j["id"] for j in listed] == [second["id"], job["id"]]

    assert server.json("job", "show", "Branch office", job["token"]) == job
    run_of_it = server.json("job", "show", site["id"], job["id"], "--run")
    assert (run_of_it["state"], run_of_it["job_id"]) == ("pending", job["id"])
    text = server.command("job", "show", "Branch office", job["token"]).stdout.decode()
    assert job["id"] in text
    assert "pending" in text

    cancelled = server.json("job", "cancel", "Branch office", job["token"])
    assert cancelled == {"cancelled": job["id"]}
    refused = server.command("job", "cancel", "Branch office", job["id"], status=1)
    assert b"job_not_found" in refused.stderr
    assert refused.stdout == b""


def test_tables_are_for_people(server: Server) -> None:
    site = server.json("site", "create", "Branch office")
    job = server.json("job", "submit", "Branch office", "-", stdin=b":put 1")

    assert site["id"] in server.command("site", "list").stdout.decode()
    listed = server.command("job", "list", "Branch office").stdout.decode()
    assert all(text in listed for text in (job["id"], job["token"], "pending", "script from stdin"))


async def serve_one_job(
    server: Server, agent_token: str, site_id: UUID, error: RunError | None
) -> None:
    """Take the next job as an agent would, start it and end it."""
    async with CoordinatorClient(server.url, agent_token) as agent:
        [lease] = await agent.poll(PollRequest(sites=[site_id], wait=20))
        for status in (ReportStatus.BUSY, ReportStatus.FAIL if error else ReportStatus.DONE):
            report = Report(
                lease_version=lease.version,
                status=status,
                occurred_at=lease.expires_at,
                output="hello\n",
                output_bytes=6,
                error=error if status is ReportStatus.FAIL else None,
            )
            await agent.report(lease.job.id, report)


@pytest.mark.parametrize("fails", [False, True])
async def test_submit_waits_for_the_end_and_tells_it_by_its_status(
    server: Server, fails: bool
) -> None:
    site = server.json("site", "create", "Branch office")
    token = server.json("agent", "enrol", "--site", "Branch office")["enrolment_token"]
    async with CoordinatorClient(server.url) as nobody:
        agent = await nobody.enrol(token, "rack-1")
    [listed] = server.json("agent", "list")
    assert (listed["name"], listed["sites"]) == ("rack-1", [site["id"]])

    trap = ErrorClass.TRAP
    error = RunError(error_class=trap, message="no such item", line=1, column=5)
    submit = asyncio.to_thread(
        server.command,
        "job",
        "submit",
        "Branch office",
        "-",
        "--wait",
        stdin=b":put 1",
        status=1 if fails else 0,
    )
    work = serve_one_job(server, agent.agent_token, UUID(site["id"]), error if fails else None)
    done, _ = await asyncio.gather(submit, work)

    text = done.stdout.decode()
    assert "hello" in text
    assert ("trap: no such item (line 1 column 5)" in text) is fails
    assert ("completed" in text) is not fails


def test_waiting_ends_with_its_own_status(server: Server) -> None:
    server.json("site", "create", "Branch office")
    submit = ("job", "submit", "Branch office", "-", "--wait", "--timeout", "0.3")

    job = server.json(*submit, stdin=b":put 1", status=4)
    assert job["completed_at"] is None


def test_a_token_is_made_for_others(server: Server) -> None:
    server.json("site", "create", "Branch office")
    made = server.json("token", "create", "--scope", "sites:read", "--days", "1")
    assert made["scopes"] == ["sites:read"]
    remote = {"ROS_COORDINATOR_URL": server.url, "ROS_COORDINATOR_TOKEN": made["token"]}

    assert run("site", "list", env=remote).returncode == 0
    refused = run("site", "create", "Other", env=remote)
    assert (refused.returncode, b"scope_missing" in refused.stderr) == (1, True)
    plain = server.command("token", "create", "--scope", "sites:read").stdout.decode().strip()
    assert plain.count(".") == 2


def test_a_revoked_agent_is_gone(server: Server) -> None:
    token = server.command("agent", "enrol").stdout.decode().strip()

    async def enrol() -> str:
        async with CoordinatorClient(server.url) as nobody:
            return str((await nobody.enrol(token, "rack-1")).agent_id)

    agent_id = asyncio.run(enrol())
    assert server.json("agent", "revoke", agent_id) == {"revoked": agent_id}
    assert server.json("agent", "list") == []


def test_teams_keys_and_their_tokens_go_through_the_commands(server: Server) -> None:
    team = server.json("team", "create", "Branches")
    assert server.command("site", "create", "Head office").returncode == 0
    token = server.json("token", "create", "--scope", "sites:read", "--team", "Branches")
    assert token["team_id"] == team["id"]
    made = server.json("key", "create", "ci", "--scope", "sites:read", "--team", team["id"])
    remote = {"ROS_COORDINATOR_URL": server.url}

    for secret in (token["token"], made["key"]):
        done = run("site", "list", "--json", env=remote | {"ROS_COORDINATOR_TOKEN": secret})
        assert json.loads(done.stdout) == []
    assert [item["name"] for item in server.json("team", "list")] == ["default", "Branches"]
    assert [item["id"] for item in server.json("key", "list")] == [made["id"]]
    assert made["key"].split(":")[2].encode() not in server.command("key", "list").stdout

    assert server.json("key", "revoke", made["id"]) == {"revoked": made["id"]}
    refused = run("site", "list", env=remote | {"ROS_COORDINATOR_TOKEN": made["key"]})
    assert (refused.returncode, b"token_invalid" in refused.stderr) == (1, True)
    lost = ("token", "create", "--scope", "sites:read", "--team", "Nowhere")
    assert b"no team is named 'Nowhere'" in server.command(*lost, status=2).stderr


def test_an_agent_gets_a_new_token(server: Server) -> None:
    enrolment = server.command("agent", "enrol").stdout.decode().strip()

    async def enrol() -> tuple[str, str]:
        async with CoordinatorClient(server.url) as nobody:
            reply = await nobody.enrol(enrolment, "rack-1")
            return str(reply.agent_id), reply.agent_token

    agent_id, old = asyncio.run(enrol())
    new = server.command("agent", "rotate", agent_id).stdout.decode().strip()

    async def sites(token: str) -> int:
        async with CoordinatorClient(server.url, token) as agent:
            return len(await agent.agent_sites())

    assert asyncio.run(sites(new)) == 0
    with pytest.raises(CoordinatorRefused, match="token_invalid"):
        asyncio.run(sites(old))


def test_what_cannot_be_reached_has_status_3(server: Server, tmp_path: Path) -> None:
    server.stop(signal.SIGKILL)
    killed = server.command("site", "list", status=3)
    assert b"no answer" in killed.stderr
    (server.data / "running.json").unlink()
    assert b"no coordinator is serving" in server.command("site", "list", status=3).stderr

    never = run("site", "list", "--data", str(tmp_path / "never"))
    assert (never.returncode, b"no coordinator's data directory" in never.stderr) == (2, True)
    half = run("site", "list", env={"ROS_COORDINATOR_URL": server.url})
    assert (half.returncode, b"ROS_COORDINATOR_TOKEN" in half.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "status", "text"),
    [
        (("job", "list", "Nowhere"), 2, "0 sites are named"),
        (("job", "list", "6f1c0c5e-0d6a-4b5e-9f0e-2d1c5b7a9e10"), 1, "site_not_found"),
        (("job", "show", "Twin", "Ab3dE5gH7j"), 2, "2 sites are named"),
        (("job", "show", "Branch office", "Ab3dE5gH7j"), 1, "no job"),
        (("job", "submit", "Branch office", "missing.rsc"), 2, "No such file"),
        (("job", "submit", "Branch office", "-"), 1, "parameter_missing"),
        (("site", "create", "ab"), 2, "3"),
        (("token", "create", "--scope", "everything"), 2, "everything"),
        (("token", "create"), 2, "--scope"),
        (("agent", "revoke", "nobody"), 2, "UUID"),
        (("job", "submit", "Branch office", "-", "--description", "a\nb"), 2, "header"),
    ],
)
def test_mistakes_are_told_in_a_line(
    shared: Server, arguments: tuple[str, ...], status: int, text: str
) -> None:
    done = shared.command(*arguments, status=status)

    assert text in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_serve_names_all_faults_at_once(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text("port = 'x'\nlease_seconds = 0\n")
    done = run("serve", "--config", str(file), "--data", str(tmp_path / "d"))

    assert done.returncode == 2
    assert done.stdout == b""
    assert b"port" in done.stderr
    assert b"lease_seconds" in done.stderr
    assert b"Traceback" not in done.stderr


def test_the_database_may_be_elsewhere(tmp_path: Path) -> None:
    database = tmp_path / "elsewhere.db"
    server = Server(tmp_path / "data", "--database", f"sqlite:///{database}")
    status, _ = server.stop()

    assert status == 0
    assert database.stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "data" / "coordinator.db").exists()


def test_serve_refuses_a_directory_in_use(server: Server) -> None:
    done = run("serve", "--data", str(server.data), "--port", "0")

    assert (done.returncode, b"another coordinator" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    "command",
    [
        "serve",
        "token create",
        "site create",
        "site list",
        "agent enrol",
        "agent list",
        "agent revoke",
        "agent rotate",
        "team create",
        "team list",
        "key create",
        "key list",
        "key revoke",
        "job submit",
        "job show",
        "job list",
        "job cancel",
    ],
)
def test_help_shows_an_example(command: str) -> None:
    done = CliRunner().invoke(app, [*command.split(), "--help"], env={"COLUMNS": "160"})

    assert done.exit_code == 0
    assert f"Example: ros-coordinator {command}" in " ".join(done.output.split())
