"""Ids, tokens and their forms."""

from __future__ import annotations

from uuid import UUID

import pytest

from coordinator.ids import (
    hash_token,
    new_agent_token,
    new_enrolment_token,
    new_pid,
    new_token,
    parse,
)


def test_tokens_of_jobs_are_ten_letters_and_digits() -> None:
    tokens = {new_token() for _ in range(1000)}

    assert len(tokens) == 1000
    assert all(len(token) == 10 and token.isascii() and token.isalnum() for token in tokens)


def test_public_ids_sort_by_time_and_are_told_apart() -> None:
    pids = [new_pid(now) for now in (0, 1, 1_768_471_200_000, 1_768_471_200_001, 2**48 - 1)]

    assert pids == sorted(pids)
    assert {len(pid) for pid in pids} == {31}
    assert new_pid(5) != new_pid(5)


def test_secret_tokens_are_long_and_told_apart_by_their_hash() -> None:
    tokens = [new_agent_token(), new_agent_token(), new_enrolment_token()]

    assert all(len(token) >= 50 for token in tokens)
    assert len({hash_token(token) for token in tokens}) == 3
    assert len(hash_token("\udcff")) == 32


@pytest.mark.parametrize("text", ["6F1C0C5E-0d6a-4b5e-9f0e-2d1c5b7a9e10"])
def test_a_uuid_is_read_in_any_case(text: str) -> None:
    assert parse(text) == UUID(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "6f1c0c5e0d6a4b5e9f0e2d1c5b7a9e10",
        "{6f1c0c5e-0d6a-4b5e-9f0e-2d1c5b7a9e10}",
        "urn:uuid:6f1c0c5e-0d6a-4b5e-9f0e-2d1c5b7a9e10",
        "6f1c0c5e-0d6a-4b5e-9f0e-2d1c5b7a9e1g",
        "6f1c0c5e-0d6a-4b5e-9f0e-2d1c5b7a9e10\n",
        "6f1c0c5e-0d6a-4b5e-9f0e2-d1c5b7a9e10",
        "６f1c0c5e-0d6a-4b5e-9f0e-2d1c5b7a9e10",  # noqa: RUF001 - a wide digit
    ],
)
def test_no_other_spelling_is_a_uuid(text: str) -> None:
    assert parse(text) is None
