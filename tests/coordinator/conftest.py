"""A real coordinator on a socket, with a SQLite file and a clock that tests move."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import aiohttp
import pytest
import structlog

from coordinator.app import RunningCoordinator, running_coordinator
from coordinator.auth import Scope
from coordinator.client import CoordinatorClient
from coordinator.clock import ManualClock
from coordinator.config import Config
from coordinator.contract import (
    EnrolmentCreate,
    Job,
    Lease,
    PollRequest,
    Report,
    ReportReply,
    ReportStatus,
    RunError,
    Site,
)
from tests.coordinator.described import check_answer

if TYPE_CHECKING:
    import io
    from collections.abc import AsyncIterator, Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Answer:
    """A raw reply."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Agent:
    """An enrolled agent and what tests let it do most."""

    def __init__(self, client: CoordinatorClient, token: str, agent_id: UUID) -> None:
        self.client = client
        self.token = token
        self.id = agent_id

    async def poll(self, *sites: Site, wait: float = 0, capacity: int = 10) -> list[Lease]:
        ids = [site.id for site in sites]
        return await self.client.poll(PollRequest(sites=ids, wait=wait, capacity=capacity))

    async def take(self, site: Site) -> Lease:
        leases = await self.poll(site)
        assert len(leases) == 1
        return leases[0]

    async def report(
        self,
        lease: Lease,
        status: ReportStatus,
        *,
        version: int | None = None,
        output: str = "",
        error: RunError | None = None,
    ) -> ReportReply:
        report = Report(
            lease_version=lease.version if version is None else version,
            status=status,
            occurred_at=datetime(2026, 1, 15, 10, tzinfo=UTC),
            output=output,
            output_bytes=len(output),
            error=error,
        )
        return await self.client.report(lease.job.id, report)


class Bench:
    """A running coordinator with its clock, an operator and a raw way in."""

    def __init__(
        self, running: RunningCoordinator, clock: ManualClock, stack: AsyncExitStack
    ) -> None:
        self.running = running
        self.url = running.url
        self.clock = clock
        self.token = running.token()
        self._stack = stack

    async def open(self) -> None:
        self.session = await self._stack.enter_async_context(aiohttp.ClientSession())
        self.operator = CoordinatorClient(self.url, self.token, session=self.session)

    async def site(self, name: str = "Office") -> Site:
        return await self.operator.create_site(name)

    async def team_token(self, name: str) -> str:
        """Make a team and return a token of it that allows everything but to reach others."""
        body = json.dumps({"name": name}).encode()
        team = (await self.call("POST", "/teams", body=body)).json()
        scopes = [scope for scope in Scope if scope is not Scope.TEAMS_WRITE]
        return self.running.token(scopes, team_id=UUID(team["id"]))

    async def agent(self, *sites: Site, token: str | None = None) -> Agent:
        """Enrol an agent for the sites, or for all, of the token's team."""
        asked = CoordinatorClient(self.url, token or self.token, session=self.session)
        bound = [site.id for site in sites] or None
        enrolment = await asked.create_enrolment(EnrolmentCreate(sites=bound))
        async with CoordinatorClient(self.url) as nobody:
            reply = await nobody.enrol(enrolment.enrolment_token, "rack-1")
        client = CoordinatorClient(self.url, reply.agent_token, session=self.session)
        return Agent(client, reply.agent_token, reply.agent_id)

    async def job(self, site: Site, script: bytes = b":put 1", **more: Any) -> Job:
        return await self.operator.create_job(site.id, script, description="a job", **more)

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: bytes | io.BytesIO | None = None,
        headers: Mapping[str, str] | None = None,
        token: str | None = "",
    ) -> Answer:
        """Make a request as it stands; token None sends none, empty sends the operator's.

        The answer is held against the served OpenAPI document.
        """
        sent = dict(headers or {})
        if token is not None:
            sent.setdefault("Authorization", f"Bearer {token or self.token}")
        async with self.session.request(
            method, self.url + path, data=body, headers=sent, skip_auto_headers=["Content-Type"]
        ) as reply:
            answer = Answer(reply.status, reply.headers, await reply.read())
            check_answer(method, path, reply.status, reply.content_type, answer.body)
            return answer

    async def post_job(
        self, site: Site, *, body: bytes = b":put 1", token: str | None = "", **headers: str
    ) -> Answer:
        """Create a job; header names with `_` for `-`, an empty value leaves the header out."""
        sent = {
            "Content-Type": "text/plain",
            "X-Idempotency-Key": str(uuid4()),
            "X-Description": "a job",
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        wanted = {name: value for name, value in sent.items() if value}
        return await self.call(
            "POST", f"/site/{site.id}/job", body=body, headers=wanted, token=token
        )


@asynccontextmanager
async def bench_for(config: Config, clock: ManualClock) -> AsyncIterator[Bench]:
    async with running_coordinator(config, clock=clock) as running, AsyncExitStack() as stack:
        bench = Bench(running, clock, stack)
        await bench.open()
        yield bench


@pytest.fixture(autouse=True)
def _quiet_logs() -> Iterator[None]:
    """Keep the service's log out of the way; tests of the log configure their own."""
    with structlog.testing.capture_logs():
        yield


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(data_dir=tmp_path / "data", port=0, shutdown_seconds=2)


@pytest.fixture
async def bench(config: Config, clock: ManualClock) -> AsyncIterator[Bench]:
    async with bench_for(config, clock) as opened:
        yield opened


@pytest.fixture
def restarted(config: Config, clock: ManualClock) -> Any:
    """Return a function that opens the same coordinator again: same files, same clock."""
    return lambda: bench_for(config, clock)
