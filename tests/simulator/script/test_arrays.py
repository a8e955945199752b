"""Arrays: literals, order, members, copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.errors import ScriptError

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (":put [:len {1;2;3}]", "3"),
        (":put [:len {1,2}]", "1"),
        (":put {1;2,3}", "1;2;3"),
        (':put {"a";"b";}', "a;b"),
        (":put {a=1;2}", "2;a=1"),
        (":put {b=1;a=2}", "a=2;b=1"),
        (":put [:len ({})]", "0"),
        (":put [:len {{};1}]", "2"),
        (":put ({a=}->0)", "a"),
        (":put {1=1}", "1=1"),
        (':put ({""="e"}->"")', "e"),
        (":put {a =1}", "false"),
        (":put {1+1=2}", "true"),
        (":put [:typeof ({abc}->0)]", "nothing"),
        (':local v 5; :put {"$v"}', "5"),
        (":put {.id=1;/a-b=2}", ".id=1;/a-b=2"),
        (":put {1;\n# a comment line\n2}", "1;2"),
        (":put (1,\n2)", "1;2"),
    ],
)
def test_literals(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (":put ({1;2}->1)", "2"),
        (":put ({1;2}->5)", ""),
        (":put [:typeof ({1}->-1)]", "nothing"),
        (':put ({a={b=3}}->"a"->"b")', "3"),
        (':put [:typeof ($x->"a"->"b")]', "nothing"),
        (':local k "a"; :put ({a=7}->$k)', "7"),
        (':put [:typeof ("abc"->0)]', "nothing"),
    ],
)
def test_members(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (':local a {1;2;3}; :set ($a->2) "x"; :put $a', "1;2;x"),
        (':local m ({}); :set ($m->"k") 1; :set ($m->"j") 2; :put $m', "j=2;k=1"),
        (':local m {a={x=1}}; :set ($m->"a"->"x") 5; :set ($m->"a"->"y") 6; :put $m', "a=x=5;y=6"),
        (':local m {a=1;b=2}; :set ($m->"a"); :put $m', "b=2"),
        (":local l {1;2;3}; :set ($l->1); :put $l", "1;3"),
        (':local l [:toarray ""]; :set ($l->2) c; :put $l', ";;c"),
        (':local n; :set ($n->"k") 1; :put $n', "k=1"),
        (":local l {1}; :set ($l->5); :set ($l->-1) 9; :put $l", "1"),
        (":global g {1;2}; :set ($g->0) 9; :put $g", "9;2"),
        (':local m {a={b={c=1}}}; :set ($m->"a"->"b"->"c"); :put [:len ($m->"a"->"b")]', "0"),
    ],
)
def test_setting_members(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (":local a {1;2}; :local b $a; :set ($b->0) 9; :put $a; :put $b", "1;2\n9;2"),
        (
            (
                ':local a {x={1;2}}; :set ($a->"x"->0) 3; :local b $a; '
                ':set ($a->"x"->1) 4; :put $a; :put $b'
            ),
            "x=3;4\nx=3;2",
        ),
        (
            (
                ':local a {x={1;2}}; :set ($a->"x"->0) 3; :local c ($a->"x"); '
                ':set ($a->"x"->0) 8; :put $c; :put $a'
            ),
            "3;2\nx=8;2",
        ),
        (
            (
                ':local a {x={y={1}}}; :set ($a->"x"->"y"->0) 2; :local c ($a->"x"); '
                ':set ($a->"x"->"y"->0) 3; :put $c'
            ),
            "y=2",
        ),
        (
            ':local a {x={1}}; :set ($a->"x"->0) 2; :local b {$a}; :set ($a->"x"->0) 3; :put $b',
            "x=2",
        ),
        (
            (
                ':local a {x={1}}; :set ($a->"x"->0) 2; :local b ($a , 5); '
                ':set ($a->"x"->0) 3; :put $b'
            ),
            "5;x=2",
        ),
        (
            ":local a {{1}}; :set ($a->0->0) 2; :foreach v in=$a do={ :set ($a->0->0) 3; :put $v }",
            "2",
        ),
        (
            ":local a {{1}}; :set ($a->0->0) 2; :local p [:pick $a 0]; :set ($a->0->0) 3; :put $p",
            "2",
        ),
        (
            ":global f do={ :local z $1; :set ($z->0) 9; :put $z }; :local a {1}; $f $a; :put $a",
            "9\n1",
        ),
        (
            ":local a {1}; :local f do={ :return $1 }; :local b [$f $a]; :set ($b->0) 2; :put $a",
            "1",
        ),
    ],
)
def test_assignment_copies(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (":put (1,2)", "1;2"),
        (":put ({1;2;3} , 5)", "1;2;3;5"),
        (":put ({k=1} , {k2=2})", "k=1;k2=2"),
        (':put [:len ("abc" , [:nothing] , "def")]', "2"),
        (
            (
                ':local a [:toarray ""]; :foreach i in={1;2} do={ :set a ($a , $i) }; '
                ":put $a; :put [:len $a]"
            ),
            "1;2\n2",
        ),
        (
            ":local a {1}; :local b $a; :set a ($a , 2, 3); :set a ($a , 4); :put $a; :put $b",
            "1;2;3;4\n1",
        ),
        (":local a 1; :set a ($a , 2); :put $a", "1;2"),
        (":local a {1;2}; :set a ($a , $a); :set a ($a , $a); :put $a", "1;2;1;2;1;2;1;2"),
        (":global g {1}; :set g ($g , {k=2}); :put $g", "1;k=2"),
        (":local a {1}; :set a ($a , 2); :local b $a; :set a ($a , 3); :put $b", "1;2"),
    ],
)
def test_appending(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


def test_array_in_a_string_makes_an_array(run: Callable[..., str]) -> None:
    assert run(':local a {"x";"y"}; :put [:typeof "p $a"]; :put "p $a"') == "array\np x;p y"
    assert run(':local m {a=1}; :put "$m"; :put "p $m"; :put end') == "a=1\n\nend"


def test_member_far_behind_the_end_is_refused(run: Callable[..., str]) -> None:
    with pytest.raises(ScriptError, match="index out of range"):
        run(":local a {1}; :set ($a->9223372036854775807) x")


def test_text_of_more_than_64_kb_is_refused(run: Callable[..., str]) -> None:
    doubled = (
        ':local s "0123456789abcdef"; :for i from=1 to={n} do={{ :set s {join} }}; :put [:len $s]'
    )
    assert run(doubled.format(n=11, join='"$s$s"')) == "32768"
    for join in ('"$s$s"', "($s . $s)"):
        with pytest.raises(ScriptError, match="afraid to create strings larger than 64kB"):
            run(doubled.format(n=13, join=join))
