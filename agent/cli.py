"""`ros-agent`: run the agent, or check what it would meet.

Exit status: 0 done; 1 a router cannot be used, or the agent had to give up; 2 the
configuration cannot be used.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from agent.config import load_config
from agent.errors import AgentError, ConfigError
from agent.logs import set_up_logs

if TYPE_CHECKING:
    from agent.check import Finding
    from agent.config import Config

__all__ = ["app", "main"]

app = typer.Typer(
    name="ros-agent",
    help="Runs jobs on RouterOS routers: a checked backup, the script once, the result told.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

ConfigFile = Annotated[Path, typer.Option("--config", help="TOML file; see config/agent.toml.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object a router.")]


@app.command(epilog="Example: ROS_AGENT_ENROLMENT_TOKEN=… ros-agent run --config agent.toml")
def run(config: ConfigFile) -> None:
    """Take jobs and run them until SIGTERM; jobs in hand are finished first.

    Prints one JSON line on stdout when it is ready; logs go to stderr. The enrolment token
    and the routers' passwords come from the environment or from files, never from here.
    """
    settings = _load(config)
    set_up_logs(settings.log_level, _secrets(settings))
    try:
        asyncio.run(_run(settings))
    except ConfigError as error:
        _give_up(error, 2)
    except AgentError as error:
        _give_up(error, 1)


@app.command(epilog="Example: ros-agent check --config agent.toml --json")
def check(config: ConfigFile, *, as_json: AsJson = False) -> None:
    """Reach every router: release, the user's permissions, what protection is possible.

    Changes nothing and needs no coordinator. Exit status 1 when a router cannot be reached
    or its user lacks a policy.
    """
    from agent.check import check_routers  # noqa: PLC0415 - keeps --help quick

    settings = _load(config)
    set_up_logs("warning", _secrets(settings))
    findings = asyncio.run(check_routers(settings))
    for finding in findings:
        typer.echo(_json(finding) if as_json else _lines(finding))
    if not findings:
        typer.echo("no routers are configured", err=True)
    raise typer.Exit(0 if findings and all(finding.good for finding in findings) else 1)


async def _run(config: Config) -> None:
    from agent.start import running_agent  # noqa: PLC0415 - keeps --help quick

    loop = asyncio.get_running_loop()
    starting = asyncio.current_task()
    stop = asyncio.Event()

    def ask_to_stop() -> None:
        # Once: in order. Before it runs, or once more: at once, the journal knows.
        if (stop.is_set() or not ready) and starting is not None:
            starting.cancel()
        stop.set()

    ready = False
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask_to_stop)
    try:
        async with running_agent(config) as agent:
            ready = True
            line = {"event": "ready", "agent": str(agent.id), "name": config.name}
            sys.stdout.write(json.dumps({**line, "sites": len(agent.sites)}) + "\n")
            sys.stdout.flush()
            stopped = asyncio.create_task(stop.wait())
            ends: set[asyncio.Future[Any]] = {stopped, agent.serving}
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
    except asyncio.CancelledError:
        return


def _load(path: Path) -> Config:
    try:
        return load_config(path)
    except ConfigError as error:
        _give_up(error, 2)


def _give_up(error: AgentError, status: int) -> NoReturn:
    for line in str(error).splitlines():
        typer.echo(f"ros-agent: {line}", err=True)
    raise typer.Exit(status)


def _secrets(config: Config) -> list[str]:
    secrets = [target.access.password.get_secret_value() for target in config.targets]
    if config.enrolment_token is not None:
        secrets.append(config.enrolment_token.get_secret_value())
    return secrets


def _json(finding: Finding) -> str:
    return json.dumps({**asdict(finding), "good": finding.good}, ensure_ascii=False)


def _lines(finding: Finding) -> str:
    head = f"{finding.router} ({finding.address}), site {finding.site}"
    if finding.error is not None:
        return f"{head}\n  cannot be used: {finding.error}"
    missing = "not shown" if finding.missing is None else ", ".join(finding.missing) or "none"
    return "\n".join(
        [
            head,
            f"  RouterOS {finding.version} on {finding.board}, identity {finding.identity}",
            f"  policies the user lacks: {missing}",
            f"  protection possible: {', '.join(finding.protection)}",
            *(f"  note: {note}" for note in finding.notes),
        ]
    )


def main() -> None:
    """Run the command line."""
    app()
