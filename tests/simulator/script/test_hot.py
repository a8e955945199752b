"""Loops and functions that run often give what the same ones give when they run once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.errors import RouterError

if TYPE_CHECKING:
    from tests.simulator.script.conftest import RunScript

# What a loop's body does with `$i`, and what 300 turns of it leave in `$r`.
BODIES = [
    (":set r ($r + $i)", "45150"),
    (":set r ($i * 9223372036854775807)", "-300"),
    (':if ($i = 299) do={ :set r "x"; :break }', "x"),
    (":if ($i > 2) do={ :continue }; :set r ($r + 1)", "2"),
    (":if (($i % 100) = 0 && $i != 100) do={ :set r ($r . $i) } else={ :local r 5 }", "0200300"),
    (":foreach k,v in={1;a=2} do={ :set r ($r + $v) }", "900"),
    (":local j 0; :while ($j < 3) do={ :set j ($j + 1); :set r ($r + $j) }", "1800"),
    (":for j from=1 to=2 do={ :set r ($r - $j) }", "-900"),
    (":set r (!($i < 7))", "true"),
    (":set r (1h / $i)", "00:00:12"),
    (":set r ([:len $i] . ($i / -7))", "3-42"),
    (":local a {1;2}; :set ($a->0) $i; :set r ($a->0)", "300"),
]


@pytest.mark.parametrize(("body", "left"), BODIES)
def test_a_long_loop_goes_on_as_it_began(run: RunScript, body: str, left: str) -> None:
    for loop in (
        f":for i from=1 to=300 do={{ {body} }}",
        f":local i 0; :while ($i < 300) do={{ :set i ($i + 1); {body} }}",
        f":local n 0; :local i 0; :do {{ :set i ($i + 1); {body} }} while=($i < 300)",
        (
            ":local l ({}); :for m from=1 to=300 do={ :set l ($l , $m) }; "
            f":foreach i in=$l do={{ {body} }}"
        ),
    ):
        assert run(f":local r 0; {loop}; :put $r") == left


def test_a_function_called_often_returns_as_before(run: RunScript) -> None:
    source = """
    :global f do={ :if ($1 > 40) do={ :return "many" }; :while (true) do={ :return $x } }
    :for i from=1 to=45 do={ :if ($i = 1 || $i > 39) do={ :put [$f $i x=$i] } }
    """

    assert run(source).split("\n") == ["1", "40", *["many"] * 5]


def test_an_error_late_in_a_loop_names_its_command(run: RunScript) -> None:
    source = ":for i from=1 to=300 do={\n:if ($i = 290) do={ :set i ($i + true) }\n}"

    with pytest.raises(RouterError) as caught:
        run(source, "7.23.3")

    assert caught.value.message.endswith(b"(:set; line 2)")


def test_a_return_in_a_long_loop_leaves_the_function(run: RunScript) -> None:
    source = ":local f do={ :for i from=1 to=900 do={ :if ($i = 600) do={ :return $i } } }"

    assert run(source + "; :put [$f]") == "600"


def test_loops_deep_in_each_other_all_go_on(run: RunScript) -> None:
    loops, ends = "", ""
    for name in "abcdefgh":
        loops += f":for {name} from=1 to=2 do={{ "
        ends += " }"

    assert run(
        f":local r 0; :for z from=1 to=300 do={{ {loops} :set r ($r + 1) {ends} }}; :put $r"
    ) == (str(300 * 2**8))
