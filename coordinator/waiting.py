"""Waits for a job to end, through restarts of the coordinator."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from coordinator.client import ClientError

if TYPE_CHECKING:
    from coordinator.client import CoordinatorClient
    from coordinator.contract import Job

__all__ = ["wait_for_end"]

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0


async def wait_for_end(client: CoordinatorClient, job: Job, seconds: float) -> Job:
    """Return the job once it is completed or failed.

    Raises:
        TimeoutError: It has not ended after `seconds`.
        ClientError: The coordinator refuses to say, or was unreachable to the last.
    """
    loop = asyncio.get_running_loop()
    ends, pause = loop.time() + seconds, _FIRST_PAUSE
    while job.completed_at is None and job.failed_at is None:
        if loop.time() >= ends:
            raise TimeoutError
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)
        try:
            job = await client.get_job(job.site_id, job.id)
        except ClientError as error:
            if not error.retry or loop.time() >= ends:
                raise
    return job
