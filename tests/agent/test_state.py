import json
import stat
from pathlib import Path
from uuid import UUID

import pytest

from agent.errors import ConfigError
from agent.journal import Entry
from agent.state import State
from coordinator.contract import EnrolReply


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_identity_survives_and_is_private(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    assert state.identity() is None

    state.keep_identity(EnrolReply(agent_id=UUID(int=1), agent_token="secret-1"))

    known = State(tmp_path / "state").identity()
    assert known is not None
    assert (known[0], known[1].get_secret_value()) == (UUID(int=1), "secret-1")
    assert mode(tmp_path / "state") == 0o700
    assert mode(tmp_path / "state" / "agent.json") == 0o600


def test_identity_that_others_can_read_is_refused(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.keep_identity(EnrolReply(agent_id=UUID(int=1), agent_token="secret-1"))
    (tmp_path / "agent.json").chmod(0o644)

    with pytest.raises(ConfigError, match="chmod 600"):
        state.identity()


def test_damaged_identity_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "agent.json").write_text("{")
    (tmp_path / "agent.json").chmod(0o600)

    with pytest.raises(ConfigError, match="enrol the agent again"):
        State(tmp_path).identity()


def test_backup_passwords_add_up_beside_the_hash_of_their_file(tmp_path: Path) -> None:
    state = State(tmp_path)
    entry = Entry(UUID(int=1), UUID(int=2), "aB3dE6gH9j", 1, True, b"", "f00d")

    state.keep_backup_password(entry, "aa", "one")
    state.keep_backup_password(entry, "bb", "two")

    lines = [json.loads(line) for line in state.passwords_path.read_text().splitlines()]
    assert [(line["sha256"], line["password"]) for line in lines] == [("aa", "one"), ("bb", "two")]
    assert mode(state.passwords_path) == 0o600
