"""How a command finds the coordinator it is about, and may speak to it.

On the coordinator's own machine its data directory is enough: `serve` leaves the
address there, and who can read the signing key may do everything anyway. From elsewhere
ROS_COORDINATOR_URL and ROS_COORDINATOR_TOKEN say it.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from coordinator.auth import Scope, TokenAuthority
from coordinator.clock import SystemClock
from coordinator.config import Config, default_data_dir
from coordinator.errors import ConfigError, CoordinatorUnreachable
from coordinator.secrets import KEY_NAME, load_signing_key
from coordinator.teams import DEFAULT_TEAM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

__all__ = ["Target", "announced", "find_target", "mint_token"]

# File of the data directory that says how to reach its coordinator while it runs.
_RUNNING_NAME = "running.json"

# Of a token that a command makes for itself, in seconds: longer than `--wait` may take.
_OWN_TOKEN_LIFETIME = 86_400.0


@dataclass(frozen=True, slots=True)
class Target:
    """A coordinator and a token for it."""

    url: str
    token: str = field(repr=False)


def find_target(data_dir: Path | None) -> Target:
    """Return the coordinator that the command line or the environment names.

    Raises:
        ConfigError: Neither names one whole.
        CoordinatorUnreachable: The data directory's coordinator is not running.
    """
    url, token = os.environ.get("ROS_COORDINATOR_URL"), os.environ.get("ROS_COORDINATOR_TOKEN")
    if data_dir is None and url:
        if not token:
            raise ConfigError("ROS_COORDINATOR_URL needs ROS_COORDINATOR_TOKEN beside it")
        return Target(url, token)
    directory = _data_dir(data_dir)
    own = mint_token(directory, tuple(Scope), _OWN_TOKEN_LIFETIME)
    if (running := _running(directory)) is None:
        raise CoordinatorUnreachable(str(directory), "no coordinator is serving this directory")
    return Target(running["url"], own)


def mint_token(
    data_dir: Path | None,
    scopes: Iterable[Scope],
    lifetime: float,
    team_id: UUID = DEFAULT_TEAM,
) -> str:
    """Return a token signed with the key of a data directory.

    Raises:
        ConfigError: No coordinator was ever started with it, or its key cannot be read.
    """
    directory = _data_dir(data_dir)
    running = _running(directory) or {}
    shared = os.environ.get("ROS_COORDINATOR_SIGNING_KEY_FILE") or running.get("signing_key_file")
    if not shared and not (directory / KEY_NAME).exists():
        raise ConfigError(
            f"{directory} is no coordinator's data directory: start one with "
            f"`ros-coordinator serve --data {directory}`, or set ROS_COORDINATOR_URL and "
            "ROS_COORDINATOR_TOKEN"
        )
    key, _ = load_signing_key(directory, Path(shared) if shared else None)
    audience = running.get("audience") or _audience()
    authority = TokenAuthority(key, audience=audience, clock=SystemClock())
    return authority.mint(scopes, lifetime=lifetime, team_id=team_id)


@contextmanager
def announced(config: Config, url: str) -> Iterator[None]:
    """Leave word for commands on this machine while the context is open."""
    path = config.data_dir / _RUNNING_NAME
    running = {"url": url, "audience": config.token_audience}
    if config.signing_key_file is not None:
        running["signing_key_file"] = str(config.signing_key_file.absolute())
    path.write_text(json.dumps(running) + "\n", encoding="utf-8")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _running(directory: Path) -> dict[str, str] | None:
    try:
        return dict(json.loads((directory / _RUNNING_NAME).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _data_dir(data_dir: Path | None) -> Path:
    if data_dir is not None:
        return data_dir
    named = os.environ.get("ROS_COORDINATOR_DATA_DIR")
    return Path(named) if named else default_data_dir()


def _audience() -> str:
    return os.environ.get("ROS_COORDINATOR_TOKEN_AUDIENCE") or str(
        Config.model_fields["token_audience"].default
    )
