"""`simulator.state`: what `--state` keeps and what it does when it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.clock import VirtualClock
from simulator.errors import UsageError
from simulator.export import export_text
from simulator.router import Router
from simulator.state import StateFolder
from simulator.terminal import run_terminal

if TYPE_CHECKING:
    from pathlib import Path

CHANGE = b'/ip address add address=192.0.2.1/24 interface=ether1 comment="caf\\C3\\A9"'


def changed_router() -> Router:
    router = Router()
    _, error, _ = run_terminal(router, CHANGE)
    assert error is None
    return router


def test_a_fresh_folder_restores_nothing(tmp_path: Path) -> None:
    assert not StateFolder(tmp_path / "new").restore(Router())


def test_configuration_and_files_come_back(tmp_path: Path) -> None:
    router = changed_router()
    router.files.write(b"note.bin", bytes(range(256)))
    StateFolder(tmp_path).save(router)

    again = Router()
    assert StateFolder(tmp_path).restore(again)
    assert export_text(again) == export_text(router)
    assert again.files.read(b"note.bin") == bytes(range(256))


def test_a_change_is_written_a_moment_later(tmp_path: Path) -> None:
    router = Router()
    clock = VirtualClock()
    state = StateFolder(tmp_path)
    state.follow(router, clock.call_later)
    run_terminal(router, CHANGE)
    assert not state.restore(Router())

    clock.advance(1)
    assert state.restore(Router())


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": "another"}'])
def test_what_is_no_state_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    file = tmp_path / "router.json"
    file.write_text(content)

    with pytest.raises(UsageError, match="move it away"):
        StateFolder(tmp_path).restore(Router())
    assert file.read_text() == content


def test_a_folder_that_cannot_be_made_is_the_operators_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UsageError, match="name a folder"):
        StateFolder(tmp_path / "file" / "below")
