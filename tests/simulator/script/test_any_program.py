"""Made-up programs: whatever they do, they end in a value or in an error of the language."""

from __future__ import annotations

import contextlib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.errors import Interrupted, RouterError
from simulator.script import compile_script
from simulator.script.grammar import BUILTINS, Slot

if TYPE_CHECKING:
    from simulator.script.grammar import Builtin

_SCALARS = """
1 0 -1 9223372036854775807 0xff "abc" "5" "" true no 1h -1w2d 1.2.3.4 10.0.0.0/8 ::1
2001:db8::/32 *1F $x $y $1 $f [] [:nothing] "p_$x" "$[:len_$y]" "\\00\\FF" 1.256 "2023-01-01"
"""
_OTHERS = '{1;2} {a=1;2} ({}) {{1};{b={c=1}}} (>[:put_1]) (>"q_$1") [:parse_":put_1"]'
_LITERALS = st.sampled_from((_SCALARS + _OTHERS).split()).map(lambda text: text.replace("_", " "))
_OPERATORS = st.sampled_from(
    [*"+-*/%&|^.<>=~,", "<<", ">>", "<=", ">=", "!=", "in", "and", "or", "->", "<%%", " "]
)
_WORDS = st.sampled_from(["hex", "raw", "json", "dsv", "base64", "num", "json.pretty", "md5"])


def _operations(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.tuples(inner, _OPERATORS, inner).map(lambda parts: "({} {} {})".format(*parts))
    prefix = st.tuples(st.sampled_from(["!", "-", "~", "any ", ">"]), inner)
    return binary | prefix.map(lambda parts: "({}{})".format(*parts))


_VALUES = st.recursive(_LITERALS, _operations, max_leaves=5)


def _body(statements: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(statements, min_size=1, max_size=2).map("; ".join)


@st.composite
def _builtin(draw: st.DrawFn, builtin: Builtin, inner: st.SearchStrategy[str]) -> str:
    text = f":{builtin.name}"
    for name, slot in builtin.slots.items():
        if slot in (Slot.VALUE, Slot.TIME):
            if name in builtin.positional or draw(st.booleans()):
                text += f" {name}={draw(_VALUES | _WORDS)}"
        elif slot is Slot.FLAG:
            text += f" {name}" if draw(st.booleans()) else ""
        elif slot in (Slot.BLOCK, Slot.SOURCE, Slot.FUNCTION):
            text += f" {name}={{{draw(_body(inner))}}}"
        else:
            text += " x"
    return text


def _statements(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    names = sorted(BUILTINS.keys() - {"quit", "exit", "local", "global", "set"})
    return st.one_of(
        st.sampled_from(names).flatmap(lambda name: _builtin(BUILTINS[name], inner)),
        st.tuples(st.sampled_from(["local", "global", "set"]), _VALUES).map(
            lambda parts: ":{} x {}".format(*parts)
        ),
        st.tuples(_VALUES, _VALUES | st.just("")).map(
            lambda parts: ":set ($y->{}) {}".format(*parts)
        ),
        st.tuples(_VALUES, _body(inner)).map(
            lambda parts: ":foreach k,v in={} do={{{}}}".format(*parts)
        ),
        _body(inner).map(":global f do={{{}}}".format),
        st.tuples(_VALUES, _VALUES).map(lambda parts: "$f {} a={}".format(*parts)),
        _VALUES.map("/ip address find where address={} !comment".format),
        inner.map(":put [{}]".format),
    )


_PROGRAMS = _body(st.recursive(_VALUES.map(":put {}".format), _statements, max_leaves=6))


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(_PROGRAMS)
def test_any_program_ends_in_a_value_or_an_error_of_the_language(program: str) -> None:
    source = f":local x 5; :global y; :global f; {program}".encode()
    host = _make_host()
    turns = 0

    def tire(_: float = 0) -> None:
        nonlocal turns
        turns += 1
        if turns > 20:
            raise Interrupted("enough")

    host.breathe = host.wait = tire
    with contextlib.suppress(RouterError, Interrupted):
        assert compile_script(source, host.tree, host.version).run(host) is not None


def _make_host() -> Any:
    return _CONFTEST.Host()


def _load_conftest() -> Any:
    # Hypothesis shares a fixture among its examples; each program needs its own router.
    path = Path(__file__).with_name("conftest.py")
    spec = importlib.util.spec_from_file_location("script_conftest", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_CONFTEST = _load_conftest()
