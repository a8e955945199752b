"""What `ros-simulator lab` shows: progress while it works, then every job."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from simulator.lab import Outcome

__all__ = ["Progress", "print_json", "print_tables"]


class Progress:
    """How far the jobs are, on stderr: a bar on a terminal, plain lines otherwise."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._bar: Bar | None = None
        if sys.stderr.isatty():
            self._bar = Bar(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task("starting", total=self._total)
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def started(self, url: str) -> None:
        """Say that everything stands."""
        if self._bar is not None:
            self._bar.update(self._task, description="jobs")
        else:
            self._line(f"{self._total} router(s) ready, coordinator at {url}")

    def over(self, outcome: Outcome) -> None:
        """Count a job that has ended."""
        self._done += 1
        if self._bar is not None:
            self._bar.advance(self._task)
        else:
            self._line(f"{self._done}/{self._total} {outcome.router} {outcome.word}")

    def _line(self, text: str) -> None:
        sys.stderr.write(f"lab: {text}\n")
        sys.stderr.flush()


def print_json(outcomes: Sequence[Outcome]) -> None:
    """Print an array of `{"router", "job", "run"}`: both as their GET gives them."""
    body = [
        {
            "router": each.router,
            "job": each.job.model_dump(mode="json"),
            "run": each.run.model_dump(mode="json"),
        }
        for each in outcomes
    ]
    sys.stdout.write(json.dumps(body, indent=2, ensure_ascii=False) + "\n")


def print_tables(outcomes: Sequence[Outcome]) -> None:
    """Print each job with what ran, its backups and the diff; then one line for each."""
    console = Console()
    for outcome in outcomes:
        console.print(_panel(outcome))
    if len(outcomes) > 1:
        console.print(_summary(outcomes))


def _panel(outcome: Outcome) -> Panel:
    parts: list[Any] = [_fields(outcome), *_run(outcome)]
    title = f"{outcome.router}: {outcome.word}"
    return Panel(Group(*parts), title=title, border_style="red" if outcome.failed else "green")


def _fields(outcome: Outcome) -> Table:
    """Return the job's own fields, as the API has them, script last."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in outcome.job.model_dump(mode="json").items():
        shown = value if isinstance(value, str) else json.dumps(value)
        table.add_row(name, Text(shown.rstrip("\n")))
    return table


def _run(outcome: Outcome) -> list[Any]:
    run = outcome.run
    parts: list[Any] = []
    if run.error is not None:
        place = "" if run.error.line is None else f" at line {run.error.line}"
        place += "" if run.error.column is None else f" column {run.error.column}"
        parts.append(Text(f"\nerror ({run.error.error_class}){place}: {run.error.message}", "red"))
    if run.output:
        parts.append(Text(f"\noutput ({run.output_bytes} bytes):\n{run.output.rstrip()}"))
    parts += [
        Text(f"\n{each.kind} backup {each.path}\n{each.size} bytes, sha256 {each.sha256}")
        for each in run.backups
    ]
    if run.diff:
        parts += [Text("\nconfiguration diff:"), Syntax(run.diff.rstrip(), "diff", word_wrap=True)]
    elif run.diff is not None:
        parts.append(Text("\nconfiguration diff: nothing changed"))
    return parts


def _summary(outcomes: Sequence[Outcome]) -> Table:
    table = Table(title=f"{len(outcomes)} jobs", title_justify="left")
    for heading in ("router", "token", "outcome", "backup", "bytes", "changed lines", "error"):
        table.add_column(heading, overflow="fold")
    for each in outcomes:
        export = next(iter(each.run.backups), None)
        changed = [line for line in (each.run.diff or "").splitlines() if line[:1] in "+-"]
        table.add_row(
            each.router,
            each.job.token,
            each.word,
            each.job.associated_backup and each.job.associated_backup.partition("/")[2],
            str(export.size) if export else None,
            str(len([line for line in changed if line[:3] not in {"+++", "---"}])),
            Text(each.run.error.message if each.run.error else ""),
        )
    return table
