"""Jobs at the edges: odd scripts, odd routers, odd moments."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import trustme
from pydantic import SecretStr

from agent.router import Access
from agent.start import running_agent
from coordinator.contract import ErrorClass, RunState
from simulator.router import Router
from simulator.server import RealClock, RouterServer
from tests.end_to_end.house import House, running_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

ADD_RULE = "/ip firewall filter add chain=forward action=accept src-address-list=guests"
COUNTING = '/interface set ether1 comment=([/interface get ether1 comment] . "+")'


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with running_house(tmp_path) as house:
        yield house


async def runs(house: House) -> int:
    (row,) = await house.lodger.rows("/interface", name="ether1")
    return len(row.get("comment", b""))


async def test_output_beyond_what_a_router_hands_out_does_not_fail_the_job(house: House) -> None:
    lines = ':for i from=1 to=3000 do={:put "0123456789012345678901234567890"}'
    async with house.agent():
        job, run = await house.run(f"{COUNTING}\n{lines}")

    assert job.completed_at is not None
    assert "64kB" in run.output
    assert await runs(house) == 1


async def test_long_output_keeps_head_tail_and_hash(house: House) -> None:
    lines = ':for i from=1 to=1900 do={:put "0123456789012345678901234567890"}'
    async with house.agent():
        job, run = await house.run(f":put HEAD\n{lines}\n:put TAIL")

    whole = b"HEAD\n" + b"0123456789012345678901234567890\n" * 1900 + b"TAIL\n"
    assert job.completed_at is not None
    assert run.output_bytes == len(whole)
    assert run.output_sha256 == hashlib.sha256(whole).hexdigest()
    assert run.output.startswith("HEAD\n")
    assert run.output.endswith("TAIL\n")


async def test_output_that_is_not_utf8_is_shown_with_nothing_lost(house: House) -> None:
    async with house.agent():
        _, run = await house.run(r':put "\FF\D1\82"')

    assert run.output == "\\xffт\n"


@pytest.mark.parametrize(
    "script",
    [
        "}; /system identity set name=evil; {",
        '"; /system identity set name=evil; "',
        ":put 1\n}}\n/system identity set name=evil\n{{",
        "\\",
        "[",
        "$(",
        "\x00",
    ],
)
async def test_script_cannot_break_out_of_what_runs_it(house: House, script: str) -> None:
    async with house.agent():
        job, run = await house.run(script)

    assert job.failed_at is not None
    assert run.error is not None
    assert run.error.error_class in {ErrorClass.SYNTAX, ErrorClass.TRAP}
    assert (await house.lodger.rows("/system/identity"))[0]["name"] == b"MikroTik"
    assert await house.lodger.leftovers() == []


async def test_script_that_prints_marks_like_ours_fakes_no_end(house: House) -> None:
    async with house.agent():
        _, run = await house.run(':put "0123456789abcdef done"\n:put ""\n:error "boom"')

    assert run.output == "0123456789abcdef done\n\n"
    assert run.error is not None
    assert run.error.message.startswith("boom")


async def test_script_that_stops_its_own_run_is_lost_and_not_said_never_to_have_run(
    house: House,
) -> None:
    async with house.agent():
        job, run = await house.run(
            "/ip pool add name=left ranges=192.0.2.1\n/system script job remove [find]"
        )

    assert job.failed_at is not None
    assert run.error is not None
    assert run.error.error_class is ErrorClass.LOST
    assert [row["name"] for row in await house.lodger.rows("/ip/pool")] == [b"left"]


async def test_script_that_removes_every_script_item_completes(house: House) -> None:
    async with house.agent():
        job, _ = await house.run(f"{COUNTING}\n/system script remove [find]")

    assert job.completed_at is not None
    assert await runs(house) == 1


@pytest.mark.parametrize("script", ["", "\n\n# nothing\n", " "])
async def test_script_without_a_command_completes(house: House, script: str) -> None:
    async with house.agent():
        job, run = await house.run(script or "# only a comment")

    assert job.completed_at is not None
    assert run.output == ""


async def test_error_that_the_script_catches_is_no_failure(house: House) -> None:
    async with house.agent():
        job, run = await house.run(':do {:error "boom"} on-error={:put "caught"}\n' + ADD_RULE)

    assert job.completed_at is not None
    assert run.output == "caught\n"


async def test_late_error_names_its_place_and_is_no_syntax_error(house: House) -> None:
    async with house.agent():
        _, run = await house.run(f"{COUNTING}\n/nosuchmenu print")

    assert run.error is not None
    assert run.error.error_class is ErrorClass.TRAP
    assert run.error.line == 2
    assert await runs(house) == 1


async def test_job_that_needs_no_acknowledgement_still_tells_its_run(house: House) -> None:
    async with house.agent():
        job = await house.operator.create_job(
            house.lodger.site.id, ":put hello", description="no ack", needs_acknowledgement=False
        )
        async with asyncio.timeout(10):
            while True:
                run = await house.operator.get_run(job.site_id, job.id)
                if run.output:
                    break
                await asyncio.sleep(0.02)

    assert run.output == "hello\n"


async def test_user_without_rights_fails_the_job_before_any_change(house: House) -> None:
    async with house.agent():
        await house.run('/user add name=ro group=read password="example"')
    config = await house.config("other")
    (target,) = config.targets
    access = Access("127.0.0.1", house.lodger.port, "ro", SecretStr("example"))
    async with running_agent(replace(config, targets=[replace(target, access=access)])):
        job, run = await house.run(COUNTING)

    assert job.started_at is None
    assert run.error is not None
    assert run.error.error_class is ErrorClass.PERMISSION
    assert await runs(house) == 0


async def test_router_that_is_cut_off_by_the_script_fails_the_job_and_says_that_it_ran(
    house: House,
) -> None:
    house.limits = house.limits.model_copy(update={"verify_seconds": 1})
    async with house.agent():
        job, run = await house.run(f"{COUNTING}\n/ip service disable api")

    assert job.failed_at is not None
    assert run.error is not None
    assert run.error.error_class in {ErrorClass.UNREACHABLE, ErrorClass.LOST}
    assert "the script" in run.error.message


async def test_lease_is_kept_while_a_backup_takes_its_time(tmp_path: Path) -> None:
    # Over the wire a lease's end is told in whole seconds.
    async with running_house(tmp_path, lease_seconds=2) as house:
        house.lodger.router.files.delay = 1
        async with house.agent():
            job, run = await house.run(COUNTING, backup=True)

        assert job.completed_at is not None
        assert run.lease_version == 1


async def test_lease_that_runs_out_during_the_backup_is_dropped_and_taken_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.preparation.renewal_interval", lambda _: 60)
    async with running_house(tmp_path, lease_seconds=0.5) as house:
        house.lodger.router.files.delay = 0.6
        async with house.agent():
            job = await house.submit(COUNTING, backup=True)
            await asyncio.sleep(3)
            house.lodger.router.files.delay = 0
            job, run = await house.end(job)

        assert job.completed_at is not None
        assert run.lease_version > 1
        assert await runs(house) == 1
        assert await house.lodger.leftovers() == []


async def test_fault_of_ours_ends_the_job_and_not_the_agent(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("example")

    async with house.agent():
        with monkeypatch.context() as patch:
            patch.setattr("agent.preparation.sweep", broken)
            _, run = await house.run(COUNTING)
        good, _ = await house.run(COUNTING)

    assert run.state is RunState.FAILED
    assert run.error is not None
    assert run.error.error_class is ErrorClass.PREFLIGHT
    assert "ZeroDivisionError" in run.error.message
    assert good.completed_at is not None
    assert await runs(house) == 1


async def test_tls_with_a_pinned_certificate_serves_like_plain(tmp_path: Path) -> None:
    certificate = trustme.CA().issue_cert("router.example.net")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    der = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
    client = ssl.create_default_context()
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    router = Router(clock=RealClock())
    async with (
        running_house(tmp_path) as house,
        RouterServer(router, api_port=None, tls_port=0, ssl_context=context) as server,
    ):
        config = await house.config()
        (target,) = config.targets
        access = Access(
            "127.0.0.1",
            server.tls_port or 0,
            "admin",
            SecretStr(""),
            client,
            hashlib.sha256(der).digest(),
        )
        async with running_agent(replace(config, targets=[replace(target, access=access)])):
            job, run = await house.run(":put hello", backup=True)

        assert job.completed_at is not None
        assert run.output == "hello\n"
