"""Signed URLs: what they cover, and when they end."""

from __future__ import annotations

from urllib.parse import parse_qsl
from uuid import uuid4

import pytest

from coordinator.devices.signing import Signed, Signer
from coordinator.errors import AuthError

SIGNER = Signer(b"k" * 32)


def test_a_query_comes_back() -> None:
    what = Signed(uuid4(), "fail", 3, 1000, "trap")

    assert SIGNER.check(what.job_id, dict(parse_qsl(SIGNER.query(what))), 999.9) == what


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "done"),
        ("lease", "4"),
        ("lease", "x"),
        ("expires", "2000"),
        ("expires", "9" * 40),
        ("class", "lost"),
        ("signature", ""),
        ("signature", "\udcff"),
    ],
)
def test_nothing_in_it_can_be_changed(name: str, value: str) -> None:
    what = Signed(uuid4(), "fail", 3, 1000, "trap")
    query = dict(parse_qsl(SIGNER.query(what))) | {name: value}

    with pytest.raises(AuthError, match="signature"):
        SIGNER.check(what.job_id, query, 0)


def test_it_is_of_one_job_and_one_key() -> None:
    what = Signed(uuid4(), "done", 1, 1000)
    query = dict(parse_qsl(SIGNER.query(what)))

    with pytest.raises(AuthError):
        SIGNER.check(uuid4(), query, 0)
    with pytest.raises(AuthError):
        Signer(b"l" * 32).check(what.job_id, query, 0)


def test_it_ends() -> None:
    what = Signed(uuid4(), "done", 1, 1000)

    with pytest.raises(AuthError, match="ended") as caught:
        SIGNER.check(what.job_id, dict(parse_qsl(SIGNER.query(what))), 1000)
    assert (caught.value.status, caught.value.code) == (403, "signature_expired")
