"""Names of menus, commands and arguments, as the script parser asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.script.tree import ArgumentKind, CommandSyntax
from tests.simulator.driving import Driver

if TYPE_CHECKING:
    from simulator.console.tree import Tree


@pytest.fixture(scope="module")
def tree() -> Tree:
    return Driver().router.console.tree


def syntax(tree: Tree, menu: tuple[str, ...], name: str) -> CommandSyntax:
    found = tree.find(menu, name)
    assert isinstance(found, CommandSyntax)
    return found


def test_words_may_be_shortened_while_one_thing_begins_so(tree: Tree) -> None:
    assert tree.find((), "system") == ("system",)
    assert tree.find((), "sys") == ("system",)
    assert tree.find(("ip",), "addr") == ("ip", "address")
    assert tree.find(("system",), "ident") == ("system", "identity")
    assert tree.find((), "zzz") is None
    assert tree.find(("system",), "re") is None
    assert syntax(tree, ("ip", "address"), "pr").name == "print"


def test_exact_word_wins_over_longer_ones(tree: Tree) -> None:
    assert tree.find(("interface",), "bridge") == ("interface", "bridge")
    assert syntax(tree, ("interface",), "print").name == "print"


def test_positional_arguments_stand_in_order(tree: Tree) -> None:
    address = ("ip", "address")
    assert syntax(tree, address, "set").positional == ("numbers",)
    assert syntax(tree, address, "get").positional == ("number", "value-name")
    assert syntax(tree, address, "find").positional == ("where",)
    assert syntax(tree, ("ip", "firewall", "filter"), "move").positional == (
        "numbers",
        "destination",
    )
    assert syntax(tree, ("system", "identity"), "get").positional == ("value-name",)
    assert syntax(tree, ("log",), "info").positional == ("message",)


def test_kinds_of_arguments(tree: Tree) -> None:
    printing = syntax(tree, ("ip", "address"), "print")
    assert printing.arguments["as-value"].kind is ArgumentKind.FLAG
    assert printing.arguments["count-only"].kind is ArgumentKind.FLAG
    assert printing.arguments["where"].kind is ArgumentKind.WHERE
    assert printing.arguments["from"].kind is ArgumentKind.VALUE
    script = syntax(tree, ("system", "script"), "add")
    assert script.arguments["source"].kind is ArgumentKind.CODE


def test_where_knows_the_properties(tree: Tree) -> None:
    assert {"address", ".id", "dynamic", "comment"} <= syntax(
        tree, ("ip", "address"), "print"
    ).properties


def test_listen_is_the_apis_own_word(tree: Tree) -> None:
    assert tree.find(("ip", "address"), "listen") is None


def test_words_of_closed_sets_are_judged_and_nothing_else_is(tree: Tree) -> None:
    add = syntax(tree, ("ip", "address"), "add").arguments
    disabled, interface = add["disabled"].read, add["interface"].read
    assert disabled is not None
    assert disabled(b"yes") is True
    assert disabled(b"2.2") is None
    assert interface is not None
    assert interface(b"nosuch") == b"nosuch"
    mtu = syntax(tree, ("interface",), "set").arguments["mtu"].read
    assert mtu is not None
    assert mtu(b"1500") == 1500
    assert mtu(b"12x") == b"12x"
    name = syntax(tree, ("ip", "address"), "get").arguments["value-name"]
    assert name.read is None


def test_menus_that_are_not_modelled_are_known_by_name(tree: Tree) -> None:
    assert tree.find(("ip", "proxy"), "access") == ("ip", "proxy", "access")
    assert "dst-host" in syntax(tree, ("ip", "proxy", "access"), "add").arguments
    assert syntax(tree, ("system",), "sup-output").name == "sup-output"


def test_argument_names_may_be_shortened(tree: Tree) -> None:
    add = syntax(tree, ("ip", "address"), "add")
    found = add.argument("int")
    assert found is not None
    assert found.name == "interface"
    assert add.argument("nosuch") is None


def test_names_depend_on_the_release() -> None:
    old, new = (Driver(version).router.console.tree for version in ("7.12.2", "7.22.3"))
    assert "regex" not in syntax(old, ("system", "logging"), "set").arguments
    assert "regex" in syntax(new, ("system", "logging"), "set").arguments
