"""Lines and columns of offsets, as RouterOS counts them."""

from __future__ import annotations

import pytest

from simulator.script.places import Places


@pytest.mark.parametrize(
    ("source", "offset", "place"),
    [
        (b"", 0, (1, 1)),
        (b"abc", 2, (1, 3)),
        (b"abc", 3, (1, 4)),
        (b"a\nb", 2, (2, 1)),
        (b"a\r\nb", 3, (2, 1)),
        (b"a\rb", 2, (2, 1)),
        (b"a\r\n\r\nb", 5, (3, 1)),
        (b"\xc3\xa9x", 2, (1, 3)),
    ],
)
def test_offset_has_a_line_and_a_byte_column(
    source: bytes, offset: int, place: tuple[int, int]
) -> None:
    assert Places(source).place(offset) == place


def test_error_says_its_place() -> None:
    error = Places(b"a\nbc").error(b"syntax error", 3)
    assert error.message == b"syntax error (line 2 column 2)"
    assert (error.bare, error.line, error.column) == (b"syntax error", 2, 2)
