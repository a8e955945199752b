"""Variables: scopes, kinds, names that are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.errors import ScriptError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (":local x outer; { :put $x; :local x inner; :put $x }; :put $x", "outer\ninner\nouter"),
        ("{ :local p 3; { :global g 4 }; :global g; :put ($p+$g) }", "7"),
        (":global gg whole; { :local gg part; :set gg mine; :put $gg }; :put $gg", "mine\nwhole"),
        (':local x 1; :local f do={ :put "[$x]" }; $f', "[]"),
        (":local x 1; :if (true) do={ :set x 2 }; :put $x", "2"),
        (":local x 1; :local x 2; :put $x", "2"),
        (":global v 1; :local v 2; :put $v", "1"),
        (":local v 2; :global v 1; :put $v", "2"),
        ('{ :local a 1 }; :put "<$a>"', "<>"),
        (
            ':foreach i in={1} do={ :foreach i in={2} do={ :put $i }; :put $i }; :put "<$i>"',
            "2\n1\n<>",
        ),
        (":local x; :put [:typeof $x]", "nothing"),
        (":local x 5; :set x; :put [:typeof $x]", "nothing"),
        (":set $nosuch 1; :put done", "done"),
    ],
)
def test_scopes(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (':local "my-var" 1; :set "my-var" 2; :put $"my-var"; :put "v=$"my-var""', "2\nv=2"),
        (':local n 3; :global "name$n" 5; :global name3; :put $name3', "5"),
        (':global name3 1; :local n 3; :set ("name" . $n) 9; :put $name3', "9"),
        (':global a1 1; :global ("a" . 2); :local ("x" . 1) 5; :put [:typeof $a2]', "nothing"),
        (':local s 1; :set ("" . "s"); :put [:typeof $s]', "nothing"),
    ],
)
def test_names_in_quotes_and_computed_names(
    run: Callable[..., str], source: str, output: str
) -> None:
    assert run(source) == output


def test_globals_outlive_a_script_but_must_be_declared(run: Callable[..., str]) -> None:
    run(":global G 5")
    assert run(':put "<$G>"; :global G; :put "<$G>"') == "<>\n<5>"


def test_setting_a_global_to_nothing_removes_it(run: Callable[..., str]) -> None:
    assert run(":global z 1; :global y 2; :set z; :environment print") == "y=2"


def test_setting_an_unknown_computed_name_fails(run: Callable[..., str]) -> None:
    with pytest.raises(ScriptError, match="unknown variable b"):
        run(':local a b; :set ("" . $a) 1')


def test_parameter_wins_over_the_global_it_is_named_like(run: Callable[..., str]) -> None:
    assert (
        run(
            ":global v 123; :global f do={ :global v; :put $v; :set v la; :put $v }\n"
            "$f v=1234\n:put $v"
        )
        == "1234\nla\n123"
    )


def test_variables_from_outside_need_no_declaration(host: Any, run: Callable[..., str]) -> None:
    host.parameters = {b"leaseBound": b"1"}
    assert run(":put $leaseBound; :if ($leaseBound = 1) do={ :put bound }") == "1\nbound"
