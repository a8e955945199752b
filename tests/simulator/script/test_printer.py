"""A tree printed as source and parsed again is the same tree, places left out."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.router import Router
from simulator.script.ast import Literal, Operation, Text
from simulator.script.parser import parse
from simulator.script.printer import print_source
from simulator.version import DEFAULT_VERSION

TREE = Router().console.tree
ATOMS = st.sampled_from(
    ["1", "-5", '"a b"', '"\\$\\"\\n\\FF"', "$x", '$"y-z"', "true", "1h", "1.2.3.4", "::1", "[]"]
)
OPERATORS = st.sampled_from([*"+-*%&|^.<>=~,", "<<", ">=", "!=", "in", "and", "or", "->", "<%%"])


def _wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, OPERATORS, inner).map(lambda each: "({} {} {})".format(*each)),
        inner.map('"p $({}) s"'.format),
        inner.map("(!{})".format),
        inner.map("(> {})".format),
        inner.map("[:len {}]".format),
        inner.map("[$f {} k=1]".format),
        st.tuples(inner, inner).map(lambda each: "{{{};k={}}}".format(*each)),
    )


VALUES = st.recursive(ATOMS, _wider, max_leaves=8)


def _statements(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(VALUES, inner, inner).map(lambda e: ":if ({}) do={{{}}} else={{{}}}".format(*e)),
        st.tuples(VALUES, inner).map(lambda e: ":foreach k,v in={} do={{{}}}".format(*e)),
        inner.map(":for i from=1 to=3 do={{{}}}".format),
        inner.map(":global f do={{{}}}".format),
        inner.map(":do {{{}}} on-error={{}}".format),
        inner.map(":onerror e in={{{}}} do={{:put $e}}".format),
    )


PROGRAMS = st.recursive(
    st.one_of(
        VALUES.map(":put {}".format),
        VALUES.map(":local x {}".format),
        VALUES.map(':global "y-z" {}'.format),
        VALUES.map(":local x; :set x {}".format),
        VALUES.map(":return {}".format),
        VALUES.map("$f {} a=1".format),
    ),
    _statements,
    max_leaves=5,
)


def bare(node: Any) -> Any:
    """Return a tree as plain values, without places and what they decide."""
    if isinstance(node, Literal):
        return "literal", node.value
    if isinstance(node, Text):
        return "text", [bare(part) for part in _joined(node)]
    if isinstance(node, Operation):
        return node.operator, [bare(each) for each in node.operands]
    if isinstance(node, tuple | list):
        return [bare(each) for each in node]
    if isinstance(node, dict):
        return {name: bare(each) for name, each in node.items()}
    if is_dataclass(node) and type(node).__module__.endswith("script.ast"):
        return type(node).__name__, {
            each.name: bare(getattr(node, each.name))
            for each in fields(node)
            if each.name not in ("at", "breaks", "unit")
        }
    return node


def _joined(node: Text) -> list[Any]:
    parts: list[Any] = []
    for part in node.parts:
        last = parts[-1].value if parts and isinstance(parts[-1], Literal) else None
        if isinstance(part, Literal) and isinstance(part.value, bytes) and isinstance(last, bytes):
            parts[-1] = Literal(0, last + part.value)
        else:
            parts.append(part)
    return parts


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(PROGRAMS)
def test_a_printed_tree_parses_to_itself(program: str) -> None:
    source = f':local x 1; :global "y-z"; :global f; {program}'.encode()
    first = parse(source, TREE, DEFAULT_VERSION).body

    printed = print_source(first)

    assert bare(parse(printed, TREE, DEFAULT_VERSION).body) == bare(first), printed
