"""What stands between agent and coordinator in a scenario: it opens and breaks the link.

An agent asks for jobs all the time. A scenario says when it may: each *cycle*
of a site lets one poll for it through. All other polls are answered empty.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import aiohttp
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

__all__ = ["Gate"]

_PASSED_HEADERS = re.compile(r"authorization|content-type|x-.*", re.IGNORECASE)
_REPORT = re.compile(r"/agent/job/([0-9a-f-]+)/report")
_UPLOAD = re.compile(r"/agent/job/([0-9a-f-]+)/backup/\w+")
# Seconds that a poll without an open cycle is held before it is answered empty.
_HOLD = 0.2
# Seconds that a report may lag behind the poll for the next job.
_REPORT_SECONDS = 3.0


@dataclass
class Gate:
    """Listens for the agent and passes on to a coordinator.

    Attributes:
        target: The coordinator's URL.
        deliver_500: By site, how many polls for it to answer with 500.
        report_500: How many reports to answer with 500.
        down: Every connection is broken.
        on_final_report: Called before a report of *done* or *fail* is passed on; when it
            returns True the report is lost.
        deliveries: Leases passed on, by job.
        settled: When a job's last report was accepted, by job, by `time.monotonic`.
        events: What happened, in order: `backup_complete`.
    """

    target: str
    port: int = 0
    down: bool = False
    deliver_500: Counter[str] = field(default_factory=Counter)
    report_500: int = 0
    on_final_report: Callable[[], bool] = lambda: False
    on_event: Callable[[str], None] = lambda _: None
    deliveries: Counter[str] = field(default_factory=Counter)
    settled: dict[str, float] = field(default_factory=dict)
    first_poll: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self._budget: Counter[str] = Counter()
        self._working: dict[str, str] = {}  # site to the job that was handed out for it
        self._polled_again: dict[str, float] = {}  # when, of sites still worked on
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        app = web.Application(client_max_size=1 << 28)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()
        await self._session.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # --- cycles ---------------------------------------------------------------

    async def cycle(self, site: str, times: int, *, alive: Callable[[], bool]) -> None:
        """Let `times` polls for a site through, and wait until what came of them is done.

        Returns early when the agent is no longer alive.
        """
        async with self._changed:
            self._budget[site] += times
            self._changed.notify_all()
            while alive() and (self._budget[site] > 0 or site in self._working):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), 0.1)
            self._budget[site] = 0
            if alive():
                self._working.pop(site, None)

    async def _poll(self, request: web.Request, body: dict[str, Any]) -> web.Response:
        self.first_poll()
        sites = [str(site) for site in body.get("sites", [])]
        await self._mark_idle(sites)
        await self._await_cycle(sites)
        wanted = [s for s in sites if self._budget[s] > 0 and s not in self._working]
        if not wanted or self.down:
            return web.json_response({"leases": []})
        for site in wanted:
            self._budget[site] -= 1
            if self.deliver_500[site] > 0:
                self.deliver_500[site] -= 1
                return await self._told(web.Response(status=500))
        # A cycle is not over while its poll is under way.
        self._working.update(dict.fromkeys(wanted, ""))
        status, content, _ = await self._forward(request, {**body, "sites": wanted, "wait": 0})
        for site in wanted:
            del self._working[site]
        if status == 200:
            for lease in json.loads(content)["leases"]:
                job = lease["job"]
                self.deliveries[job["id"]] += 1
                self._working[job["site_id"]] = job["id"]
        reply = web.Response(status=status, body=content, content_type="application/json")
        return await self._told(reply)

    async def _await_cycle(self, sites: list[str]) -> None:
        """Hold a poll until one of its sites has a cycle open, but not for long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_HOLD), self._changed:
                await self._changed.wait_for(lambda: any(self._budget[site] > 0 for site in sites))

    async def _mark_idle(self, sites: list[str]) -> None:
        """A site that is polled for again is no longer worked on.

        Its report may be under way still: for that it waits a while.
        """
        now = time.monotonic()
        async with self._changed:
            for site in sites:
                since = self._polled_again.setdefault(site, now)
                if self._working.get(site) in self.settled or now - since > _REPORT_SECONDS:
                    self._working.pop(site, None)
                if site not in self._working:
                    self._polled_again.pop(site, None)
            self._changed.notify_all()

    async def _told(self, reply: web.Response) -> web.Response:
        async with self._changed:
            self._changed.notify_all()
        return reply

    async def settle(self, *, alive: Callable[[], bool]) -> None:
        """Wait for reports that are under way, but not for ever: one may never come."""
        deadline = time.monotonic() + _REPORT_SECONDS
        while alive() and time.monotonic() < deadline:
            if self.deliveries.keys() <= self.settled.keys():
                return
            await asyncio.sleep(0.05)

    # --- passing on -----------------------------------------------------------

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if self.down:
            return self._break(request)
        if request.path == "/agent/poll":
            return await self._poll(request, await request.json())
        report = _REPORT.fullmatch(request.path)
        body = await request.read()
        final = report is not None and json.loads(body).get("status") in {"done", "fail"}
        if final and self.on_final_report():
            return self._break(request)
        if report is not None and self.report_500 > 0:
            self.report_500 -= 1
            return web.Response(status=500)
        status, content, kind = await self._forward(request)
        if final and report is not None and status < 500:
            self.settled.setdefault(report[1], time.monotonic())
        if _UPLOAD.fullmatch(request.path) and status < 300:
            self.on_event("backup_complete")
        if self.down:
            return self._break(request)
        return web.Response(status=status, body=content, content_type=kind)

    async def _forward(
        self, request: web.Request, body: dict[str, Any] | None = None
    ) -> tuple[int, bytes, str]:
        headers = {k: v for k, v in request.headers.items() if _PASSED_HEADERS.fullmatch(k)}
        content = await request.read() if body is None else json.dumps(body).encode()
        url = self.target + request.path_qs
        async with self._session.request(
            request.method, url, data=content, headers=headers
        ) as reply:
            return reply.status, await reply.read(), reply.content_type

    def _break(self, request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=503)  # to nobody
