"""What commands print: tables for people, JSON for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from coordinator.contract import Agent, Job, JobRun, Site
    from coordinator.contract_teams import ApiKeyShown, Team
    from coordinator.shapes import JobEvent

__all__ = [
    "print_agents",
    "print_event",
    "print_job",
    "print_jobs",
    "print_json",
    "print_keys",
    "print_sites",
    "print_teams",
    "state_of",
]


def print_json(value: BaseModel | Sequence[BaseModel] | dict[str, Any]) -> None:
    """Print one JSON document on one line."""
    if isinstance(value, BaseModel):
        plain: Any = value.model_dump(mode="json")
    elif isinstance(value, dict):
        plain = value
    else:
        plain = [item.model_dump(mode="json") for item in value]
    typer.echo(json.dumps(plain, ensure_ascii=False))


def state_of(job: Job) -> str:
    """Return the state that the public timestamps tell (devices-api.md, 10)."""
    if job.failed_at is not None:
        return "failed"
    if job.completed_at is not None:
        return "completed"
    return "pending" if job.started_at is None else "started"


def print_sites(sites: Iterable[Site]) -> None:
    rows = [(str(site.id), site.name, site.software_version or "") for site in sites]
    _print_table(("id", "name", "version"), rows)


def print_agents(agents: Iterable[Agent]) -> None:
    rows = [
        (
            str(agent.id),
            agent.name,
            "all" if agent.sites is None else str(len(agent.sites)),
            _when(agent.last_seen_at),
        )
        for agent in agents
    ]
    _print_table(("id", "name", "sites", "last seen"), rows)


def print_teams(teams: Iterable[Team]) -> None:
    _print_table(
        ("id", "name", "created"), [(str(t.id), t.name, _when(t.created_at)) for t in teams]
    )


def print_keys(keys: Iterable[ApiKeyShown]) -> None:
    rows = [
        (str(key.id), key.name, str(key.team_id), " ".join(key.scopes), _when(key.expires_at))
        for key in keys
    ]
    _print_table(("id", "name", "team", "scopes", "expires"), rows)


def print_jobs(jobs: Iterable[Job]) -> None:
    rows = [
        (str(job.id), job.token, state_of(job), _when(job.created_at), job.description)
        for job in jobs
    ]
    _print_table(("id", "token", "state", "created", "description"), rows)


def print_event(event: JobEvent) -> None:
    """Print a line of a timeline."""
    reason = f"  {event.reason}" if event.reason else ""
    typer.echo(f"{_when(event.at)}  {event.event:<17} {event.state:<10} {event.actor}{reason}")


def print_job(job: Job, run: JobRun) -> None:
    """Print a job with how its run went."""
    lines = [
        ("job", str(job.id)),
        ("token", job.token),
        ("site", str(job.site_id)),
        ("description", job.description),
        ("state", run.state.value),
        ("created", _when(job.created_at)),
        ("started", _when(job.started_at)),
        ("completed", _when(job.completed_at)),
        ("failed", _when(job.failed_at)),
        ("backup", job.associated_backup or ""),
    ]
    if run.error is not None:
        place = "" if run.error.line is None else f" (line {run.error.line}"
        place += "" if run.error.column is None else f" column {run.error.column}"
        place += ")" if place else ""
        lines.append(("error", f"{run.error.error_class}: {run.error.message}{place}"))
    for name, value in lines:
        if value:
            typer.echo(f"{name:<12} {value}")
    for title, text in (("output", run.output), ("diff", run.diff or "")):
        if text:
            typer.echo(f"{title}:\n{text.rstrip()}")


def _print_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        # Ids are for copying: they are never cut.
        table.add_column(head, no_wrap=True, overflow="ignore" if head == "id" else "ellipsis")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console = Console()
    if not console.is_terminal:
        console = Console(width=200)
    console.print(table)


def _when(value: datetime | None) -> str:
    return "" if value is None else value.strftime("%Y-%m-%d %H:%M:%SZ")
