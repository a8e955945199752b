"""The lab: one script through coordinator, agent and simulated routers, and what is printed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re

import pytest

from simulator.errors import UsageError
from simulator.lab import GUEST_RULE, Lab, Outcome, run_lab

PUBLIC_FIELDS = {
    *("id", "token", "site_id", "idempotency_key", "description", "express_execute"),
    *("needs_acknowledgement", "should_backup", "associated_backup", "started_at"),
    *("completed_at", "failed_at", "created_at", "log_url", "script"),
}
MISSING_INTERFACE = b":put before\n/ip address add address=192.0.2.1/24 interface=nosuch\n"
NO_SCRIPT = b"/ip address add address=192.0.2.1/24 interface=ether1\n:if (true) do={\n"


def run(script: bytes, routers: int = 1) -> tuple[list[Outcome], list[bytes]]:
    """Run a script everywhere; return the outcomes and each router's export afterwards."""
    from simulator.export import export_text  # noqa: PLC0415 - only for this

    async def inside() -> tuple[list[Outcome], list[bytes]]:
        async with Lab(routers) as lab:
            outcomes = await lab.run(script)
            members = lab.fleet.members.values()
            return outcomes, [export_text(each.router) for each in members]

    return asyncio.run(inside())


def test_the_guest_rule_completes_behind_a_checked_backup() -> None:
    (outcome,), (export,) = run(GUEST_RULE)

    assert not outcome.failed
    assert outcome.job.started_at is not None
    assert b"add action=accept chain=forward src-address-list=guests" in export
    assert outcome.run.diff is not None
    assert "+/ip firewall filter add action=accept chain=forward" in outcome.run.diff
    stored = outcome.run.backups[0]
    assert outcome.job.associated_backup == stored.path
    assert stored.size > 0
    assert re.fullmatch(r"[0-9a-f]{64}", stored.sha256)


def test_the_stored_backup_is_the_export_from_before() -> None:
    async def inside() -> tuple[bytes, str]:
        async with Lab() as lab:
            (outcome,) = await lab.run(GUEST_RULE)
            assert outcome.job.associated_backup is not None
            content = await lab.client.get_backup(outcome.job.associated_backup)
            return content, outcome.run.backups[0].sha256

    content, sha256 = asyncio.run(inside())
    assert hashlib.sha256(content).hexdigest() == sha256
    assert b"by RouterOS 7.22.3" in content
    assert b"guests" not in content


def test_a_failing_script_gives_the_routers_text_with_line_and_column() -> None:
    (outcome,), _ = run(MISSING_INTERFACE)

    assert outcome.failed
    error = outcome.run.error
    assert error is not None
    assert "input does not match any value of interface" in error.message
    assert (error.line, error.column) == (2, 38)
    assert outcome.run.output == "before\n"


def test_a_script_that_does_not_parse_never_touches_the_configuration() -> None:
    (outcome,), (export,) = run(NO_SCRIPT)

    assert outcome.failed
    assert outcome.run.error is not None
    assert outcome.run.error.error_class == "syntax"
    assert b"192.0.2.1" not in export
    assert outcome.run.diff in {"", None}


def test_nothing_of_ours_is_left_on_the_router() -> None:
    async def inside() -> tuple[int, int]:
        async with Lab() as lab:
            await lab.run(GUEST_RULE)
            router = lab.fleet.members["R0001"].router
            return len(router.files), len(router.tables["/system/script"])

    assert asyncio.run(inside()) == (0, 0)


def test_many_routers_each_get_their_own_job() -> None:
    outcomes, exports = run(GUEST_RULE, routers=10)

    assert [each.failed for each in outcomes] == [False] * 10
    assert len({each.job.id for each in outcomes}) == 10
    assert all(b"guests" in export for export in exports)


def test_json_shows_each_job_exactly_as_the_api_gives_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = asyncio.run(run_lab(routers=2, script=None, version="7.22.3", as_json=True))

    shown = json.loads(capsys.readouterr().out)
    assert status == 0
    assert [each["router"] for each in shown] == ["R0001", "R0002"]
    assert shown[0]["job"].keys() == PUBLIC_FIELDS
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", shown[0]["job"]["completed_at"])


def test_a_failed_job_makes_the_exit_status_one(capsys: pytest.CaptureFixture[str]) -> None:
    status = asyncio.run(
        run_lab(routers=1, script=MISSING_INTERFACE, version="7.22.3", as_json=False)
    )

    assert status == 1
    assert "failed" in capsys.readouterr().out


def test_an_empty_script_is_the_operators_fault() -> None:
    with pytest.raises(UsageError, match="empty"):
        asyncio.run(run_lab(routers=1, script=b"\n", version="7.22.3", as_json=False))
