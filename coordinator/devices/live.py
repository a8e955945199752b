"""Live commands: from an operator's request to the site's agent and back, within a minute.

The command lies in the database until a poll of the site's agent takes it, at whatever replica,
and so does the answer. Waiting here is woken by the hub and looks again by itself all the same.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog

from coordinator.clock import millis
from coordinator.contract import CommandAnswer, LiveCommand
from coordinator.devices.pulse import has_pulse
from coordinator.devices.records import CommandRecord
from coordinator.errors import ApiError, ConflictError, UnavailableError
from coordinator.service import not_found

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from coordinator.clock import Clock
    from coordinator.devices.shapes import SyncRequest
    from coordinator.hub import Hub
    from coordinator.records import AgentRecord
    from coordinator.store.interface import Store

__all__ = ["LiveCommands"]

_log = structlog.get_logger(__name__)

# Of all the time: how long the command waits for an agent, and what is left for the way back.
_TO_AGENT = 0.5
_WAY_BACK_SECONDS = 2.0
# Looks by itself as often, should a wake-up be lost.
_LOOK_SECONDS = 1.0
# How an agent's error is answered.
_STATUSES = {
    "refused": 422,
    "trap": 422,
    "unreachable": 502,
    "login": 502,
    "lost": 502,
    "timeout": 504,
}


class LiveCommands:
    """Runs commands through agents.

    Args:
        seconds: For one command in all.
    """

    def __init__(self, store: Store, clock: Clock, hub: Hub, *, seconds: float) -> None:
        self._store = store
        self._clock = clock
        self._hub = hub
        self._seconds = seconds

    # --- the operator's side ---

    async def run(self, site_id: UUID, asked: SyncRequest, *, read_only: bool) -> CommandAnswer:
        """Run a command on a site's router and return what it answered.

        Raises:
            NotFoundError: There is no such site.
            ConflictError: The site is offline.
            ApiError: 422 the router or the agent refused it; 502 the router could not be
                reached; 504 the time is up, and the code says who did not answer.
            UnavailableError: The coordinator stops.
        """
        if await self._store.site(site_id) is None:
            raise not_found("site")
        await self._check_online(site_id)
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._seconds
        with self._hub.subscribe([site_id]) as waiter:
            command_id = await self._queue(site_id, asked, read_only=read_only)
            while True:
                now = await self._found(command_id)
                if now.answer is not None:
                    return _told(CommandAnswer.model_validate_json(now.answer))
                left = ends - loop.time()
                waited = left - self._seconds * _TO_AGENT if now.taken_at is None else left
                if waited <= 0:
                    raise _late(now)
                began = loop.time()
                woken = await waiter.wait(min(waited, _LOOK_SECONDS))
                if not woken and loop.time() - began < min(waited, _LOOK_SECONDS) / 2:
                    raise UnavailableError("shutting_down", "The coordinator is stopping.")

    async def _check_online(self, site_id: UUID) -> None:
        """Refuse at once what nobody would take: polls of agents are beats of their sites."""
        seen = await self._store.pulse(site_id)
        if seen is None or not has_pulse(seen.last_seen_at, millis(self._clock.now())):
            raise ConflictError("site_offline", "The site is offline: no agent listens for it.")

    async def _queue(self, site_id: UUID, asked: SyncRequest, *, read_only: bool) -> UUID:
        now = millis(self._clock.now())
        command = LiveCommand(
            id=uuid4(),
            site_id=site_id,
            command=asked.command,
            parameters=asked.parameters,
            read_only=read_only,
            seconds=max(1.0, self._seconds * (1 - _TO_AGENT) - _WAY_BACK_SECONDS),
        )
        expires_at = now + int(self._seconds * _TO_AGENT * 1000)
        await self._store.add_command(
            CommandRecord(command.id, site_id, command.model_dump_json(), now, expires_at)
        )
        _log.info("command.asked", site=str(site_id), command=asked.command)
        self._hub.notify(site_id)
        return command.id

    async def _found(self, command_id: UUID) -> CommandRecord:
        if (found := await self._store.command(command_id)) is None:
            raise not_found("command")
        return found

    # --- the agent's side ---

    async def wait_for(self, sites: Sequence[UUID]) -> bool:
        """Return whether a command waits for any of the sites."""
        return await self._store.command_waits(sites, millis(self._clock.now()))

    async def take(self, agent: AgentRecord, sites: Sequence[UUID]) -> list[LiveCommand]:
        """Hand the commands that wait for the sites to an agent, each once."""
        now = millis(self._clock.now())
        taken = await self._store.take_commands(sites, agent.id, now)
        return [LiveCommand.model_validate_json(record.body) for record in taken]

    async def answer(self, agent: AgentRecord, command_id: UUID, answer: CommandAnswer) -> None:
        """Take the answer of an agent in; the same again changes nothing.

        Raises:
            NotFoundError: The command is not the agent's, or is forgotten.
        """
        site_id = await self._store.answer_command(
            command_id, agent.id, answer.model_dump_json(), millis(self._clock.now())
        )
        if site_id is None:
            raise not_found("command")
        self._hub.notify(site_id)


def _told(answer: CommandAnswer) -> CommandAnswer:
    if answer.error is None:
        return answer
    status = _STATUSES.get(answer.error.kind, 502)
    code = "command_refused" if answer.error.kind == "refused" else f"router_{answer.error.kind}"
    raise ApiError(code, answer.error.message, status=status)


def _late(record: CommandRecord) -> ApiError:
    if record.taken_at is None:
        return ApiError(
            "agent_timeout",
            "No agent took the command: none listens for the site, or it is at work on a job.",
            status=504,
        )
    return ApiError(
        "router_timeout", "The agent took the command, and no answer came back.", status=504
    )
