"""What comes before the run: reach, check, back up, put in place, ask leave.

Up to its last step nothing of the router's configuration has changed but a script item of
ours, so all of it may be done again: when the session breaks, and after a restart.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

import structlog

from agent.backup import take_binary, take_export
from agent.device import read_facts, read_policies, sweep
from agent.errors import LinkError, LoginError, RefusedError, StepError
from agent.execution import check_size, check_whole, put_in_place
from agent.recovery import Stage
from agent.work import MOST_BREAKS, NotOursError, pauses
from coordinator.client import ClientError, CoordinatorRefused
from coordinator.contract import BackupKind, ErrorClass, Report, ReportStatus

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from agent.backup import Taken
    from agent.work import Work

__all__ = ["prepare", "renewal_interval"]

_T = TypeVar("_T")
log = structlog.get_logger()

# Least that must be free on the router's disk for two files to fit (assumed: a small
# configuration's export and backup take 60 kB together).
_LEAST_SPACE = 64 * 1024
# Seconds for which the coordinator is asked: after that the backup tells too little.
_INSIST_SECONDS = 600.0
# Between renewals: at most, and when the lease's length is not known.
_RENEW_SECONDS = 30.0
_BLIND_SECONDS = 5.0


async def prepare(work: Work) -> None:
    """Do all that comes before the run; on return the script may be run, once.

    Raises:
        StepError: The job fails, and its script has not run.
        NotOursError: The job is somebody else's.
    """
    if work.lease_seconds is None:
        await _keep_hold(work)
    for remaining in reversed(range(MOST_BREAKS)):
        try:
            async with _kept_lease(work):
                await _reach(work)
                await _check(work)
                if work.entry.should_backup and not work.backed_up:
                    await _back_up(work)
                await put_in_place(
                    work.router,
                    work.names,
                    work.entry.script,
                    (await work.know()).release,
                    work.entry.nonce,
                    work.policies,
                )
                await _ask_leave(work)
        except LinkError as error:
            log.warning("session broke before the run", reason=str(error))
            await work.leave()
            if not remaining:
                raise StepError(ErrorClass.UNREACHABLE, str(error)) from error
        except RefusedError as error:
            refused = ErrorClass.PERMISSION if error.forbidden else ErrorClass.PREFLIGHT
            raise StepError(refused, str(error)) from error
        else:
            return


async def _keep_hold(work: Work) -> None:
    """Ask, after a restart, whether the lease is still ours before the router is touched.

    Somebody else may have the job by now, and a sweep would take its script item away.
    """
    renewed = await _insist(
        lambda: work.tools.client.renew(work.entry.job_id, work.entry.lease_version),
        "the lease is not ours any more",
        ErrorClass.PREFLIGHT,
    )
    work.cancel_requested |= renewed.cancel_requested


async def _reach(work: Work) -> None:
    try:
        await work.reach(work.limits.unreachable_seconds, patient_login=False)
    except LoginError as error:
        raise StepError(ErrorClass.AUTH, str(error)) from error
    except LinkError as error:
        raise StepError(ErrorClass.UNREACHABLE, str(error)) from error


async def _check(work: Work) -> None:
    """See whether this router can hold and run the script, and sweep it."""
    facts = work.facts = await read_facts(work.router)
    work.policies = await read_policies(work.router, work.target.access.user)
    check_size(work.entry.script, facts.release)
    check_whole(work.entry.script)
    space = facts.free_space
    if gone := await sweep(work.router):
        log.info("swept what an earlier run left", names=gone)
        space = (await read_facts(work.router)).free_space
    if work.entry.should_backup and space is not None and space < _LEAST_SPACE:
        raise StepError(
            ErrorClass.PREFLIGHT,
            f"only {space} bytes are free on the router; a backup needs {_LEAST_SPACE}",
        )
    log.info("router checked", release=facts.release.number, identity=facts.identity)


async def _back_up(work: Work) -> None:
    """Take, check and upload the backups: no checked backup, no job."""
    policy, release = work.tools.config.backup, (await work.know()).release
    taken_at = int(time.time())
    export = await take_export(
        work.router, work.names.before, release, work.patience, secrets=policy.secrets
    )
    await work.enter(Stage.TAKEN, before=export.content)
    await _upload(work, BackupKind.EXPORT, export, taken_at)
    if policy.binary and release.reads_files:
        password = secrets.token_urlsafe(24)
        binary = await take_binary(work.router, work.names.before, password, release, work.patience)
        # On the disk before the file is out of our hands; on the router it is gone by now.
        work.tools.state.keep_backup_password(work.entry, binary.sha256, password)
        await _upload(work, BackupKind.BINARY, binary, taken_at)
    elif policy.binary:
        log.info("no binary backup: it could not be read back", release=release.number)
    work.backed_up = True


async def _upload(work: Work, kind: BackupKind, taken: Taken, taken_at: int) -> None:
    receipt = await _insist(
        lambda: work.tools.client.upload_backup(
            work.entry.job_id,
            kind,
            taken.content,
            lease_version=work.entry.lease_version,
            taken_at=taken_at,
        ),
        "the backup could not be stored",
        ErrorClass.BACKUP,
    )
    if receipt.stored.sha256 != taken.sha256:
        raise StepError(ErrorClass.BACKUP, "the coordinator stored another content")
    log.info("backup stored", path=receipt.stored.path, size=len(taken.content))


async def _ask_leave(work: Work) -> None:
    """Report busy: only the coordinator's yes allows the run."""
    await work.enter(Stage.ASKING)
    busy = Report(
        lease_version=work.entry.lease_version,
        status=ReportStatus.BUSY,
        occurred_at=datetime.now(UTC),
    )
    leave = await _insist(
        lambda: work.tools.client.report(work.entry.job_id, busy),
        "no leave to run the script",
        ErrorClass.PREFLIGHT,
    )
    work.cancel_requested |= leave.cancel_requested


async def _insist(call: Callable[[], Awaitable[_T]], what: str, error_class: ErrorClass) -> _T:
    """Repeat a call to the coordinator until it is answered, within bounds."""
    give_up, pause = time.monotonic() + _INSIST_SECONDS, pauses()
    while True:
        try:
            return await call()
        except CoordinatorRefused as error:
            if error.status in {404, 409}:
                raise NotOursError(f"{what}: {error}") from error
            raise StepError(error_class, f"{what}: {error}") from error
        except ClientError as error:
            log.warning(what, reason=str(error))
            if time.monotonic() > give_up:
                raise StepError(error_class, f"{what}: {error}") from error
        await asyncio.sleep(next(pause))


@contextlib.asynccontextmanager
async def _kept_lease(work: Work) -> AsyncIterator[None]:
    """Renew the lease while the steps take their time."""
    task = asyncio.create_task(_renew(work))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _renew(work: Work) -> None:
    while True:
        await asyncio.sleep(renewal_interval(work.lease_seconds))
        try:
            renewed = await work.tools.client.renew(work.entry.job_id, work.entry.lease_version)
            work.cancel_requested |= renewed.cancel_requested
        except ClientError as error:
            # If it is over, the question for leave to run will be answered so.
            log.warning("lease not renewed", reason=str(error))


def renewal_interval(lease_seconds: float | None) -> float:
    """Return seconds between renewals of a lease.

    Its end is in the coordinator's time, and clocks differ: what is left by ours may be
    too much, so a third of it is bounded, or less than nothing, which tells nothing.
    """
    if lease_seconds is None or lease_seconds <= 0:
        return _BLIND_SECONDS
    return min(_RENEW_SECONDS, max(0.1, lease_seconds / 3))
