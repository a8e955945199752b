"""Live commands: what may be run, what comes back, and how failures are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import uuid4

import pytest

from agent.errors import (
    LinkLostError,
    LinkTimeoutError,
    LoginError,
    RefusedError,
    UnreachableError,
)
from agent.live import is_reading, run_live
from agent.router import Reply
from coordinator.contract import LiveCommand
from tests.agent.conftest import rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.inventory import Target
    from agent.router import Router
    from coordinator.contract import CommandAnswer
    from tests.agent.conftest import ScriptedRouter, Steps

    Make = Callable[[Steps], ScriptedRouter]

TARGET = cast("Target", None)


def command(text: str, *parameters: str, read_only: bool = True) -> LiveCommand:
    return LiveCommand(
        id=uuid4(),
        site_id=uuid4(),
        command=text,
        parameters=list(parameters),
        read_only=read_only,
        seconds=5,
    )


async def run(asked: LiveCommand, router: Router | Exception) -> CommandAnswer:
    async def connect(target: Target) -> Router:
        del target
        if isinstance(router, Exception):
            raise router
        return router

    return await run_live(asked, TARGET, connect)


@pytest.mark.parametrize(
    ("asked", "reads"),
    [
        (command("/interface/print"), True),
        (command("/interface/getall"), True),
        (command("/system/identity/get", "=value-name=name"), True),
        (command("/interface/monitor-traffic", "=interface=ether1", "=once="), True),
        (command("/interface/monitor-traffic", "=interface=ether1"), False),
        (command("/interface/print", "=follow="), False),
        (command("/interface/print", "=file=x"), False),
        (command("/interface/print", "=interval=1"), False),
        (command("/interface/print", "?file=x"), True),
        (command("/interface/set", "=numbers=0"), False),
        (command("/system/reboot"), False),
        (command("/print/remove"), False),
        (command("/export"), False),
    ],
)
def test_what_only_reads(asked: LiveCommand, reads: bool) -> None:
    assert is_reading(asked) is reads


async def test_rows_come_back_as_text(scripted: Make) -> None:
    steps: Steps = [
        ("/interface/print", {".proplist": "name", "?type": "ether"}, rows({"name": b"e\xff"}))
    ]
    router = scripted(steps)
    asked = command("/interface/print", "=.proplist=name", "?type=ether")
    answer = await run(asked, router)

    assert answer.rows == [{"name": "e\\xff"}]
    assert answer.error is None
    assert router.closed


async def test_a_command_that_writes_is_refused_before_connecting() -> None:
    answer = await run(command("/system/reboot"), AssertionError())

    assert answer.error is not None
    assert answer.error.kind == "refused"


async def test_whoever_may_write_runs_any_command(scripted: Make) -> None:
    router = scripted([("/interface/add", {"name": "b1"}, Reply(ret=b"*A"))])
    answer = await run(command("/interface/add", "=name=b1", read_only=False), router)

    assert (answer.rows, answer.ret) == ([], "*A")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (UnreachableError("refused"), "unreachable"),
        (LoginError("user"), "login"),
        (LinkTimeoutError("late"), "timeout"),
        (LinkLostError("gone"), "lost"),
    ],
)
async def test_a_router_that_cannot_be_had(error: Exception, kind: str) -> None:
    answer = await run(command("/interface/print"), error)

    assert answer.error is not None
    assert answer.error.kind == kind


async def test_a_trap_is_told_in_the_routers_words(scripted: Make) -> None:
    trap = RefusedError("/x/print", b"no such command prefix", None)
    answer = await run(command("/x/print"), scripted([("/x/print", {}, trap)]))

    assert answer.error is not None
    assert (answer.error.kind, answer.error.message) == ("trap", "no such command prefix")


async def test_an_answer_that_is_too_long_is_not_sent(scripted: Make) -> None:
    long = rows({"source": b"x" * 3_000_000})
    answer = await run(
        command("/system/script/print"), scripted([("/system/script/print", {}, long)])
    )

    assert answer.error is not None
    assert answer.error.kind == "refused"
