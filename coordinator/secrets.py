"""The secrets of a coordinator: files of mode 0600, in its data directory unless shared."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from coordinator.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["KEY_NAME", "load_signing_key"]

KEY_NAME = "signing.key"
_KEY_BYTES = 32


def load_signing_key(data_dir: Path, shared: Path | None = None) -> tuple[bytes, bool]:
    """Return the key that signs operators' tokens, and whether it was made just now.

    Args:
        data_dir: Where a coordinator that is alone keeps its own.
        shared: The file of all coordinators of one database, which none of them makes: of two
            that start at once on two machines each would make another.

    Raises:
        ConfigError: The file can be read by others, is damaged, is missing or cannot be made.
    """
    path = shared or data_dir / KEY_NAME
    try:
        made = _make(path) if shared is None else False
        if path.stat().st_mode & 0o077:
            raise ConfigError(f"{path} can be read by others: run chmod 600 {path}")
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except ValueError:
        raise ConfigError(f"{path} is damaged: it must hold hexadecimal digits") from None
    if len(key) < _KEY_BYTES:
        raise ConfigError(f"{path} is damaged: it must hold {_KEY_BYTES} bytes or more")
    return key, made


def _make(path: Path) -> bool:
    if path.exists():
        return False
    # Whole or not at all, and never readable by others: a link fails when another was first.
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True
