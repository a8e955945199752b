from uuid import UUID

import pytest

from agent.names import Marker, MarkerState, Names, is_our_file, is_our_script

JOB = UUID("11111111-2222-4333-8444-555555555555")


def test_names_bear_the_token() -> None:
    names = Names.of("aB3dE6gH9j", JOB)

    assert names.script == "job-aB3dE6gH9j"
    assert is_our_file(f"{names.before}.rsc".encode())
    assert is_our_file(f"{names.after}.rsc".encode())
    assert is_our_file(f"flash/{names.before}.backup".encode())
    assert is_our_script(names.wrapper.encode(), bytes(Marker(MarkerState.READY)))


@pytest.mark.parametrize("token", ['a"; /system reboot; "', "", "x y", "ab", "ünïcode"])
def test_token_with_other_letters_never_reaches_a_router(token: str) -> None:
    assert Names.of(token, JOB).script == f"job-{JOB.hex}"


@pytest.mark.parametrize(
    "name",
    [b"job-nightly.rsc", b"backup.rsc", b"routeros-job-abcd.npk", b"x/y/routeros-job-abcd.rsc"],
)
def test_files_of_others_are_not_ours(name: bytes) -> None:
    assert not is_our_file(name)


def test_script_named_like_ours_without_our_comment_is_not_ours() -> None:
    assert not is_our_script(b"job-nightly", None)
    assert not is_our_script(b"job-nightly", b"made by hand")


@pytest.mark.parametrize("state", [MarkerState.READY, MarkerState.STARTED, MarkerState.DONE])
def test_marker_survives_the_router(state: MarkerState) -> None:
    assert Marker.read(bytes(Marker(state))) == Marker(state)


def test_marker_of_a_failure_keeps_the_text() -> None:
    marker = Marker(MarkerState.FAILED, "boom тест (:error; line 1)".encode())

    assert Marker.read(bytes(marker)) == marker


@pytest.mark.parametrize(
    "comment", [None, b"", b"by hand", b"routeros-jobs what", b"routeros-jobs \xff"]
)
def test_other_comments_are_foreign(comment: bytes | None) -> None:
    assert Marker.read(comment).state is MarkerState.FOREIGN
