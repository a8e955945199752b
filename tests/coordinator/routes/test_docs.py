"""The document and its page are served, and the page asks for nothing from elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from coordinator.openapi import document
from coordinator.routes import ROUTES

if TYPE_CHECKING:
    from tests.coordinator.conftest import Bench


async def test_the_document_is_served_to_everybody(bench: Bench) -> None:
    answer = await bench.call("GET", "/openapi.json", token=None)

    assert answer.status == 200
    assert answer.json() == document(ROUTES)


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/docs", "text/html"),
        ("/docs/docs.css", "text/css"),
        ("/docs/docs.js", "text/javascript"),
    ],
)
async def test_the_page_and_its_parts_are_served(
    bench: Bench, path: str, content_type: str
) -> None:
    answer = await bench.call("GET", path, token=None)

    assert answer.status == 200
    assert answer.headers["Content-Type"] == f"{content_type}; charset=utf-8"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not re.search(rb"(?:https?:)?//[a-z]", answer.body.replace(b"// ", b""))


async def test_every_part_that_the_page_names_is_served(bench: Bench) -> None:
    page = (await bench.call("GET", "/docs", token=None)).body.decode()
    named = [name for name in re.findall(r'(?:src|href)="([^"]+)"', page) if name != "data:,"]

    assert named
    for name in named:
        assert (await bench.call("GET", f"/{name}", token=None)).status == 200


@pytest.mark.parametrize("name", ["nothing.js", "..%2F__init__.py", "page.html%00"])
async def test_no_other_file_is_served(bench: Bench, name: str) -> None:
    answer = await bench.call("GET", f"/docs/{name}", token=None)

    assert answer.status == 404
    assert answer.json()["code"] == "route_not_found"
