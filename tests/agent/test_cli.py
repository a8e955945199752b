"""The commands as an operator types them, against simulated routers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from agent.cli import app
from simulator.router import Router
from simulator.server import RealClock, running_router
from simulator.version import Version

if TYPE_CHECKING:
    from pathlib import Path

HEAD = '[coordinator]\nurl = "http://127.0.0.1:1"\n[limits]\nconnect_seconds = 2\n'


def router(name: str, port: int, more: str = 'password = ""') -> str:
    return (
        f'[[router]]\nname = "{name}"\nsite = "{name}"\nhost = "127.0.0.1"\nport = {port}\n{more}\n'
    )


def ros_agent(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, words)
    return result.exit_code, result.stdout, result.stderr


def write(folder: Path, text: str) -> str:
    file = folder / "agent.toml"
    file.write_text(text)
    file.chmod(0o600)
    return str(file)


@pytest.mark.parametrize(
    ("version", "protection", "noted"),
    [
        ("7.22.3", ["safe mode", "dead-man", "backup"], False),
        ("7.12.2", ["dead-man", "backup"], True),
        ("6.49.18", ["dead-man", "backup"], True),
    ],
)
def test_check_tells_release_rights_and_protection(
    tmp_path: Path, version: str, protection: list[str], noted: bool
) -> None:
    with running_router(Router(Version(version), clock=RealClock())) as server:
        config = write(tmp_path, HEAD + router("R1", server.api_port or 0))
        status, out, _ = ros_agent("check", "--config", config, "--json")
        _, text, _ = ros_agent("check", "--config", config)

    found = json.loads(out)
    assert status == 0
    assert (found["version"], found["identity"], found["missing"]) == (version, "MikroTik", [])
    assert found["protection"] == protection
    assert bool(found["notes"]) == noted
    assert f"RouterOS {version}" in text
    assert "policies the user lacks: none" in text


def test_check_reaches_the_others_when_one_is_away(tmp_path: Path) -> None:
    with running_router(Router(clock=RealClock())) as server:
        config = write(
            tmp_path,
            HEAD + router("away", 1) + router("near", server.api_port or 0),
        )
        status, out, _ = ros_agent("check", "--config", config, "--json")

    away, near = map(json.loads, out.splitlines())
    assert status == 1
    assert away["error"] is not None
    assert (near["error"], near["good"]) == (None, True)


def test_check_with_a_wrong_password_says_so_and_does_not_show_it(tmp_path: Path) -> None:
    with running_router(Router(clock=RealClock())) as server:
        config = write(
            tmp_path, HEAD + router("R1", server.api_port or 0, 'password = "wrong-password"')
        )
        status, out, err = ros_agent("check", "--config", config)

    assert status == 1
    assert "invalid user name or password" in out
    assert "wrong-password" not in out + err


@pytest.mark.parametrize("command", ["run", "check"])
def test_faults_of_the_configuration_are_told_line_by_line(tmp_path: Path, command: str) -> None:
    config = write(tmp_path, HEAD.replace("http", "ftp") + router("R1", 99_999))
    status, _, err = ros_agent(command, "--config", config)

    assert status == 2
    assert len(err.splitlines()) == 2
    assert all(line.startswith("ros-agent: ") for line in err.splitlines())


def test_run_without_any_token_says_how_to_get_one(tmp_path: Path) -> None:
    status, out, err = ros_agent("run", "--config", write(tmp_path, HEAD))

    assert status == 2
    assert out == ""
    assert "ros-coordinator agent enrol" in err


@pytest.mark.parametrize("command", ["run", "check"])
def test_help_shows_an_example(command: str) -> None:
    status, out, _ = ros_agent(command, "--help")

    assert status == 0
    assert "Example:" in out
