"""What an agent calls: enrol, its sites, poll, report, renew, upload (ours).

Apart from the operators' routes: another credential, and a job is reached by its lease.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from aiohttp import web

from coordinator.clock import from_millis
from coordinator.contract import (
    AgentSite,
    BackupKind,
    BackupReceipt,
    CommandAnswer,
    EnrolReply,
    EnrolRequest,
    Lease,
    LeaseRenewal,
    LeaseRenewed,
    LiveCommand,
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
    MEMBERSHIP,
    METRICS,
    OPERATIONS,
    Access,
    Doc,
    Param,
    Route,
    header,
    header_number,
    path_id,
    read_body,
    read_model,
    reply,
)
from coordinator.routes.parts import PARTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from coordinator.dispatch import Leased
    from coordinator.jobs import JobRecord

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

    agent, parts = request[AGENT], request.app[PARTS]
    called: list[LiveCommand] = []

    async def is_called(sites: Sequence[UUID]) -> bool:
        if await parts.live.wait_for(sites):
            called.extend(await parts.live.take(agent, sites))
        return bool(called)

    await _note_alive(request, body)
    leased = await request.app[DISPATCH].poll(agent, body, is_gone, is_called)
    cancels = await request.app[DISPATCH].asked_to_cancel(agent)
    return reply(
        PollReply(leases=[_lease(item) for item in leased], cancels=cancels, commands=called)
    )


async def _note_alive(request: web.Request, body: PollRequest) -> None:
    """Take a poll for a beat of its sites, and of those that the agent is at work on."""
    agent, parts = request[AGENT], request.app[PARTS]
    sites = await request.app[MEMBERSHIP].served(agent, body.sites)
    await parts.health.beat_of(agent.id, sites, request.remote)
    told = await request.app[MEMBERSHIP].served(agent, body.facts)
    for site_id in told[:_MOST_FACTS]:
        await parts.health.learn(site_id, body.facts[site_id])


async def answer_command(request: web.Request) -> web.Response:
    command_id = path_id(request, "command")
    body = await read_model(request, CommandAnswer, request.app[CONFIG].max_report_bytes)
    await request.app[PARTS].live.answer(request[AGENT], command_id, body)
    return web.Response(status=204)


async def report(request: web.Request) -> web.Response:
    job_id = path_id(request, "job")
    body = await read_model(request, Report, request.app[CONFIG].max_report_bytes)
    job, repeated = await request.app[DISPATCH].report(request[AGENT], job_id, body)
    if not repeated:
        now = request.app[OPERATIONS].now() / 1000
        request.app[METRICS].reported(body.status, now - body.occurred_at.timestamp())
    return reply(
        ReportReply(
            state=RunState(job.state.value),
            repeated=repeated,
            cancel_requested=_is_cancel_open(job),
        )
    )


async def renew(request: web.Request) -> web.Response:
    job_id = path_id(request, "job")
    body = await read_model(request, LeaseRenewal, 4096)
    leased = await request.app[DISPATCH].renew(request[AGENT], job_id, body.lease_version)
    answer = LeaseRenewed(
        version=leased.job.lease_version,
        expires_at=from_millis(leased.expires_at),
        cancel_requested=_is_cancel_open(leased.job),
    )
    return reply(answer)


async def upload_backup(request: web.Request) -> web.Response:
    job_id = path_id(request, "job")
    version = header_number(request, "X-Lease-Version")
    backup = await request.app[PARTS].library.seal(job_id, await _read_backup(request))
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


def _is_cancel_open(job: JobRecord) -> bool:
    return job.cancel_asked_at is not None and job.cancel_answer is None


def _lease(leased: Leased) -> Lease:
    return Lease(
        job=render.job(leased.job),
        version=leased.job.lease_version,
        expires_at=from_millis(leased.expires_at),
        script_base64=base64.b64encode(leased.job.script).decode("ascii"),
    )


_TAG = "Agent protocol"
_OURS = ("Ours.",)
# Sites of which facts are taken from one poll; the agent sends the others again.
_MOST_FACTS = 200
_NUMBER: Final = {"type": "string", "pattern": "^[0-9]{1,12}$"}
_BACKUP_PARAMS = (
    Param("kind", "path", "Of the file.", {"enum": [*BackupKind]}, required=True),
    header("X-Lease-Version", "Of the lease.", _NUMBER, required=True),
    header("X-Taken-At", "Unix seconds, which name the file.", _NUMBER, required=True),
    header(
        "X-Content-SHA256",
        "Of the body.",
        {"type": "string", "pattern": "^[0-9A-Fa-f]{64}$"},
        required=True,
    ),
)

ROUTES: Final = (
    Route(
        "POST",
        "/agent/enrol",
        Access.PUBLIC,
        enrol,
        Doc(
            "Enrol an agent",
            _TAG,
            {201: EnrolReply},
            body=EnrolRequest,
            errors=(401,),
            text="The enrolment token is good once; the agent's own token is shown this once.",
            ours=_OURS,
        ),
    ),
    Route(
        "GET",
        "/agent/sites",
        Access.AGENT,
        list_sites,
        Doc("List the sites that it may serve", _TAG, {200: list[AgentSite]}, ours=_OURS),
    ),
    Route(
        "POST",
        "/agent/poll",
        Access.AGENT,
        poll,
        Doc(
            "Wait for jobs",
            _TAG,
            {200: PollReply},
            body=PollRequest,
            text="A long poll: answered at once when there is a job, else after `wait` seconds.",
            ours=_OURS,
        ),
    ),
    Route(
        "POST",
        "/agent/job/{job_id}/report",
        Access.AGENT,
        report,
        Doc(
            "Report how far a job got",
            _TAG,
            {200: ReportReply},
            body=Report,
            errors=(409,),
            text="200 to *busy* is the leave to run the script; a repeat changes nothing.",
            ours=_OURS,
        ),
    ),
    Route(
        "POST",
        "/agent/job/{job_id}/renew",
        Access.AGENT,
        renew,
        Doc(
            "Keep a lease",
            _TAG,
            {200: LeaseRenewed},
            body=LeaseRenewal,
            errors=(409,),
            ours=_OURS,
        ),
    ),
    Route(
        "POST",
        "/agent/command/{command_id}",
        Access.AGENT,
        answer_command,
        Doc(
            "Answer a live command",
            _TAG,
            {204: None},
            body=CommandAnswer,
            text="The first answer counts; another changes nothing.",
            ours=_OURS,
        ),
    ),
    Route(
        "PUT",
        "/agent/job/{job_id}/backup/{kind}",
        Access.AGENT,
        upload_backup,
        Doc(
            "Store a backup",
            _TAG,
            {200: BackupReceipt, 201: BackupReceipt},
            body="application/octet-stream",
            params=_BACKUP_PARAMS,
            errors=(409,),
            text="200 when the same content had been stored before.",
            ours=_OURS,
        ),
    ),
)
