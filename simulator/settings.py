"""Settings of the simulator's commands: options, environment and a TOML file.

An option of the command line wins over the environment (`ROS_SIMULATOR_…`),
which wins over the file, which wins over the default.
"""

from __future__ import annotations

import enum
import tomllib
from pathlib import Path  # noqa: TC003 - pydantic evaluates the annotations
from typing import TYPE_CHECKING, Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from simulator.errors import UsageError
from simulator.version import DEFAULT_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ClockKind", "Settings", "load_settings"]


class ClockKind(enum.StrEnum):
    REAL = "real"
    VIRTUAL = "virtual"


class Settings(BaseSettings):
    """What `run` and `fleet` need to know; ports are TCP ports, 0 means a free one."""

    model_config = SettingsConfigDict(env_prefix="ROS_SIMULATOR_", extra="forbid")

    host: str = "127.0.0.1"
    api_port: int = Field(default=0, ge=0, le=65535)
    tls_port: int | None = Field(default=None, ge=0, le=65535)
    rest_port: int | None = Field(default=None, ge=0, le=65535)
    user: str = "admin"
    password: SecretStr = SecretStr("")
    version: str = DEFAULT_VERSION.text
    identity: str = "MikroTik"
    config: Path | None = None
    state: Path | None = None
    persona: Path | None = None
    clock: ClockKind = ClockKind.REAL
    count: int = Field(default=1, ge=1, le=100_000)
    base_port: int = Field(default=0, ge=0, le=65535)
    inventory: Path | None = None
    # Turns of loops and calls of functions after which, or soon after, a script is ended.
    script_turns: int | None = Field(default=None, ge=1)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        assert isinstance(init_settings, InitSettingsSource)  # noqa: S101 - what pydantic passes
        given = dict(init_settings.init_kwargs)
        from_file = given.pop("from_file", {})
        return (
            InitSettingsSource(settings_cls, init_kwargs=given),
            env_settings,
            InitSettingsSource(settings_cls, init_kwargs=from_file),
        )


def load_settings(file: Path | None, options: Mapping[str, Any]) -> Settings:
    """Return the settings; options that are None were not given.

    Raises:
        UsageError: The file cannot be read or something in it, in the environment or in an
            option is wrong; the text names every fault.
    """
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings(**given, from_file=_read(file) if file else {})  # type: ignore[call-arg]
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        )
        # Without `from`: pydantic's own text would show the values, passwords included.
        raise UsageError(f"settings: {faults}") from None


def _read(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            return tomllib.load(stream)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}; name a TOML file that exists") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file}: {error}") from error
