"""Sees to it that one process at a time uses a directory or a database file."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

from coordinator.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Hold", "hold"]


class Hold:
    """A lock that ends with `release`, or with the process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        os.close(self._descriptor)


def hold(path: Path) -> Hold:
    """Lock a file, made when it is not there, for this process alone.

    Raises:
        ConfigError: Another process holds it, or it cannot be made.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise ConfigError(f"another coordinator is running: it holds {path}") from None
    return Hold(descriptor)
