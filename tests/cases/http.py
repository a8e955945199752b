"""Cases of kind `http`: calls against a fresh coordinator on a socket, device side included.

`Device` is the one place that knows how the device side looks on the wire.
"""

from __future__ import annotations

import asyncio
import base64
import json
from typing import TYPE_CHECKING, Any

import aiohttp
from yarl import URL

from tests.cases.answers import CallResult, Calls, check_calls
from tests.cases.coordinators import Coordinator
from tests.cases.model import MismatchError, NotSupportedError
from tests.cases.placeholders import STATIC, expand

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.cases.model import Case

__all__ = ["run"]


def run(case: Case) -> None:
    """Make the calls and check their answers."""
    asyncio.run(_run(case.data["input"], case.data["expect"]))


async def _run(given: dict[str, Any], wanted: dict[str, Any]) -> None:
    # The nudge of `express_execute` is a long poll that is answered at once. Nobody holds one
    # open here, so it always reaches nobody: the fault is armed by itself.
    frozen = given.get("clock") == "frozen"
    async with Coordinator(sites=("A", "B"), frozen=frozen) as coordinator:
        runner = _Runner(coordinator)
        await runner.make(given["calls"], runner.calls, {})
        await runner.fetch_undelivered(wanted)
        check_calls(runner.calls, expand(wanted, runner.names(runner.calls, {})))


class Device:
    """The device side: polls for one job at a time, and reports under the last lease known."""

    def __init__(self, coordinator: Coordinator) -> None:
        self._coordinator = coordinator
        self._versions: dict[str, int] = {}

    def _poll_body(self, site: str) -> dict[str, Any]:
        return {"sites": [self._coordinator.sites[site]], "wait": 0, "capacity": 1}

    async def poll(self, site: str) -> CallResult:
        result = await self._post("/agent/poll", self._poll_body(site))
        if result.status != 200:
            return result
        leases = result.json["leases"]
        for lease in leases:
            self._versions[lease["job"]["id"]] = lease["version"]
        return CallResult(
            result.status,
            result.json,
            tuple(lease["job"]["id"] for lease in leases),
            {x["job"]["id"]: base64.b64decode(x["script_base64"]) for x in leases},
        )

    async def poll_and_lose_the_answer(self, site: str) -> CallResult:
        """Send a poll whose answer does not arrive."""
        body = json.dumps(self._poll_body(site)).encode()
        headers = {"Content-Type": "application/json", **self._coordinator.agent_headers}
        return await _call_and_lose(self._coordinator, "POST", "/agent/poll", body, headers)

    async def report(self, job: str, status: str) -> CallResult:
        body = {
            "lease_version": self._versions.get(job, 1),
            "status": status,
            "occurred_at": "2026-01-15T10:00:00Z",
        }
        return await self._post(f"/agent/job/{job}/report", body)

    async def _post(self, path: str, body: dict[str, Any]) -> CallResult:
        headers = {"Content-Type": "application/json", **self._coordinator.agent_headers}
        return await _call(self._coordinator, "POST", path, json.dumps(body).encode(), headers)


def _always(text: str) -> Callable[[str], str]:
    return lambda _: text


async def _call(
    coordinator: Coordinator, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> CallResult:
    url = URL(coordinator.url + path, encoded=True)
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session,
        session.request(method, url, data=body, headers=headers) as reply,
    ):
        content = await reply.read()
    try:
        value = json.loads(content) if content else None
    except ValueError:
        value = content.decode("utf-8", "replace")
    return CallResult(reply.status, value)


async def _call_and_lose(
    coordinator: Coordinator, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> CallResult:
    """Make a call and hang up as soon as its answer begins to arrive."""
    url = URL(coordinator.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    sent = {**headers, "Host": url.authority, "Content-Length": str(len(body or b""))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in sent.items()), "", ""]
    writer.write("\r\n".join(lines).encode() + (body or b""))
    await reader.read(1)
    writer.transport.abort()
    return CallResult(None)


class _Runner:
    def __init__(self, coordinator: Coordinator) -> None:
        self.calls = Calls()
        self._coordinator = coordinator
        self._device = Device(coordinator)

    def names(
        self, calls: Calls, loop: Mapping[str, Callable[[str], str]]
    ) -> dict[str, Callable[[str], str]]:
        """Return the placeholders as they stand now."""
        return {**STATIC, **loop, "site": self._coordinator.sites.__getitem__, "job": calls.job}

    async def make(
        self,
        entries: list[dict[str, Any]],
        calls: Calls,
        loop: Mapping[str, Callable[[str], str]],
    ) -> None:
        """Do what the entries say, one after the other, into `calls`."""
        for entry in entries:
            if "repeat" in entry:
                await self._repeat(entry)
            elif "parallel" in entry:
                async with asyncio.TaskGroup() as group:
                    for each in entry["parallel"]:
                        group.create_task(self._one(each, calls, loop))
            elif "advance_seconds" in entry:
                await self._coordinator.advance(entry["advance_seconds"])
            elif "restart" in entry:
                await self._coordinator.restart()
            else:
                await self._one(entry, calls, loop)

    async def _repeat(self, entry: dict[str, Any]) -> None:
        for number in range(1, entry["repeat"] + 1):
            round_calls = Calls()
            self.calls.rounds.append(round_calls)
            await self.make(entry["calls"], round_calls, {"n": _always(str(number))})

    async def _one(
        self, entry: dict[str, Any], calls: Calls, loop: Mapping[str, Callable[[str], str]]
    ) -> None:
        try:
            filled = expand(entry, self.names(calls, loop))
        except MismatchError:
            # A call before it did not do what this one builds on.
            if not entry.get("ignore_errors"):
                raise
            return
        calls.results[entry["id"]] = await self._send(filled)

    async def _send(self, entry: dict[str, Any]) -> CallResult:
        if entry.get("device") == "poll":
            lost = entry.get("drop_response", False)
            poll = self._device.poll_and_lose_the_answer if lost else self._device.poll
            return await poll(entry["site"])
        if entry.get("device") == "report":
            if entry.get("drop_response"):
                raise NotSupportedError("drop_response of a report")
            return await self._device.report(entry["job"], entry["status"])
        body = bytes.fromhex(entry["body_hex"]) if "body_hex" in entry else None
        body = entry["body"].encode() if "body" in entry else body
        headers = {} if entry.get("no_auth") else dict(self._coordinator.operator_headers)
        headers.update(entry.get("headers", {}))
        killing = entry.get("kill_server_before_response", False)
        call = _call_and_lose if killing or entry.get("drop_response") else _call
        result = await call(self._coordinator, entry["method"], entry["path"], body, headers)
        if killing:
            await self._coordinator.stop()
        return result

    async def fetch_undelivered(self, wanted: dict[str, Any]) -> None:
        """Poll once more for a script that the case wants to see but did not ask for."""
        if "delivered_script_hex" in json.dumps(wanted):
            for site in self._coordinator.sites:
                self.calls.results[f"(poll {site})"] = await self._device.poll(site)
