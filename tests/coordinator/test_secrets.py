"""The signing key: made once, whole, and for the owner's eyes only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from coordinator.errors import ConfigError
from coordinator.secrets import KEY_NAME, load_signing_key

if TYPE_CHECKING:
    from pathlib import Path


def test_the_first_load_makes_the_key_and_later_ones_read_it(tmp_path: Path) -> None:
    key, made = load_signing_key(tmp_path)

    assert (len(key), made) == (32, True)
    assert (tmp_path / KEY_NAME).stat().st_mode & 0o777 == 0o600
    assert load_signing_key(tmp_path) == (key, False)
    assert [path.name for path in tmp_path.iterdir()] == [KEY_NAME]


def test_loads_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: load_signing_key(tmp_path), range(16)))

    assert len({key for key, _ in results}) == 1
    assert sum(made for _, made in results) == 1


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    load_signing_key(tmp_path)
    (tmp_path / KEY_NAME).chmod(0o644)

    with pytest.raises(ConfigError, match="chmod 600"):
        load_signing_key(tmp_path)


@pytest.mark.parametrize("content", ["", "xyz", "ab" * 31])
def test_a_damaged_key_is_refused_and_not_shown(tmp_path: Path, content: str) -> None:
    path = tmp_path / KEY_NAME
    path.write_text(content)
    path.chmod(0o600)

    with pytest.raises(ConfigError, match="damaged") as caught:
        load_signing_key(tmp_path)
    assert not content or content not in str(caught.value)


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load_signing_key(tmp_path / "nowhere")


def test_a_shared_key_is_read_by_all_and_made_by_none(tmp_path: Path) -> None:
    shared = tmp_path / "shared.key"
    with pytest.raises(ConfigError, match="No such file"):
        load_signing_key(tmp_path / "a", shared)

    shared.touch(mode=0o600)
    shared.write_text("ab" * 32)
    both = [load_signing_key(tmp_path / name, shared) for name in ("a", "b")]
    assert both == [(b"\xab" * 32, False)] * 2
    assert list(tmp_path.iterdir()) == [shared]
