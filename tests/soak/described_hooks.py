"""Hooks of schemathesis: half of the ids are those of things that exist, and nobody waits."""

from __future__ import annotations

import json
import os
import random
from typing import Any

import schemathesis

_IDS: dict[str, list[str]] = json.loads(os.environ["SOAK_IDS"])
_RANDOM = random.Random(1)
# With a real site, these would wait for an agent or take the site away.
_KEPT = {("DELETE", "/sites/{siteId}")}


@schemathesis.hook
def map_path_parameters(context: Any, parameters: dict[str, Any] | None) -> Any:
    operation = context.operation
    is_kept = (operation.method.upper(), operation.path) in _KEPT
    if not parameters or is_kept or "synchronous" in operation.path or _RANDOM.random() < 0.3:
        return parameters
    index = _RANDOM.randrange(len(_IDS["siteId"]))
    real = {name: _IDS[name][index] for name in parameters if name in _IDS}
    return parameters | real


@schemathesis.hook
def map_headers(context: Any, headers: Any) -> Any:  # noqa: ARG001 - the shape of a hook
    if headers:
        for name in [name for name in headers if name.lower() == "prefer"]:
            del headers[name]
    return headers


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    if context.operation.path == "/agent/poll" and isinstance(body, dict) and "wait" in body:
        return body | {"wait": 0}
    return body
