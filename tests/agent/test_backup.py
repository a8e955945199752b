import time
from typing import TYPE_CHECKING

import pytest

from agent.backup import Patience, check_binary, check_export, export_flags, take_export
from agent.errors import LinkLostError, RefusedError, StepError
from agent.facts import Release
from agent.router import Reply
from coordinator.contract import ErrorClass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.agent.conftest import ScriptedRouter, Steps

    Scripted = Callable[[Steps], ScriptedRouter]

QUICK = Patience(interval=0.001, deadline=0.5)
NEW, V6 = Release("7.22.3"), Release("6.49.18")
TEXT = b"# 2026-01-15 10:00:00 by RouterOS 7.22.3\r\n# system id = AbCd\r\n#\r\n"


def file(size: int) -> Reply:
    return Reply([{".id": b"*7", "name": b"routeros-job-abcd.rsc", "size": str(size).encode()}])


@pytest.mark.parametrize(
    ("release", "secrets", "flags"),
    [
        ("6.49.18", True, {}),
        ("6.49.18", False, {"hide-sensitive": ""}),
        ("7.1", True, {"terse": "", "show-sensitive": ""}),
        ("7.22.3", False, {"terse": ""}),
    ],
)
def test_flags_are_those_of_the_release(release: str, secrets: bool, flags: dict[str, str]) -> None:
    assert export_flags(Release(release), secrets=secrets) == flags


@pytest.mark.parametrize(
    ("content", "size", "reason"),
    [
        (b"", 0, "empty"),
        (b"", 10, "empty"),
        (TEXT[:-1], len(TEXT), "could be read"),
        (TEXT[:-5], len(TEXT) - 5, "middle of a line"),
        (b"expected end of command (line 1 column 9)\r\n", 43, "header"),
        (TEXT + b'#error exporting "/ip/dns" (timeout)\r\n', len(TEXT) + 38, "incomplete"),
    ],
)
def test_export_that_is_none_is_refused(content: bytes, size: int, reason: str) -> None:
    with pytest.raises(StepError, match=reason) as refused:
        check_export(content, size)

    assert refused.value.error_class is ErrorClass.BACKUP


@pytest.mark.parametrize(
    "header",
    [
        b"# sep/25/2018 10:10:52 by RouterOS 6.42.5\r\n",
        b"# 2024-10-25 12:09:43 by RouterOS 7.15.2\n",
    ],
)
def test_header_of_either_form_is_an_export(header: bytes) -> None:
    check_export(header, len(header))


def test_binary_backup_must_be_whole_and_more_than_nothing() -> None:
    check_binary(b"x" * 500, 500)
    with pytest.raises(StepError, match="only 10 bytes"):
        check_binary(b"x" * 10, 10)
    with pytest.raises(StepError, match="499 bytes could be read, but it has 500"):
        check_binary(b"x" * 499, 500)


async def test_export_is_read_once_its_size_has_settled_and_is_removed(
    scripted: "Scripted",
) -> None:
    router = scripted(
        [
            ("/export", {"file": "routeros-job-abcd", "show-sensitive": ""}, Reply()),
            ("/file/print", {"?name": "routeros-job-abcd.rsc"}, file(len(TEXT))),
            ("/file/print", {}, file(len(TEXT))),
            ("/file/print", {}, file(len(TEXT))),
            ("/file/read", {"offset": "0"}, Reply([{"data": TEXT[:30]}])),
            ("/file/read", {"offset": "30"}, Reply([{"data": TEXT[30:]}])),
            ("/file/print", {}, file(len(TEXT))),
            ("/file/remove", {".id": b"*7"}, Reply()),
        ]
    )

    taken = await take_export(router, "routeros-job-abcd", NEW, QUICK, secrets=True)

    assert taken.content == TEXT


async def test_v6_reads_contents_and_no_more_than_they_hold(scripted: "Scripted") -> None:
    small = scripted(
        [
            ("/export", {}, Reply()),
            *[("/file/print", {}, file(len(TEXT)))] * 3,
            ("/file/print", {".proplist": "name,contents"}, Reply([{"contents": TEXT}])),
            ("/file/print", {}, file(len(TEXT))),
            ("/file/remove", {}, Reply()),
        ]
    )
    large = scripted(
        [
            ("/export", {}, Reply()),
            *[("/file/print", {}, file(5000))] * 4,
            ("/file/remove", {}, Reply()),
        ]
    )

    assert (await take_export(small, "x", V6, QUICK, secrets=True)).content == TEXT
    with pytest.raises(StepError, match=r"5000 bytes, and RouterOS 6\.49\.18 hands out at most"):
        await take_export(large, "x", V6, QUICK, secrets=True)


async def test_refused_export_is_a_failed_backup_and_leaves_no_file(scripted: "Scripted") -> None:
    router = scripted(
        [
            ("/export", {}, RefusedError("/export", b"failure: example")),
            ("/file/print", {}, file(0)),
            ("/file/remove", {}, Reply()),
        ]
    )

    with pytest.raises(StepError, match="failure: example"):
        await take_export(router, "x", NEW, QUICK, secrets=True)


async def test_file_that_stays_empty_is_given_up_at_the_deadline(scripted: "Scripted") -> None:
    router = scripted([("/export", {}, Reply())])
    router.steps += [("/file/print", {}, file(0))] * 3
    patience = Patience(interval=0.05, deadline=0.08)
    router.steps += [("/file/print", {}, file(0)), ("/file/remove", {}, Reply())]

    with pytest.raises(StepError, match="still at 0 bytes after"):
        await take_export(router, "x", NEW, patience, secrets=True)


async def test_broken_session_is_the_links_fault(scripted: "Scripted") -> None:
    router = scripted([("/export", {}, LinkLostError("cut"))])

    with pytest.raises(LinkLostError):
        await take_export(router, "x", NEW, QUICK, secrets=True)


async def test_file_that_cannot_be_read_at_once_is_read_again(
    scripted: "Scripted", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.device._TRY_AGAIN_SECONDS", 0.001)
    missing = RefusedError("/file/read", b"no such item")
    router = scripted(
        [
            ("/export", {}, Reply()),
            *[("/file/print", {}, file(len(TEXT)))] * 3,
            ("/file/read", {}, missing),
            ("/file/read", {}, missing),
            ("/file/read", {}, Reply([{"data": TEXT}])),
            ("/file/print", {}, file(len(TEXT))),
            ("/file/remove", {}, RefusedError("/file/remove", b"failure: example")),
            ("/file/remove", {}, Reply()),
        ]
    )

    assert (await take_export(router, "x", NEW, QUICK, secrets=True)).content == TEXT


class SlowRouter:
    """Its export appears after a while, rests half written as long, and is whole then."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._begun = 0.0

    async def call(
        self,
        command: str,
        arguments: "Mapping[str, str | bytes] | None" = None,
        *,
        where: "Mapping[str, str | bytes] | None" = None,
        seconds: float | None = None,
    ) -> Reply:
        del arguments, where, seconds
        if command == "/export":
            self._begun = time.monotonic()
        elif command == "/file/print":
            return file(len(self._content()))
        elif command == "/file/read":
            return Reply([{"data": self._content()}])
        return Reply()

    async def close(self) -> None:
        return

    def _content(self) -> bytes:
        part = min(2, int((time.monotonic() - self._begun) / self._seconds * 2))
        return (b"", TEXT, TEXT * 2)[part]


async def test_file_that_rests_half_written_is_waited_for() -> None:
    taken = await take_export(
        SlowRouter(0.3), "x", NEW, Patience(interval=0.01, deadline=5), secrets=True
    )

    assert taken.content == TEXT * 2
