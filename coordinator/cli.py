"""`ros-coordinator`: serve, and the operator's commands.

Exit status: 0 done; 1 the job failed or the coordinator refused; 2 the command, a file or a
setting is wrong; 3 the coordinator cannot be reached or is at fault; 4 `--wait` ran out of time.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from coordinator.auth import Scope
from coordinator.cli_access import find_team, keys, teams
from coordinator.cli_jobs import find_site, jobs
from coordinator.client import CoordinatorClient
from coordinator.command import AsJson, Complaints, Data, call
from coordinator.contract import EnrolmentCreate
from coordinator.local import mint_token
from coordinator.teams import DEFAULT_TEAM
from coordinator.terminal import print_agents, print_json, print_sites

__all__ = ["app", "main"]

_EXITS = (
    "Exit status: 0 done, 1 the job failed or the request was refused, 2 wrong usage or settings, "
    "3 the coordinator cannot be reached, 4 --wait ran out of time."
)


app = typer.Typer(
    name="ros-coordinator",
    help="Queues RouterOS scripts for sites and records what became of them. "
    "Commands find the coordinator by --data on its own machine, by ROS_COORDINATOR_URL and "
    "ROS_COORDINATOR_TOKEN from elsewhere.",
    epilog=_EXITS,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _group(name: str, text: str) -> typer.Typer:
    group = typer.Typer(help=text, no_args_is_help=True)
    app.add_typer(group, name=name)
    return group


_token = _group("token", "Tokens for operators and their programs.")
_site = _group("site", "Sites: one a router.")
_agent = _group("agent", "Agents, which run the jobs.")
app.add_typer(teams, name="team")
app.add_typer(keys, name="key")
app.add_typer(jobs, name="job")


@app.command(epilog="Example: ros-coordinator serve --data coordinator-data --port 8470")
def serve(
    *,
    config: Annotated[Path | None, typer.Option(help="TOML file; see config/.")] = None,
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="0 takes a free one.")] = None,
    database: Annotated[str | None, typer.Option(help="sqlite:///PATH or postgresql://…")] = None,
) -> None:
    """Migrate the database and serve until SIGTERM; prints one JSON line when ready."""
    from coordinator.config import load_config  # noqa: PLC0415 - keeps the others quick
    from coordinator.serving import serve as run  # noqa: PLC0415 - as above

    with Complaints():
        run(load_config(config, data_dir=data, host=host, port=port, database_url=database))


@app.command(epilog="Example: ros-coordinator backup --data coordinator-data jobs-monday.db")
def backup(
    file: Annotated[Path, typer.Argument(help="The copy; must not exist.")],
    *,
    data: Data = None,
    config: Annotated[Path | None, typer.Option(help="TOML file; see config/.")] = None,
    database: Annotated[str | None, typer.Option(help="sqlite:///PATH")] = None,
    as_json: AsJson = False,
) -> None:
    """Copy the database, also while the coordinator works on it.

    The secrets beside it are not in the copy: keep the data directory's keys, too.
    """
    from coordinator.config import load_config  # noqa: PLC0415 - keeps the others quick
    from coordinator.store.copying import copy_database  # noqa: PLC0415 - as above

    with Complaints():
        settings = load_config(config, data_dir=data, database_url=database)
        size = copy_database(settings.store_url, file)
    if as_json:
        print_json({"file": str(file), "bytes": size})
    else:
        typer.echo(f"{file}: {size} bytes")


@_token.command(
    "create",
    epilog="Example: ros-coordinator token create --scope jobs:read --scope jobs:write "
    "--team Branches --days 90",
)
def token_create(
    *,
    scope: Annotated[list[Scope], typer.Option(help="What it allows; give it once for each.")],
    days: Annotated[float, typer.Option(min=0.001, max=3660, help="How long it is good.")] = 30,
    team: Annotated[
        str, typer.Option(help="A team's id or name; the default team unless given.")
    ] = str(DEFAULT_TEAM),
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a bearer token with the key of this machine's coordinator."""
    team_id = find_team(data, team)
    with Complaints():
        token = mint_token(data, scope, days * 86_400, team_id)
    ends = datetime.now(UTC) + timedelta(days=days)
    if as_json:
        ends_text = ends.strftime("%Y-%m-%dT%H:%M:%SZ")
        shown = {"token": token, "scopes": [*scope], "team_id": str(team_id)}
        print_json(shown | {"expires_at": ends_text})
    else:
        typer.echo(token)


@_site.command("create", epilog='Example: ros-coordinator site create "Branch office"')
def site_create(name: str, *, data: Data = None, as_json: AsJson = False) -> None:
    """Make a site for a router."""
    site = call(data, lambda client: client.create_site(name))
    print_json(site) if as_json else typer.echo(str(site.id))


@_site.command("list", epilog="Example: ros-coordinator site list --json")
def site_list(*, data: Data = None, as_json: AsJson = False) -> None:
    """List all sites."""
    sites = call(data, lambda client: client.list_sites())
    (print_json if as_json else print_sites)(sites)


@_agent.command("enrol", epilog='Example: ros-coordinator agent enrol --site "Branch office"')
def agent_enrol(
    *,
    site: Annotated[
        list[str] | None, typer.Option(help="It may serve only these; all unless given.")
    ] = None,
    hours: Annotated[float, typer.Option(min=0.02, max=720, help="How long it is good.")] = 24,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a token with which one agent can enrol, once."""

    async def run(client: CoordinatorClient) -> Any:
        sites = [(await find_site(client, ref)).id for ref in site] if site else None
        request = EnrolmentCreate(sites=sites, expires_in=int(hours * 3600))
        return await client.create_enrolment(request)

    enrolment = call(data, run)
    print_json(enrolment) if as_json else typer.echo(enrolment.enrolment_token)


@_agent.command("list", epilog="Example: ros-coordinator agent list")
def agent_list(*, data: Data = None, as_json: AsJson = False) -> None:
    """List the agents that are enrolled."""
    agents = call(data, lambda client: client.list_agents())
    (print_json if as_json else print_agents)(agents)


@_agent.command(
    "revoke", epilog="Example: ros-coordinator agent revoke 6f1c0c5e-0d6a-4b5e-9f0e-2d1c5b7a9e10"
)
def agent_revoke(agent: UUID, *, data: Data = None, as_json: AsJson = False) -> None:
    """Make an agent's token worthless at once."""
    call(data, lambda client: client.revoke_agent(agent))
    if as_json:
        print_json({"revoked": str(agent)})


@_agent.command(
    "rotate", epilog="Example: ros-coordinator agent rotate 6f1c0c5e-0d6a-4b5e-9f0e-2d1c5b7a9e10"
)
def agent_rotate(agent: UUID, *, data: Data = None, as_json: AsJson = False) -> None:
    """Give an agent a new token and print it; the old one is worthless at once."""
    made = call(data, lambda client: client.rotate_agent(agent))
    print_json(made) if as_json else typer.echo(made.agent_token)


def main() -> None:
    """Run the command line of this process."""
    app()
