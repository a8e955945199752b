from __future__ import annotations

import pytest

from simulator.backup import open_backup, seal_backup
from simulator.errors import RouterError

STATE = {"menus": {"/system/identity": [{"number": 1, "values": {"name": "MikroTik"}}]}}


def seal(password: bytes = b"", now: int = 1, encryption: bytes = b"aes-sha256") -> bytes:
    return seal_backup(
        STATE,
        version="7.22.3",
        identity=b"MikroTik",
        now=now,
        password=password,
        encryption=encryption,
    )


def test_file_says_that_a_simulator_made_it() -> None:
    first, second, _ = seal().split(b"\n", 2)

    assert first == b"ROUTEROS-SIMULATOR BACKUP 1"
    assert b'"version": "7.22.3"' in second
    assert b'"encryption": "none"' in second


@pytest.mark.parametrize("encryption", [b"aes-sha256", b"rc4"])
def test_sealed_file_opens_with_its_password_only(encryption: bytes) -> None:
    data = seal(b"example-password", encryption=encryption)

    assert open_backup(data, b"example-password") == STATE
    for wrong in (b"", b"example-passwore"):
        with pytest.raises(RouterError, match="wrong password"):
            open_backup(data, wrong)


def test_password_that_none_needs_is_ignored() -> None:
    assert open_backup(seal(), b"anything") == STATE


def test_sealed_file_shows_nothing_of_its_contents() -> None:
    assert b"identity/" not in seal(b"example-password")
    assert b"example-password" not in seal(b"example-password")


def test_same_state_at_the_same_time_is_the_same_file() -> None:
    assert seal(b"p", now=5) == seal(b"p", now=5)
    assert seal(b"p", now=5) != seal(b"p", now=6)


@pytest.mark.parametrize("password", [b"", b"example-password"])
def test_damage_anywhere_is_noticed(password: bytes) -> None:
    data = seal(password)
    for at in range(0, len(data), 7):
        broken = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(RouterError, match="failure: "):
            open_backup(broken, password)
    with pytest.raises(RouterError, match="failure: "):
        open_backup(data[:-1], password)


@pytest.mark.parametrize("data", [b"", b"\x88\xac\xa1\xb1rest", b"# 2026-01-15 by RouterOS"])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(RouterError, match="not a backup"):
        open_backup(data)
