"""One process at a time."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from coordinator.errors import ConfigError
from coordinator.holding import hold

if TYPE_CHECKING:
    from pathlib import Path


def test_a_lock_is_one_holders_until_released(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    first = hold(path)
    with pytest.raises(ConfigError, match="another coordinator is running"):
        hold(path)
    first.release()

    hold(path).release()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    code = "import os, pathlib, sys; from coordinator.holding import hold; hold(pathlib.Path("
    code += "sys.argv[1])); os.kill(os.getpid(), 9)"
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False)

    assert done.returncode == -9
    hold(path).release()


def test_a_lock_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        hold(tmp_path / "nowhere" / "x.lock")
