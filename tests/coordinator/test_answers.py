"""Every 4xx and 5xx has the one error body; nothing of the inside gets out."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
from typing import TYPE_CHECKING, NoReturn

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from coordinator import errors
from coordinator.contract import ErrorBody
from coordinator.jobs import Refusal
from coordinator.service import Operations

if TYPE_CHECKING:
    from tests.coordinator.conftest import Answer, Bench

DOCS = "https://docs.altostrat.io/errors/"


async def raw(bench: Bench, request: bytes) -> tuple[int, bytes]:
    """Send bytes as they are; return status and body of the answer."""
    host, port = bench.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    await writer.wait_closed()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def check(answer: Answer, status: int, code: str) -> None:
    body = ErrorBody.model_validate(answer.json())
    assert (answer.status, body.code, body.doc_url) == (status, code, DOCS + code)
    assert body.type == "invalid_request_error"
    assert body.message.endswith(".")
    assert answer.headers["Content-Type"] == "application/json"


async def test_an_unknown_path_has_the_error_body(bench: Bench) -> None:
    for path in ("/", "/nothing", "/site", "/sites/", "/backup"):
        check(await bench.call("GET", path), 404, "route_not_found")


async def test_a_wrong_method_has_the_error_body_and_says_which_are_right(bench: Bench) -> None:
    answer = await bench.call("PUT", "/sites")

    check(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET,POST"


async def test_a_body_that_is_too_large_has_the_error_body(bench: Bench) -> None:
    answer = await bench.call("POST", "/sites", body=io.BytesIO(b" " * (1024 * 1024 + 1)))

    check(answer, 413, "request_too_large")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
        b"POST /sites HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    ],
)
async def test_what_is_no_http_has_the_error_body(bench: Bench, request_bytes: bytes) -> None:
    status, body = await raw(bench, request_bytes)

    assert status in {400, 431}
    assert ErrorBody.model_validate_json(body).type == "invalid_request_error"
    assert b"GARBAGE" not in body


async def test_an_expectation_that_cannot_be_met_has_the_error_body(bench: Bench) -> None:
    status, body = await raw(
        bench,
        b"POST /sites HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nContent-Length: 2\r\n"
        b"Connection: close\r\n\r\n{}",
    )

    assert (status, ErrorBody.model_validate_json(body).code) == (417, "expectation_failed")


async def test_a_client_that_asks_before_it_sends_is_told_to_go_on(bench: Bench) -> None:
    host, port = bench.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = (
        f"POST /sites HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {bench.token}\r\n"
        "Expect: 100-continue\r\nContent-Length: 18\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode())
    assert b"100 Continue" in await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    writer.write(b'{"name": "Office"}')
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    await writer.wait_closed()

    assert answer.startswith(b"HTTP/1.1 201")


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_body_that_cannot_be_unpacked_is_refused(bench: Bench, encoding: str) -> None:
    answer = await bench.call(
        "POST", "/sites", body=b"not packed", headers={"Content-Encoding": encoding}
    )

    assert answer.status == 400
    ErrorBody.model_validate(answer.json())


async def test_a_packed_body_is_bounded_unpacked(bench: Bench) -> None:
    packed = gzip.compress(b" " * (8 * 1024 * 1024))
    answer = await bench.call("POST", "/sites", body=packed, headers={"Content-Encoding": "gzip"})

    assert answer.status == 413


async def test_a_fault_of_ours_tells_nothing_but_an_id(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_self: Operations) -> NoReturn:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(Operations, "list_sites", broken)
    with capture_logs(processors=[merge_contextvars]) as logs:
        answer = await bench.call("GET", "/sites", headers={"X-Request-Id": "trace-1"})

    assert answer.json() == {
        "type": "api_error",
        "code": "internal_server_error",
        "message": "The request could not be completed.",
        "doc_url": DOCS + "api_error",
    }
    assert answer.status == 500
    assert b"secret" not in answer.body
    [line] = [line for line in logs if line["event"] == "request.failed"]
    assert (line["request_id"], line["exc_info"]) == ("trace-1", True)


async def test_a_database_that_does_not_answer_is_503(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(_self: Operations) -> NoReturn:
        raise errors.UnavailableError("database_unavailable", "The database does not answer.")

    monkeypatch.setattr(Operations, "check_ready", gone)
    answer = await bench.call("GET", "/readyz", token=None)

    assert (answer.status, answer.json()["type"]) == (503, "api_error")
    assert answer.headers["Retry-After"] == "1"


async def test_every_answer_has_a_request_id(bench: Bench) -> None:
    ours = [await bench.call("GET", path) for path in ("/sites", "/nothing", "/sites")]
    named = await bench.call("GET", "/sites", headers={"X-Request-Id": "abc.DEF-1_2"})
    odd = await bench.call("GET", "/sites", headers={"X-Request-Id": "a b" * 40})

    assert len({answer.headers["X-Request-Id"] for answer in ours}) == 3
    assert named.headers["X-Request-Id"] == "abc.DEF-1_2"
    assert odd.headers["X-Request-Id"] != "a b" * 40


async def test_health_and_readiness_need_no_token(bench: Bench) -> None:
    for path, status in (("/healthz", "ok"), ("/readyz", "ready")):
        answer = await bench.call("GET", path, token=None)
        assert (answer.status, answer.json()) == (200, {"status": status})


def test_codes_are_one_word_each() -> None:
    for refusal in Refusal:
        error = refusal.error()
        assert error.code.replace("_", "").isalpha()
        assert 400 <= error.status < 500


async def test_refused_tokens_leave_a_line_without_the_token(bench: Bench) -> None:
    with capture_logs(processors=[merge_contextvars]) as logs:
        answer = await bench.call("GET", "/sites", token="secret-guess")

    assert logs == [
        {
            "event": "request.refused",
            "log_level": "warning",
            "request_id": answer.headers["X-Request-Id"],
            "code": "token_invalid",
        }
    ]


async def test_log_lines_about_a_job_carry_its_token_and_no_script(bench: Bench) -> None:
    with capture_logs(processors=[merge_contextvars]) as logs:
        site = await bench.site()
        job = await bench.job(site, b":put secret-word")
        await bench.operator.cancel_job(site.id, job.id)

    lines = [line for line in logs if line["event"].startswith("job.")]
    assert [line["event"] for line in lines] == ["job.created", "job.cancelled"]
    assert all(line["token"] == job.token for line in lines)
    assert "secret-word" not in json.dumps(logs, default=str)
    assert bench.token not in json.dumps(logs, default=str)
