"""What the operator says: a TOML file, then the environment, then inventories of routers.

Everything that is wrong is told at once. Secrets come from the environment or from files
that only their owner can read, and never from the command line, which every user of the
machine can see.

`ROS_AGENT_` variables override the file: `ROS_AGENT_COORDINATOR__URL`,
`ROS_AGENT_STATE_DIR`, `ROS_AGENT_LIMITS__RUN_SECONDS`; two underscores go one table down.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from agent.errors import ConfigError
from agent.inventory import RouterEntry, Target, private_fault, read_inventory, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BackupPolicy", "Config", "Coordinator", "Limits", "Settings", "load_config"]

Seconds = Annotated[float, Field(gt=0, le=86_400)]


class Table(BaseModel):
    """A table of the file; a name that is not known is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Coordinator(Table):
    """Where jobs come from.

    Attributes:
        url: `http://host:port`, or with `https`.
        poll_seconds: How long a poll waits for a job.
    """

    url: Annotated[str, Field(pattern=r"^https?://[^/\s]")]
    poll_seconds: Annotated[float, Field(ge=0.1, le=60)] = 25.0


class Limits(Table):
    """Deadlines in seconds, and how many jobs run at once.

    Attributes:
        connect_seconds: Connection, handshake and login together.
        command_seconds: One command but a run.
        unreachable_seconds: How long a router may be away before a job fails that has not
            started.
        backup_seconds: Until an export or a backup is whole; slow devices need a minute.
        run_seconds: Until the script is over; then it is stopped where it stands.
        verify_seconds: Until the router answers on a new connection after the run, and after
            a session that broke during it.
        jobs: Most jobs under way at once.
    """

    connect_seconds: Seconds = 10.0
    command_seconds: Seconds = 30.0
    unreachable_seconds: Seconds = 30.0
    backup_seconds: Seconds = 180.0
    run_seconds: Seconds = 3600.0
    verify_seconds: Seconds = 300.0
    jobs: Annotated[int, Field(ge=1, le=1000)] = 100


class BackupPolicy(Table):
    """What a backup holds.

    Attributes:
        secrets: Whether the text export shows keys and passwords. Without them it restores
            less, with them the coordinator must keep it well.
        binary: Whether the router's own binary backup is taken too, from RouterOS 7.13.
        settle_interval: Seconds between two looks at a file that may still grow.
    """

    secrets: bool = True
    binary: bool = True
    settle_interval: Annotated[float, Field(ge=0.01, le=10)] = 0.3


class Settings(BaseSettings):
    """The file, with what the environment puts over it.

    Attributes:
        name: By which the coordinator's people know this agent.
        enrolment_token: One-time; needed only until the agent has a token of its own, which
            it keeps in its state directory.
        enrolment_token_file: The same in a file of mode 0600.
        state_dir: Journal, own token and backup passwords; made with mode 0700. A relative
            one counts from the file's directory, as all paths do.
        inventory: Files that list further routers.
        router: Routers, listed here.
    """

    model_config = SettingsConfigDict(
        env_prefix="ROS_AGENT_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    name: Annotated[str, Field(min_length=1, max_length=100)] = "agent"
    enrolment_token: SecretStr | None = None
    enrolment_token_file: Path | None = None
    state_dir: Path = Path("agent-state")
    coordinator: Coordinator
    limits: Limits = Limits()
    backup: BackupPolicy = BackupPolicy()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    inventory: list[Path] = []
    router: list[RouterEntry] = []

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment override the file."""
        del settings_cls, dotenv_settings, file_secret_settings
        return (env_settings, init_settings)


@dataclass(frozen=True)
class Config:
    """What an agent runs by, all of it checked.

    Attributes:
        targets: The routers, one a site.
    """

    coordinator: Coordinator
    state_dir: Path
    targets: list[Target]
    name: str = "agent"
    enrolment_token: SecretStr | None = None
    limits: Limits = field(default_factory=Limits)
    backup: BackupPolicy = field(default_factory=BackupPolicy)
    log_level: str = "info"


def load_config(path: Path, environ: Mapping[str, str] = os.environ) -> Config:
    """Read a configuration with its inventories, and hold all of it against the rules.

    Args:
        path: The TOML file.
        environ: Where `password_env` looks; ROS_AGENT_ variables are always the process's.

    Raises:
        ConfigError: With every fault that there is.
    """
    faults: list[str] = []
    data = _read_toml(path)
    try:
        settings = Settings(**data)
    except ValidationError as error:
        faults += [_sentence(path, fault) for fault in error.errors()]
        raise ConfigError(faults) from None
    base = path.parent
    entries = [(path, number, entry) for number, entry in enumerate(settings.router, 1)]
    for name in settings.inventory:
        found, wrong = read_inventory(base / name)
        entries += found
        faults += wrong
    targets, wrong = resolve(entries, environ)
    faults += wrong
    faults += _doubles(targets)
    token, wrong = _enrolment_token(settings, base)
    faults += wrong
    if faults:
        raise ConfigError(faults)
    return Config(
        coordinator=settings.coordinator,
        state_dir=base / settings.state_dir,
        targets=targets,
        name=settings.name,
        enrolment_token=token,
        limits=settings.limits,
        backup=settings.backup,
        log_level=settings.log_level,
    )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError([f"{path}: {error.strerror}"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: {error}"]) from None


def _sentence(path: Path, fault: Any) -> str:
    place = ".".join(str(part) for part in fault["loc"])
    return f"{path}: {place}: {fault['msg']}"


def _doubles(targets: list[Target]) -> list[str]:
    seen: set[str] = set()
    faults = []
    for target in targets:
        if target.site.casefold() in seen:
            faults.append(f"site {target.site} has two routers; one site is one router")
        seen.add(target.site.casefold())
    return faults


def _enrolment_token(settings: Settings, base: Path) -> tuple[SecretStr | None, list[str]]:
    name = settings.enrolment_token_file
    if settings.enrolment_token is not None or name is None:
        return settings.enrolment_token, []
    # Used up by the first start, so the file may be gone by the next one.
    if not (base / name).exists():
        return None, []
    if (fault := private_fault(base / name)) is not None:
        return None, [fault]
    return SecretStr((base / name).read_text("utf-8").strip()), []
