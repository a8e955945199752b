"""`ros-coordinator`: serve, and the operator's commands.

Exit status: 0 done; 1 the job failed or the coordinator refused; 2 the command, a file or a
setting is wrong; 3 the coordinator cannot be reached or is at fault; 4 `--wait` ran out of time.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from coordinator.auth import Scope
from coordinator.cli_access import find_team, keys, teams
from coordinator.client import CoordinatorClient
from coordinator.command import REFUSED, TOO_LATE, USAGE, AsJson, Complaints, Data, call, fail
from coordinator.contract import EnrolmentCreate, Job, Site
from coordinator.ids import parse
from coordinator.local import mint_token
from coordinator.teams import DEFAULT_TEAM
from coordinator.terminal import (
    print_agents,
    print_job,
    print_jobs,
    print_json,
    print_sites,
)
from coordinator.waiting import wait_for_end

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
_job = _group("job", "Jobs: scripts queued for a site.")
app.add_typer(teams, name="team")
app.add_typer(keys, name="key")

SiteRef = Annotated[str, typer.Argument(metavar="SITE", help="A site's id or name.")]
JobRef = Annotated[str, typer.Argument(metavar="JOB", help="A job's id or token.")]


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
        sites = [(await _find_site(client, ref)).id for ref in site] if site else None
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


@_job.command(
    "submit",
    epilog='Example: ros-coordinator job submit "Branch office" change.rsc --backup --wait',
)
def job_submit(
    site: SiteRef,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="The script; - for stdin.")],
    *,
    description: Annotated[
        str | None, typer.Option(help="3 to 100 characters; the file's name unless given.")
    ] = None,
    backup: Annotated[bool, typer.Option(help="Run it only behind a checked backup.")] = False,
    ack: Annotated[bool, typer.Option(help="--no-ack: complete once handed over.")] = True,
    express: Annotated[bool, typer.Option(help="Ask for an early check-in.")] = False,
    key: Annotated[
        UUID | None, typer.Option(help="Idempotency key; the same key makes no second job.")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Until it is completed or failed.")] = False,
    timeout: Annotated[float, typer.Option(min=0, help="Longest wait, seconds.")] = 3600,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Queue a script for a site."""
    script = _read(file)
    text = description or f"script {Path(file).name if file != '-' else 'from stdin'}"[:100]

    async def run(client: CoordinatorClient) -> None:
        job = await client.create_job(
            (await _find_site(client, site)).id,
            script,
            description=text,
            idempotency_key=key,
            should_backup=backup,
            needs_acknowledgement=ack,
            express_execute=express,
        )
        if wait:
            try:
                job = await wait_for_end(client, job, timeout)
            except TimeoutError:
                await _show(client, job, as_json=as_json)
                fail(f"the job has not ended after {timeout:g} s", TOO_LATE)
        await _show(client, job, as_json=as_json)
        if job.failed_at is not None:
            raise typer.Exit(REFUSED)

    call(data, run)


@_job.command("show", epilog='Example: ros-coordinator job show "Branch office" Ab3dE5gH7j')
def job_show(
    site: SiteRef,
    job: JobRef,
    *,
    run: Annotated[bool, typer.Option("--run", help="With --json: the run, not the job.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show a job and how its run went."""

    async def show(client: CoordinatorClient) -> None:
        found = await _find_job(client, site, job)
        if run and as_json:
            print_json(await client.get_run(found.site_id, found.id))
        else:
            await _show(client, found, as_json=as_json)

    call(data, show)


@_job.command("list", epilog='Example: ros-coordinator job list "Branch office" --json')
def job_list(site: SiteRef, *, data: Data = None, as_json: AsJson = False) -> None:
    """List the jobs of a site, newest first."""

    async def run(client: CoordinatorClient) -> list[Job]:
        return await client.list_jobs((await _find_site(client, site)).id)

    jobs = call(data, run)
    (print_json if as_json else print_jobs)(jobs)


@_job.command("cancel", epilog='Example: ros-coordinator job cancel "Branch office" Ab3dE5gH7j')
def job_cancel(site: SiteRef, job: JobRef, *, data: Data = None, as_json: AsJson = False) -> None:
    """Take a job that has not started out of the queue."""

    async def run(client: CoordinatorClient) -> Job:
        found = await _find_job(client, site, job)
        await client.cancel_job(found.site_id, found.id)
        return found

    found = call(data, run)
    if as_json:
        print_json({"cancelled": str(found.id)})


def main() -> None:
    """Run the command line of this process."""
    app()


# --- parts --------------------------------------------------------------------


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from error


async def _find_site(client: CoordinatorClient, ref: str) -> Site:
    if (site_id := parse(ref)) is not None:
        return await client.get_site(site_id)
    named = [site for site in await client.list_sites() if site.name == ref]
    if len(named) != 1:
        fail(f"{len(named)} sites are named {ref!r}: give the id", USAGE)
    return named[0]


async def _find_job(client: CoordinatorClient, site: str, ref: str) -> Job:
    site_id = (await _find_site(client, site)).id
    if (job_id := parse(ref)) is not None:
        return await client.get_job(site_id, job_id)
    found = [job for job in await client.list_jobs(site_id) if job.token == ref]
    if not found:
        fail(f"the site has no job {ref!r}", REFUSED)
    return found[0]


async def _show(client: CoordinatorClient, job: Job, *, as_json: bool) -> None:
    if as_json:
        print_json(job)
    else:
        print_job(job, await client.get_run(job.site_id, job.id))
