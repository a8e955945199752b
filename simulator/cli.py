"""`ros-simulator`: one router, many, a script, a check, an export, the whole system.

Exit status: 0 done; 1 the script failed, the check found something or a job failed; 2 the
command was asked for what cannot be.
"""

from __future__ import annotations

import asyncio
import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from simulator.errors import UsageError
from simulator.settings import ClockKind, Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

__all__ = ["app", "main"]

T = TypeVar("T")

app = typer.Typer(
    name="ros-simulator",
    help="A RouterOS stand-in: API, TLS, REST, script language, files, export and backup.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # RouterOS's brackets are no markup
)

SettingsFile = Annotated[
    Path | None, typer.Option("--settings", help="TOML file with these options; see config/.")
]
Version = Annotated[str | None, typer.Option(help="RouterOS version to play, 7.22.3 unless given.")]
Configuration = Annotated[
    Path | None, typer.Option("--config", help="Script that the fresh router starts with.")
]
Host = Annotated[str | None, typer.Option(help="Address to listen on, 127.0.0.1 unless given.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
FileOrStdin = Annotated[str, typer.Argument(metavar="FILE|-", help="Script file, - for stdin.")]


@app.command(epilog="Example: ros-simulator run --api-port 8728 --rest-port 8080 --version 7.16.2")
def run(
    *,
    settings: SettingsFile = None,
    host: Host = None,
    api_port: Annotated[int | None, typer.Option(help="API port, 0 takes a free one.")] = None,
    tls_port: Annotated[int | None, typer.Option(help="API over TLS; off unless given.")] = None,
    rest_port: Annotated[int | None, typer.Option(help="REST; off unless given.")] = None,
    user: Annotated[str | None, typer.Option(help="The user in group full.")] = None,
    password: Annotated[str | None, typer.Option(help="Its password, empty unless given.")] = None,
    version: Version = None,
    identity: Annotated[str | None, typer.Option(help="The router's name.")] = None,
    config: Configuration = None,
    state: Annotated[Path | None, typer.Option(help="Folder that keeps the flash.")] = None,
    persona: Annotated[Path | None, typer.Option(help="A learnt router to play.")] = None,
    clock: Annotated[ClockKind | None, typer.Option(help="virtual: waits take no time.")] = None,
) -> None:
    """Play one router until SIGTERM; prints one JSON line when it is ready."""
    options = _settings(locals())
    from simulator.play import play_router  # noqa: PLC0415 - keeps --help quick

    _not_yet(options.persona, "--persona")
    _serve(lambda: play_router(options))


@app.command(epilog="Example: ros-simulator fleet --count 100 --inventory fleet.toml")
def fleet(
    *,
    settings: SettingsFile = None,
    count: Annotated[int | None, typer.Option("--count", help="How many routers.")] = None,
    host: Host = None,
    base_port: Annotated[
        int | None, typer.Option(help="API port of the first; 0 takes free ones.")
    ] = None,
    inventory: Annotated[
        Path | None, typer.Option(help="Write the list that the agent's configuration includes.")
    ] = None,
    version: Version = None,
) -> None:
    """Play many routers in one process until SIGTERM."""
    options = _settings(locals())
    from simulator.play import play_fleet  # noqa: PLC0415 - keeps --help quick

    _serve(lambda: play_fleet(options))


@app.command(
    epilog="Example: ros-simulator script change.rsc --version 7.16.2   |   "
    "echo ':put [/system identity get name]' | ros-simulator script -"
)
def script(
    file: Annotated[
        str | None, typer.Argument(metavar="FILE|-", help="Script file, - for stdin.")
    ] = None,
    *,
    version: Version = None,
    config: Configuration = None,
    cases: Annotated[
        Path | None, typer.Option(help="JSON lines of cases; one JSON line out for each.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a script on a fresh router as its terminal would."""
    from simulator.scripting import run_cases, run_script  # noqa: PLC0415 - keeps --help quick

    if (file is None) == (cases is None):
        raise typer.BadParameter("give either a script or --cases")
    options = _settings({"version": version, "config": config})
    if cases is not None:
        raise typer.Exit(_refusals(lambda: run_cases(_read(str(cases)), sys.stdout)))
    source = _read(file or "-")
    raise typer.Exit(_refusals(lambda: run_script(source, options, as_json=as_json)))


@app.command(epilog="Example: ros-simulator check *.rsc --version 7.16.2 --json")
def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Scripts; - for stdin.")],
    *,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Parse scripts and hold them against the tables; runs nothing."""
    from simulator.check import check_source  # noqa: PLC0415 - keeps --help quick

    options = _settings({"version": version})
    found = 0
    for file in files:
        source = _read(file)
        for finding in _refusals(partial(check_source, source, options.version)):
            found += finding.kind != "not-modelled"
            typer.echo(json.dumps(finding.as_json(file)) if as_json else finding.as_line(file))
    raise typer.Exit(1 if found else 0)


@app.command(epilog="Example: ros-simulator export --config branch-office.rsc")
def export(
    *,
    config: Annotated[Path, typer.Option(help="Script that makes the configuration.")],
    version: Version = None,
) -> None:
    """Apply a script to a fresh router and print its /export."""
    from simulator.scripting import print_export  # noqa: PLC0415 - keeps --help quick

    options = _settings({"version": version, "config": config})
    raise typer.Exit(_refusals(lambda: print_export(options)))


@app.command(epilog="Example: ros-simulator learn 192.0.2.1 -o branch-office.persona")
def learn(
    source: Annotated[str, typer.Argument(metavar="HOST|FILE", help="Router or inspect.json.")],
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="Persona file to write.")],
) -> None:
    """Learn the menus of a router of yours."""
    _not_yet(f"{source} -> {output}", "learn")


@app.command(epilog="Example: ros-simulator lab --routers 50 --script change.rsc --json")
def lab(
    *,
    routers: Annotated[int, typer.Option(min=1, help="How many simulated routers.")] = 1,
    script: Annotated[
        Path | None, typer.Option(help="The job's script; a firewall rule unless given.")
    ] = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Bring one job through coordinator, agent and simulated routers, in one process."""
    from simulator.lab import run_lab  # noqa: PLC0415 - imports the other two packages

    options = _settings({"version": version})
    source = _read(str(script)) if script else None
    raise typer.Exit(
        _refusals(
            lambda: asyncio.run(
                run_lab(routers=routers, script=source, version=options.version, as_json=as_json)
            )
        )
    )


def main() -> None:
    app()


def _settings(options: dict[str, Any]) -> Settings:
    given = dict(options)
    file = given.pop("settings", None)
    return _refusals(lambda: load_settings(file, given))


def _serve(play: Callable[[], Coroutine[Any, Any, None]]) -> None:
    _refusals(lambda: asyncio.run(play()))


def _refusals(act: Callable[[], T]) -> T:
    try:
        return act()
    except UsageError as error:
        typer.echo(f"ros-simulator: {error}", err=True)
        raise typer.Exit(2) from None


def _not_yet(given: object, what: str) -> None:
    if given is not None:
        typer.echo(f"ros-simulator: {what}: not yet; it is planned", err=True)
        raise typer.Exit(2)


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        typer.echo(f"ros-simulator: {file}: {error.strerror}", err=True)
        raise typer.Exit(2) from None
