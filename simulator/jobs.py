"""Scripts that run: what `/system script job` lists, and how one is ended.

Source: routeros-api.md, 6.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.errors import Interrupted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.process import Process

__all__ = ["Job", "Jobs"]


@dataclass(slots=True)
class Job:
    """One script that runs, or a command started by `/execute`.

    Attributes:
        number: Its id is `*` and this in hex.
        process: What it runs in; a script that another one calls shares it.
        owner: The user it runs for.
        policies: What it may do.
        type: `command`, as routers show scripts; sessions of people are not listed (assumed).
        started: Nanoseconds since 1970 on the router's wall clock.
        script: The stored script's name, empty for other code.
        parent: Number of the job that called it, or None.
    """

    number: int
    process: Process
    owner: bytes
    policies: frozenset[str]
    started: int
    script: bytes = b""
    parent: int | None = None
    type: bytes = b"command"


class Jobs:
    """The jobs of one router, oldest first."""

    def __init__(self) -> None:
        self._jobs: dict[int, Job] = {}
        self._last = 0

    def __iter__(self) -> Iterator[int]:
        """Yield the numbers of the jobs that run."""
        return iter(tuple(self._jobs))

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, number: int) -> bool:
        return number in self._jobs

    def __getitem__(self, number: int) -> Job:
        return self._jobs[number]

    def next_number(self) -> int:
        """Return a number that no job has had."""
        self._last += 1
        return self._last

    def add(self, job: Job) -> None:
        self._jobs[job.number] = job

    def end(self, job: Job) -> None:
        """Take a job off the list; one that is off it already stays so."""
        self._jobs.pop(job.number, None)

    def parent_of(self, process: Process) -> int | None:
        """Return the latest job that runs in a process, or None."""
        numbers = [job.number for job in self._jobs.values() if job.process is process]
        return numbers[-1] if numbers else None

    def kill(self, number: int) -> None:
        """End a job, and what shares its process, at its next wait.

        Raises:
            Interrupted: It is the caller's own.
        """
        job = self._jobs.get(number)
        if job is None:
            return
        if job.process.current:
            raise Interrupted("removed itself")
        self.end(job)
        job.process.interrupt()

    def kill_all(self) -> Process | None:
        """End every job, as a reboot does, but the caller's own; return its process."""
        processes = {id(job.process): job.process for job in self._jobs.values()}
        self._jobs.clear()
        current = None
        for process in processes.values():
            if process.current:
                current = process
            else:
                process.interrupt()
        return current
