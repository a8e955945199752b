"""The client's own part: errors by kind, time limits, secrets."""

from __future__ import annotations

import asyncio
import io
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from coordinator import client as module
from coordinator.client import (
    CoordinatorClient,
    CoordinatorFailed,
    CoordinatorRefused,
    CoordinatorUnreachable,
)
from coordinator.contract import PollRequest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.coordinator.conftest import Bench


@asynccontextmanager
async def answering(
    status: int, body: bytes, *, after: float = 0, location: str | None = None
) -> AsyncIterator[CoordinatorClient]:
    """Run a server that gives one answer to everything; give a client for it."""

    async def handle(_request: web.BaseRequest) -> web.Response:
        await asyncio.sleep(after)
        headers = {"Location": location} if location else None
        return web.Response(status=status, body=body, headers=headers)

    runner = web.ServerRunner(web.Server(handle), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    async with CoordinatorClient(f"http://{host}:{port}/", "secret-token") as client:
        yield client
    await runner.cleanup()


BODY = b'{"type":"invalid_request_error","code":"c","message":"m","doc_url":"d"}'


async def test_a_4xx_is_a_refusal_with_its_code() -> None:
    async with answering(409, BODY) as client:
        with pytest.raises(CoordinatorRefused) as caught:
            await client.list_sites()

    error = caught.value
    assert (error.status, error.type, error.code, error.message) == (
        409,
        "invalid_request_error",
        "c",
        "m",
    )
    assert not error.retry


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
async def test_a_5xx_and_what_passes_may_be_tried_again(status: int) -> None:
    async with answering(status, b"<html>from a proxy</html>") as client:
        with pytest.raises(CoordinatorFailed) as caught:
            await client.list_sites()

    assert (caught.value.status, caught.value.code) == (status, f"http_{status}")
    assert caught.value.retry


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"not": "a list"}', b'[{"name": "secret"}]'])
async def test_an_answer_of_another_shape_is_no_coordinators(body: bytes) -> None:
    async with answering(200, body) as client:
        with pytest.raises(CoordinatorUnreachable) as caught:
            await client.list_sites()

    assert caught.value.retry
    assert "secret" not in str(caught.value)


async def test_a_redirect_is_not_followed() -> None:
    async with answering(302, b"", location="http://192.0.2.1/") as client:
        with pytest.raises(CoordinatorUnreachable, match="answered 302"):
            await client.list_sites()


async def test_nobody_there_is_unreachable(unused_tcp_port: int) -> None:
    async with CoordinatorClient(f"http://127.0.0.1:{unused_tcp_port}") as client:
        with pytest.raises(CoordinatorUnreachable) as caught:
            await client.list_sites()

    assert caught.value.retry


async def test_a_silent_server_is_unreachable_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_SILENCE_SECONDS", 0.2)
    async with answering(200, b"[]", after=5) as client:
        with pytest.raises(CoordinatorUnreachable):
            await client.list_sites()


async def test_a_long_poll_may_be_silent_for_its_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SILENCE_SECONDS", 0.2)
    async with answering(200, b'{"leases":[]}', after=0.5) as client:
        assert await client.poll(PollRequest(sites=[], wait=1)) == []


async def test_the_token_is_in_no_representation(bench: Bench) -> None:
    client = CoordinatorClient(bench.url, "secret-token")

    assert "secret-token" not in repr(client)
    assert "secret-token" not in str(vars(client))


async def test_a_client_outside_its_context_says_so() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        await CoordinatorClient("http://192.0.2.1").list_sites()


async def test_a_path_before_the_apis_is_kept() -> None:
    paths: list[str] = []

    async def handle(request: web.BaseRequest) -> web.Response:
        paths.append(request.path)
        return web.Response(body=b"[]")

    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    async with CoordinatorClient(f"http://{host}:{port}/jobs/") as client:
        await client.list_sites()
    await runner.cleanup()

    assert paths == ["/jobs/sites"]


def test_a_long_body_goes_out_in_pieces() -> None:
    assert module._payload(b"x") == b"x"
    assert isinstance(module._payload(b"x" * 300_000), io.BytesIO)
    assert module._payload(None) is None
