"""Backups at rest: compressed, then encrypted with AES-256-GCM by a key outside the database.

The key file has a line for each key, `id:hex`, and is readable by its owner only. The last line
seals; every line opens, so a key is rotated by adding a line, and the old one may go when no
backup of its time is kept any more. What was stored before there were keys has no key id and
opens as it is.

A sealed backup is a nonce of 12 bytes, the ciphertext, and GCM's tag. It is bound to its job,
kind and SHA-256, so a row put in another's place does not open.
"""

from __future__ import annotations

import os
import re
import secrets
import zlib
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from coordinator.errors import ApiError, ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from uuid import UUID

__all__ = ["KEYS_NAME", "Vault", "load_vault"]

#: In the data directory, unless the settings name another place.
KEYS_NAME = "backup.keys"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_LINE = re.compile(r"([A-Za-z0-9_-]{1,16}):([0-9a-fA-F]{64})")


class Vault:
    """Seals and opens backups.

    Args:
        keys: By id, at least one.
        active: The id of the one that seals.
    """

    def __init__(self, keys: Mapping[str, bytes], active: str) -> None:
        self._keys = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.active = active

    def __repr__(self) -> str:
        return f"Vault(active={self.active!r})"

    def seal(self, content: bytes, *, job_id: UUID, kind: str, sha256: str) -> tuple[str, bytes]:
        """Return the id of the key and what to store."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._keys[self.active].encrypt(
            nonce, zlib.compress(content), _bound_to(job_id, kind, sha256)
        )
        return self.active, nonce + sealed

    def open(
        self, stored: bytes, key_id: str | None, *, job_id: UUID, kind: str, sha256: str
    ) -> bytes:
        """Return the file.

        Raises:
            ApiError: 500; its key is not in the key file, or what is stored was changed.
        """
        if key_id is None:
            return stored
        if (key := self._keys.get(key_id)) is None:
            raise ApiError("backup_key_missing", f"The key {key_id} of the backup is not here.")
        nonce, sealed = stored[:_NONCE_BYTES], stored[_NONCE_BYTES:]
        try:
            return zlib.decompress(key.decrypt(nonce, sealed, _bound_to(job_id, kind, sha256)))
        except (InvalidTag, zlib.error) as error:
            raise ApiError("backup_damaged", "The stored backup is damaged.") from error


def load_vault(path: Path) -> Vault:
    """Read the key file, making it with one key when there is none.

    Raises:
        ConfigError: The file can be read by others, is damaged, or cannot be made.
    """
    try:
        _make(path)
        if path.stat().st_mode & 0o077:
            raise ConfigError(f"{path} can be read by others: run chmod 600 {path}")
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is damaged: it must hold lines id:hex") from None
    found = [_LINE.fullmatch(line) for line in lines if line and not line.startswith("#")]
    keys = {match[1]: bytes.fromhex(match[2]) for match in found if match is not None}
    if not keys or None in found or len(keys) != len(found):
        raise ConfigError(
            f"{path} is damaged: it must hold lines id:hex, ids of 1 to 16 letters and digits, "
            f"each once, keys of {_KEY_BYTES} bytes"
        )
    return Vault(keys, list(keys)[-1])


def _make(path: Path) -> None:
    # Whole or not at all, and never readable by others: a link fails when another was first.
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"k{secrets.token_hex(4)}:{secrets.token_hex(_KEY_BYTES)}\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first; its key is read
    finally:
        draft.unlink()


def _bound_to(job_id: UUID, kind: str, sha256: str) -> bytes:
    return f"{job_id}/{kind}/{sha256}".encode()
