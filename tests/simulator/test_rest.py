from __future__ import annotations

import asyncio
import base64
import json
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from simulator.rest import make_app
from simulator.router import Router
from simulator.server import RealClock, RouterServer
from simulator.version import Version

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import web


def basic(user: str, password: str = "") -> dict[str, str]:
    credentials = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {credentials}"}


ADMIN = basic("admin")
LIST = "/rest/ip/firewall/address-list"
Client = TestClient[Any, Any]


def make_client(router: Router, **options: float) -> Client:
    if isinstance(router.clock, RealClock):
        router.clock.attach(asyncio.get_running_loop())
    app: web.Application = make_app(router, **options)
    return TestClient(TestServer(app), headers=ADMIN)


@pytest.fixture
def router() -> Router:
    return Router(clock=RealClock())


@pytest.fixture
async def client(router: Router) -> AsyncIterator[Client]:
    async with make_client(router) as connected:
        yield connected


async def body(client: Client, method: str, path: str, **options: Any) -> tuple[int, Any]:
    async with client.request(method, path, **options) as answer:
        data = await answer.read()
        return answer.status, json.loads(data) if data else None


async def test_menu_is_an_array_of_texts(client: Client) -> None:
    status, rows = await body(client, "GET", "/rest/interface?.proplist=.id,name,running")

    assert status == 200
    assert rows[0] == {".id": "*1", "name": "ether1", "running": "true"}


async def test_singleton_is_an_object(client: Client) -> None:
    assert await body(client, "GET", "/rest/system/identity") == (200, {"name": "MikroTik"})


async def test_item_is_an_object_by_id_or_name(client: Client) -> None:
    status, by_id = await body(client, "GET", "/rest/interface/*2")

    assert (status, by_id["name"]) == (200, "ether2")
    assert await body(client, "GET", "/rest/interface/ether2") == (200, by_id)


async def test_get_filters_by_its_address(client: Client) -> None:
    _, rows = await body(client, "GET", "/rest/interface?name=ether3&running=true&.proplist=name")

    assert rows == [{"name": "ether3"}]


async def test_put_adds_and_shows_the_item(client: Client) -> None:
    status, created = await body(
        client, "PUT", LIST, json={"list": "guests", "address": "192.0.2.1", "disabled": True}
    )

    assert status == 201
    assert created[".id"] == "*1"
    assert (created["list"], created["disabled"]) == ("guests", "true")


async def test_patch_sets_and_clears(client: Client) -> None:
    await body(client, "PUT", LIST, json={"list": "a", "address": "192.0.2.1", "comment": "x"})

    status, item = await body(client, "PATCH", f"{LIST}/*1", json={"list": "b", "comment": None})

    assert (status, item["list"]) == (200, "b")
    assert "comment" not in item
    await body(client, "PATCH", f"{LIST}/*1", json={"comment": "y"})
    _, item = await body(client, "PATCH", f"{LIST}/*1", json={"comment": ""})
    assert "comment" not in item


async def test_patch_of_a_singleton_sets_it(client: Client) -> None:
    answer = await body(client, "PATCH", "/rest/system/identity", json={"name": "R1"})

    assert answer == (200, {"name": "R1"})


async def test_delete_removes(client: Client) -> None:
    await body(client, "PUT", LIST, json={"list": "a", "address": "192.0.2.1"})

    assert await body(client, "DELETE", f"{LIST}/*1") == (204, None)
    assert await body(client, "GET", LIST) == (200, [])
    assert await body(client, "DELETE", f"{LIST}/*1") == (
        404,
        {"error": 404, "message": "Not Found", "detail": "no such item"},
    )


async def test_post_runs_any_command(client: Client) -> None:
    status, found = await body(
        client, "POST", f"{LIST}/add", json={"list": "a", "address": "192.0.2.1"}
    )
    assert (status, found) == (200, {"ret": "*1"})

    assert await body(client, "POST", f"{LIST}/set", json={".id": "*1", "list": "b"}) == (200, [])


async def test_post_print_takes_query_and_proplist(client: Client) -> None:
    answer = await body(
        client,
        "POST",
        "/rest/interface/print",
        json={".query": ["name=ether1", "name=ether2", "#|"], ".proplist": ["name"]},
    )

    assert answer == (200, [{"name": "ether1"}, {"name": "ether2"}])


async def test_numbers_and_lists_of_a_body_become_text(client: Client) -> None:
    answer = await body(
        client, "POST", "/rest/interface/disable", json={"numbers": ["ether1", "ether2"]}
    )
    assert answer == (200, [])

    _, count = await body(
        client,
        "POST",
        "/rest/interface/print",
        json={"count-only": "", ".query": ["disabled=true"]},
    )
    assert count == {"ret": "2"}


@pytest.mark.parametrize(
    ("method", "path", "sent", "expected"),
    [
        (
            "POST",
            "/rest/system/identity/frobnicate",
            {},
            (406, "Not Acceptable", "no such command or directory (frobnicate)"),
        ),
        (
            "GET",
            "/rest/ip/adress",
            None,
            (406, "Not Acceptable", "no such command or directory (adress)"),
        ),
        (
            "POST",
            "/rest/interface/print",
            {"bogus": "1"},
            (400, "Bad Request", "unknown parameter bogus"),
        ),
        (
            "POST",
            "/rest/system/resource/listen",
            {},
            (400, "Bad Request", "unknown parameter follow-only"),
        ),
        ("POST", "/rest/interface", {}, (400, "Bad Request", None)),
        ("POST", "/rest", {}, (400, "Bad Request", None)),
        ("DELETE", "/rest/interface", None, (400, "Bad Request", None)),
        ("GET", "/rest/interface/nothing", None, (404, "Not Found", "no such item")),
        ("GET", "/webfig", None, (404, "Not Found", None)),
        ("OPTIONS", "/rest/interface", None, (405, "Method Not Allowed", None)),
        ("PATCH", "/rest/interface", {"mtu": "1"}, (400, "Bad Request", "missing =.id=")),
    ],
)
async def test_refusals_carry_the_routers_text(
    client: Client,
    method: str,
    path: str,
    sent: dict[str, str] | None,
    expected: tuple[int, str, str | None],
) -> None:
    status, answer = await body(client, method, path, json=sent)

    error, message, detail = expected
    assert status == error
    assert answer == {"error": error, "message": message} | ({"detail": detail} if detail else {})


@pytest.mark.parametrize("data", [b"{", b"[]", b"null", b"1", b"\xff", b"[" * 100_000])
async def test_body_that_is_no_object_is_a_bad_request(client: Client, data: bytes) -> None:
    status, answer = await body(
        client, "POST", "/rest/interface/print", data=data, headers={"Content-Type": "text/json"}
    )

    assert (status, answer["message"]) == (400, "Bad Request")


async def test_body_that_is_too_large_is_refused(client: Client) -> None:
    status, answer = await body(
        client, "POST", "/rest/file/add", json={"name": "x", "contents": "x" * 126 * 1024}
    )

    assert (status, answer["error"]) == (413, 413)


@pytest.mark.parametrize(
    "headers",
    [
        basic("admin", "wrong"),
        basic("nobody"),
        {},
        {"Authorization": "Basic ???"},
        {"Authorization": "Bearer YWRtaW46"},
    ],
)
async def test_stranger_gets_401(router: Router, headers: dict[str, str]) -> None:
    client: Client = TestClient(TestServer(make_app(router)), headers=headers)
    async with client, client.get("/rest/system/identity") as answer:
        assert answer.status == 401
        assert await answer.json() == {"error": 401, "message": "Unauthorized"}
        assert answer.headers["WWW-Authenticate"].startswith("Basic")


async def test_group_without_rest_is_kept_out_and_one_without_write_told(client: Client) -> None:
    for group, policy in (("norest", "read,api"), ("reader", "read,rest-api")):
        await body(client, "PUT", "/rest/user/group", json={"name": group, "policy": policy})
        user = {"name": group, "group": group, "password": "pw"}
        assert (await body(client, "PUT", "/rest/user", json=user))[0] == 201
    identity = "/rest/system/identity"

    assert (await body(client, "GET", identity, headers=basic("norest", "pw")))[0] == 401
    reader = basic("reader", "pw")
    assert (await body(client, "GET", identity, headers=reader))[0] == 200
    _, answer = await body(client, "PATCH", identity, headers=reader, json={"name": "x"})
    assert answer["detail"] == "not enough permissions (9)"


async def test_service_may_be_disabled(client: Client, router: Router) -> None:
    table = router.tables["/ip/service"]
    www = table.get(b"www")
    assert www is not None
    table.update(www, {"disabled": True})

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await body(client, "GET", "/rest/system/identity")


async def test_requests_are_logged_and_leave_nobody_active(client: Client, router: Router) -> None:
    await body(client, "GET", "/rest/system/identity")

    assert router.log.lines[-2].message.endswith(b"via rest-api")
    assert len(router.tables["/user/active"]) == 0


async def test_bytes_that_are_no_utf8_pass_untouched(client: Client, router: Router) -> None:
    table = router.tables["/interface"]
    item = table.get(b"ether1")
    assert item is not None
    table.update(item, {"comment": b"B\xfcro"})

    async with client.get("/rest/interface/ether1?.proplist=comment") as answer:
        assert await answer.read() == b'{"comment":"B\xfcro"}'

    _, shown = await body(client, "PATCH", "/rest/interface/ether1", json={"comment": "Büro"})
    assert shown["comment"] == "Büro"
    assert item.values["comment"] == "Büro".encode()


async def test_command_beyond_the_time_limit_is_cut(router: Router) -> None:
    async with make_client(router, time_limit=0.05) as client:
        answer = await body(client, "POST", "/rest/interface/listen", json={})

        assert answer == (
            400,
            {"error": 400, "message": "Bad Request", "detail": "Session closed"},
        )
        # What it was left with ends at the next change.
        await body(client, "PATCH", "/rest/interface/ether1", json={"comment": "x"})
        await asyncio.sleep(0.02)
        assert router.tables["/interface"].listeners == []


@pytest.mark.parametrize(
    ("version", "content_type", "status"),
    [
        ("7.1.5", "application/json", 200),
        ("7.1.5", "application/json; charset=utf-8", 415),
        ("7.22.3", "text/plain", 200),
        ("6.49.18", "application/json", 404),
    ],
)
async def test_releases_differ(version: str, content_type: str, status: int) -> None:
    async with (
        make_client(Router(Version(version))) as client,
        client.post(
            "/rest/interface/print", data=b"{}", headers={"Content-Type": content_type}
        ) as answer,
    ):
        assert answer.status == status


async def test_server_opens_rest_on_its_port() -> None:
    async with (
        RouterServer(Router(clock=RealClock()), rest_port=0) as server,
        aiohttp.ClientSession(headers=ADMIN) as http,
        http.get(f"http://127.0.0.1:{server.rest_port}/rest/system/identity") as answer,
    ):
        assert await answer.json() == {"name": "MikroTik"}
