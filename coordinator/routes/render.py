"""Stored records as the shapes that go over the wire."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from coordinator.clock import from_millis
from coordinator.contract import (
    Agent,
    Job,
    JobRun,
    RunError,
    RunState,
    Site,
    StoredBackup,
)
from coordinator.shapes import CancelReply, Delivery, JobEvent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from coordinator.jobs import JobRecord
    from coordinator.records import (
        AgentRecord,
        BackupRecord,
        DeliveryRecord,
        EventRecord,
        RunRecord,
        SiteRecord,
    )

__all__ = ["agent", "backup", "cancel", "delivery", "event", "job", "job_fields", "run", "site"]

# How long after its creation the log of a job is looked for (assumed: the units and the width
# of `start` and `end` are elided in the reference, 2.1).
_LOG_SPAN_MS = 7 * 86_400_000


def job(record: JobRecord) -> Job:
    return Job.model_validate(job_fields(record), strict=False)


def job_fields(record: JobRecord) -> dict[str, Any]:
    """Return a `contract.Job` as plain JSON values, without making the model.

    Most requests end here; a test holds it equal to the model.
    """
    return {
        "id": str(record.id),
        "token": record.token,
        "site_id": str(record.site_id),
        "idempotency_key": str(record.idempotency_key),
        "description": record.description,
        "express_execute": record.express_execute,
        "needs_acknowledgement": record.needs_acknowledgement,
        "should_backup": record.should_backup,
        "associated_backup": record.associated_backup,
        "started_at": _text(record.started_at),
        "completed_at": _text(record.completed_at),
        "failed_at": _text(record.failed_at),
        "created_at": _text(record.created_at),
        "log_url": _log_url(record),
        "script": record.script.decode("utf-8", "replace"),
    }


def run(record: JobRecord, told: RunRecord | None, backups: Iterable[BackupRecord]) -> JobRun:
    is_leased = record.state == RunState.LEASED.value
    base = JobRun(
        job_id=record.id,
        state=RunState(record.state.value),
        lease_version=record.lease_version,
        agent_id=record.agent_id,
        lease_expires_at=_instant(record.deadline) if is_leased else None,
        attempts=record.lease_version,
        deadline_at=_instant(record.deadline),
        not_before=_instant(record.not_before),
        expires_at=_instant(record.expires_at),
        run_timeout=record.run_timeout,
        notify_url=record.notify_url,
        cancel_asked_at=_instant(record.cancel_asked_at),
        cancel_answer=record.cancel_answer,
        backups=[backup(item) for item in backups],
    )
    if told is None:
        return base
    return base.model_copy(
        update={
            "output": told.output,
            "output_bytes": told.output_bytes,
            "output_sha256": told.output_sha256,
            "error": _error(told),
            "diff": told.diff,
            "protection": told.protection,
        }
    )


def event(record: EventRecord) -> JobEvent:
    return JobEvent(
        id=record.seq,
        job_id=record.job_id,
        site_id=record.site_id,
        at=from_millis(record.at),
        event=record.event,
        state=record.state.value,
        lease_version=record.lease_version,
        actor=record.actor,
        reason=record.reason,
    )


def cancel(record: JobRecord) -> CancelReply:
    return CancelReply(
        job_id=record.id,
        state=RunState(record.state.value),
        asked_at=from_millis(record.cancel_asked_at or 0),
        answer=record.cancel_answer,
    )


def delivery(record: DeliveryRecord) -> Delivery:
    ended = "delivered" if record.delivered_at is not None else "failed"
    return Delivery.model_validate(
        {
            "id": record.seq,
            "event_id": record.event_seq,
            "event": record.event,
            "state": "waiting" if record.next_at is not None else ended,
            "attempts": record.attempts,
            "created_at": from_millis(record.created_at),
            "next_at": _instant(record.next_at),
            "delivered_at": _instant(record.delivered_at),
            "failed_at": _instant(record.failed_at),
            "last_status": record.last_status,
            "last_error": record.last_error,
        }
    )


def backup(record: BackupRecord) -> StoredBackup:
    return StoredBackup(path=record.path, kind=record.kind, size=record.size, sha256=record.sha256)


def site(record: SiteRecord) -> Site:
    return Site(
        id=record.id,
        pid=record.pid,
        name=record.name,
        address=record.address,
        software_version=record.software_version,
        created_at=from_millis(record.created_at),
        updated_at=from_millis(record.updated_at),
        deleted_at=_instant(record.deleted_at),
    )


def agent(record: AgentRecord) -> Agent:
    return Agent(
        id=record.id,
        name=record.name,
        sites=None if record.sites is None else sorted(record.sites),
        created_at=from_millis(record.created_at),
        last_seen_at=_instant(record.last_seen_at),
    )


def _instant(value: int | None) -> datetime | None:
    return None if value is None else from_millis(value)


def _text(value: int | None) -> str | None:
    return None if value is None else _second_text(value // 1000)


@lru_cache(maxsize=4096)
def _second_text(second: int) -> str:
    return from_millis(second * 1000).strftime("%Y-%m-%dT%H:%M:%SZ")


def _log_url(record: JobRecord) -> str:
    end = record.created_at + _LOG_SPAN_MS
    return (
        f"logs?group=sites&streams={record.site_id}&start={record.created_at}&end={end}"
        f"&filter={{$.message=*{record.token}*}}"
    )


def _error(told: RunRecord) -> RunError | None:
    if told.error_class is None:
        return None
    return RunError(
        error_class=told.error_class,
        message=told.error_message,
        line=told.error_line,
        column=told.error_column,
    )
