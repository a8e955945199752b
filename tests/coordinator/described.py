"""Holds answers against the served OpenAPI document."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped] # it has no stubs

from coordinator.openapi import document
from coordinator.routes import ROUTES

__all__ = ["check_answer", "described", "served_document"]

# Answered below the routes, whatever the path: what is not in any operation's list.
_EVERYWHERE = {405, 417}


@cache
def served_document() -> dict[str, Any]:
    return document(ROUTES)


@cache
def _patterns() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """Return the paths as patterns, those without parameters first."""
    paths = sorted(served_document()["paths"].items(), key=lambda item: item[0].count("{"))
    return [
        (re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), operations)
        for path, operations in paths
    ]


def described(method: str, path: str) -> dict[str, Any] | None:
    """Return the operation of a request, None when there is none."""
    plain = path.partition("?")[0]
    for pattern, operations in _patterns():
        if pattern.fullmatch(plain) and method.lower() in operations:
            operation: dict[str, Any] = operations[method.lower()]
            return operation
    return None


def check_answer(method: str, path: str, status: int, content_type: str, body: bytes) -> None:
    """Fail unless the document foresees the answer."""
    operation = described(method, path)
    if operation is None or status in _EVERYWHERE:
        return
    assert str(status) in operation["responses"], f"{method} {path}: {status} is not documented"
    content = operation["responses"][str(status)].get("content", {})
    if not content:
        assert not body
        return
    assert content_type in content, f"{method} {path}: {content_type} is not documented"
    if content_type == "application/json":
        pointer = _register(json.dumps(content[content_type]["schema"], sort_keys=True))
        pointer.validate(json.loads(body))


@cache
def _register(schema: str) -> Draft202012Validator:
    whole = json.loads(schema) | {"components": served_document()["components"]}
    return Draft202012Validator(whole)
