from __future__ import annotations

import pytest

from simulator.version import Version
from simulator.wire.login import login_failure, read_attempt, response_to

OLD, BOTH, NEW = Version("6.42.12"), Version("6.44"), Version("7.22.3")
CHALLENGE = bytes.fromhex("93b438ec9b80057c06dd9fe67d56aa9a")
RESPONSE = b"00e134102a9d330dd7b1849fedfea3cb57"


def test_response_is_the_published_one() -> None:
    assert response_to(CHALLENGE, b"") == RESPONSE


@pytest.mark.parametrize(("version", "works"), [(OLD, True), (BOTH, True), (NEW, False)])
def test_challenge_works_until_it_was_given_up(version: Version, works: bool) -> None:
    attempt = read_attempt({"name": b"admin", "response": RESPONSE}, CHALLENGE, version)

    assert attempt is not None
    assert attempt.proves(b"") is works
    assert not attempt.proves(b"other")


def test_response_without_a_challenge_proves_nothing() -> None:
    attempt = read_attempt({"name": b"admin", "response": response_to(b"", b"")}, b"", BOTH)

    assert attempt is not None
    assert not attempt.proves(b"")


def test_response_may_be_written_in_capitals() -> None:
    attempt = read_attempt({"name": b"admin", "response": RESPONSE.upper()}, CHALLENGE, BOTH)

    assert attempt is not None
    assert attempt.proves(b"")


@pytest.mark.parametrize("version", [BOTH, NEW])
def test_password_in_the_clear_works_since_it_was_brought_in(version: Version) -> None:
    attempt = read_attempt({"name": b"admin", "password": b"s\xe9cret"}, b"", version)

    assert attempt is not None
    assert attempt.proves(b"s\xe9cret")
    assert not attempt.proves(b"s\xe9crets")


def test_old_router_takes_a_password_for_a_request() -> None:
    assert read_attempt({"name": b"admin", "password": b""}, b"", OLD) is None


@pytest.mark.parametrize("version", [OLD, BOTH, NEW])
@pytest.mark.parametrize("arguments", [{}, {"name": b"admin"}, {"password": b"x"}])
def test_login_without_name_or_password_asks_for_a_challenge(
    version: Version, arguments: dict[str, bytes]
) -> None:
    assert read_attempt(arguments, b"", version) is None


def test_attempt_does_not_show_its_secret() -> None:
    attempt = read_attempt({"name": b"admin", "password": b"hidden"}, b"", NEW)

    assert "hidden" not in repr(attempt)


def test_failure_is_worded_by_version() -> None:
    assert login_failure(OLD) == b"cannot log in"
    assert login_failure(NEW) == b"invalid user name or password (6)"
