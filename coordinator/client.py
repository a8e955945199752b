"""The only HTTP client of the coordinator: agents, command line, lab and tests use it.

Models go in and come out; bodies, headers, time limits and error answers are
this module's business. It repeats nothing by itself: an error says with
`retry` whether the same call may be made again, the caller knows how long.
"""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID, uuid4

import aiohttp
from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError

from coordinator.contract import (
    Agent,
    AgentSite,
    BackupKind,
    BackupReceipt,
    CommandAnswer,
    Enrolment,
    EnrolmentCreate,
    EnrolReply,
    EnrolRequest,
    ErrorBody,
    Job,
    JobRun,
    Lease,
    LeaseRenewal,
    LeaseRenewed,
    PollReply,
    PollRequest,
    Report,
    ReportReply,
    Site,
    SiteCreate,
    SiteUpdate,
)
from coordinator.contract_teams import (
    AgentToken,
    ApiKeyCreate,
    ApiKeyCreated,
    ApiKeyShown,
    AuditPage,
    Team,
    TeamCreate,
)
from coordinator.errors import (
    ClientError,
    CoordinatorFailed,
    CoordinatorRefused,
    CoordinatorUnreachable,
)
from coordinator.shapes import CancelReply, CancelRequest, JobEvent, ResolveRequest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from types import TracebackType

__all__ = [
    "ClientError",
    "CoordinatorClient",
    "CoordinatorFailed",
    "CoordinatorRefused",
    "CoordinatorUnreachable",
]

_T = TypeVar("_T")

_AGENTS = TypeAdapter(list[Agent])
_AGENT_SITES = TypeAdapter(list[AgentSite])
_AGENT_TOKEN = TypeAdapter(AgentToken)
_AUDIT = TypeAdapter(AuditPage)
_KEY = TypeAdapter(ApiKeyCreated)
_KEYS = TypeAdapter(list[ApiKeyShown])
_TEAM = TypeAdapter(Team)
_TEAMS = TypeAdapter(list[Team])
_CANCEL = TypeAdapter(CancelReply)
_ENROLLED = TypeAdapter(EnrolReply)
_ENROLMENT = TypeAdapter(Enrolment)
_EVENT = TypeAdapter(JobEvent)
_EVENTS = TypeAdapter(list[JobEvent])
_JOB = TypeAdapter(Job)
_JOBS = TypeAdapter(list[Job])
_POLL = TypeAdapter(PollReply)
_RECEIPT = TypeAdapter(BackupReceipt)
_RENEWED = TypeAdapter(LeaseRenewed)
_REPORTED = TypeAdapter(ReportReply)
_RUN = TypeAdapter(JobRun)
_SITE = TypeAdapter(Site)
_SITES = TypeAdapter(list[Site])

_CONNECT_SECONDS = 10.0
# Longest silence in an ordinary call; a long poll may be silent for its `wait` besides.
_SILENCE_SECONDS = 30.0
# A stream says at least that it is still there: several times in this.
_SILENT_STREAM_SECONDS = 330.0
_PIECE = 256 * 1024
# Answers below 500 that a repeat may change: a time-out and a rate limit on the way.
_PASSING = frozenset({408, 425, 429})


class CoordinatorClient:
    """Speak to one coordinator as an operator or as an agent.

    Every method raises the three errors below, and ValueError for an argument that cannot be
    sent at all (a site's name of two letters, a line break in a description).

    Args:
        url: Where it listens, `http://host:port`; a path before the API's is kept.
        token: The bearer: a JWT for the operator's side, an agent token for the agent's;
            None where the call needs none (`enrol`).
        session: Used and left open, when given; else the client opens and closes its own.

    Raises:
        CoordinatorUnreachable: No whole answer came; the same call may be made again.
        CoordinatorFailed: 5xx, 408 or 429; the same call may be made again.
        CoordinatorRefused: 4xx; its `code` says why, a repeat would be refused too.
    """

    def __init__(
        self, url: str, token: str | None = None, *, session: aiohttp.ClientSession | None = None
    ) -> None:
        self.url = url.rstrip("/")
        self._token = SecretStr(token) if token else None
        self._session = session
        self._owns_session = session is None

    def __repr__(self) -> str:
        return f"CoordinatorClient({self.url!r})"

    async def __aenter__(self) -> Self:
        if self._session is None:
            # No bound of its own on connections: hundreds of reports may go out at once.
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._owns_session and self._session is not None:
            await self._session.close()
            self._session = None

    # --- operator: sites and agents -------------------------------------------

    async def create_site(self, site: SiteCreate | str) -> Site:
        """Make a site; a string is its name."""
        body = SiteCreate(name=site) if isinstance(site, str) else site
        return self._read(_SITE, await self._call("POST", "/sites", body=body))

    async def list_sites(self) -> list[Site]:
        """Return all sites, oldest first."""
        return self._read(_SITES, await self._call("GET", "/sites"))

    async def get_site(self, site_id: UUID) -> Site:
        return self._read(_SITE, await self._call("GET", f"/sites/{site_id}"))

    async def update_site(self, site_id: UUID, changes: SiteUpdate) -> Site:
        """Change the fields that were set on `changes`, leave the others."""
        data = await self._call("PATCH", f"/sites/{site_id}", body=changes)
        return self._read(_SITE, data)

    async def delete_site(self, site_id: UUID) -> None:
        await self._call("DELETE", f"/sites/{site_id}")

    async def create_enrolment(self, request: EnrolmentCreate | None = None) -> Enrolment:
        """Make a one-time enrolment token; it is shown this once."""
        data = await self._call("POST", "/agents/enrolments", body=request or EnrolmentCreate())
        return self._read(_ENROLMENT, data)

    async def list_agents(self) -> list[Agent]:
        """Return the agents that are not revoked, oldest first."""
        return self._read(_AGENTS, await self._call("GET", "/agents"))

    async def revoke_agent(self, agent_id: UUID) -> None:
        """Make an agent's token worthless at once."""
        await self._call("DELETE", f"/agents/{agent_id}")

    async def rotate_agent(self, agent_id: UUID) -> AgentToken:
        """Give an agent a new token; the old one is worthless at once."""
        return self._read(_AGENT_TOKEN, await self._call("POST", f"/agents/{agent_id}/rotate"))

    # --- operator: teams, API keys, audit log -----------------------------------

    async def create_team(self, name: str) -> Team:
        return self._read(_TEAM, await self._call("POST", "/teams", body=TeamCreate(name=name)))

    async def list_teams(self) -> list[Team]:
        """Return the teams that the token reaches, oldest first."""
        return self._read(_TEAMS, await self._call("GET", "/teams"))

    async def create_key(self, key: ApiKeyCreate) -> ApiKeyCreated:
        """Make an API key; the reply has its secret, this once."""
        return self._read(_KEY, await self._call("POST", "/keys", body=key))

    async def list_keys(self) -> list[ApiKeyShown]:
        """Return the keys that are not revoked, oldest first."""
        return self._read(_KEYS, await self._call("GET", "/keys"))

    async def revoke_key(self, key_id: UUID) -> None:
        """Make an API key worthless at once."""
        await self._call("DELETE", f"/keys/{key_id}")

    async def audit(self, *, limit: int = 100, cursor: str | None = None) -> AuditPage:
        """Return a page of the audit log, newest first."""
        after = "" if cursor is None else f"&cursor={cursor}"
        return self._read(_AUDIT, await self._call("GET", f"/audit?limit={limit}{after}"))

    # --- operator: jobs -------------------------------------------------------

    async def create_job(
        self,
        site_id: UUID,
        script: bytes | str,
        *,
        description: str,
        idempotency_key: UUID | None = None,
        should_backup: bool = False,
        needs_acknowledgement: bool = True,
        express_execute: bool = False,
    ) -> Job:
        """Queue a script for a site, or get the job that the same key made before.

        Args:
            site_id: The router's site.
            script: Sent as it is; a string as UTF-8.
            description: 3 to 100 characters.
            idempotency_key: Give one, and the same again with a retry; None makes a new one,
                so that two calls make two jobs.
            should_backup: Run the script only behind a checked backup.
            needs_acknowledgement: False: the job is complete once it is handed over.
            express_execute: Ask for it to be fetched at once, where that needs asking.
        """
        headers = {
            "Content-Type": "text/plain; charset=utf-8",
            "X-Idempotency-Key": str(idempotency_key or uuid4()),
            "X-Description": description,
            "X-Backup": _flag(should_backup),
            "X-Needs-Ack": _flag(needs_acknowledgement),
            "X-Express-Execute": _flag(express_execute),
        }
        content = script.encode() if isinstance(script, str) else script
        data = await self._call("POST", f"/site/{site_id}/job", content=content, headers=headers)
        return self._read(_JOB, data)

    async def list_jobs(self, site_id: UUID) -> list[Job]:
        """Return every job of a site, newest first."""
        return self._read(_JOBS, await self._call("GET", f"/site/{site_id}/job"))

    async def get_job(self, site_id: UUID, job_id: UUID) -> Job:
        return self._read(_JOB, await self._call("GET", f"/site/{site_id}/job/{job_id}"))

    async def get_run(self, site_id: UUID, job_id: UUID) -> JobRun:
        """Return how the run of a job stands or went."""
        data = await self._call("GET", f"/site/{site_id}/job/{job_id}/run")
        return self._read(_RUN, data)

    async def cancel_job(self, site_id: UUID, job_id: UUID) -> None:
        """Remove a job that has not started.

        Raises:
            CoordinatorRefused: `job_already_started`, or `job_not_found`.
        """
        await self._call("DELETE", f"/site/{site_id}/job/{job_id}")

    async def ask_cancel(
        self, site_id: UUID, job_id: UUID, reason: str | None = None
    ) -> CancelReply:
        """End a job even while it runs; asked again, the answer is the one of then.

        Raises:
            CoordinatorRefused: `job_already_finished`, or `job_not_found`.
        """
        body = CancelRequest(reason=reason)
        data = await self._call("POST", f"/site/{site_id}/job/{job_id}/cancel", body=body)
        return self._read(_CANCEL, data)

    async def resolve_job(self, site_id: UUID, job_id: UUID, request: ResolveRequest) -> JobRun:
        """End a run of which nothing is heard.

        Raises:
            CoordinatorRefused: `job_not_running` or `job_already_finished`.
        """
        data = await self._call("POST", f"/site/{site_id}/job/{job_id}/resolve", body=request)
        return self._read(_RUN, data)

    async def get_timeline(self, site_id: UUID, job_id: UUID) -> list[JobEvent]:
        """Return what happened to a job, oldest first."""
        data = await self._call("GET", f"/site/{site_id}/job/{job_id}/timeline")
        return self._read(_EVENTS, data)

    async def follow(self, path: str, after: int | None = None) -> AsyncIterator[JobEvent]:
        """Yield what happens, as the stream at a path tells it; end when that ends.

        Args:
            path: `/site/{siteId}/job/{jobId}/events`, `/site/{siteId}/events` or `/events`.
            after: Begin after the event with this id.
        """
        headers = {} if after is None else {"Last-Event-ID": str(after)}
        async for line in self._lines(path, headers):
            if line.startswith(b"data: "):
                yield self._read(_EVENT, line[6:])

    async def get_backup(self, path: str) -> bytes:
        """Return a stored backup; `path` is a job's `associated_backup`."""
        headers = {"X-Download": _flag(True)}
        return await self._call("GET", f"/backup/{path}", headers=headers)

    # --- agent ----------------------------------------------------------------

    async def enrol(self, enrolment_token: str, name: str) -> EnrolReply:
        """Exchange a one-time enrolment token for an agent's own token.

        Raises:
            CoordinatorRefused: `token_invalid`: used, expired or never made.
        """
        body = EnrolRequest(enrolment_token=SecretStr(enrolment_token), name=name)
        secret = {"enrolment_token": enrolment_token, "name": body.name}
        data = await self._call("POST", "/agent/enrol", json=secret)
        return self._read(_ENROLLED, data)

    async def agent_sites(self) -> list[AgentSite]:
        """Return the sites that this agent may serve."""
        return self._read(_AGENT_SITES, await self._call("GET", "/agent/sites"))

    async def poll(self, request: PollRequest) -> list[Lease]:
        """Wait up to `request.wait` seconds for jobs; empty when there was none."""
        data = await self._call("POST", "/agent/poll", body=request, silence=request.wait)
        return self._read(_POLL, data).leases

    async def poll_all(self, request: PollRequest) -> PollReply:
        """Wait as `poll` does, also for live commands and wishes to cancel."""
        data = await self._call("POST", "/agent/poll", body=request, silence=request.wait)
        return self._read(_POLL, data)

    async def answer_command(self, command_id: UUID, answer: CommandAnswer) -> None:
        """Tell what a live command came to."""
        await self._call("POST", f"/agent/command/{command_id}", body=answer)

    async def report(self, job_id: UUID, report: Report) -> ReportReply:
        """Tell how far a job got. Only a reply to *busy* is leave to run the script.

        Raises:
            CoordinatorRefused: `lease_superseded`, `job_already_finished` or `job_not_found`:
                the job is no longer this lease's.
        """
        data = await self._call("POST", f"/agent/job/{job_id}/report", body=report)
        return self._read(_REPORTED, data)

    async def renew(self, job_id: UUID, lease_version: int) -> LeaseRenewed:
        """Put off the end of a lease that has not started; return the new end.

        Raises:
            CoordinatorRefused: As from `report`.
        """
        body = LeaseRenewal(lease_version=lease_version)
        data = await self._call("POST", f"/agent/job/{job_id}/renew", body=body)
        return self._read(_RENEWED, data)

    async def upload_backup(
        self,
        job_id: UUID,
        kind: BackupKind,
        content: bytes,
        *,
        lease_version: int,
        taken_at: int,
    ) -> BackupReceipt:
        """Store a backup that was taken for a job.

        Args:
            job_id: The job.
            kind: Text of the configuration, or the router's own binary form.
            content: The whole file.
            lease_version: Of the lease under which it was taken.
            taken_at: Unix seconds; the name of the stored file.
        """
        headers = {
            "Content-Type": "application/octet-stream",
            "X-Lease-Version": str(lease_version),
            "X-Content-SHA256": hashlib.sha256(content).hexdigest(),
            "X-Taken-At": str(taken_at),
        }
        path = f"/agent/job/{job_id}/backup/{kind.value}"
        data = await self._call("PUT", path, content=content, headers=headers)
        return self._read(_RECEIPT, data)

    # --- one call -------------------------------------------------------------

    async def _call(
        self,
        method: str,
        path: str,
        *,
        body: BaseModel | None = None,
        json: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        silence: float = 0.0,
    ) -> bytes:
        if self._session is None:
            raise RuntimeError("CoordinatorClient is used outside its `async with`")
        sent = dict(headers or {})
        if body is not None:
            content = body.model_dump_json(exclude_unset=True).encode()
            sent["Content-Type"] = "application/json"
        if self._token is not None:
            sent["Authorization"] = f"Bearer {self._token.get_secret_value()}"
        limit = aiohttp.ClientTimeout(
            total=None, sock_connect=_CONNECT_SECONDS, sock_read=_SILENCE_SECONDS + silence
        )
        try:
            async with self._session.request(
                method,
                self.url + path,
                data=_payload(content),
                json=json,
                headers=sent,
                timeout=limit,
                allow_redirects=False,
            ) as reply:
                data = await reply.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            reason = str(error) or type(error).__name__
            raise CoordinatorUnreachable(self.url, reason) from error
        return self._accept(reply.status, data)

    async def _lines(self, path: str, headers: Mapping[str, str]) -> AsyncIterator[bytes]:
        if self._session is None:
            raise RuntimeError("CoordinatorClient is used outside its `async with`")
        sent = dict(headers)
        if self._token is not None:
            sent["Authorization"] = f"Bearer {self._token.get_secret_value()}"
        limit = aiohttp.ClientTimeout(
            total=None, sock_connect=_CONNECT_SECONDS, sock_read=_SILENT_STREAM_SECONDS
        )
        try:
            async with self._session.get(
                self.url + path, headers=sent, timeout=limit, allow_redirects=False
            ) as reply:
                if reply.status != 200:
                    self._accept(reply.status, await reply.read())
                    return
                async for line in reply.content:
                    yield line.rstrip(b"\r\n")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            reason = str(error) or type(error).__name__
            raise CoordinatorUnreachable(self.url, reason) from error

    def _read(self, shape: TypeAdapter[_T], data: bytes) -> _T:
        try:
            return shape.validate_json(data)
        except ValidationError as error:
            # The values stay out of the text: a reply may hold a token.
            reason = f"its answer has another shape ({error.error_count()} faults)"
            raise CoordinatorUnreachable(self.url, reason) from None

    def _accept(self, status: int, data: bytes) -> bytes:
        if 200 <= status < 300:
            return data
        if status < 400:
            raise CoordinatorUnreachable(self.url, f"answered {status}, not a coordinator's answer")
        try:
            body = ErrorBody.model_validate_json(data)
        except ValidationError:
            # Something between us and the coordinator answered; only the status is known.
            body = ErrorBody(type="api_error", code=f"http_{status}", message="", doc_url="")
        failed = status >= 500 or status in _PASSING
        kind = CoordinatorFailed if failed else CoordinatorRefused
        raise kind(status, body.type, body.code, body.message or f"the answer was {status}")


def _payload(content: bytes | None) -> bytes | io.BytesIO | None:
    # The HTTP library sends long bytes in one piece, and warns; from a file, in many.
    if content is not None and len(content) > _PIECE:
        return io.BytesIO(content)
    return content


def _flag(value: bool) -> str:
    return "true" if value else "false"
