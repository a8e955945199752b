"""The composition root: parts, application, server. `running_coordinator` starts it all.

Reading order of a job's way through: `routes.jobs.create` → `service.Operations.create_job` →
`store.jobs.add` → `hub.Hub.notify` → `dispatch.Dispatch.poll` → `dispatch.Dispatch.report` →
`routes.jobs.retrieve`.
"""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import web

from coordinator import answers
from coordinator.administration import Administration
from coordinator.audit import AuditLog
from coordinator.auth import ForeignTokens, Gate, KeySet, Scope, TokenAuthority
from coordinator.clock import SystemClock
from coordinator.deadlines import Deadlines
from coordinator.devices.parts import make_parts
from coordinator.dispatch import Dispatch
from coordinator.errors import ConfigError
from coordinator.events import Feed
from coordinator.guard import guard
from coordinator.holding import hold
from coordinator.hub import Hub
from coordinator.limits import RateLimits
from coordinator.local import announced
from coordinator.membership import Membership
from coordinator.metrics import Metrics
from coordinator.replicas import keep_in_step
from coordinator.routes import ROUTES
from coordinator.routes.base import (
    ADMINISTRATION,
    AUDIT,
    CONFIG,
    DISPATCH,
    GATE,
    LIMITS,
    MEMBERSHIP,
    METRICS,
    OPERATIONS,
)
from coordinator.routes.parts import PARTS
from coordinator.routes.webhooks import SIGNER
from coordinator.routes.who import TIMELINES
from coordinator.secrets import load_signing_key
from coordinator.service import Operations
from coordinator.store.opening import open_store
from coordinator.teams import DEFAULT_TEAM
from coordinator.timelines import Timelines
from coordinator.webhooks.courier import Courier
from coordinator.webhooks.sender import Sender
from coordinator.webhooks.signing import Signer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Sequence
    from uuid import UUID

    from coordinator.clock import Clock
    from coordinator.config import Config
    from coordinator.devices.parts import DeviceParts
    from coordinator.store.interface import Store

__all__ = ["RunningCoordinator", "running_coordinator"]

_log = structlog.get_logger(__name__)

_LOCK_NAME = "coordinator.lock"
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class RunningCoordinator:
    """A coordinator that answers requests at `url`.

    Attributes:
        url: `http://host:port`.
        first_start: The secrets were made just now, so nobody has a token yet.
        parts: What deals with routers: beats, stats, backups.
    """

    url: str
    first_start: bool
    parts: DeviceParts
    _authority: TokenAuthority
    _operations: Operations

    def token(
        self,
        scopes: Iterable[Scope] = tuple(Scope),
        *,
        lifetime: float = 30 * _DAY,
        team_id: UUID = DEFAULT_TEAM,
    ) -> str:
        """Return an operator's token; all scopes unless told otherwise, seconds to live."""
        return self._authority.mint(scopes, lifetime=lifetime, team_id=team_id)

    async def enrolment_token(
        self, sites: Sequence[UUID] | None = None, *, lifetime: float = _DAY
    ) -> str:
        """Return a token with which one agent can enrol."""
        token, _ = await self._operations.create_enrolment(sites, lifetime)
        return token


@asynccontextmanager
async def running_coordinator(
    config: Config, *, clock: Clock | None = None
) -> AsyncIterator[RunningCoordinator]:
    """Run a coordinator while the context is open; it answers from the first moment on.

    On leaving, waiting polls are answered, requests in hand get `shutdown_seconds`, then
    the database is closed.

    Args:
        config: Its settings; port 0 takes a free one.
        clock: Sets every timestamp and deadline; the machine's unless given.

    Raises:
        ConfigError: The data directory, a secret or the address cannot be used.
        SchemaError: The database belongs to a newer version.
    """
    time = clock or SystemClock()
    with _data_dir(config):
        key, first_start = load_signing_key(config.data_dir, config.signing_key_file)
        store = await open_store(config.store_url)
        try:
            hub = Hub(store.relay)
            deadlines = Deadlines(store, time, hub)
            authority = TokenAuthority(key, audience=config.token_audience, clock=time)
            membership = Membership(store)
            operations = Operations(store, time, hub, deadlines)
            dispatch = Dispatch(
                store,
                time,
                hub,
                deadlines,
                membership,
                lease_seconds=config.lease_seconds,
                run_timeout=config.run_timeout,
            )
            feed, signer = Feed(store, hub), Signer(key)
            await deadlines.load()
            app = _application(config, operations, dispatch)
            app[GATE] = Gate(store, authority, time, _foreign(config, time))
            app[ADMINISTRATION] = Administration(store, time)
            app[MEMBERSHIP] = membership
            app[AUDIT] = AuditLog(store)
            parts = app[PARTS] = make_parts(config, store, time, operations, hub, dispatch, key)
            app[TIMELINES] = Timelines(store, operations, hub, feed)
            app[SIGNER] = signer
            async with (
                _sender(config) as sender,
                _served(app, config, hub, feed) as url,
                _in_background(
                    deadlines.watch,
                    parts.keep_house,
                    feed.run,
                    _courier(config, store, hub, time, sender, signer).run,
                    partial(keep_in_step, store, hub),
                ),
            ):
                yield RunningCoordinator(url, first_start, parts, authority, operations)
        finally:
            await store.close()


def _foreign(config: Config, clock: Clock) -> ForeignTokens | None:
    if config.jwks is None:
        return None
    return ForeignTokens(
        KeySet(config.jwks),
        audience=config.token_audience,
        issuer=str(config.jwks_issuer),
        skew=config.jwks_skew_seconds,
        clock=clock,
    )


def _application(config: Config, operations: Operations, dispatch: Dispatch) -> web.Application:
    # Bodies are bounded where they are read, each kind by its own limit.
    app = web.Application(middlewares=[answers.middleware], client_max_size=0)
    app[CONFIG] = config
    app[LIMITS] = RateLimits(config.rate_limit_per_minute, config.rate_limit_burst, monotonic)
    app[METRICS] = Metrics()
    app[OPERATIONS] = operations
    app[DISPATCH] = dispatch
    for route in ROUTES:
        app.router.add_route(route.method, route.path, guard(route), expect_handler=answers.expect)
    return app


def _sender(config: Config) -> Sender:
    return Sender(
        allow_http=config.webhook_allow_http,
        allowed=config.webhook_allow_networks,
        timeout=config.webhook_timeout,
    )


def _courier(
    config: Config, store: Store, hub: Hub, clock: Clock, sender: Sender, signer: Signer
) -> Courier:
    return Courier(store, hub, clock, sender, signer, first_pause=config.webhook_retry_seconds)


@asynccontextmanager
async def _served(app: web.Application, config: Config, hub: Hub, feed: Feed) -> AsyncIterator[str]:
    async def dismiss(_app: web.Application) -> None:
        hub.close()
        feed.close()

    app.on_shutdown.append(dismiss)
    runner = answers.JsonErrorsRunner(
        app, access_log=None, shutdown_timeout=config.shutdown_seconds
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, config.host, config.port, backlog=1024)
        try:
            await site.start()
        except OSError as error:
            raise ConfigError(
                f"cannot listen on {config.host}:{config.port}: {error.strerror}"
            ) from error
        host, port = runner.addresses[0][:2]
        url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        with announced(config, url):
            _log.info("coordinator.started", url=url)
            yield url
    finally:
        await runner.cleanup()
        _log.info("coordinator.stopped")


@asynccontextmanager
async def _in_background(*works: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(work()) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception):
                raise result


@contextlib.contextmanager
def _data_dir(config: Config) -> Iterator[None]:
    """Make the directory and hold it: it has one address and one signing key."""
    directory = config.data_dir
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"data_dir {directory}: {error.strerror}") from error
    lock = hold(directory / _LOCK_NAME)
    try:
        yield
    finally:
        lock.release()
