"""Cases of kind `scenario`: coordinator, agent and simulated routers together.

The agent is a process of its own, so that it can be killed. Between it and
the coordinator stands a `Gate`, which says when it may fetch a job; between it
and each router a `Relay`, which can break the link. The routers' time runs
faster than the agent's.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from coordinator.client import CoordinatorRefused
from tests.cases.model import NotSupportedError
from tests.cases.placeholders import STATIC, expand
from tests.cases.scenario_checks import check_all
from tests.cases.scenario_faults import arm
from tests.cases.world import World

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.cases.model import Case

__all__ = ["run"]

_ROUTER_UP_SECONDS = 30.0


def run(case: Case) -> None:
    """Take the steps and check what came of them."""
    asyncio.run(_run(case.data["input"], case.data["expect"]))


async def _run(given: dict[str, Any], wanted: dict[str, Any]) -> None:
    zone = given.get("traits", {}).get("TZ")
    before = os.environ.get("TZ")
    try:
        if zone is not None:
            _set_zone(zone)
        async with World(given) as world:
            begun = time.monotonic()
            await _take(world, given["steps"], {})
            await world.gate.settle(alive=lambda: world.agent.alive)
            names = {**STATIC, "site": world.coordinator.sites.__getitem__}
            await check_all(world, expand(wanted["checks"], names), time.monotonic() - begun)
    finally:
        if zone is not None:
            _set_zone(before)


def _set_zone(zone: str | None) -> None:
    if zone is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = zone
    time.tzset()


def _always(text: str) -> Callable[[str], str]:
    return lambda _: text


async def _take(world: World, steps: list[dict[str, Any]], loop: dict[str, str]) -> None:
    names: dict[str, Callable[[str], str]] = {
        **STATIC,
        **{name: _always(text) for name, text in loop.items()},
    }
    for step in steps:
        if step["do"] == "repeat":
            for number in range(1, step["times"] + 1):
                await _take(world, step["steps"], {**loop, "n": str(number)})
        elif step["do"] == "together":
            async with asyncio.TaskGroup() as group:
                for each in step["steps"]:
                    group.create_task(_take(world, [each], loop))
        else:
            await _STEPS[step["do"]](world, expand(step, names))


async def _submit(world: World, step: dict[str, Any]) -> None:
    job = await world.client.create_job(
        UUID(world.coordinator.sites[step["site"]]),
        step["script"],
        description=step.get("description", f"case {step['job']}"),
        should_backup=step.get("backup", False),
        needs_acknowledgement=step.get("needs_ack", True),
        express_execute=step.get("express_execute", False),
    )
    world.jobs[step["job"]] = job


async def _agent_cycle(world: World, step: dict[str, Any]) -> None:
    await world.agent.start()
    await world.gate.cycle(
        world.coordinator.sites[step["site"]],
        step.get("times", 1),
        alive=lambda: world.agent.alive,
    )


async def _fault(world: World, step: dict[str, Any]) -> None:
    arm(world, step)


async def _advance(world: World, step: dict[str, Any]) -> None:
    await world.coordinator.advance(step["seconds"])
    for site in world.sites.values():
        site.clock.advance(step["seconds"])


async def _restart(world: World, step: dict[str, Any]) -> None:
    if step["who"] == "coordinator":
        await world.coordinator.restart()
    else:
        await world.agent.stop()
        await world.agent.start()


async def _wait_router_up(world: World, step: dict[str, Any]) -> None:
    deadline = time.monotonic() + _ROUTER_UP_SECONDS
    while not await world.sites[step["site"]].answers():
        if time.monotonic() > deadline:
            raise NotSupportedError(f"router {step['site']} did not come up again")
        await asyncio.sleep(0.1)


async def _delete(world: World, step: dict[str, Any]) -> None:
    job = world.jobs[step["job"]]
    # Too late, perhaps: what came of it is for the checks to say.
    with contextlib.suppress(CoordinatorRefused):
        await world.client.cancel_job(job.site_id, job.id)


async def _export(world: World, step: dict[str, Any]) -> None:
    await world.sites[step["site"]].run_command("/export")


async def _router_cmd(world: World, step: dict[str, Any]) -> None:
    await world.sites[step["site"]].run_command(step["script"])


_STEPS: dict[str, Callable[[World, dict[str, Any]], Awaitable[None]]] = {
    "submit": _submit,
    "agent_cycle": _agent_cycle,
    "fault": _fault,
    "advance": _advance,
    "restart": _restart,
    "wait_router_up": _wait_router_up,
    "delete": _delete,
    "export": _export,
    "router_cmd": _router_cmd,
}
