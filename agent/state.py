"""The agent's state directory: its own token, its journal, the backups' passwords.

| file | holds |
| --- | --- |
| `agent.json` | the agent's id and token, from its enrolment |
| `journal.sqlite3` | see `agent.journal` |
| `backup-passwords.jsonl` | one line for each binary backup: its SHA-256, site, job, password |

A binary backup is looked up by its SHA-256, which the job's run shows beside its path:
`grep $(sha256sum x.backup | cut -c-64) backup-passwords.jsonl`.

The directory has mode 0700, the files 0600.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from pydantic import SecretStr, ValidationError

from agent.errors import ConfigError
from agent.inventory import private_fault
from coordinator.contract import EnrolReply

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from agent.journal import Entry

__all__ = ["State"]


class State:
    """Open a state directory, making it if there is none.

    Raises:
        ConfigError: It cannot be made or written.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError([f"{directory}: {error.strerror}"]) from None

    @property
    def journal_path(self) -> Path:
        return self.directory / "journal.sqlite3"

    @property
    def passwords_path(self) -> Path:
        return self.directory / "backup-passwords.jsonl"

    @property
    def _identity_path(self) -> Path:
        return self.directory / "agent.json"

    def identity(self) -> tuple[UUID, SecretStr] | None:
        """Return the agent's id and token, or None before it has enrolled.

        Raises:
            ConfigError: The file is readable by others or damaged.
        """
        path = self._identity_path
        if not path.exists():
            return None
        if (fault := private_fault(path)) is not None:
            raise ConfigError([fault])
        try:
            reply = EnrolReply.model_validate_json(path.read_bytes())
        except ValidationError:
            raise ConfigError([f"{path}: damaged; remove it and enrol the agent again"]) from None
        return reply.agent_id, SecretStr(reply.agent_token)

    def keep_identity(self, reply: EnrolReply) -> None:
        """Store the agent's id and token."""
        path = self._identity_path
        draft = path.with_suffix(".new")
        _write(draft, os.O_TRUNC, reply.model_dump_json())
        draft.replace(path)

    def keep_backup_password(self, entry: Entry, sha256: str, password: str) -> None:
        """Store the password of a binary backup; it is on the disk on return."""
        line = {
            "sha256": sha256,
            "site": str(entry.site_id),
            "job": str(entry.job_id),
            "token": entry.token,
            "password": password,
        }
        _write(self.passwords_path, os.O_APPEND, json.dumps(line) + "\n")


def _write(path: Path, how: int, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
