"""What an agent calls: enrol, its sites, poll, report, renew, upload (ours).

Apart from the operators' routes: another credential, and a job is reached by its lease.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from coordinator.clock import from_millis
from coordinator.contract import (
    AgentSite,
    BackupKind,
    BackupReceipt,
    EnrolReply,
    EnrolRequest,
    Lease,
    LeaseRenewal,
    LeaseRenewed,
    PollReply,
    PollRequest,
    Report,
    ReportReply,
    RunState,
)
from coordinator.errors import InvalidRequestError, NotFoundError
from coordinator.records import NewBackup
from coordinator.routes import render
from coordinator.routes.base import (
    AGENT,
    CONFIG,
    DISPATCH,
    OPERATIONS,
    Access,
    Route,
    header_number,
    path_id,
    read_body,
    read_model,
    reply,
)

if TYPE_CHECKING:
    from aiohttp import web

    from coordinator.dispatch import Leased

__all__ = ["ROUTES"]


async def enrol(request: web.Request) -> web.Response:
    body = await read_model(request, EnrolRequest, 4096)
    agent_id, token = await request.app[DISPATCH].enrol(
        body.enrolment_token.get_secret_value(), body.name
    )
    return reply(EnrolReply(agent_id=agent_id, agent_token=token), 201)


async def list_sites(request: web.Request) -> web.Response:
    sites = await request.app[DISPATCH].sites_of(request[AGENT])
    return reply([AgentSite(id=site.id, name=site.name) for site in sites])


async def poll(request: web.Request) -> web.Response:
    body = await read_model(request, PollRequest, request.app[CONFIG].max_report_bytes)

    def is_gone() -> bool:
        return request.transport is None or request.transport.is_closing()

    leased = await request.app[DISPATCH].poll(request[AGENT], body, is_gone)
    return reply(PollReply(leases=[_lease(item) for item in leased]))


async def report(request: web.Request) -> web.Response:
    job_id = path_id(request, "job")
    body = await read_model(request, Report, request.app[CONFIG].max_report_bytes)
    job, repeated = await request.app[DISPATCH].report(request[AGENT], job_id, body)
    return reply(ReportReply(state=RunState(job.state.value), repeated=repeated))


async def renew(request: web.Request) -> web.Response:
    job_id = path_id(request, "job")
    body = await read_model(request, LeaseRenewal, 4096)
    leased = await request.app[DISPATCH].renew(request[AGENT], job_id, body.lease_version)
    answer = LeaseRenewed(
        version=leased.job.lease_version, expires_at=from_millis(leased.expires_at)
    )
    return reply(answer)


async def upload_backup(request: web.Request) -> web.Response:
    job_id = path_id(request, "job")
    version = header_number(request, "X-Lease-Version")
    backup = await _read_backup(request)
    record, repeated = await request.app[DISPATCH].store_backup(
        request[AGENT], job_id, version, backup
    )
    receipt = BackupReceipt(stored=render.backup(record), repeated=repeated)
    return reply(receipt, 200 if repeated else 201)


async def _read_backup(request: web.Request) -> NewBackup:
    try:
        kind = BackupKind(request.match_info["kind"])
    except ValueError:
        raise NotFoundError("route_not_found", "A backup is export or binary.") from None
    taken_at = header_number(request, "X-Taken-At")
    content = await read_body(request, request.app[CONFIG].max_backup_bytes)
    digest = hashlib.sha256(content).hexdigest()
    if not content:
        raise InvalidRequestError("parameter_missing", "The body must hold the backup.")
    if request.headers.get("X-Content-SHA256", "").lower() != digest:
        raise InvalidRequestError("hash_mismatch", "X-Content-SHA256 is not the body's SHA-256.")
    return NewBackup(kind, taken_at, request.app[OPERATIONS].now(), digest, content)


def _lease(leased: Leased) -> Lease:
    return Lease(
        job=render.job(leased.job),
        version=leased.job.lease_version,
        expires_at=from_millis(leased.expires_at),
        script_base64=base64.b64encode(leased.job.script).decode("ascii"),
    )


ROUTES: Final = (
    Route("POST", "/agent/enrol", Access.PUBLIC, enrol),
    Route("GET", "/agent/sites", Access.AGENT, list_sites),
    Route("POST", "/agent/poll", Access.AGENT, poll),
    Route("POST", "/agent/job/{job_id}/report", Access.AGENT, report),
    Route("POST", "/agent/job/{job_id}/renew", Access.AGENT, renew),
    Route("PUT", "/agent/job/{job_id}/backup/{kind}", Access.AGENT, upload_backup),
)
