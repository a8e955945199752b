"""Functions, ops and code as values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.errors import ScriptError

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (":global f do={ :return ($a + $b) }; :put [$f a=6 b=2]", "8"),
        (
            ':global f do={ :put "$1 $p $2" }; $f one p=mx two; [$f one two p=mx]',
            "one mx two\none mx two",
        ),
        (
            ":global f do={ :put [:typeof $v] }; $f v=12; $f v=(12); $f v=$none; $f",
            "str\nnum\nnothing\nnothing",
        ),
        (':global f do={ :local p; :return $p }; :put "<$[$f p=1]>"', "<>"),
        (
            (
                ':global f do={ :put "$0|$1" }; $f a; :local m ({}); '
                ':set ($m->"f") $f; [($m->"f") x y]'
            ),
            "$f|a\nx|y",
        ),
        (
            (
                ":global f do={ :global f; :if ($1 <= 1) do={ :return 1 }; "
                ":return ($1 * [$f ($1 - 1)]) }; :put [$f 5]"
            ),
            "120",
        ),
        (":put [:typeof [$undefined]]; :put [$undefined 1 2]", "nil\n"),
        (
            (
                ":global f do={ :foreach x in={1;2} do={ :if ($x = 2) do={ :return "
                '"hit $x" } }; :return none }; :put [$f]'
            ),
            "hit 2",
        ),
        (
            (
                ":global f do={ :do { :return inner } on-error={ :return caught }; "
                ":return late }; :put [$f]"
            ),
            "inner",
        ),
        (
            ":global f do={ :onerror e in={ :return inner } do={}; :return late }; :put [$f]",
            "inner",
        ),
        (":global f do={ ($1 + 1) }; :put [$f 4]", "5"),
        (':local "my-fn" do={ :put $1 }; $"my-fn" x', "x"),
        (':global f do={ :put $1 }; $f {1;2}; $f !q; $f x=1 "a b"', "1;2\n!q\na b"),
        (
            (
                ":global run do={ [$code] }; :global f do={ :put given }; "
                '$run code=$f; $run code=[:parse ":put parsed"]'
            ),
            "given\nparsed",
        ),
        (
            ':global each do={ :foreach i in=$1 do={ [$do $i] } }; $each {1;2} do={ :put "<$1>" }',
            "<1>\n<2>",
        ),
        (":global f do={ :break }; :for i from=1 to=2 do={ $f; :put $i }", "1\n2"),
    ],
)
def test_calls(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (':global f do={ :put "$1 $2" }; :put $f', ";(evl (evl /putmessage=(. $1   $2)))"),
        (":global f do={}; :put [:typeof $f]; :put [:len $f]", "array\n2"),
        (':put [:typeof [:parse ":put hi"]]; :put [:tostr [:parse ":put hi"]]', "code\n(code)"),
        (':local c [:parse ":return (\\$a + 1)"]; :put [$c a=4]', "5"),
        (':put [[:parse ":return 1.1.1.1"]]', "1.1.1.1"),
        (':put [:parse "(>)"]', "syntax error (line 1 column 3)"),
        (':put [:typeof [:parse [:parse ":put 1"]]]', "code"),
    ],
)
def test_code_values(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (":put [:typeof (>[:return 1])]; :put [(>[:return 1])]", "op\n1"),
        (":global q (>[:return ($1 + $2)]); :put ($q <%% {1;2})", "2"),
        (':global q (>[:put "$0 $1 $named"]); ($q <%% {1;2;named="n"})', "1 2 n"),
        (':put (>"text $1"); :put [:tostr (>"text $1")]', "(. text  $1)\n(. text  $1)"),
        (":put (>{1+1}); :put [(>{1+1})]", "(+ 1 1)\n2"),
        (':put "$[:typeof (>{})] $[:len (>{7;8})]"', "array 2"),
        (":local x 5; :local q (>[:put $x]); [$q]; :set x 6; $q", "5\n6"),
        (":global add1 do={ ($1 + 1) }; :put ($add1 <%% $add1 <%% {0})", ";2"),
        (':global f do={ :return "r$1" }; :put ($f <%% {0;1})', "r1"),
        (":put (5 <%% {1})", "5"),
        (':local q (>[:return "$0"]); :put ($q <%% 3)', "3"),
        (':global f do={ :local q (>[:return "$1$p"]); :return [$q] }; :put [$f a p=b]', "b"),
    ],
)
def test_ops(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


def test_calls_that_never_end_fail_as_an_error_of_the_language(run: Callable[..., str]) -> None:
    assert (
        run(":global f do={ :global f; [$f] }; :do { [$f] } on-error={ :put caught }") == "caught"
    )


def test_calls_may_nest_as_deep_as_real_scripts_need(run: Callable[..., str]) -> None:
    count = (
        ":global f do={ :global f; :if ($1 = 0) do={ :return 0 } else={\n"
        ":foreach i in={1} do={ :do { :return (1 + [$f ($1 - 1)]) } on-error={ :error x } } } }"
    )
    assert run(count + "; :put [$f 400]") == "400"


def test_rejected_code_fails_when_it_runs(run: Callable[..., str]) -> None:
    with pytest.raises(ScriptError, match=r"syntax error \(line 1 column 2\)"):
        run(':put before; [[:parse "()"]]')


def test_version_6_writes_eval(run: Callable[..., str]) -> None:
    assert run(":global f do={ :put a }; :put $f", "6.49.18") == ";(eval (eval /putmessage=a))"
