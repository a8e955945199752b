"""Which keys, words and forms a case of each kind may have.

What stands here is what the runners understand; a new key is added here and in
the runner of its kind, or it is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cases.model import Case, UnknownKeyError
from tests.cases.shapes import (
    ANY,
    FLAG,
    NUMBER,
    TEXT,
    ByName,
    Each,
    Either,
    Keys,
    OrObject,
    Shape,
    Tagged,
    Words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["KINDS", "check_format"]

# --- What several kinds share -------------------------------------------------

PROPERTIES = ByName(ANY)
HEX = ByName(TEXT)
# A property laid down in the set-up: text, or the bytes it is made of.
ITEM = ByName(OrObject(Keys({"hex": TEXT}, required=("hex",))))

SETUP = Each(
    Either(
        {
            "path": Keys({"path": TEXT, "items": Each(ITEM)}, required=("items",)),
            "clock": Keys({"clock": Keys({"uptime_seconds": NUMBER, "now": TEXT})}),
        }
    )
)

STATE_KEYS: Mapping[str, Shape] = {
    "router": TEXT,
    "path": TEXT,
    "where": PROPERTIES,
    "count": NUMBER,
    "props": PROPERTIES,
    "lacks": Each(TEXT),
    "hex": HEX,
    "max_per_key": ByName(NUMBER),
}
STATE = Each(Keys(STATE_KEYS, required=("path",)))

# What the simulated router or its surroundings are told to be. Each is named for what it does.
TRAITS = Keys(
    {
        "TZ": TEXT,
        "backup_seconds": NUMBER,
        "board": TEXT,
        "dns": ByName(ANY),
        "export_bytes": NUMBER,
        "export_seconds": NUMBER,
        "flash_free_bytes": NUMBER,
        "management_interface": TEXT,
        "reboot_seconds": NUMBER,
        "router_address": TEXT,
    }
)

ROUTER_KEYS: Mapping[str, Shape] = {
    "setup": SETUP,
    "ros_version": TEXT,
    "clock": TEXT,
    "traits": TRAITS,
}


def _with_variants(keys: Mapping[str, Shape]) -> Keys:
    return Keys({**keys, "variants": Each(Keys(keys))})


def _by_variant(keys: Mapping[str, Shape]) -> Keys:
    return Keys({**keys, **{f"{key}_by_variant": Each(shape) for key, shape in keys.items()}})


# --- script-cases.jsonl -------------------------------------------------------

SCRIPT_ORACLE = Keys(
    {
        "id": TEXT,
        "version": TEXT,
        "script": TEXT,
        "expect": Keys({"output": TEXT, "error": TEXT, "value": ANY, "type": TEXT}),
        "confidence": Words(("reported", "documented", "inferred")),
        "source": TEXT,
        "topic": TEXT,
        "since": TEXT,
        "until": TEXT,
        "setup": TEXT,
        "export": FLAG,
        "note": TEXT,
    },
    required=("id", "version", "script", "expect"),
)

# --- reported-faults.jsonl: script ---------------------------------------------

SCRIPT_INPUT = _with_variants(
    {
        **ROUTER_KEYS,
        "script": TEXT,
        "runs": Each(TEXT),
        "op": Words(("export", "export-import")),
        "args": TEXT,
        "path": TEXT,
        "reset_before_import": FLAG,
    }
)
SCRIPT_EXPECT = _by_variant(
    {
        "outcome": Words(("ok", "error", "syntax-error", "error-any")),
        "output": Each(TEXT),
        "output_regex": Each(TEXT),
        "forbid_output": Each(TEXT),
        "error_contains": TEXT,
        "error_regex": TEXT,
        "error_line": NUMBER,
        "error_column": NUMBER,
        "state": STATE,
        # Of the text that /export made. `contains` is a pair: whether it does, and what.
        "first_line": TEXT,
        "contains": Each(ANY),
        "max_line_length": NUMBER,
    }
)

# --- api-sentence --------------------------------------------------------------

SENTENCES = Each(Each(TEXT))
REPLY = Keys(
    {
        "type": Words(("!re", "!done", "!trap", "!fatal", "!empty")),
        "has": PROPERTIES,
        "regex": ByName(TEXT),
        "lacks": Each(TEXT),
        "length": ByName(NUMBER),
        "hex": HEX,
        "tag": TEXT,
    }
)
API_INPUT = _with_variants(
    {
        **ROUTER_KEYS,
        "session": Keys({"login": FLAG, "user": TEXT, "password": TEXT}),
        "wire": Keys({"bytes_per_segment": NUMBER, "pause_ms": NUMBER}),
        "send": SENTENCES,
        "sessions": ByName(SENTENCES),
        "order": Each(TEXT),
        "op": Words(("encode_length",)),
        "lengths": Each(NUMBER),
    }
)
API_EXPECT = _by_variant(
    {
        "replies": Each(REPLY),
        "sessions": ByName(Each(REPLY)),
        "ordering": Words(("per-tag", "any-within")),
        "forbid_types": Each(TEXT),
        "forbid_text": Each(TEXT),
        "first_type": TEXT,
        "first_type_in": Each(TEXT),
        "last_type": TEXT,
        "last_type_in": Each(TEXT),
        "session_after": Words(("closed", "open")),
        "state": STATE,
        "prefix_hex": Each(TEXT),
    }
)

# --- http ----------------------------------------------------------------------

_CALL = {"id": TEXT, "ignore_errors": FLAG, "drop_response": FLAG}
SINGLE_CALLS: dict[str, Shape] = {
    "method": Keys(
        {
            **_CALL,
            "method": Words(("GET", "POST", "PUT", "PATCH", "DELETE")),
            "path": TEXT,
            "headers": ByName(TEXT),
            "body": TEXT,
            "body_hex": TEXT,
            "no_auth": FLAG,
            "kill_server_before_response": FLAG,
        },
        required=("id", "path"),
    ),
    "device": Tagged(
        "device",
        {
            "poll": Keys({**_CALL, "site": TEXT}, required=("id", "site")),
            "report": Keys({**_CALL, "job": TEXT, "status": TEXT}, required=("id", "job")),
        },
    ),
}
CALLS_IN_A_ROW: dict[str, Shape] = {
    **SINGLE_CALLS,
    "parallel": Keys({"parallel": Each(Either(SINGLE_CALLS))}),
    "advance_seconds": Keys({"advance_seconds": NUMBER}),
    "restart": Keys({"restart": Words(("coordinator",))}),
}
HTTP_INPUT = Keys(
    {
        "calls": Each(
            Either(
                {
                    "repeat": Keys({"repeat": NUMBER, "calls": Each(Either(CALLS_IN_A_ROW))}),
                    **CALLS_IN_A_ROW,
                }
            )
        ),
        "clock": Words(("frozen",)),
        "faults": Each(Keys({"at": Words(("express_nudge",)), "what": Words(("unreachable",))})),
    }
)
_ANSWER: dict[str, Shape] = {
    "status": Each(NUMBER),
    "json": PROPERTIES,
    "json_set": Each(TEXT),
    "json_regex": ByName(TEXT),
    "json_length": ByName(NUMBER),
    "same_json_as": ByName(TEXT),
    "count": NUMBER,
    "ids": Each(TEXT),
    "delivered": ANY,
    "delivered_not": TEXT,
    "delivered_total": ByName(NUMBER),
    "delivered_script_hex": TEXT,
    "order": Each(TEXT),
}
_ANSWER["any_of"] = Each(Keys(dict(_ANSWER)))
ANSWERS = ByName(Keys(_ANSWER))
_CONDITION = ByName(Keys({**_ANSWER, "then": ANSWERS}))
_FULL_ANSWER = Keys({**_ANSWER, "if_status": _CONDITION, "exactly_one_of": Each(ANSWERS)})
HTTP_EXPECT = Keys({"calls": ByName(_FULL_ANSWER), "any_of": Each(ANSWERS)})

# --- scenario ------------------------------------------------------------------

FAULT_POINTS = (
    "agent.after_run",
    "agent.during_run",
    "coordinator.deliver",
    "coordinator.link",
    "coordinator.report",
    "router.after_run_received",
    "router.backup_save",
    "router.connect",
    "router.during_script",
    "router.during_script_reply",
    "router.export",
    "router.file_get",
    "router.file_listing",
    "router.file_remove",
    "router.reply",
)
FAULTS = (
    "blackhole",
    "close",
    "close_mid_word",
    "down",
    "empty_file",
    "http_500",
    "inject_words",
    "kill",
    "trap",
)
_STEPS: dict[str, Shape] = {
    "submit": Keys(
        {
            "job": TEXT,
            "site": TEXT,
            "script": TEXT,
            "description": TEXT,
            "backup": FLAG,
            "needs_ack": FLAG,
            "express_execute": FLAG,
        },
        required=("job", "site", "script"),
    ),
    "agent_cycle": Keys({"site": TEXT, "times": NUMBER}, required=("site",)),
    "fault": Keys(
        {
            "at": Words(FAULT_POINTS),
            "what": Words(FAULTS),
            "site": TEXT,
            "job": TEXT,
            "once": FLAG,
            "times": NUMBER,
            "after_lines": NUMBER,
            "after_seconds": NUMBER,
            "for_seconds": NUMBER,
            "message": TEXT,
            "words": Each(TEXT),
        },
        required=("at", "what"),
    ),
    "advance": Keys({"seconds": NUMBER}, required=("seconds",)),
    "restart": Keys({"who": Words(("agent", "coordinator"))}, required=("who",)),
    "wait_router_up": Keys({"site": TEXT}, required=("site",)),
    "delete": Keys({"job": TEXT}, required=("job",)),
    "export": Keys({"site": TEXT}, required=("site",)),
    "router_cmd": Keys({"site": TEXT, "script": TEXT}, required=("site", "script")),
}


class _Steps:
    """A list of steps; `repeat` and `together` hold such lists themselves."""

    def problems(self, value: object, path: str) -> Iterator[str]:
        nested = {
            "repeat": Keys({"times": NUMBER, "steps": self}, required=("times", "steps")),
            "together": Keys({"steps": self}, required=("steps",)),
        }
        return Each(Tagged("do", {**_STEPS, **nested})).problems(value, path)


SCENARIO_INPUT = Keys(
    {**ROUTER_KEYS, "steps": _Steps()},
    required=("steps",),
)
COUNTERS = (
    "agent_files_left",
    "agent_schedulers_left",
    "agent_scripts_left",
    "deliveries",
    "logins_failed",
    "logins_ok",
    "open_sessions",
    "peak_sessions",
    "router_exports",
    "router_reboots",
    "script_runs",
)
_JOB_STATES = Words(("pending", "started", "completed", "failed"))
_CHECKS: dict[str, Shape] = {
    "counter": Keys(
        {
            "counter": Words(COUNTERS),
            "equals": NUMBER,
            "max": NUMBER,
            "min": NUMBER,
            "job": TEXT,
            "router": TEXT,
        }
    ),
    "path": Keys(STATE_KEYS),
    "report": Keys({"report": TEXT, "text_contains": TEXT, "text_regex": TEXT}),
    "backup": Keys(
        {
            "backup": TEXT,
            "contains": TEXT,
            "is": FLAG,
            "name_epoch_close_to_server_seconds": NUMBER,
        }
    ),
    "order": Keys({"order": Each(TEXT)}),
    "no_overlap": Keys({"no_overlap": Each(TEXT)}),
    "agent_alive": Keys({"agent_alive": FLAG}),
    "agent_cpu_seconds_max": Keys({"agent_cpu_seconds_max": NUMBER}),
    "all_jobs": Keys({"all_jobs": _JOB_STATES}),
    "job": Keys(
        {
            "job": TEXT,
            "state": _JOB_STATES,
            "state_in": Each(_JOB_STATES),
            "started_at": Words((None, "set")),
            "completed_at": Words((None, "set")),
            "failed_at": Words((None, "set")),
            "associated_backup": Words((None, "set")),
            "associated_backup_regex": TEXT,
            "within_seconds": NUMBER,
        }
    ),
    "within_seconds": Keys({"within_seconds": NUMBER}),
}
SCENARIO_EXPECT = Keys(
    {
        "checks": Each(
            Either(
                {"any_of": Keys({"any_of": Each(Each(Either(_CHECKS)))}), **_CHECKS},
            )
        )
    },
    required=("checks",),
)


def _reported_fault(kind: str, given: Shape, expect: Shape) -> Keys:
    known: dict[str, Shape] = {
        "id": TEXT,
        "part": TEXT,
        "kind": Words((kind,)),
        "confidence": Words(("high", "medium", "low")),
        "input": given,
        "expect": expect,
    }
    return Keys(known, required=tuple(known))


KINDS: dict[str, Shape] = {
    "script-oracle": SCRIPT_ORACLE,
    "script": _reported_fault("script", SCRIPT_INPUT, SCRIPT_EXPECT),
    "api-sentence": _reported_fault("api-sentence", API_INPUT, API_EXPECT),
    "http": _reported_fault("http", HTTP_INPUT, HTTP_EXPECT),
    "scenario": _reported_fault("scenario", SCENARIO_INPUT, SCENARIO_EXPECT),
}


def check_format(case: Case) -> None:
    """Do nothing when the runner understands all of the case.

    Raises:
        UnknownKeyError: It does not; the text names every key that is unknown or missing.
    """
    if case.kind not in KINDS:
        raise UnknownKeyError(f"unknown kind {case.kind}")
    problems = list(KINDS[case.kind].problems(case.data, ""))
    if problems:
        raise UnknownKeyError("; ".join(problems))
