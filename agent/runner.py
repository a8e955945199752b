"""The course of one job, from its lease to its last report.

`Course.follow` is the whole of it; each step is a method below, in order: prepare (reach,
check, back up, put in place, ask leave), run once, conclude (verify, tidy up, compare).
What may follow a crash or a lost session is decided by `agent.recovery`.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

import structlog

from agent import verdict
from agent.backup import Patience, Taken, take_binary, take_export
from agent.device import kill_script, read_facts, read_policies, sweep
from agent.diff import compare_exports
from agent.errors import AgentError, LinkError, LoginError, RefusedError, StepError
from agent.execution import check_size, clear, clear_unused, look, order_run, put_in_place
from agent.names import Names
from agent.recovery import Next, Stage, after_order, after_restart
from agent.wrapper import EndingKind
from coordinator.client import ClientError, CoordinatorRefused
from coordinator.contract import BackupKind, ErrorClass, Report, ReportStatus

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from agent.config import Config
    from agent.facts import Facts
    from agent.inventory import Target
    from agent.journal import Entry, Journal, QueuedReport
    from agent.router import Router
    from agent.state import State
    from coordinator.client import CoordinatorClient

__all__ = ["Course", "Tools"]

_T = TypeVar("_T")
log = structlog.get_logger()

# Least that must be free on the router's disk for two files to fit (assumed: a small
# configuration's export and backup take 60 kB together).
_LEAST_SPACE = 64 * 1024
# Sessions that may break before the run until the job fails; and orders that may get lost.
_MOST_BREAKS = 4
# Seconds for which leave to run is asked: after that the backup tells too little.
_LEAVE_SECONDS = 600.0
_BETWEEN_LOOKS = 1.0
_RENEW_SECONDS = 30.0
_ORDERED = "the script was ordered"
_LONGEST_PAUSE = 5.0


class Connect(Protocol):
    """Opens a session; raises UnreachableError or LoginError."""

    async def __call__(self, target: Target) -> Router: ...


@dataclass(frozen=True)
class Tools:
    """What every course works with."""

    config: Config
    journal: Journal
    client: CoordinatorClient
    state: State
    connect: Connect


class _NotOursError(AgentError):
    """The coordinator gave the job to somebody else, or nobody wants it any more."""


class Course:
    """One job on one router.

    Args:
        entry: As the journal has it; a course begins where it says.
        target: The router.
        tools: Shared by all courses.

    Attributes:
        entry: As the journal has it now.
        facts: What the router said of itself, once it was asked.
    """

    def __init__(self, entry: Entry, target: Target, tools: Tools) -> None:
        self.entry = entry
        self._target = target
        self._tools = tools
        self._limits = tools.config.limits
        self._names = Names.of(entry.token, entry.job_id)
        self._router: Router | None = None
        self._backed_up = False
        self._policies: frozenset[str] | None = None
        self._give_up = 0.0  # when the run must be over, in monotonic seconds
        self.facts: Facts | None = None

    async def follow(self) -> QueuedReport | None:
        """Bring the job to its end; return its last report, which is still to be sent.

        None when the job turned out to be somebody else's.

        Raises:
            JournalError: Nothing more may be done for any job.
        """
        try:
            start = after_restart(self.entry.stage)
            if start is Next.PREPARE:
                await self._prepare()
            if start in {Next.PREPARE, Next.LOOK}:
                await self._enter(Stage.ENDED, report=await self._run_once(start))
            if start is not Next.REPORT:
                return await self._queue(await self._conclude())
            return await self._queue(self._report())
        except StepError as error:
            log.warning("job failed before its script ran", reason=str(error))
            await self._tidy()
            return await self._queue(self._failure(error.error_class, str(error)))
        except _NotOursError as error:
            log.warning("job dropped", reason=str(error))
            await self._tidy()
            await self._tools.journal.forget(self.entry.job_id)
            return None
        finally:
            await self._leave()

    # --- Prepare ------------------------------------------------------------------

    async def _prepare(self) -> None:
        """Do all that comes before the run, again from the start if the session breaks."""
        for remaining in reversed(range(_MOST_BREAKS)):
            try:
                async with self._kept_lease():
                    await self._reach()
                    await self._check()
                    if self.entry.should_backup and not self._backed_up:
                        await self._back_up()
                    await self._put_in_place()
                    await self._ask_leave()
            except LinkError as error:
                log.warning("session broke before the run", reason=str(error))
                await self._leave()
                if not remaining:
                    raise StepError(ErrorClass.UNREACHABLE, str(error)) from error
            except RefusedError as error:
                raise StepError(
                    ErrorClass.PERMISSION if error.forbidden else ErrorClass.PREFLIGHT, str(error)
                ) from error
            else:
                return

    async def _reach(self) -> None:
        try:
            await self._return(self._limits.unreachable_seconds, patient_login=False)
        except LoginError as error:
            raise StepError(ErrorClass.AUTH, str(error)) from error
        except LinkError as error:
            raise StepError(ErrorClass.UNREACHABLE, str(error)) from error

    async def _check(self) -> None:
        facts = self.facts = await read_facts(self._session)
        self._policies = await read_policies(self._session, self._target.access.user)
        check_size(self.entry.script, facts.release)
        space = facts.free_space
        if gone := await sweep(self._session):
            log.info("swept what an earlier run left", names=gone)
            space = (await read_facts(self._session)).free_space
        if self.entry.should_backup and space is not None and space < _LEAST_SPACE:
            raise StepError(
                ErrorClass.PREFLIGHT,
                f"only {space} bytes are free on the router; a backup needs {_LEAST_SPACE}",
            )
        log.info("router checked", release=facts.release.number, identity=facts.identity)

    async def _back_up(self) -> None:
        """Take, check and upload the backups: no checked backup, no job."""
        policy, release = self._tools.config.backup, self._known.release
        taken_at = int(time.time())
        export = await take_export(
            self._session, self._names.before, release, self._patience, secrets=policy.secrets
        )
        await self._enter(Stage.TAKEN, before=export.content)
        await self._upload(BackupKind.EXPORT, export, taken_at)
        if policy.binary and release.reads_files:
            password = secrets.token_urlsafe(24)
            self._tools.state.keep_backup_password(self.entry, taken_at, password)
            binary = await take_binary(
                self._session, self._names.before, password, release, self._patience
            )
            await self._upload(BackupKind.BINARY, binary, taken_at)
        elif policy.binary:
            log.info("no binary backup: it could not be read back", release=release.number)
        self._backed_up = True

    async def _upload(self, kind: BackupKind, taken: Taken, taken_at: int) -> None:
        receipt = await self._insist(
            lambda: self._tools.client.upload_backup(
                self.entry.job_id,
                kind,
                taken.content,
                lease_version=self.entry.lease_version,
                taken_at=taken_at,
            ),
            "the backup could not be stored",
            ErrorClass.BACKUP,
        )
        if receipt.stored.sha256 != taken.sha256:
            raise StepError(ErrorClass.BACKUP, "the coordinator stored another content")
        log.info("backup stored", path=receipt.stored.path, size=len(taken.content))

    async def _put_in_place(self) -> None:
        await put_in_place(
            self._session,
            self._names,
            self.entry.script,
            self._known.release,
            self.entry.nonce,
            self._policies,
        )

    async def _ask_leave(self) -> None:
        """Report busy: only the coordinator's yes allows the run."""
        await self._enter(Stage.ASKING)
        busy = Report(
            lease_version=self.entry.lease_version,
            status=ReportStatus.BUSY,
            occurred_at=datetime.now(UTC),
        )
        await self._insist(
            lambda: self._tools.client.report(self.entry.job_id, busy),
            "no leave to run the script",
            ErrorClass.PREFLIGHT,
        )

    async def _insist(
        self, call: Callable[[], Awaitable[_T]], what: str, error_class: ErrorClass
    ) -> _T:
        """Repeat a call to the coordinator until it is answered, within bounds."""
        give_up, pause = time.monotonic() + _LEAVE_SECONDS, 0.25
        while True:
            try:
                return await call()
            except CoordinatorRefused as error:
                if error.status in {404, 409}:
                    raise _NotOursError(f"{what}: {error}") from error
                raise StepError(error_class, f"{what}: {error}") from error
            except ClientError as error:
                log.warning(what, reason=str(error))
                if time.monotonic() > give_up:
                    raise StepError(error_class, f"{what}: {error}") from error
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    @contextlib.asynccontextmanager
    async def _kept_lease(self) -> AsyncIterator[None]:
        """Renew the lease while the steps before the run take their time."""
        task = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _renew(self) -> None:
        while True:
            # A lease lasts two minutes unless the coordinator is told otherwise; its end is
            # in the coordinator's time, which need not be ours, so it is not reckoned with.
            await asyncio.sleep(_RENEW_SECONDS)
            try:
                await self._tools.client.renew(self.entry.job_id, self.entry.lease_version)
            except ClientError as error:
                # If it is over, the question for leave to run will be answered so.
                log.warning("lease not renewed", reason=str(error))

    # --- Run once -----------------------------------------------------------------

    async def _run_once(self, start: Next) -> Report:
        """Order the run and find out how it ended, over as many sessions as that takes.

        Args:
            start: PREPARE when it was never ordered; LOOK when it may have been.
        """
        step = start
        if start is Next.PREPARE:
            await self._enter(Stage.ORDERED)
            step = Next.ORDER
        self._give_up = time.monotonic() + self._limits.run_seconds
        breaks = 0
        while True:
            try:
                report, step = await (self._order() if step is Next.ORDER else self._look())
            except (LinkError, RefusedError) as error:
                log.warning("session broke during the run", reason=str(error))
                await self._leave()
                step, breaks = Next.LOOK, breaks + 1
                if breaks > _MOST_BREAKS and time.monotonic() > self._give_up:
                    return self._failure(ErrorClass.LOST, f"{_ORDERED}, and since then: {error}")
                await asyncio.sleep(min(0.1 * 2**breaks, _LONGEST_PAUSE))
                continue
            if report is not None:
                return report

    async def _order(self) -> tuple[Report | None, Next]:
        release = self._known.release
        seconds = max(1.0, self._give_up - time.monotonic())
        log.info("script ordered")
        ending = await order_run(self._session, self._names, release, self.entry.nonce, seconds)
        if ending.kind is EndingKind.NOT_READY:
            return None, Next.LOOK
        report = verdict.of_ending(
            ending,
            script=self.entry.script,
            release=release,
            version=self.entry.lease_version,
            now=datetime.now(UTC),
        )
        return report, Next.FINISH

    async def _look(self) -> tuple[Report | None, Next]:
        try:
            await self._return(self._limits.verify_seconds, patient_login=True)
        except (LinkError, LoginError) as error:
            return self._failure(
                ErrorClass.LOST,
                f"{_ORDERED}, the session broke, and the router did not answer again within "
                f"{self._limits.verify_seconds:g} s: {error}",
            ), Next.LOST
        sight = await look(self._session, self._names)
        step = after_order(sight)
        late = time.monotonic() > self._give_up
        if late and step in {Next.WAIT, Next.LOST}:
            await kill_script(self._session, self._names)
            return self._failure(
                ErrorClass.TIMEOUT,
                f"the script did not end within {self._limits.run_seconds:g} s and was stopped",
            ), step
        if step is Next.ORDER:
            # After a restart they are not known yet.
            self.facts = self.facts or await read_facts(self._session)
            return None, step
        if step is Next.WAIT:
            await asyncio.sleep(_BETWEEN_LOOKS)
            return None, step
        report = verdict.of_marker(
            step,
            sight.marker,
            script=self.entry.script,
            version=self.entry.lease_version,
            now=datetime.now(UTC),
        )
        return report, step

    # --- Conclude -----------------------------------------------------------------

    async def _conclude(self) -> Report:
        """Prove that the router is still reachable, tidy up, and see what changed."""
        report = self._report()
        log.info("script ended", status=report.status.value)
        if report.status is ReportStatus.DONE:
            await self._leave()
        for _ in range(_MOST_BREAKS):
            try:
                await self._return(self._limits.verify_seconds, patient_login=True)
            except (LinkError, LoginError) as error:
                log.warning("router not reached after the run", reason=str(error))
                if report.status is not ReportStatus.DONE:
                    return report
                return verdict.unreachable_after(report, self._limits.verify_seconds, str(error))
            try:
                return await self._compare(report)
            except LinkError as error:
                log.warning("session broke after the run", reason=str(error))
                await self._leave()
            except (RefusedError, StepError) as error:
                log.warning("no difference taken", reason=str(error))
                break
        return report

    async def _compare(self, report: Report) -> Report:
        self.facts = self.facts or await read_facts(self._session)
        await clear(self._session, self._names)
        if self.entry.before is None:
            return report
        after = await take_export(
            self._session,
            self._names.after,
            self.facts.release,
            self._patience,
            secrets=self._tools.config.backup.secrets,
        )
        return report.model_copy(update={"diff": compare_exports(self.entry.before, after.content)})

    async def _tidy(self) -> None:
        if self._router is not None:
            with contextlib.suppress(LinkError, RefusedError):
                await clear_unused(self._router, self._names)

    # --- Session, journal, report --------------------------------------------------

    async def _return(self, seconds: float, *, patient_login: bool) -> None:
        """Have a session, trying for so long to open one.

        A router that boots may answer before its logins work, so after a run a refused
        login is tried again too.
        """
        give_up, pause = time.monotonic() + seconds, 0.2
        while self._router is None:
            try:
                self._router = await self._tools.connect(self._target)
            except (LinkError, LoginError) as error:
                refused = isinstance(error, LoginError) and not patient_login
                if refused or time.monotonic() + pause > give_up:
                    raise
                log.info("router not reached", reason=str(error))
            else:
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _leave(self) -> None:
        if self._router is not None:
            router, self._router = self._router, None
            await router.close()

    @property
    def _session(self) -> Router:
        if self._router is None:
            raise RuntimeError("a step needs a session that the step before it opens")
        return self._router

    @property
    def _known(self) -> Facts:
        if self.facts is None:
            raise RuntimeError("a step needs facts that the step before it reads")
        return self.facts

    @property
    def _patience(self) -> Patience:
        return Patience(
            interval=self._tools.config.backup.settle_interval,
            deadline=self._limits.backup_seconds,
        )

    async def _enter(
        self, stage: Stage, *, before: bytes | None = None, report: Report | None = None
    ) -> None:
        self.entry = await self._tools.journal.advance(
            self.entry, stage, before=before, report=report
        )

    def _report(self) -> Report:
        report = self.entry.report
        if report is None:
            return self._failure(ErrorClass.LOST, "the journal has no end of this run")
        return report.model_copy(update={"lease_version": self.entry.lease_version})

    def _failure(self, error_class: ErrorClass, message: str) -> Report:
        return verdict.failure(self.entry.lease_version, datetime.now(UTC), error_class, message)

    async def _queue(self, report: Report) -> QueuedReport:
        return await self._tools.journal.conclude(self.entry, report)
