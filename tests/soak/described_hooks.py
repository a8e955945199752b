"""A hook of schemathesis: most ids are those of things that exist, and nobody waits."""

from __future__ import annotations

import json
import os
import random
from typing import Any

import schemathesis

_IDS: dict[str, list[str]] = json.loads(os.environ["SOAK_IDS"])
_RANDOM = random.Random(1)
# These would take the sites away.
_KEPT = {("DELETE", "/sites/{siteId}")}


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:  # noqa: ARG001 - a hook
    operation = case.operation
    for name in [name for name in case.headers or () if name.lower() == "prefer"]:
        del case.headers[name]
    if operation.path == "/agent/poll" and isinstance(case.body, dict):
        case.body = case.body | {"wait": 0}
    is_kept = (operation.method.upper(), operation.path) in _KEPT
    if case.path_parameters and not is_kept and _RANDOM.random() < 0.7:
        index = _RANDOM.randrange(len(_IDS["siteId"]))
        for name in case.path_parameters:
            if name in _IDS:
                case.path_parameters[name] = _IDS[name][index]
