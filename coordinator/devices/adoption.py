"""Routers that poll by themselves: adopted by a runbook's token, each an agent of its one site.

The order of the main path: `adopt` makes the site and the device's token, `poll` takes the beat
and hands the next job out in a wrapper, `report` hears its signed URLs, `add_part` and
`end_backup` take the backup in, `leave` ends it.

A device's lease is an agent's lease: one active job a site, versions, deadlines and finality are
`dispatch`'s and the database's.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog

from coordinator.clock import from_millis, millis
from coordinator.contract import (
    BackupKind,
    ErrorClass,
    PollRequest,
    Report,
    ReportStatus,
    RunError,
)
from coordinator.devices.facts import hardware_hash
from coordinator.devices.records import DeviceRecord
from coordinator.devices.signing import Signed, Signer
from coordinator.devices.wrapping import adopt_script, job_script, remove_script, separator
from coordinator.errors import AuthError, InvalidRequestError
from coordinator.ids import hash_token
from coordinator.records import NewBackup
from coordinator.service import not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from uuid import UUID

    from coordinator.clock import Clock
    from coordinator.devices.health import Health
    from coordinator.devices.library import Library
    from coordinator.devices.runbooks import Runbooks
    from coordinator.dispatch import Dispatch
    from coordinator.jobs import JobRecord
    from coordinator.records import AgentRecord, SiteRecord
    from coordinator.service import Operations
    from coordinator.store.interface import Store

__all__ = ["Adoption"]

_log = structlog.get_logger(__name__)

_DAY = 86_400
# Where an error's text says it.
_PLACE = re.compile(r"line (\d+) column (\d+)")
_ORDINALS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
_LONGEST_NAME = 100
# What every export begins with (routeros-api.md, 7).
_EXPORT_BEGINS = b"#"


class Adoption:
    """The side of self-polling routers.

    Args:
        signing_key: The coordinator's; that of URLs is derived from it.
        url_seconds: How long a job's signed URLs are good: longer than any run.
        most_backup: Bytes of a backup that is sent in pieces.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        operations: Operations,
        dispatch: Dispatch,
        health: Health,
        library: Library,
        runbooks: Runbooks,
        *,
        signing_key: bytes,
        url_seconds: float,
        most_backup: int,
    ) -> None:
        self._store = store
        self._clock = clock
        self._operations = operations
        self._dispatch = dispatch
        self._health = health
        self._library = library
        self._runbooks = runbooks
        self._signer = Signer(signing_key)
        self._url_seconds = url_seconds
        self._most_backup = most_backup

    def _now(self) -> int:
        return millis(self._clock.now())

    # --- adopt and leave ---

    async def adopt(
        self, token: str, facts: Mapping[str, str], base_url: str, source: str | None
    ) -> str:
        """Bind a router to its site, making that when there is none; return its script.

        Raises:
            NotFoundError: The token is no runbook's, or the runbook's site is gone.
            InvalidRequestError: 400; the router does not say its name or its version.
        """
        runbook = await self._runbooks.by_token(token)
        if not facts.get("name") or not facts.get("version"):
            raise InvalidRequestError("facts_missing", "The body must hold name= and version=.")
        site = await self._site_for(facts, runbook.site_id, runbook.team_id)
        device_token = "rosdevice_" + secrets.token_urlsafe(32)
        device = DeviceRecord(site.id, uuid4(), self._now(), runbook.id)
        await self._store.bind_device(
            device, f"device {site.name}"[:100], hash_token(device_token), runbook.team_id
        )
        await self._health.beat([site.id], source)
        await self._health.learn(site.id, facts)
        _log.info("device.adopted", site=str(site.id), runbook=str(runbook.id))
        return adopt_script(
            base_url,
            device_token,
            site_id=site.id,
            site_name=site.name,
            runbook_name=runbook.name,
        )

    async def _site_for(
        self, facts: Mapping[str, str], wanted: UUID | None, team: UUID
    ) -> SiteRecord:
        if wanted is not None:
            return await self._operations.get_site(wanted)
        hardware = hardware_hash(facts)
        known = await self._store.site_by_hardware(hardware, team) if hardware else None
        if known is not None:
            return await self._operations.get_site(known)
        return await self._operations.create_site(self._name(facts["name"]), {}, team)

    def _name(self, identity: str) -> str:
        # As the public example: name, dash, ordinal day, month and year.
        now = self._clock.now()
        day = f"{now.day}{_ORDINALS.get(now.day, 'th')} {now:%b %y}"
        return f"{identity[: _LONGEST_NAME - len(day) - 1]}-{day}"

    async def leave(self, agent: AgentRecord) -> None:
        """Take a router's word that it polls no more; its token ends."""
        await self._device(agent)
        await self._store.remove_device(agent.id, self._now())
        _log.info("device.removed", agent=str(agent.id))

    async def _device(self, agent: AgentRecord) -> tuple[DeviceRecord, bool]:
        if (found := await self._store.device_of_agent(agent.id)) is None:
            raise AuthError("not_a_device", "The token is not a device's.", status=403)
        return found

    # --- poll ---

    async def poll(
        self,
        agent: AgentRecord,
        token: str,
        facts: Mapping[str, str],
        base_url: str,
        source: str | None,
        is_gone: Callable[[], bool],
    ) -> str:
        """Take a beat and return the next script; empty when there is nothing to do."""
        device, site_lives = await self._device(agent)
        if not site_lives:
            return remove_script(base_url, token)
        await self._health.beat([device.site_id], source)
        if facts:
            await self._health.learn(device.site_id, facts)
        request = PollRequest(sites=[device.site_id], wait=0, capacity=1)
        leased = await self._dispatch.poll(agent, request, is_gone, _never)
        if not leased:
            return ""
        return await self._wrap(leased[0].job, facts, base_url)

    async def _wrap(self, job: JobRecord, facts: Mapping[str, str], base_url: str) -> str:
        known = (await self._health.pulse(job.site_id)).facts
        longest = max(self._url_seconds, job.run_timeout or 0)
        return job_script(
            job,
            base_url,
            self._signer,
            expires=int(self._now() / 1000 + longest + _DAY),
            version=facts.get("version") or known.get("version", ""),
            remaining=await self._store.jobs_waiting(job.site_id),
        )

    # --- signed URLs of a job ---

    async def report(self, job_id: UUID, query: Mapping[str, str], body: bytes) -> None:
        """Hear *busy*, *done* or *fail*; 200 to *busy* is the leave to run.

        Raises:
            AuthError: 403; the signature is not valid or has ended.
            ConflictError: The lease is not the job's any more, or it ended otherwise.
            NotFoundError: The job was cancelled or never was.
        """
        allowed = self._allowed(job_id, query, {"busy", "done", "fail"})
        agent = await self._holder(job_id)
        job = await self._store.any_job(job_id)
        text, output = _parts(body, "" if job is None else job.token)
        error = None
        if allowed.act == ReportStatus.FAIL.value:
            error = _error(ErrorClass(allowed.reason), text)
        report = Report(
            lease_version=allowed.lease,
            status=ReportStatus(allowed.act),
            occurred_at=from_millis(self._now()),
            output=output.decode("utf-8", "backslashreplace"),
            output_bytes=len(output),
            output_sha256=hashlib.sha256(output).hexdigest() if output else None,
            error=error,
        )
        await self._dispatch.report(agent, job_id, report)

    async def payload(self, job_id: UUID, query: Mapping[str, str]) -> bytes:
        """Return a job's script, its exact bytes."""
        allowed = self._allowed(job_id, query, {"payload"})
        await self._dispatch.renew(await self._holder(job_id), job_id, allowed.lease)
        if (job := await self._store.any_job(job_id)) is None:
            raise not_found("job")
        return job.script

    async def add_part(
        self, job_id: UUID, query: Mapping[str, str], part: int, content: bytes
    ) -> None:
        """Keep a piece of the backup, and the lease with it."""
        allowed = self._allowed(job_id, query, {"backup"})
        await self._dispatch.renew(await self._holder(job_id), job_id, allowed.lease)
        await self._store.add_part(job_id, allowed.lease, part, content, self._now())

    async def end_backup(self, job_id: UUID, query: Mapping[str, str], size: int) -> None:
        """Put the pieces together, check the whole, and store it.

        Raises:
            InvalidRequestError: 400; pieces are missing, or it is no export.
        """
        allowed = self._allowed(job_id, query, {"backup"})
        agent = await self._holder(job_id)
        content = _checked(await self._store.parts(job_id, allowed.lease), size, self._most_backup)
        backup = NewBackup(
            BackupKind.EXPORT,
            self._now() // 1000,
            self._now(),
            hashlib.sha256(content).hexdigest(),
            content,
        )
        sealed = await self._library.seal(job_id, backup)
        await self._dispatch.store_backup(agent, job_id, allowed.lease, sealed)
        await self._store.forget_parts(job_id, 0)

    def _allowed(self, job_id: UUID, query: Mapping[str, str], acts: set[str]) -> Signed:
        allowed = self._signer.check(job_id, query, self._now() / 1000)
        if allowed.act not in acts:
            raise AuthError("signature_invalid", "The signature is for another act.", status=403)
        return allowed

    async def _holder(self, job_id: UUID) -> AgentRecord:
        if (agent := await self._store.device_of_job(job_id)) is None:
            raise not_found("job")
        return agent


async def _never(_sites: Sequence[UUID]) -> bool:
    return False


def _checked(parts: Sequence[bytes], size: int, most: int) -> bytes:
    content = b"".join(parts)
    if size > most:
        raise InvalidRequestError(
            "request_too_large", f"A backup may have {most} bytes at most.", status=413
        )
    if not content or len(content) != size:
        raise InvalidRequestError(
            "backup_incomplete", f"{len(content)} of {size} bytes of the backup have come."
        )
    if not content.lstrip().startswith(_EXPORT_BEGINS) or b"#error" in content:
        raise InvalidRequestError("backup_invalid", "What came is not a whole export.")
    return content


def _parts(body: bytes, token: str) -> tuple[str, bytes]:
    text, mark, output = body.partition(separator(token).encode())
    if not mark:
        return "", b""
    return text.decode("utf-8", "backslashreplace").strip(), output


def _error(kind: ErrorClass, text: str) -> RunError:
    place = _PLACE.search(text)
    if kind is ErrorClass.TRAP and place is not None and text.startswith(("syntax", "expected")):
        kind = ErrorClass.SYNTAX
    said = {
        ErrorClass.LOST: "The router restarted while the job ran.",
        ErrorClass.TRAP: "The script failed; the router told no reason.",
    }
    return RunError(
        error_class=kind,
        message=text or said.get(kind, "The router told no reason."),
        line=int(place[1]) if place else None,
        column=int(place[2]) if place else None,
    )
