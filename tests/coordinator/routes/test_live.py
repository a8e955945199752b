"""Live commands from an operator to an agent and back."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from coordinator.auth import Scope
from coordinator.client import CoordinatorRefused
from coordinator.contract import CommandAnswer, CommandError, LiveCommand, PollRequest

if TYPE_CHECKING:
    from coordinator.config import Config
    from coordinator.contract import Site
    from tests.coordinator.conftest import Agent, Answer, Bench

PRINT = {"command": "/interface/print", "parameters": ["=.proplist=name", "?type=ether"]}


@pytest.fixture
def config(config: Config) -> Config:
    return config.model_copy(update={"command_seconds": 2.0})


@pytest.fixture
async def site(bench: Bench) -> Site:
    return await bench.site()


async def ask(bench: Bench, site: Site, body: Any = None, token: str = "") -> Answer:
    sent = json.dumps(PRINT if body is None else body).encode()
    return await bench.call("POST", f"/api/synchronous/{site.id}", body=sent, token=token)


async def listening(bench: Bench, site: Site) -> Agent:
    agent = await bench.agent(site)
    await agent.poll(site)
    return agent


async def hear(agent: Agent, site: Site) -> LiveCommand:
    reply = await agent.client.poll_all(PollRequest(sites=[site.id], wait=5))
    assert len(reply.commands) == 1
    return reply.commands[0]


@pytest.mark.parametrize("path", ["/api/synchronous/{}", "/sites/{}/commands/synchronous"])
async def test_a_waiting_agent_is_told_and_its_answer_comes_back(
    bench: Bench, site: Site, path: str
) -> None:
    agent = await listening(bench, site)
    hearing = asyncio.create_task(hear(agent, site))
    await asyncio.sleep(0.1)
    body = json.dumps(PRINT).encode()
    asking = asyncio.create_task(bench.call("POST", path.format(site.id), body=body))
    command = await hearing
    rows = [{"name": "ether1"}]
    await agent.client.answer_command(command.id, CommandAnswer(rows=rows))
    await agent.client.answer_command(command.id, CommandAnswer(rows=[]))  # too late to count
    answer = await asking

    assert (command.command, command.parameters) == (PRINT["command"], PRINT["parameters"])
    assert (answer.status, answer.json()) == (200, rows)
    assert not command.read_only  # the operator's token may write


async def test_a_token_that_may_not_write_only_reads(bench: Bench, site: Site) -> None:
    agent = await listening(bench, site)
    token = bench.running.token([Scope.SITES_READ])
    asking = asyncio.create_task(ask(bench, site, token=token))
    command = await hear(agent, site)
    await agent.client.answer_command(command.id, CommandAnswer(ret="1"))

    assert command.read_only
    assert (await asking).json() == [{"ret": "1"}]


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("trap", 422, "router_trap"),
        ("refused", 422, "command_refused"),
        ("unreachable", 502, "router_unreachable"),
        ("login", 502, "router_login"),
        ("lost", 502, "router_lost"),
        ("timeout", 504, "router_timeout"),
    ],
)
async def test_an_agents_error_says_whose_it_is(
    bench: Bench, site: Site, kind: str, status: int, code: str
) -> None:
    agent = await listening(bench, site)
    asking = asyncio.create_task(ask(bench, site))
    command = await hear(agent, site)
    error = CommandError.model_validate({"kind": kind, "message": "no such command prefix"})
    await agent.client.answer_command(command.id, CommandAnswer(error=error))
    answer = await asking

    assert (answer.status, answer.json()["code"]) == (status, code)
    assert answer.json()["message"] == "no such command prefix"


async def test_an_offline_site_is_refused_at_once(bench: Bench, site: Site) -> None:
    await listening(bench, site)
    bench.clock.advance(300)
    answer = await ask(bench, site)

    assert (answer.status, answer.json()["code"]) == (409, "site_offline")


async def test_when_no_agent_takes_it_the_error_says_so(bench: Bench, site: Site) -> None:
    agent = await listening(bench, site)
    answer = await ask(bench, site)

    assert (answer.status, answer.json()["code"]) == (504, "agent_timeout")
    bench.clock.advance(60)
    late = await agent.client.poll_all(PollRequest(sites=[site.id], wait=0))
    assert late.commands == []


async def test_an_agent_that_says_nothing_is_told_from_none(bench: Bench, site: Site) -> None:
    agent = await listening(bench, site)
    asking = asyncio.create_task(ask(bench, site))
    await hear(agent, site)
    answer = await asking

    assert (answer.status, answer.json()["code"]) == (504, "router_timeout")


async def test_only_the_agent_that_took_a_command_answers_it(bench: Bench, site: Site) -> None:
    agent, other = await listening(bench, site), await bench.agent(site)
    asking = asyncio.create_task(ask(bench, site))
    command = await hear(agent, site)
    with pytest.raises(CoordinatorRefused, match="command_not_found"):
        await other.client.answer_command(command.id, CommandAnswer())
    await agent.client.answer_command(command.id, CommandAnswer())

    assert (await asking).json() == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"command": "interface/print"},
        {"command": "/interface print"},
        {"command": "/interface/print", "parameters": ["name=x"]},
        {"command": "/interface/print", "parameters": ["?#|"]},
        {"command": "/interface/print", "parameters": [".tag=1"]},
    ],
)
async def test_what_is_no_command(bench: Bench, site: Site, body: Any) -> None:
    assert (await ask(bench, site, body)).status == 400


async def test_a_poll_is_a_beat_of_the_agents_sites(bench: Bench, site: Site) -> None:
    agent = await listening(bench, site)
    other = await bench.site("Depot")
    facts = {site.id: {"board-name": "CHR", "version": "7.16.2"}, other.id: {"version": "1"}}
    await agent.client.poll_all(PollRequest(sites=[site.id, other.id], wait=0, facts=facts))
    seen, unseen = await bench.operator.get_site(site.id), await bench.operator.get_site(other.id)

    assert (seen.has_pulse, seen.board_name) == (True, "CHR")
    assert (unseen.has_pulse, unseen.software_version) == (False, None)


async def test_a_site_that_is_worked_on_beats_too(bench: Bench, site: Site) -> None:
    agent = await bench.agent()
    await bench.job(site)
    await agent.take(site)
    bench.clock.advance(100)
    await agent.poll()

    assert (await bench.operator.get_site(site.id)).last_seen == "0 seconds ago"
