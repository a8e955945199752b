"""Bodies of our own operations on jobs: timelines, cancel, resolve, bulk create, deliveries.

All of it is ours; `coordinator.contract` has the public shapes and those of agents.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID  # noqa: TC003 - pydantic evaluates the annotations

from pydantic import AwareDatetime, Field, StringConstraints

from coordinator.contract import (
    CancelAnswer,
    ErrorBody,
    Instant,
    Job,
    RunState,
    Shape,
)

__all__ = [
    "BulkCreate",
    "BulkReply",
    "BulkResult",
    "CancelReply",
    "CancelRequest",
    "Delivery",
    "JobEvent",
    "ResolveRequest",
    "WebhookSecret",
]


class JobEvent(Shape):
    """A line of a job's timeline (ours).

    Attributes:
        id: Grows over all jobs; streams resume after it.
        event: `created`, `lease`, `hand_over`, `busy`, `done`, `fail`, `expire` (of a lease),
            `lose`, `cancel`, `ripen`, `overdue`, `ask_cancel`, `too_late`, `resolve_completed`,
            `resolve_failed`.
        state: Of the job after it, as in JobRun, or `cancelled`.
        actor: `user:…`, `key:…`, `agent:…`, or `coordinator`.
        reason: May be empty.
    """

    id: int
    job_id: UUID
    site_id: UUID
    at: Instant
    event: str
    state: str
    lease_version: int
    actor: str
    reason: str


Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)]


class CancelRequest(Shape):
    """`POST /site/{siteId}/job/{jobId}/cancel` (ours); the body may be left out."""

    reason: Reason | None = None


class CancelReply(Shape):
    """How the wish to cancel stands (ours); `answer` None while the agent has not said."""

    job_id: UUID
    state: RunState
    asked_at: Instant
    answer: CancelAnswer | None


class ResolveRequest(Shape):
    """`POST /site/{siteId}/job/{jobId}/resolve` (ours): an operator's word on a stuck run."""

    outcome: Literal["completed", "failed"]
    reason: Reason


class BulkCreate(Shape):
    """`POST /jobs/bulk` (ours): one script for many sites, one job each.

    Attributes:
        idempotency_key: For every site its own: the same request again makes no second job.
        script: As text; sent as UTF-8.
        not_before, expires_at, run_timeout, notify_url: As the headers of *create a job*.
    """

    sites: Annotated[list[UUID], Field(min_length=1, max_length=1000)]
    script: Annotated[str, StringConstraints(min_length=1)]
    description: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=3, max_length=100)
    ]
    idempotency_key: UUID
    needs_acknowledgement: bool = True
    should_backup: bool = False
    express_execute: bool = False
    not_before: AwareDatetime | None = None
    expires_at: AwareDatetime | None = None
    run_timeout: Annotated[int, Field(ge=1, le=30 * 86_400)] | None = None
    notify_url: Annotated[str, StringConstraints(max_length=2048)] | None = None


class BulkResult(Shape):
    """What became of one site of a bulk create; `job` or `error` is there."""

    site_id: UUID
    status: Literal["created", "repeated", "failed"]
    job: Job | None = None
    error: ErrorBody | None = None


class BulkReply(Shape):
    """One result per site, in the order in which they were named."""

    results: list[BulkResult]


class Delivery(Shape):
    """A call of a job's `notify_url` (ours).

    Attributes:
        id: Sent as `X-Delivery-Id`, the same with every attempt.
        event_id: The line of the timeline that it tells of.
        state: `waiting` until it was delivered, or given up as `failed` after a day.
        next_at: When it is tried next, while it waits.
        last_error: Of the last attempt that failed.
    """

    id: int
    event_id: int
    event: str
    state: Literal["waiting", "delivered", "failed"]
    attempts: int
    created_at: Instant
    next_at: Instant | None
    delivered_at: Instant | None
    failed_at: Instant | None
    last_status: int | None
    last_error: str


class WebhookSecret(Shape):
    """`GET /webhooks/secret` (ours): with which calls of the team's notify URLs are signed."""

    secret: str = Field(repr=False)
