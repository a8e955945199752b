"""How many jobs, and how many looks at a job, a coordinator serves in a second.

    python -m tests.bench.coordinator [--quick]

One run measures, on SQLite in a temporary directory:

- `cycles_per_second`: create → lease → busy → done → retrieve, five requests a job, many
  sites at once;
- `get_job_per_second` beside `bare_per_second`: an aiohttp handler that returns the same
  bytes as a constant, without middleware, authentication or database. Rounds alternate between
  the two; the figures are medians, `get_job_ratio` is their quotient.

This process is the load generator, each server is a process of its own. The client speaks HTTP
over bare protocols, so that it is quicker than what it measures.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from aiohttp import web

from coordinator.auth import Scope
from coordinator.local import mint_token

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

_CONNECTIONS = 16
_SERVE = "from coordinator.cli import app; app()"


class _Client(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._received = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError())

    def data_received(self, data: bytes) -> None:
        self._received += data
        head_end = self._received.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = bytes(self._received[:head_end])
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        end = head_end + 4 + length
        if len(self._received) >= end and self._answer is not None:
            body = bytes(self._received[head_end + 4 : end])
            self._received.clear()
            self._answer.set_result((int(head[9:12]), body))

    def request_bytes(self, method: str, path: str, headers: str, body: bytes = b"") -> bytes:
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n{headers}"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    async def send(self, request: bytes) -> tuple[int, bytes]:
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    async def call(self, method: str, path: str, headers: str, body: bytes = b"") -> Any:
        status, answer = await self.send(self.request_bytes(method, path, headers, body))
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {answer!r}")
        return json.loads(answer) if answer else None

    def close(self) -> None:
        self._transport.close()


async def _connect(url: str) -> _Client:
    host, port = url.removeprefix("http://").split(":")
    loop = asyncio.get_running_loop()
    _, client = await loop.create_connection(lambda: _Client(f"{host}:{port}"), host, int(port))
    return client


# --- servers ------------------------------------------------------------------


@contextmanager
def _process(*command: str) -> Iterator[str]:
    """Run a server of this interpreter; give the URL of its ready line."""
    process = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        process.stdout.close()


async def _serve_constant(body: bytes) -> None:
    async def handle(_request: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_get("/site/{site_id}/job/{job_id}", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    print(json.dumps({"url": f"http://{host}:{port}"}), flush=True)  # noqa: T201 - the ready line
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await runner.cleanup()


# --- loads --------------------------------------------------------------------


async def _rate(work: Callable[[int], Awaitable[None]], seconds: float, workers: int) -> float:
    """Return how often a second the workers together get through `work`."""
    ends = time.perf_counter() + seconds
    done = 0

    async def repeat(number: int) -> None:
        nonlocal done
        while time.perf_counter() < ends:
            await work(number)
            done += 1

    begun = time.perf_counter()
    await asyncio.gather(*(repeat(number) for number in range(workers)))
    return done / (time.perf_counter() - begun)


async def _reads(url: str, path: str, headers: str, seconds: float) -> float:
    clients = [await _connect(url) for _ in range(_CONNECTIONS)]
    request = clients[0].request_bytes("GET", path, headers)

    async def read(number: int) -> None:
        status, _ = await clients[number].send(request)
        assert status == 200

    rate = await _rate(read, seconds, _CONNECTIONS)
    for client in clients:
        client.close()
    return rate


async def _cycles(url: str, operator: str, seconds: float, workers: int) -> float:
    clients = [await _connect(url) for _ in range(workers)]
    sites = [await _new_site(clients[0], operator) for _ in clients]
    agent = await _new_agent(clients[0], operator)
    text = f"{operator}Content-Type: text/plain\r\nX-Description: benchmark\r\n"

    async def cycle(number: int) -> None:
        client, site = clients[number], sites[number]
        key = f"X-Idempotency-Key: {uuid4()}\r\n"
        job = await client.call("POST", f"/site/{site}/job", text + key, b":put 1")
        poll = json.dumps({"sites": [site], "wait": 5}).encode()
        [lease] = (await client.call("POST", "/agent/poll", agent, poll))["leases"]
        assert lease["job"]["id"] == job["id"]
        for status in ("busy", "done"):
            report = {
                "lease_version": 1,
                "status": status,
                "occurred_at": "2026-01-15T10:00:00Z",
            }
            path = f"/agent/job/{job['id']}/report"
            await client.call("POST", path, agent, json.dumps(report).encode())
        found = await client.call("GET", f"/site/{site}/job/{job['id']}", operator)
        assert found["completed_at"] is not None

    rate = await _rate(cycle, seconds, workers)
    for client in clients:
        client.close()
    return rate


async def _new_site(client: _Client, operator: str) -> str:
    site = await client.call("POST", "/sites", operator, b'{"name": "benchmark"}')
    return str(site["id"])


async def _new_agent(client: _Client, operator: str) -> str:
    enrolment = await client.call("POST", "/agents/enrolments", operator, b"{}")
    body = {"enrolment_token": enrolment["enrolment_token"], "name": "benchmark"}
    agent = await client.call("POST", "/agent/enrol", "", json.dumps(body).encode())
    return f"Authorization: Bearer {agent['agent_token']}\r\n"


async def _measure(seconds: float, rounds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        serve = ("-c", _SERVE, "serve", "--data", folder, "--port", "0")
        with _process(*serve) as url:
            token = mint_token(Path(folder), tuple(Scope), 3600)
            operator = f"Authorization: Bearer {token}\r\n"
            client = await _connect(url)
            site = await _new_site(client, operator)
            headers = (
                f"{operator}Content-Type: text/plain\r\nX-Description: benchmark\r\n"
                f"X-Idempotency-Key: {uuid4()}\r\n"
            )
            job = await client.call("POST", f"/site/{site}/job", headers, b":put 1" * 50)
            path = f"/site/{site}/job/{job['id']}"
            body = json.dumps(await client.call("GET", path, operator))
            client.close()
            ours, bare = [], []
            with _process("-m", "tests.bench.coordinator", "--serve-constant", body) as bare_url:
                for _ in range(rounds):
                    bare.append(await _reads(bare_url, path, operator, seconds))
                    ours.append(await _reads(url, path, operator, seconds))
            cycles = await _cycles(url, operator, seconds * 2, 64)
            one_by_one = await _cycles(url, operator, seconds, 1)
    return {
        "cycles_per_second": round(cycles, 1),
        "cycles_per_second_one_site": round(one_by_one, 1),
        "get_job_per_second": round(statistics.median(ours), 1),
        "bare_per_second": round(statistics.median(bare), 1),
        "get_job_ratio": round(statistics.median(ours) / statistics.median(bare), 3),
        "connections": _CONNECTIONS,
        "seconds_a_round": seconds,
        "rounds": rounds,
    }


def main() -> None:
    """Print the figures as one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.coordinator")
    parser.add_argument("--quick", action="store_true", help="shorter, for a look")
    parser.add_argument("--serve-constant", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve_constant is not None:
        asyncio.run(_serve_constant(options.serve_constant.encode()))
        return
    seconds, rounds = (1.0, 1) if options.quick else (3.0, 5)
    print(json.dumps(asyncio.run(_measure(seconds, rounds))))  # noqa: T201 - the command's output


if __name__ == "__main__":
    main()
