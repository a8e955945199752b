"""Commands that decide what runs: conditions, loops, blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.errors import ScriptError
from simulator.script import compile_script

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (":if (true) do={ :put a } else={ :put b }", "a"),
        (":if (1 > 2) do={ :put a } else={ :put b }", "b"),
        (":if (0x85 & 0x80) do={ :put set }", "set"),
        (":if (0) do={ :put a }; :put end", "end"),
        (":if ($undefined) do={ :put a } else={ :put b }", "b"),
        (":if (true) do {\n :put a\n} else {\n :put b\n}", "a"),
        (":put [:if (1 < 2) do={ :return lo } else={ :return hi }]", "lo"),
    ],
)
def test_conditions(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (":for i from=1 to=3 do={ :put $i }", "1\n2\n3"),
        (":for i from=10 to=8 do={ :put $i }", "10\n9\n8"),
        (":for i from=7 to=5 step=-1 do={ :put $i }", "7\n6\n5"),
        (":for i from=1 to=100 step=37 do={ :put $i }", "1\n38\n75"),
        (":for i from=4 to=4 do={ :put $i }", "4"),
        (":for i from=1 to=3 step=-1 do={ :put $i }; :put end", "end"),
        (":for i from=1 to=2 step=0 do={ :put $i }", "1"),
        (":for i from=1 to=2 do={ :put $i; :set i 9 }", "1\n2"),
        (':for i from="1" to=2s do={ :put $i }', "1\n2"),
        (":for i from=0 to=$none do={ :put $i }", "0"),
        (
            (
                ":for i from=1 to=5 do={ :if ($i = 2) do={ :continue }; "
                ":if ($i = 4) do={ :break }; :put $i }"
            ),
            "1\n3",
        ),
        (
            (
                ":for i from=1 to=3 do={ :if ($i = 2) do={ :error x }; "
                ":put $i } on-error={ :put caught }"
            ),
            "1\ncaught",
        ),
        (":for i from=1 to=2", ""),
    ],
)
def test_for(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (':foreach v in={2; "aX"=1; y=2; 5} do={ :put $v }', "2\n5\n1\n2"),
        (':foreach k,v in={a=1;2} do={ :put "$k=$v" }', "0=2\na=1"),
        (':foreach v in=[:toarray ""] do={ :put never }; :put end', "end"),
        (":foreach v in=5 do={ :put $v }", "5"),
        (':foreach k,v in=(1=2) do={ :put "$k/$[:typeof $v]" }', "false/nil"),
        (":foreach v in=$none do={ :put never }", ""),
        (":foreach v in=1,2 do={ :put $v }", "1\n2"),
        (":foreach v in={1;2;3} do={ :if ($v = 2) do={ :break }; :put $v }", "1"),
        (":foreach k,v in={1;2;3} do={ :if ($k = 1) do={ :continue }; :put $v }", "1\n3"),
        (":foreach k,v in={1;2;3} do={ :if ($k = 1) do={ :break }; :put $v }", "1"),
        (":foreach k,v in=$none do={ :put never }", ""),
        (':foreach "my-v" in={1} do={ :put $"my-v" }', "1"),
        (":foreach v in={1;2} do={ :error x } on-error={ :put caught }", "caught"),
        ("foreach v in {1;2} do={ :put $v }", "1\n2"),
    ],
)
def test_foreach(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (":local n 3; :while ($n > 0) do={ :put $n; :set n ($n - 1) }", "3\n2\n1"),
        (":local n 9; :do { :set n ($n + 1) } while=(false); :put $n", "10"),
        (":local n 0; :do { :set n ($n + 1) } while=($n < 3); :put $n", "3"),
        (
            ":local n 0; :while (true) do={ :set n ($n + 1); :if ($n > 4) do={ :break } }; :put $n",
            "5",
        ),
        (
            (
                ":local n 0; :while ($n < 3) do={ :set n ($n + 1); "
                ":if ($n = 2) do={ :continue }; :put $n }"
            ),
            "1\n3",
        ),
        (":do { :put a } if=(1 = 2); :do { :put b } if=(1 = 1)", "b"),
        (':local x [:do { :put a; :put b }]; :put "$[:len $x] $($x->1)"', "a\nb\n2 b"),
        ("{ :put a; { :put b } }", "a\nb"),
        (":break; :put end", ""),
        (':local f [:parse ":put parsed"]; :do $f; :do command={ :put named }', "named"),
    ],
)
def test_while_and_do(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (':if ("text") do={}', "conditional not boolean (:if; line 1)"),
        ("\n:while ({1}) do={}", "conditional not boolean (:while; line 2)"),
        (":for i do={}", "missing value(s) of argument(s) from to (:for; line 1)"),
        (":for from=1 to=2", "missing value(s) of argument(s) counter (:for; line 1)"),
        (":foreach i do={}", "missing value(s) of argument(s) in (:foreach; line 1)"),
        (":foreach in={1}", "missing value(s) of argument(s) counter (:foreach; line 1)"),
        (":if do={}", "missing value(s) of argument(s) condition (:if; line 1)"),
        (":while do={}", "missing value(s) of argument(s) condition (:while; line 1)"),
        (":do while=(true)", "missing value(s) of argument(s) command (:do; line 1)"),
        (":return", "missing value(s) of argument(s) value (:return; line 1)"),
        (":for i from=x to=2 do={}", "invalid value, number expected"),
    ],
)
def test_what_is_missing_or_no_condition_fails(
    run: Callable[..., str], source: str, message: str
) -> None:
    with pytest.raises(ScriptError) as caught:
        run(source)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "loop",
    [
        ":for i from=1 to=1000 do={}",
        ":local n 0; :while ($n < 1000) do={ :set n ($n + 1) }",
        ":foreach i in=[:range 1 1000] do={}",
        ":foreach k,v in=[:range 1 1000] do={}",
    ],
)
def test_long_loops_give_others_a_turn(host: Any, run: Callable[..., str], loop: str) -> None:
    run(loop)
    assert host.breaths >= 3


@pytest.mark.parametrize("word", ["break", "continue", "exit"])
def test_loop_words_exist_from_7_22(run: Callable[..., str], word: str) -> None:
    run(f":{word}")
    with pytest.raises(ScriptError, match=f"bad command name {word}"):
        run(f":{word}", "7.21.5")


def test_quit_ends_the_script_past_every_handler(run: Callable[..., str]) -> None:
    assert run(":do { :put a; :quit } on-error={ :put caught }; :put never") == "a"


def test_return_ends_the_script_and_is_its_value(host: Any) -> None:
    script = compile_script(b":return 5; :put never", host.tree, host.version)
    assert script.run(host) == 5
    assert host.output == b""


def test_script_runs_again_with_fresh_variables(host: Any) -> None:
    script = compile_script(b":local n; :set n ($n + 1); :put $n", host.tree, host.version)
    script.run(host)
    script.run(host)
    assert host.output == b"1\n1\n"
