from __future__ import annotations

import asyncio
import resource
import socket
import tomllib
from typing import TYPE_CHECKING

import librouteros  # type: ignore[import-untyped]
import pytest

from simulator.errors import UsageError
from simulator.fleet import Fleet
from simulator.version import Version

if TYPE_CHECKING:
    from pathlib import Path


def rows(port: int, menu: str, *, user: str = "admin", password: str = "") -> list[dict[str, str]]:
    api = librouteros.connect("127.0.0.1", user, password, port=port)
    found = list(api.path(menu))
    api.close()
    return found


async def ask(port: int, menu: str, **login: str) -> list[dict[str, str]]:
    return await asyncio.to_thread(rows, port, menu, **login)


async def test_each_router_has_its_own_port_and_identity() -> None:
    async with Fleet(3) as fleet:
        ports = [member.port for member in fleet.members.values()]
        names = [(await ask(port, "system/identity"))[0]["name"] for port in ports]

    assert len(set(ports)) == 3
    assert names == ["R0001", "R0002", "R0003"] == list(fleet.members)


async def test_routers_share_nothing_that_changes() -> None:
    async with Fleet(2) as fleet:
        first, second = fleet.members.values()
        first.router.tables["/ip/firewall/address-list"].insert({"list": b"a", "address": b"x"})

        assert await ask(second.port, "ip/firewall/address-list") == []
        assert len(await ask(first.port, "ip/firewall/address-list")) == 1


async def test_macs_differ() -> None:
    async with Fleet(2) as fleet:
        macs = {
            row["mac-address"]
            for member in fleet.members.values()
            for row in await ask(member.port, "interface/ethernet")
        }

    assert len(macs) == 10


async def test_ports_follow_the_base() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        base = free.getsockname()[1]
    fleet = Fleet(2, base_port=base)
    assert [member.port for member in fleet.members.values()] == [base, base + 1]

    async with Fleet(1, base_port=base) as small:
        assert (await ask(small.members["R0001"].port, "system/identity"))[0]["name"] == "R0001"


async def test_port_that_is_taken_stops_the_whole_fleet() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        fleet = Fleet(2, base_port=taken.getsockname()[1] - 1)

        with pytest.raises(OSError, match="in use"):
            await fleet.start()

    assert not any(member.running for member in fleet.members.values())


def test_ports_beyond_the_last_are_refused() -> None:
    with pytest.raises(UsageError, match="beyond 65535"):
        Fleet(10, base_port=65_530)
    assert len(Fleet(6, base_port=65_530).members) == 6


async def test_single_router_goes_away_and_comes_back_as_it_was() -> None:
    async with Fleet(2) as fleet:
        member = fleet.members["R0002"]
        port = member.port
        identity = member.router.tables["/system/identity"]
        identity.update(identity.single, {"name": b"renamed"})

        await fleet.stop_router("R0002")
        with pytest.raises(ConnectionRefusedError):
            await ask(port, "system/identity")
        assert (await ask(fleet.members["R0001"].port, "system/identity"))[0]["name"] == "R0001"

        await fleet.start_router("R0002")
        assert member.port == port
        assert (await ask(port, "system/identity"))[0]["name"] == "renamed"


async def test_inventory_is_what_the_agent_includes(tmp_path: Path) -> None:
    path = tmp_path / "inventory.toml"
    path.write_text("old")
    path.chmod(0o644)
    users = {b"agent": 'pa"ss\\wörd'.encode()}
    async with Fleet(2, version=Version("7.16.2"), users=users) as fleet:
        fleet.write_inventory(path)

        inventory = tomllib.loads(path.read_text(encoding="utf-8"))
        ports = [member.port for member in fleet.members.values()]

    assert path.stat().st_mode & 0o777 == 0o600  # though it was 0644
    assert inventory["router"] == [
        {
            "name": name,
            "site": name,
            "host": "127.0.0.1",
            "port": port,
            "user": "agent",
            "tls": False,
            "password": 'pa"ss\\wörd',
        }
        for name, port in zip(("R0001", "R0002"), ports, strict=True)
    ]


def test_inventory_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "taken"
    path.mkdir()
    (path / "file").touch()

    with pytest.raises(OSError, match="directory"):
        Fleet(1).write_inventory(path)

    assert list(tmp_path.iterdir()) == [path]


async def test_hundred_routers_start_and_answer() -> None:
    async with Fleet(100) as fleet:
        last = list(fleet.members.values())[-1]

        assert (await ask(last.port, "system/identity"))[0]["name"] == "R0100"


async def test_limit_of_open_files_is_raised_as_far_as_it_may() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard))
    try:
        async with Fleet(300):
            raised, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert raised == 1456
