"""Many routers in one process, each on a port of its own.

    async with Fleet(50) as fleet:
        fleet.write_inventory(Path("inventory.toml"))

They are called R0001, R0002 … and share one address; a router that nobody has
changed costs little more than its listening socket.
"""

from __future__ import annotations

import json
import resource
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.errors import UsageError
from simulator.router import Router
from simulator.server import RealClock, RouterServer
from simulator.version import DEFAULT_VERSION
from simulator.wholefile import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Self

    from simulator.version import Version

__all__ = ["Fleet", "Member"]


@dataclass(slots=True)
class Member:
    """One router of a fleet.

    Attributes:
        name: Its identity when it was made, which people and inventories use.
        port: Where it listens, or did when it was last started; 0 before that.
        running: Whether it listens.
    """

    name: str
    router: Router
    server: RouterServer
    running: bool = False

    @property
    def port(self) -> int:
        return self.server.api_port or 0


class Fleet:
    """Routers by the dozen.

    Args:
        count: How many.
        host: The one address they listen on.
        base_port: The first one's port, the others follow; None takes free ones.
        version: The release that all of them play.
        users: Passwords by name, for all of them; the default is `admin` without one.

    Attributes:
        members: By name, in order.

    Raises:
        UsageError: The ports would go beyond 65535.
    """

    def __init__(
        self,
        count: int,
        *,
        host: str = "127.0.0.1",
        base_port: int | None = None,
        version: Version = DEFAULT_VERSION,
        users: Mapping[bytes, bytes] | None = None,
    ) -> None:
        if base_port is not None and base_port + count > 0x1_0000:
            raise UsageError(f"{count} ports from {base_port} on go beyond 65535")
        self.host = host
        self.clock = RealClock()
        self.members: dict[str, Member] = {}
        width = max(4, len(str(count)))
        for number in range(1, count + 1):
            name = f"R{number:0{width}}"
            router = Router(version, name.encode(), clock=self.clock, users=users, seed=number)
            port = 0 if base_port is None else base_port + number - 1
            server = RouterServer(router, host=host, api_port=port)
            self.members[name] = Member(name, router, server)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start all of them.

        Raises:
            OSError: One could not listen; none does then.
        """
        _allow_files(len(self.members))
        try:
            for name in self.members:
                await self.start_router(name)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop those that run."""
        for name in self.members:
            await self.stop_router(name)

    async def start_router(self, name: str) -> None:
        """Have one listen, on the port that it had before if it had one.

        Raises:
            KeyError: There is none of that name.
            OSError: It could not listen.
        """
        member = self.members[name]
        if not member.running:
            await member.server.start()
            member.running = True

    async def stop_router(self, name: str) -> None:
        """Take one off the net; what it is configured to stays.

        Raises:
            KeyError: There is none of that name.
        """
        member = self.members[name]
        if member.running:
            member.running = False
            await member.server.stop()

    def inventory(self) -> str:
        """Return the fleet as the agent's configuration includes it, in TOML."""
        return "\n".join(self._entry(member) for member in self.members.values())

    def write_inventory(self, path: Path) -> None:
        """Write `inventory` to a file that only its owner can read, whole or not at all.

        Raises:
            OSError: It cannot be written there; what was there before is untouched.
        """
        write_whole(path, self.inventory().encode())

    def _entry(self, member: Member) -> str:
        user, password = next(iter(member.router.users.items()))
        lines = {
            "name": member.name,
            "site": member.name,
            "host": self.host,
            "port": member.port,
            "user": user.decode(),
            "tls": False,
            "password": password.decode(),
        }
        # JSON's strings, numbers and booleans are TOML's too, but for DEL, which no name has.
        body = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in lines.items())
        return "[[router]]\n" + "\n".join(body) + "\n"


def _allow_files(routers: int) -> None:
    """Raise this process's own limit of open files, as far as it may, for that many routers.

    Each has its listening socket, and a few connections are counted on.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * routers + 256
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
