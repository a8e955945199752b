"""Scripts as a whole: what they print and how they fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.errors import ParseError, ScriptError

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (":put hello", "hello"),
        (":local a 1; :local b 2; :put ($a + $b)", "3"),
        (":global f do={ :return ($1 + 1) }; :put [$f 5]", "6"),
        (":for i from=1 to=3 do={ :put $i }", "1\n2\n3"),
        (':foreach k,v in={a=1;2} do={ :put "$k=$v" }', "0=2\na=1"),
        (":local n 3; :while ($n > 0) do={ :put $n; :set n ($n - 1) }", "3\n2\n1"),
        (":do { :error no; :put never } on-error={ :put caught }", "caught"),
        (":if (1 = 1) do={ :put yes } else={ :put no }", "true"),
        (':local m {a={b=1}}; :set ($m->"a"->"b") 2; :put $m', "a=b=2"),
    ],
)
def test_script_prints(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


def test_syntax_error_keeps_everything_from_running(run: Callable[..., str]) -> None:
    with pytest.raises(ParseError) as caught:
        run(":put before\n:put 'x'")
    assert str(caught.value) == "syntax error (line 2 column 6)"
    assert (caught.value.line, caught.value.column) == (2, 6)


def test_unknown_command_fails_only_when_reached(run: Callable[..., str]) -> None:
    assert run(":put before; :do { nonsense } on-error={ :put caught }") == "before\ncaught"
    with pytest.raises(ScriptError, match=r"bad command name nonsense \(line 2 column 1\)"):
        run(":put before\nnonsense")
