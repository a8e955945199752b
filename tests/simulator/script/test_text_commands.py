"""Commands on texts and arrays: length, parts, positions, types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.errors import ScriptError

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (':put [:len "abc"]', "3"),
        (":put [:len {1;2;a=3}]", "3"),
        (":put [:len 12345]", "5"),
        (":put [:len $none]", "0"),
        (":put [:len 1.1.1.1]", "7"),
        (':put [:typeof "1"]; :put [:typeof 1]; :put [:typeof {1}]', "str\nnum\narray"),
        (":put [:typeof value=1h]", "time"),
        (':put [:tostr {1;"a";b=2}]', "1;a;b=2"),
        (":local f do={}; :put [:tostr $f]", ";(code)"),
    ],
)
def test_len_and_typeof(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (':put [:pick "abcde" 1 3]', "bc"),
        (':put [:pick "abcde" 1]', "b"),
        (':put [:pick "Man" 0 5]', "Man"),
        (':put [:typeof [:pick "abc" 3 5]]', "nil"),
        (':put [:typeof [:pick "abc" 1 1]]', "nil"),
        (':put [:pick "abc" -1 2]', "ab"),
        (":put [:pick 107 1 3]", "07"),
        (':put [:pick {"a";"b";"c"} 1 3]', "b;c"),
        (':put [:pick {"a";"b"} 1]', "b"),
        (":put [:typeof [:pick {1} 4]]", "nil"),
        (":put [:typeof [:pick {1} 1 1]]", "nil"),
        (":put [:pick 1.2.3.4 0 3]", "1.2"),
        (':put [:pick "abc" "1" "2"]', "b"),
        (':put [:pick "abc" $none 2]', "ab"),
        (':put [:pick "abc" x]', "a"),
        (':put [:typeof [:pick "abc" 2 $none]]', "nil"),
    ],
)
def test_pick(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (':put [:find "abc" "b"]', "1"),
        (':put [:find "abc" "a" -1]', "0"),
        (':put [:typeof [:find "abc" "a" 0]]', "nil"),
        (':put [:find "a+b+c" "+" 1]', "3"),
        (':put [:find {"x";"y"} "y"]', "1"),
        (":put [:typeof [:find {1} 2]]", "nil"),
        (':put [:typeof [:find "abc" ""]]', "nil"),
        (":put [:find 12345 34]", "2"),
        (":put [:find in={1;2;1} key=1 from=0]", "2"),
    ],
)
def test_find(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (':put [:len [:toarray "1, 2,,3"]]; :put [:pick [:toarray "jan, feb"] 1]', "3\nfeb"),
        (':put [:len [:toarray ""]]', "0"),
        (
            ":put [:toarray {1;2}]; :put [:len [:toarray 5]]; :put [:len [:toarray $none]]",
            "1;2\n1\n0",
        ),
        (":put [:range 2 5]; :put [:range 3 1]", "2;3;4;5\n3;2;1"),
        (':put [:toarray "a;b" delimiter=";"]', "a;b"),
    ],
)
def test_toarray_and_range(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (':put [:convert to=hex [:tocrlf "a\\nb\\r\\n"]]', "610d0a620d0a"),
        (':put [:convert to=hex [:tolf "a\\r\\nb"]]', "610a62"),
    ],
)
def test_line_ends(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize("source", [":range a 5", ":range 1 9000000000"])
def test_range_that_cannot_be_made_fails(run: Callable[..., str], source: str) -> None:
    with pytest.raises(ScriptError):
        run(source)


def test_delimiter_of_toarray_is_unknown_before_7_21(run: Callable[..., str]) -> None:
    with pytest.raises(ScriptError, match="expected end of command"):
        run(':toarray "a" delimiter=";"', "7.20")
