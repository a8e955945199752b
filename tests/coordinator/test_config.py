"""Settings: file, environment and command line, and all faults at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from coordinator.config import Config, default_data_dir, load_config
from coordinator.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "coordinator.toml"


def test_the_file_in_config_works_as_it_is_and_holds_the_defaults() -> None:
    read = load_config(ROOT / "config" / "coordinator.toml")

    assert read.model_dump() == Config().model_dump()


def test_command_line_wins_over_environment_over_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('host = "192.0.2.1"\nport = 1\nlog_level = "error"\n')
    monkeypatch.setenv("ROS_COORDINATOR_PORT", "2")
    monkeypatch.setenv("ROS_COORDINATOR_LOG_LEVEL", "debug")
    config = load_config(file, port=3, host=None)

    assert (config.port, config.log_level, config.host) == (3, "debug", "192.0.2.1")


def test_all_faults_are_named_where_they_were_set(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("lease_seconds = -1\ncolour = 'red'\n")
    monkeypatch.setenv("ROS_COORDINATOR_RUN_TIMEOUT", "soon")

    with pytest.raises(ConfigError) as caught:
        load_config(file, port=99_999)
    text = str(caught.value)
    assert f"{file}: lease_seconds: " in text
    assert f"{file}: colour: " in text
    assert "ROS_COORDINATOR_RUN_TIMEOUT: " in text
    assert "--port: " in text
    assert len(text.splitlines()) == 4


def test_variables_of_the_commands_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROS_COORDINATOR_URL", "http://192.0.2.1")
    monkeypatch.setenv("ROS_COORDINATOR_TOKEN", "x")

    assert load_config().port == 8470


@pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_named(file: Path, content: bytes) -> None:
    file.write_bytes(content)

    with pytest.raises(ConfigError, match=r"coordinator\.toml"):
        load_config(file)


def test_a_file_that_is_not_there_is_named(file: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load_config(file)


def test_the_database_is_in_the_data_directory_unless_named() -> None:
    assert Config(data_dir=Path("/d")).store_url == "sqlite:////d/coordinator.db"
    assert Config(database_url="sqlite:////x.db").store_url == "sqlite:////x.db"


def test_data_goes_where_the_user_keeps_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert default_data_dir() == Path("/data/ros-coordinator")
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/home/u")
    assert default_data_dir() == Path("/home/u/.local/share/ros-coordinator")


def test_a_providers_keys_need_an_issuer_and_a_safe_way(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('jwks = "http://id.example/keys"\nport = 70000\n', encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert "jwks: Value error, must be a path or an https: URL" in str(caught.value)
    assert "port:" in str(caught.value)

    with pytest.raises(ConfigError, match="jwks_issuer: Value error, must be set when jwks is"):
        load_config(jwks="keys.json")
    assert load_config(jwks="http://127.0.0.1:9/keys", jwks_issuer="x").jwks_issuer == "x"
