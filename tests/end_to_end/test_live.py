"""A live command end to end: real coordinator, real agent, simulated router."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.house import House, running_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with running_house(tmp_path) as house:
        yield house


async def ask(house: House, command: str, *parameters: str) -> object:
    body = json.dumps({"command": command, "parameters": parameters}).encode()
    path = f"/api/synchronous/{house.lodger.site.id}"
    return json.loads(await house.operator._call("POST", path, content=body))


async def test_a_router_is_asked_through_its_agent(house: House) -> None:
    async with house.agent():
        await asyncio.sleep(0.5)  # until its first poll is open
        found = await ask(house, "/system/identity/print")
        made = await ask(house, "/interface/bridge/add", "=name=live")
        rows = await ask(house, "/interface/bridge/print", "=.proplist=name", "?name=live")

    assert isinstance(found, list)
    assert "name" in found[0]
    assert isinstance(made, list)
    assert made[0]["ret"].startswith("*")
    assert rows == [{"name": "live"}]
