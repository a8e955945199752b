from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from agent import device
from agent.errors import RefusedError, StepError
from agent.execution import check_size, look, put_in_place
from agent.facts import Release
from agent.names import Marker, MarkerState, Names
from agent.router import Reply

if TYPE_CHECKING:
    from tests.agent.conftest import ScriptedRouter, Steps

Scripted = Callable[["Steps"], "ScriptedRouter"]

NAMES = Names.of("aB3dE6gH9j", UUID(int=1))


def comment(state: MarkerState) -> Reply:
    return Reply([{".id": b"*1", "comment": bytes(Marker(state))}])


async def test_sweep_removes_ours_and_nothing_else(scripted: Scripted) -> None:
    ready = bytes(Marker(MarkerState.READY))
    router = scripted(
        [
            (
                "/system/script/print",
                {},
                Reply(
                    [
                        {".id": b"*1", "name": b"job-nightly"},
                        {".id": b"*2", "name": b"job-aaaa", "comment": ready},
                        {".id": b"*3", "name": b"job-bbbb", "comment": ready},
                    ]
                ),
            ),
            ("/system/script/job/print", {}, Reply([{".id": b"*A", "script": b"job-bbbb"}])),
            ("/system/script/remove", {".id": b"*2"}, Reply()),
            (
                "/file/print",
                {},
                Reply(
                    [
                        {".id": b"*7", "name": b"backup.rsc", "size": b"5"},
                        {".id": b"*8", "name": b"routeros-job-aaaa.rsc", "size": b"5"},
                    ]
                ),
            ),
            ("/file/remove", {".id": b"*8"}, Reply()),
        ]
    )

    assert await device.sweep(router) == ["job-aaaa", "routeros-job-aaaa.rsc"]


async def test_file_that_cannot_be_removed_is_left_for_the_next_sweep(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.device._TRY_AGAIN_SECONDS", 0.001)
    refusal = RefusedError("/file/remove", b"failure: example")
    router = scripted([("/file/remove", {}, refusal)] * device._TRIES)

    assert not await device.remove_file(router, device.FileEntry(b"*8", b"x", 5))


async def test_file_that_is_gone_already_is_removed(scripted: Scripted) -> None:
    router = scripted([("/file/remove", {}, RefusedError("/file/remove", b"no such item"))])

    assert await device.remove_file(router, device.FileEntry(b"*8", b"x", 5))


async def test_policies_that_are_denied_do_not_count(scripted: Scripted) -> None:
    router = scripted(
        [
            ("/user/print", {"?name": "jobs"}, Reply([{"group": b"jobs"}])),
            ("/user/group/print", {"?name": b"jobs"}, Reply([{"policy": b"api,read,!ftp"}])),
        ]
    )

    assert await device.read_policies(router, "jobs") == frozenset({"api", "read"})


async def test_policies_may_be_hidden(scripted: Scripted) -> None:
    router = scripted(
        [("/user/print", {}, RefusedError("/user/print", b"not enough permissions (9)"))]
    )

    assert await device.read_policies(router, "jobs") is None


async def test_script_holds_no_more_than_its_user(scripted: Scripted) -> None:
    script = b":put 1\r\n"
    router = scripted(
        [
            ("/system/script/print", {"?name": "job-aB3dE6gH9j"}, Reply()),
            ("/system/script/print", {}, Reply()),
            ("/system/script/add", {"policy": "ftp,read", "source": script}, Reply()),
            ("/system/script/print", {}, Reply([{".id": b"*1", "source": script}])),
        ]
    )

    await put_in_place(
        router, NAMES, script, Release("7.22.3"), "f00d", frozenset({"api", "ftp", "read"})
    )


async def test_look_reads_the_marker_again_when_the_script_has_just_ended(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.execution.LOOK_AGAIN_SECONDS", 0.001)
    router = scripted(
        [
            ("/system/script/print", {}, comment(MarkerState.STARTED)),
            ("/system/script/job/print", {}, Reply()),
            ("/system/script/print", {}, comment(MarkerState.DONE)),
        ]
    )

    sight = await look(router, NAMES)

    assert (sight.marker.state, sight.running) == (MarkerState.DONE, False)


async def test_look_that_comes_just_before_the_script_is_listed_is_repeated(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.execution.LOOK_AGAIN_SECONDS", 0.001)
    router = scripted(
        [
            ("/system/script/print", {}, comment(MarkerState.STARTED)),
            ("/system/script/job/print", {}, Reply()),
            ("/system/script/print", {}, comment(MarkerState.STARTED)),
            ("/system/script/job/print", {}, Reply([{".id": b"*A", "script": b"job-aB3dE6gH9j"}])),
        ]
    )

    assert (await look(router, NAMES)).running


async def test_script_that_somebody_has_started_is_not_made_ready_again(
    scripted: Scripted,
) -> None:
    router = scripted([("/system/script/print", {}, comment(MarkerState.STARTED))])

    with pytest.raises(StepError, match="already, started"):
        await put_in_place(router, NAMES, b"", Release("7.22.3"), "f00d", None)


async def test_script_that_the_router_cuts_is_removed_and_refused(scripted: Scripted) -> None:
    script = b":put 1\n" * 100
    router = scripted(
        [
            ("/system/script/print", {}, Reply()),
            ("/system/script/print", {}, Reply()),
            ("/system/script/add", {"dont-require-permissions": "yes"}, Reply()),
            ("/system/script/print", {}, Reply([{".id": b"*1", "source": script[:50]}])),
            ("/system/script/print", {}, Reply([{".id": b"*1"}])),
            ("/system/script/remove", {".id": b"*1"}, Reply()),
            ("/system/script/print", {"?name": "job-aB3dE6gH9j-run"}, Reply()),
        ]
    )

    with pytest.raises(StepError, match="kept 50 bytes of a script of 700"):
        await put_in_place(router, NAMES, script, Release("7.22.3"), "f00d", None)


def test_script_that_cannot_fit_is_refused_before_anything_is_done() -> None:
    check_size(b"x" * 60_000, Release("7.22.3"))
    with pytest.raises(StepError, match="60001 bytes"):
        check_size(b"x" * 60_001, Release("7.22.3"))
    with pytest.raises(StepError, match="takes 30000 at most"):
        check_size(b"x" * 30_001, Release("6.49.18"))
