"""`ros-coordinator team` and `key`: whose sites are seen, and by which programs."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from coordinator.auth import Scope
from coordinator.client import CoordinatorClient
from coordinator.command import USAGE, AsJson, Data, call, fail
from coordinator.contract_teams import ApiKeyCreate, ApiKeyCreated
from coordinator.ids import parse
from coordinator.terminal import print_json, print_keys, print_teams

__all__ = ["find_team", "keys", "teams"]

teams = typer.Typer(help="Teams: a token sees its own team's sites only.", no_args_is_help=True)
keys = typer.Typer(help="API keys: long-lived tokens for programs.", no_args_is_help=True)


def find_team(data: Path | None, ref: str) -> UUID:
    """Return a team's id; a name is looked up in the running coordinator."""
    return parse(ref) or call(data, lambda client: _find(client, ref))


@teams.command("create", epilog='Example: ros-coordinator team create "Branches"')
def team_create(name: str, *, data: Data = None, as_json: AsJson = False) -> None:
    """Make a team and print its id."""
    team = call(data, lambda client: client.create_team(name))
    print_json(team) if as_json else typer.echo(str(team.id))


@teams.command("list", epilog="Example: ros-coordinator team list --json")
def team_list(*, data: Data = None, as_json: AsJson = False) -> None:
    """List all teams."""
    (print_json if as_json else print_teams)(call(data, lambda client: client.list_teams()))


@keys.command(
    "create",
    epilog="Example: ros-coordinator key create backups-script --scope backups:read "
    "--team Branches --days 365",
)
def key_create(
    name: str,
    *,
    scope: Annotated[list[Scope], typer.Option(help="What it allows; give it once for each.")],
    team: Annotated[str | None, typer.Option(help="A team's id or name; the own unless given.")] = (
        None
    ),
    days: Annotated[
        float | None, typer.Option(min=0.001, max=3660, help="Until it is revoked unless given.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make an API key and print it, this once."""

    async def run(client: CoordinatorClient) -> ApiKeyCreated:
        team_id = await _find(client, team) if team else None
        lifetime = None if days is None else int(days * 86_400)
        asked = ApiKeyCreate(name=name, scopes=scope, team_id=team_id, expires_in=lifetime)
        return await client.create_key(asked)

    made = call(data, run)
    print_json(made) if as_json else typer.echo(made.key)


@keys.command("list", epilog="Example: ros-coordinator key list")
def key_list(*, data: Data = None, as_json: AsJson = False) -> None:
    """List the API keys that are not revoked."""
    (print_json if as_json else print_keys)(call(data, lambda client: client.list_keys()))


@keys.command(
    "revoke", epilog="Example: ros-coordinator key revoke 6f1c0c5e-0d6a-4b5e-9f0e-2d1c5b7a9e10"
)
def key_revoke(key: UUID, *, data: Data = None, as_json: AsJson = False) -> None:
    """Make an API key worthless at once."""
    call(data, lambda client: client.revoke_key(key))
    if as_json:
        print_json({"revoked": str(key)})


async def _find(client: CoordinatorClient, ref: str) -> UUID:
    if (team_id := parse(ref)) is not None:
        return team_id
    named = [team.id for team in await client.list_teams() if team.name == ref]
    if len(named) != 1:
        fail(f"no team is named {ref!r}", USAGE)
    return named[0]
