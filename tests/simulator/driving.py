"""Drives a router's console as a client would, without a wire in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from simulator.clock import VirtualClock
from simulator.console.request import Actor, Context, Reply, Request, Row
from simulator.errors import RouterError
from simulator.process import Process
from simulator.router import Router
from simulator.values import Array, Id, api_text
from simulator.version import DEFAULT_VERSION, Version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.values import Value

__all__ = ["ALL", "Driver", "How", "words"]

ALL = frozenset(
    (
        *("local", "telnet", "ssh", "ftp", "reboot", "read", "write", "policy", "test"),
        *("winbox", "password", "web", "sniff", "sensitive", "api", "romon", "rest-api"),
    )
)


def words(path: str) -> tuple[str, ...]:
    return tuple(word for word in path.split("/") if word)


@dataclass(frozen=True)
class How:
    """What a request has besides arguments."""

    unset: frozenset[str] = frozenset()
    where: Callable[[Mapping[str, Value]], bool] | None = None
    proplist: tuple[str, ...] | None = None


PLAIN = How()


class Driver:
    """A router and one actor on it.

    Names of arguments are written with `_` for `-`, and `id` for `.id`.
    """

    def __init__(
        self,
        version: str = DEFAULT_VERSION.text,
        *,
        via: str = "api",
        policies: frozenset[str] = ALL,
        router: Router | None = None,
    ) -> None:
        self.clock = VirtualClock()
        self.router = router or Router(Version(version), clock=self.clock)
        self.actor = Actor(b"admin", policies, via)
        self.emitted: list[Row] = []
        self.printed = bytearray()
        self.buffers: dict[tuple[str, ...], list[bytes]] = {}

    def start(self, command: str, how: How = PLAIN, /, **arguments: Value) -> Process:
        """Start a command, `/ip/address/print`, and return its process."""
        *menu, name = words(command)
        given = {
            ".id" if key == "id" else key.replace("_", "-"): value
            for key, value in arguments.items()
        }
        request = Request(
            tuple(menu), name, given, how.unset, how.where, how.proplist, self.actor.via != "api"
        )

        def body(process: Process) -> Reply:
            context = Context(self.actor, process, self.printed.extend, self.emitted.append)
            if self.actor.via != "api":
                context.printed = self.buffers
            return self.router.console.execute(request, context)

        process = Process(body, self.router.clock)
        process.start()
        return process

    def run(self, command: str, how: How = PLAIN, /, **arguments: Value) -> Reply:
        """Run a command that does not wait.

        Raises:
            RouterError: What the router refuses it with.
        """
        process = self.start(command, how, **arguments)
        if process.error is not None:
            raise process.error
        assert isinstance(process.result, Reply)
        return process.result

    def add(self, menu: str, how: How = PLAIN, /, **values: Value) -> bytes:
        """Add an item and return its id."""
        reply = self.run(f"{menu}/add", how, **values)
        assert isinstance(reply.ret, Id)
        return reply.ret.text

    def rows(self, menu: str, **arguments: Value) -> list[dict[str, bytes]]:
        """Print a menu and return its rows as the API sends them."""
        return [shown(row) for row in self.run(f"{menu}/print", **arguments).rows]

    def row(self, menu: str) -> dict[str, bytes]:
        """Print a menu that has one row."""
        (row,) = self.rows(menu)
        return row

    def refusal(self, command: str, how: How = PLAIN, /, **arguments: Value) -> bytes:
        """Run a command that must be refused and return the first trap's message."""
        return self.refused(command, how, **arguments).message

    def refused(self, command: str, how: How = PLAIN, /, **arguments: Value) -> RouterError:
        """Run a command that must be refused and return the error."""
        with pytest.raises(RouterError) as caught:
            self.run(command, how, **arguments)
        return caught.value


def shown(row: Mapping[str, Value]) -> dict[str, bytes]:
    return {
        name: api_text(value, b",") if isinstance(value, Array) else api_text(value)
        for name, value in row.items()
    }
