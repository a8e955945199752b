"""Prints per second of a simulated router, beside servers that do no work for their answers.

    python -m tests.bench.simulator [--quick]

Three servers, each in a process of its own: a router; one that answers `!done` to whatever
comes; one that answers the very bytes that the router answered. One client, this process,
asks each of them in turns, always with a request under way on every connection, so that the
server is what is measured. The best of several rounds counts: others use the machine too.
Where Linux tells it, the processor time that each server took for one answer stands beside.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from simulator.router import Router
from simulator.server import RealClock, RouterServer
from simulator.wire.codec import encode_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECTIONS = 8
LOGIN = encode_sentence([b"/login", b"=name=admin", b"=password="])
DONE = b"\x05!done\x00"
LIST_ITEMS = 1000
# What is asked, and how often in one round.
CASES = {
    "one item": (encode_sentence([b"/system/identity/print"]), 20_000),
    "six items": (encode_sentence([b"/interface/print"]), 5_000),
    "one of a thousand": (
        encode_sentence([b"/ip/firewall/address-list/print", b"?address=198.18.2.7"]),
        400,
    ),
    "a thousand items": (encode_sentence([b"/ip/firewall/address-list/print"]), 200),
}


class Fixed(asyncio.Protocol):
    """Answers the same bytes to whatever comes."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        del data
        self._transport.write(self._answer)


async def serve(answer: bytes) -> None:
    """Print the port, then answer until killed: as a router, or with fixed bytes."""
    if answer:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Fixed(answer), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
    else:
        router = Router(clock=RealClock())
        addresses = router.tables["/ip/firewall/address-list"]
        for number in range(LIST_ITEMS):
            address = b"198.18.%d.%d" % divmod(number, 250)
            addresses.insert({"list": b"many", "address": address})
        running = RouterServer(router)
        await running.start()
        port = running.api_port or 0
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


class Served(NamedTuple):
    """A server that runs in a process of its own."""

    port: int
    pid: int

    def processor_time(self) -> float:
        """Return the seconds that it has used so far; 0 where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rsplit(")")[-1]
        except OSError:
            return 0.0
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def served(answer: bytes) -> Iterator[Served]:
    """Start a server: a router when there is no answer to give, else one that gives it."""
    command = [sys.executable, "-m", "tests.bench.simulator", "--serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(answer)
        process.stdin.close()
        try:
            yield Served(int(process.stdout.readline()), process.pid)
        finally:
            process.kill()


@contextlib.contextmanager
def connected(port: int) -> Iterator[list[socket.socket]]:
    """Log in on every connection; a fixed answer passes for a login."""
    with contextlib.ExitStack() as stack:
        peers = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            for _ in range(CONNECTIONS)
        ]
        for peer in peers:
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ask(peer, LOGIN)
        yield peers


def ask(peer: socket.socket, request: bytes) -> bytes:
    peer.sendall(request)
    return hear(peer)


def hear(peer: socket.socket) -> bytes:
    """Read up to a `!done`."""
    data = peer.recv(0x4_0000)
    if data.endswith(DONE):
        return data
    pieces = [data]
    while not pieces[-1].endswith(DONE):
        pieces.append(peer.recv(0x4_0000))
        if not pieces[-1]:
            raise ConnectionError("the server hung up")
        if len(pieces[-1]) < len(DONE):
            pieces[-2:] = [pieces[-2] + pieces[-1]]
    return b"".join(pieces)


def rate(peers: list[socket.socket], request: bytes, times: int) -> float:
    """Return answers per second."""
    start = time.perf_counter()
    for peer in peers:
        peer.sendall(request)
    for _ in range(times // CONNECTIONS - 1):
        for peer in peers:
            hear(peer)
            peer.sendall(request)
    for peer in peers:
        hear(peer)
    return times // CONNECTIONS * CONNECTIONS / (time.perf_counter() - start)


def measure(router: Served, request: bytes, times: int, rounds: int) -> dict[str, float]:
    """Ask the router and both others the same, in turns."""
    with socket.create_connection(("127.0.0.1", router.port)) as peer:
        ask(peer, LOGIN)
        answer = ask(peer, request)
    with served(answer) as canned, served(DONE) as done, contextlib.ExitStack() as stack:
        servers = {"router": router, "canned": canned, "done": done}
        peers = {
            name: stack.enter_context(connected(server.port)) for name, server in servers.items()
        }
        best = dict.fromkeys(servers, 0.0)
        used = {name: -server.processor_time() for name, server in servers.items()}
        for _ in range(rounds):
            for name in servers:
                best[name] = max(best[name], rate(peers[name], request, times))
        for name, server in servers.items():
            used[name] += server.processor_time()
    return {
        "answer_bytes": len(answer),
        "prints_per_second": round(best["router"], 1),
        "sentences_per_second": round(best["router"] * (answer.count(b"\x03!re") + 1)),
        "canned_per_second": round(best["canned"], 1),
        "done_per_second": round(best["done"], 1),
        "of_canned": round(best["router"] / best["canned"], 3),
        "of_done": round(best["router"] / best["done"], 3),
        **{
            f"{name}_processor_us": round(seconds / (times * rounds) * 1e6, 1)
            for name, seconds in used.items()
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, one round")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve(sys.stdin.buffer.read()))
        return
    rounds, share = (1, 10) if options.quick else (5, 1)
    with served(b"") as router:
        figures = {
            name: measure(router, request, times // share, rounds)
            for name, (request, times) in CASES.items()
        }
    sys.stdout.write(json.dumps({"connections": CONNECTIONS, "print": figures}) + "\n")


if __name__ == "__main__":
    main()
