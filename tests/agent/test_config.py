import ssl
from pathlib import Path

import pytest
import trustme

from agent.config import BackupPolicy, Config, Limits, load_config
from agent.errors import ConfigError

HEAD = '[coordinator]\nurl = "http://127.0.0.1:8470"\n'
ROUTER = '[[router]]\nname = "R1"\nsite = "Branch"\nhost = "192.0.2.1"\n'


def load(path: Path, text: str, mode: int = 0o600, **environ: str) -> Config:
    file = path / "agent.toml"
    file.write_text(text)
    file.chmod(mode)
    return load_config(file, environ)


def faults(path: Path, text: str, mode: int = 0o600, **environ: str) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        load(path, text, mode, **environ)
    return refused.value.faults


def test_password_comes_from_the_environment(tmp_path: Path) -> None:
    config = load(tmp_path, HEAD + ROUTER + 'password_env = "R1_PASSWORD"', R1_PASSWORD="secret-1")

    (target,) = config.targets
    assert target.access.password.get_secret_value() == "secret-1"
    assert "secret-1" not in repr(config)


def test_missing_variable_names_router_and_variable(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, HEAD + ROUTER + 'password_env = "R1_PASSWORD"')

    assert "(R1)" in fault
    assert "no R1_PASSWORD" in fault


def test_password_file_must_be_private(tmp_path: Path) -> None:
    text = HEAD + ROUTER + 'password_file = "r1.password"'
    file = tmp_path / "r1.password"
    file.write_text("secret one \n")

    file.chmod(0o640)
    (fault,) = faults(tmp_path, text)
    assert "mode 0640" in fault
    assert "chmod 600" in fault

    file.chmod(0o600)
    (target,) = load(tmp_path, text).targets
    assert target.access.password.get_secret_value() == "secret one "


def test_password_in_the_file_needs_a_private_file(tmp_path: Path) -> None:
    text = HEAD + ROUTER + 'password = "secret-1"'

    (fault,) = faults(tmp_path, text, mode=0o644)
    assert "may not stand here" in fault
    assert "secret-1" not in fault
    assert load(tmp_path, text, mode=0o600).targets


def test_empty_password_is_no_secret(tmp_path: Path) -> None:
    assert load(tmp_path, HEAD + ROUTER + 'password = ""', mode=0o644).targets


@pytest.mark.parametrize("way", ["", 'password = ""\npassword_env = "HOME"'])
def test_one_way_to_the_password_is_needed(tmp_path: Path, way: str) -> None:
    (fault,) = faults(tmp_path, HEAD + ROUTER + way)

    assert "exactly one of" in fault


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "fleet.toml").write_text(ROUTER + 'password_file = "none"')
    text = (
        'inventory = ["fleet.toml", "gone.toml"]\n'
        + HEAD
        + ROUTER.replace("Branch", "Other")
        + 'tls_insecure = true\npassword_env = "GONE"\n'
    )

    found = faults(tmp_path, text)

    assert [any(part in fault for fault in found) for part in ("gone.toml", "none", "GONE")] == [
        True
    ] * 3
    assert any("need tls = true" in fault for fault in found)


def test_wrong_shapes_are_told_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        'name = ""\nport = 1\n[coordinator]\nurl = "ftp://x"\n[limits]\njobs = 0\n'
        '[[router]]\nname = "R1"\nhost = "h"\nport = 70000\npassword = ""\n',
    )

    places = [fault.split(": ")[1] for fault in found]
    assert sorted(places) == [
        "coordinator.url",
        "limits.jobs",
        "name",
        "port",
        "router.0.port",
        "router.0.site",
    ]


def test_password_never_shows_in_a_fault(tmp_path: Path) -> None:
    found = faults(tmp_path, HEAD + ROUTER + 'password = ["secret-1"]\nuser = 5\n')

    assert found
    assert "secret-1" not in "\n".join(found)


def test_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROS_AGENT_COORDINATOR__URL", "https://jobs.example.net")
    monkeypatch.setenv("ROS_AGENT_LIMITS__RUN_SECONDS", "60")
    monkeypatch.setenv("ROS_AGENT_STATE_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("ROS_AGENT_ENROLMENT_TOKEN", "once-only")

    config = load(tmp_path, HEAD)

    assert config.coordinator.url == "https://jobs.example.net"
    assert config.limits.run_seconds == 60
    assert config.state_dir == tmp_path / "elsewhere"
    assert config.enrolment_token is not None
    assert "once-only" not in repr(config)


def test_paths_count_from_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "fleet.toml").write_text(ROUTER + 'password_file = "r1.password"')
    (folder / "r1.password").write_text("secret-1")
    (folder / "r1.password").chmod(0o600)

    config = load(tmp_path, 'inventory = ["lists/fleet.toml"]\n' + HEAD)

    assert config.state_dir == tmp_path / "agent-state"
    assert config.targets[0].access.password.get_secret_value() == "secret-1"


def test_one_site_is_one_router(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, HEAD + (ROUTER + 'password = ""\n') * 2)

    assert "site Branch has two routers" in fault


@pytest.mark.parametrize(
    ("lines", "port", "checked"),
    [
        ("", 8728, None),
        ("tls = true", 8729, True),
        ("tls = true\nport = 18729", 18729, True),
        ("tls = true\ntls_insecure = true", 8729, False),
        (f'tls = true\ntls_fingerprint = "{"AB:" * 31}AB"', 8729, False),
    ],
)
def test_tls_checks_all_unless_told_otherwise(
    tmp_path: Path, lines: str, port: int, checked: bool | None
) -> None:
    (target,) = load(tmp_path, HEAD + ROUTER + 'password = ""\n' + lines).targets

    access = target.access
    assert access.port == port
    assert (access.tls and access.tls.check_hostname) == checked
    if checked and access.tls is not None:
        assert access.tls.verify_mode is ssl.CERT_REQUIRED
    if "fingerprint" in lines:
        assert access.tls_fingerprint == bytes.fromhex("AB" * 32)


def test_own_authority_replaces_the_machines(tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    (target,) = load(
        tmp_path, HEAD + ROUTER + 'password = ""\ntls = true\nca_file = "ca.pem"'
    ).targets

    assert target.access.tls is not None
    assert len(target.access.tls.get_ca_certs()) == 1


def test_missing_authority_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, HEAD + ROUTER + 'password = ""\ntls = true\nca_file = "gone.pem"')

    assert "gone.pem" in fault


def test_file_that_is_no_toml_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "= nonsense")

    assert "agent.toml" in fault


def test_enrolment_token_file_may_be_gone_but_not_readable_by_others(tmp_path: Path) -> None:
    text = 'enrolment_token_file = "token"\n' + HEAD
    assert load(tmp_path, text).enrolment_token is None

    (tmp_path / "token").write_text("once-only\n")
    (tmp_path / "token").chmod(0o644)
    assert "mode 0644" in faults(tmp_path, text)[0]

    (tmp_path / "token").chmod(0o600)
    token = load(tmp_path, text).enrolment_token
    assert token is not None
    assert token.get_secret_value() == "once-only"


def test_configuration_that_is_shipped_works_as_it_is() -> None:
    config = load_config(Path(__file__).parents[2] / "config" / "agent.toml", {})

    assert [target.site for target in config.targets] == ["Branch office"]
    assert config.coordinator.url.endswith(":8470")
    assert config.limits == Limits()
    assert config.backup == BackupPolicy()
