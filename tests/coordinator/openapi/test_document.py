"""The served document is valid, whole, and says nothing that is not so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from openapi_spec_validator import validate

from coordinator.auth import Scope
from coordinator.openapi import document, operation_id, public_path
from coordinator.routes import ROUTES
from coordinator.routes.base import Access, Doc, Route

if TYPE_CHECKING:
    from aiohttp import web


@pytest.fixture(scope="module")
def served() -> dict[str, Any]:
    return document(ROUTES)


def operations(served: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): operation
        for path, item in served["paths"].items()
        for method, operation in item.items()
    }


def test_it_is_a_valid_openapi_3_1_document(served: dict[str, Any]) -> None:
    assert served["openapi"].startswith("3.1.")
    validate(served)


def test_every_route_is_documented_and_nothing_else_is(served: dict[str, Any]) -> None:
    routes = {(route.method, public_path(route.path)) for route in ROUTES}

    assert set(operations(served)) == routes
    assert len(routes) == len(ROUTES)


def test_operations_have_ids_of_their_own(served: dict[str, Any]) -> None:
    ids = [operation["operationId"] for operation in operations(served).values()]

    assert len(ids) == len(set(ids))


def test_every_operation_has_a_summary_a_tag_and_an_answer_that_is_no_error(
    served: dict[str, Any],
) -> None:
    for (method, path), operation in operations(served).items():
        assert operation["summary"], (method, path)
        assert operation["tags"], (method, path)
        assert [code for code in operation["responses"] if int(code) < 400], (method, path)


def test_every_parameter_of_a_path_is_described(served: dict[str, Any]) -> None:
    for (method, path), operation in operations(served).items():
        named = {item["name"] for item in operation.get("parameters", []) if item["in"] == "path"}
        assert named == {part[1:-1] for part in path.split("/") if part[:1] == "{"}, (method, path)


def test_operations_name_the_scope_that_their_routes_demand(served: dict[str, Any]) -> None:
    of_route = {(route.method, public_path(route.path)): route.access for route in ROUTES}

    for key, operation in operations(served).items():
        access = of_route[key]
        if isinstance(access, Scope):
            assert operation["security"] == [{"BearerAuth": [access.value]}]
            assert {"401", "403", "429"} <= set(operation["responses"])
        elif access is Access.PUBLIC:
            assert operation["security"] == []


def test_every_error_has_the_one_body(served: dict[str, Any]) -> None:
    body = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorBody"}}}

    for key, operation in operations(served).items():
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert answer["content"] == body, (key, status)


def test_a_job_has_the_public_fields_and_no_others(served: dict[str, Any]) -> None:
    job = served["components"]["schemas"]["Job"]

    assert set(job["properties"]) == {
        "id",
        "token",
        "site_id",
        "idempotency_key",
        "description",
        "express_execute",
        "needs_acknowledgement",
        "should_backup",
        "associated_backup",
        "started_at",
        "completed_at",
        "failed_at",
        "created_at",
        "log_url",
        "script",
    }
    assert job["properties"]["created_at"]["format"] == "date-time"


async def nothing(request: web.Request) -> web.StreamResponse:
    raise NotImplementedError(request)


def test_a_route_that_says_nothing_of_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="GET /silent is not documented"):
        document([Route("GET", "/silent", Access.PUBLIC, nothing)])


def test_what_we_chose_is_marked() -> None:
    doc = Doc("Do it", "Things", {204: None}, ours=("204.",), text="At once.")
    made = document([Route("POST", "/things/{thing_id}", Access.PUBLIC, nothing, doc)])
    operation = made["paths"]["/things/{thingId}"]["post"]

    assert operation["x-ours"] == ["204."]
    assert operation["description"] == "At once.\n\n**Ours:** 204."


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/sites/{site_id}", "getSitesBySiteId"),
        ("POST", r"/job/{job_id:[0-9a-f]{8}}/update", "postJobByJobIdUpdate"),
        ("GET", "/sites/{site_id}/mikrotik-stats", "getSitesBySiteIdMikrotikStats"),
    ],
)
def test_operation_ids_are_made_of_method_and_path(method: str, path: str, name: str) -> None:
    assert operation_id(method, path) == name
