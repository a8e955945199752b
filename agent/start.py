"""Starting an agent: its own token, its journal, its sites, and what was left unfinished."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, TypeVar

import structlog

from agent.errors import ConfigError
from agent.journal import Journal
from agent.service import Agent
from agent.state import State
from coordinator.client import ClientError, CoordinatorClient, CoordinatorRefused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from uuid import UUID

    from agent.config import Config

__all__ = ["running_agent"]

_T = TypeVar("_T")
log = structlog.get_logger()

_LONGEST_PAUSE = 30.0


@contextlib.asynccontextmanager
async def running_agent(config: Config) -> AsyncIterator[Agent]:
    """Start an agent, yield it once it takes jobs, and end it in order.

    It waits for the coordinator if that is not there yet. The block is left when the jobs
    in hand are over.

    Raises:
        ConfigError: It has no token and cannot get one.
        JournalError: The journal cannot be used, now or later.
    """
    state = State(config.state_dir)
    journal = Journal(state.journal_path)
    try:
        identity, token = await _identity(config, state)
        async with CoordinatorClient(config.coordinator.url, token) as client:
            agent = Agent(config, journal, client, identity, state)
            await _patiently(agent.match_sites, "the coordinator does not answer")
            await agent.resume()
            agent.serving = asyncio.create_task(agent.serve())
            try:
                yield agent
            finally:
                agent.stop()
                await agent.serving
    finally:
        await journal.close()


async def _identity(config: Config, state: State) -> tuple[UUID, str]:
    if (known := state.identity()) is not None:
        return known[0], known[1].get_secret_value()
    offered = config.enrolment_token
    if offered is None:
        raise ConfigError(
            [
                (
                    f"this agent has no token in {state.directory} yet: make an enrolment token "
                    "with `ros-coordinator agent enrol` and give it as "
                    "ROS_AGENT_ENROLMENT_TOKEN"
                )
            ]
        )
    async with CoordinatorClient(config.coordinator.url) as client:
        try:
            reply = await _patiently(
                lambda: client.enrol(offered.get_secret_value(), config.name), "not enrolled yet"
            )
        except CoordinatorRefused as error:
            raise ConfigError([f"the enrolment token was refused: {error}"]) from None
    state.keep_identity(reply)
    log.info("enrolled", agent=str(reply.agent_id))
    return reply.agent_id, reply.agent_token


async def _patiently(call: Callable[[], Awaitable[_T]], what: str) -> _T:
    pause = 0.25
    while True:
        try:
            return await call()
        except CoordinatorRefused:
            raise
        except ClientError as error:
            log.warning(what, reason=str(error))
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
