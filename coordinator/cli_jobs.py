"""`ros-coordinator job …`: what operators do with jobs."""

import asyncio
import enum
import sys
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from coordinator.client import ClientError, CoordinatorClient
from coordinator.command import REFUSED, TOO_LATE, USAGE, AsJson, Data, call, fail
from coordinator.contract import Job, JobRun, Site
from coordinator.ids import parse
from coordinator.shapes import CancelReply, JobEvent, ResolveRequest
from coordinator.terminal import print_event, print_job, print_jobs, print_json
from coordinator.waiting import wait_for_end

__all__ = ["find_job", "find_site", "jobs"]

jobs = typer.Typer(help="Jobs: scripts queued for a site.", no_args_is_help=True)

SiteRef = Annotated[str, typer.Argument(metavar="SITE", help="A site's id or name.")]
JobRef = Annotated[str, typer.Argument(metavar="JOB", help="A job's id or token.")]

_ENDS = frozenset({"completed", "failed", "cancelled"})
# Between a connection that broke and the next.
_PAUSE_SECONDS = 1.0


class Outcome(enum.StrEnum):
    """What a run that is resolved counts as."""

    COMPLETED = "completed"
    FAILED = "failed"


@jobs.command(
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
            (await find_site(client, site)).id,
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
                await _show(client, job, as_json=as_json, with_run=True)
                fail(f"the job has not ended after {timeout:g} s", TOO_LATE)
        await _show(client, job, as_json=as_json, with_run=wait)
        if job.failed_at is not None:
            raise typer.Exit(REFUSED)

    call(data, run)


@jobs.command("show", epilog='Example: ros-coordinator job show "Branch office" Ab3dE5gH7j')
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
        found = await find_job(client, site, job)
        if run and as_json:
            print_json(await client.get_run(found.site_id, found.id))
        else:
            await _show(client, found, as_json=as_json)

    call(data, show)


@jobs.command("list", epilog='Example: ros-coordinator job list "Branch office" --json')
def job_list(site: SiteRef, *, data: Data = None, as_json: AsJson = False) -> None:
    """List the jobs of a site, newest first."""

    async def run(client: CoordinatorClient) -> list[Job]:
        return await client.list_jobs((await find_site(client, site)).id)

    jobs = call(data, run)
    (print_json if as_json else print_jobs)(jobs)


@jobs.command(
    "cancel", epilog='Example: ros-coordinator job cancel "Branch office" Ab3dE5gH7j --running'
)
def job_cancel(
    site: SiteRef,
    job: JobRef,
    *,
    running: Annotated[
        bool,
        typer.Option("--running", help="Even while it runs: its agent is asked. It stays visible."),
    ] = False,
    reason: Annotated[str | None, typer.Option(help="With --running: for its timeline.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Take a job that has not started out of the queue, or ask for the end of one that runs."""

    async def run(client: CoordinatorClient) -> Job | CancelReply:
        found = await find_job(client, site, job)
        if running:
            return await client.ask_cancel(found.site_id, found.id, reason)
        await client.cancel_job(found.site_id, found.id)
        return found

    found = call(data, run)
    if isinstance(found, CancelReply):
        print_json(found) if as_json else typer.echo(found.answer or "asked")
    elif as_json:
        print_json({"cancelled": str(found.id)})


@jobs.command(
    "resolve",
    epilog='Example: ros-coordinator job resolve "Branch office" Ab3dE5gH7j failed '
    '--reason "router replaced"',
)
def job_resolve(
    site: SiteRef,
    job: JobRef,
    outcome: Annotated[Outcome, typer.Argument(help="What it is to count as.")],
    *,
    reason: Annotated[str, typer.Option(help="3 to 500 characters, for its timeline.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """End a run of which nothing is heard any more."""

    async def run(client: CoordinatorClient) -> JobRun:
        found = await find_job(client, site, job)
        request = ResolveRequest.model_validate({"outcome": outcome.value, "reason": reason})
        return await client.resolve_job(found.site_id, found.id, request)

    resolved = call(data, run)
    print_json(resolved) if as_json else typer.echo(resolved.state.value)


@jobs.command("timeline", epilog='Example: ros-coordinator job timeline "Branch office" Ab3dE5gH7j')
def job_timeline(site: SiteRef, job: JobRef, *, data: Data = None, as_json: AsJson = False) -> None:
    """List what happened to a job, oldest first."""

    async def run(client: CoordinatorClient) -> list[JobEvent]:
        found = await find_job(client, site, job)
        return await client.get_timeline(found.site_id, found.id)

    events = call(data, run)
    if as_json:
        print_json(events)
    else:
        for event in events:
            print_event(event)


@jobs.command("watch", epilog='Example: ros-coordinator job watch "Branch office" Ab3dE5gH7j')
def job_watch(
    site: SiteRef,
    job: Annotated[
        str | None, typer.Argument(metavar="[JOB]", help="A job's id or token; all unless given.")
    ] = None,
    *,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Print what happens to a job until it has ended, or to a site's jobs until interrupted.

    With --json each event is a line.
    """

    async def run(client: CoordinatorClient) -> str:
        if job is None:
            path = f"/site/{(await find_site(client, site)).id}/events"
        else:
            found = await find_job(client, site, job)
            path = f"/site/{found.site_id}/job/{found.id}/events"
        return await _watch(client, path, as_json=as_json)

    if call(data, run) == "failed":
        raise typer.Exit(REFUSED)


# --- parts --------------------------------------------------------------------


async def _watch(client: CoordinatorClient, path: str, *, as_json: bool) -> str:
    """Print a stream's events, through breaks of the connection; return the last state."""
    seen, state = None, ""
    while True:
        try:
            before = seen
            async for event in client.follow(path, seen):
                seen, state = event.id, event.state
                print_json(event) if as_json else print_event(event)
            if seen == before or state in _ENDS:
                return state
        except ClientError as error:
            if not error.retry or seen is None:
                raise
        await asyncio.sleep(_PAUSE_SECONDS)


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from error


async def find_site(client: CoordinatorClient, ref: str) -> Site:
    if (site_id := parse(ref)) is not None:
        return await client.get_site(site_id)
    named = [site for site in await client.list_sites() if site.name == ref]
    if len(named) != 1:
        fail(f"{len(named)} sites are named {ref!r}: give the id", USAGE)
    return named[0]


async def find_job(client: CoordinatorClient, site: str, ref: str) -> Job:
    site_id = (await find_site(client, site)).id
    if (job_id := parse(ref)) is not None:
        return await client.get_job(site_id, job_id)
    found = [job for job in await client.list_jobs(site_id) if job.token == ref]
    if not found:
        fail(f"the site has no job {ref!r}", REFUSED)
    return found[0]


async def _show(
    client: CoordinatorClient, job: Job, *, as_json: bool, with_run: bool = False
) -> None:
    if as_json and with_run:
        run = await client.get_run(job.site_id, job.id)
        print_json(job.model_dump(mode="json") | {"run": run.model_dump(mode="json")})
    elif as_json:
        print_json(job)
    else:
        print_job(job, await client.get_run(job.site_id, job.id))
