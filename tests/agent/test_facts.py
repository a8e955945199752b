import pytest

from agent.facts import Release


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("7.15.2 (stable)", (7, 15, 2)),
        ("7.22rc1 (testing)", (7, 22, 0)),
        ("6.49.18 (long-term)", (6, 49, 18)),
        ("7.1", (7, 1, 0)),
        ("", (0, 0, 0)),
    ],
)
def test_release_is_read_from_what_resource_says(text: str, key: tuple[int, int, int]) -> None:
    assert Release(text).key == key


@pytest.mark.parametrize(
    ("text", "captured", "tells", "reads"),
    [
        ("6.49.18", False, False, False),
        ("7.8", False, False, False),
        ("7.9", True, False, False),
        ("7.12.2", True, False, False),
        ("7.13", True, True, True),
        ("7.22.3", True, True, True),
    ],
)
def test_abilities_begin_with_their_release(
    text: str, captured: bool, tells: bool, reads: bool
) -> None:
    release = Release(text)

    assert (release.runs_captured, release.tells_errors, release.reads_files) == (
        captured,
        tells,
        reads,
    )


def test_number_leaves_the_channel_out() -> None:
    assert Release("7.15.2 (stable)").number == "7.15.2"
