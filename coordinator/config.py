"""Settings: a TOML file, overruled by environment variables `ROS_COORDINATOR_*`.

All faults are reported at once, each with the name it has where it was set.
"""

from __future__ import annotations

import os
import tomllib
from ipaddress import IPv4Network, IPv6Network  # noqa: TC003 - pydantic evaluates the annotations
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from coordinator.errors import ConfigError

__all__ = ["Config", "default_data_dir", "load_config"]

_PREFIX = "ROS_COORDINATOR_"
_MIB = 1024 * 1024
# Options of the command line that are named otherwise.
_OPTIONS = {"data_dir": "data", "database_url": "database"}


def default_data_dir() -> Path:
    """Return the user's own place for a coordinator's data (XDG base directories)."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "ros-coordinator"


class Config(BaseSettings):
    """How one coordinator runs. Times in seconds, sizes in bytes.

    Attributes:
        host: Address to listen on.
        port: 0 takes a free one.
        data_dir: Database, secrets and the address of the running service.
        database_url: `sqlite:///PATH`, or `postgresql://USER@HOST/DATABASE` for any number of
            coordinators; None keeps `coordinator.db` in the data directory.
        signing_key_file: Hexadecimal key that signs operators' tokens, mode 0600; the same for all
            coordinators of one database. None makes one in the data directory.
        lease_seconds: How long an agent may prepare before it must report *busy* or renew.
        run_timeout: After *busy*, how long until a job that reports nothing fails as lost.
        shutdown_seconds: How long requests in hand may take once a stop was asked for.
        max_script_bytes: Longest script of a job.
        max_report_bytes: Longest report of an agent.
        max_backup_bytes: Longest backup file.
        max_wait_seconds: Longest that `Prefer: wait` is granted.
        stream_heartbeat_seconds: Between comments on an idle event stream.
        webhook_allow_http: Notify URLs may begin with http://.
        webhook_allow_networks: Addresses that may be notified although they are not public.
        webhook_timeout: How long one call of a notify URL may take.
        webhook_retry_seconds: Until the first repeat of a call that failed; doubles, to an hour.
        backup_key_file: Keys that seal backups; None keeps `backup.keys` in the data directory.
        backup_keep_days: Backups older than this are deleted; 0 keeps all.
        backup_keep_least: So many of the newest of a site are kept whatever their age.
        daily_backups: Ask live sites for a backup when the newest is a day old.
        stats_raw_hours: Stats are kept as they came for so long, then by the hour.
        stats_keep_days: Stats by the hour and silences are deleted after this.
        command_seconds: For a live command, from the request to its answer.
        public_url: How routers reach the coordinator; None takes it from the request.
        token_audience: What `aud` of an operator's token must be.
        jwks: A path, or an `https:` URL, of the public keys of an identity provider whose tokens
            are taken besides our own; None: only our own.
        jwks_issuer: What `iss` of the provider's tokens must be; needed with `jwks`.
        jwks_skew_seconds: How far the provider's clock may be from ours.
        rate_limit_per_minute: Requests that one token may make, in each process; 0: any number.
        rate_limit_burst: Requests that a token may make at once after a rest.
        log_level: Least serious level that is logged.
        log_format: `auto` is `text` on a terminal and `json` elsewhere.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8470
    data_dir: Path = Field(default_factory=default_data_dir)
    database_url: str | None = None
    signing_key_file: Path | None = None
    lease_seconds: Annotated[float, Field(gt=0, le=86_400)] = 120
    run_timeout: Annotated[float, Field(gt=0, le=30 * 86_400)] = 6 * 3600
    shutdown_seconds: Annotated[float, Field(ge=0, le=600)] = 10
    max_script_bytes: Annotated[int, Field(ge=1, le=16 * _MIB)] = _MIB
    max_report_bytes: Annotated[int, Field(ge=1024, le=64 * _MIB)] = 4 * _MIB
    max_backup_bytes: Annotated[int, Field(ge=1024, le=256 * _MIB)] = 32 * _MIB
    max_wait_seconds: Annotated[int, Field(ge=0, le=600)] = 60
    stream_heartbeat_seconds: Annotated[float, Field(gt=0, le=300)] = 15
    webhook_allow_http: bool = False
    webhook_allow_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    webhook_timeout: Annotated[float, Field(gt=0, le=60)] = 10
    webhook_retry_seconds: Annotated[float, Field(gt=0, le=3600)] = 5
    backup_key_file: Path | None = None
    backup_keep_days: Annotated[int, Field(ge=0, le=36_500)] = 365
    backup_keep_least: Annotated[int, Field(ge=1, le=10_000)] = 10
    daily_backups: bool = True
    stats_raw_hours: Annotated[int, Field(ge=48, le=8760)] = 48
    stats_keep_days: Annotated[int, Field(ge=3, le=36_500)] = 400
    command_seconds: Annotated[float, Field(ge=0.2, le=600)] = 60
    public_url: Annotated[str, Field(pattern=r"^https?://[^\s?#]+$")] | None = None
    token_audience: Annotated[str, Field(min_length=1)] = "ros-coordinator"  # noqa: S105 - a name
    jwks: Annotated[str, Field(min_length=1)] | None = None
    jwks_issuer: Annotated[str | None, Field(min_length=1, validate_default=True)] = None
    jwks_skew_seconds: Annotated[float, Field(ge=0, le=300)] = 30
    rate_limit_per_minute: Annotated[float, Field(ge=0)] = 0
    rate_limit_burst: Annotated[int, Field(ge=1)] = 60
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "text"] = "auto"

    @field_validator("jwks")
    @classmethod
    def _is_file_or_safe_url(cls, value: str | None) -> str | None:
        # Keys that come in the clear are anybody's; on the machine itself they may.
        if value is not None and value.startswith("http://"):
            host = urlsplit(value).hostname
            if host not in {"127.0.0.1", "::1", "localhost"}:
                raise ValueError("must be a path or an https: URL")
        return value

    @field_validator("jwks_issuer")
    @classmethod
    def _is_named_with_keys(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("jwks") is not None:
            raise ValueError("must be set when jwks is")
        return value

    @property
    def store_url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir / 'coordinator.db'}"


def load_config(path: Path | None = None, **overrides: Any) -> Config:
    """Read the settings; `overrides` (the command line) win over environment and file.

    Raises:
        ConfigError: The file cannot be read, or settings are wrong: all of them are named.
    """
    values = _read(path) if path is not None else {}
    given = {name: value for name, value in overrides.items() if value is not None}

    class FromFile(Config):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - no .env file is read
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - nor a folder
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, env_settings, InitSettingsSource(settings_cls, values)

    try:
        return FromFile(**given)
    except ValidationError as error:
        faults = [_fault(item, path, values, given) for item in error.errors()]
        raise ConfigError("\n".join(faults)) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _fault(item: Any, path: Path | None, values: dict[str, Any], given: dict[str, Any]) -> str:
    name = ".".join(map(str, item["loc"]))
    variable = _PREFIX + name.upper()
    if name in given:
        place = f"--{_OPTIONS.get(name, name)}"
    elif variable in {key.upper() for key in os.environ}:
        place = variable
    else:
        place = f"{path}: {name}" if name in values else name
    return f"{place}: {item['msg']}"
