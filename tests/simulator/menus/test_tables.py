"""Every table, held against the command trees of real routers when they are at hand."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from simulator.console.commands import commands_of
from simulator.menus.known import needs_hardware
from simulator.menus.registry import menus_at
from simulator.menus.types import Choice, ListOf, Negatable
from simulator.router import Router
from simulator.version import Version
from tests.simulator.driving import Driver

if TYPE_CHECKING:
    from simulator.menus.table import Menu
    from simulator.menus.types import FieldType
    from tests.simulator.menus.conftest import Tree

NEWEST = "7.22.3"
VERSIONS = ("7.12.2", "7.16.2", "7.18.2", NEWEST)
# Arguments that name no property, and properties that only the console's printing has.
NO_PROPERTY = {"numbers", "copy-from", "place-before", "about"}
# `unset` offers flag filters of `print`, which are no properties, and states.
NOT_UNSETTABLE = {"all", "dynamic", "static", "active", "inactive", "running", "status"}
# Menus of boards and packages, which the trees of virtual routers have not, or not whole.
NOT_IN_A_TREE = {"/system/health"}
# What tables have and the trees have not, and why.
DEVIATIONS = {
    "/system/license": {"software-id", "nlevel", "features"},  # boards have them
    "/system/logging": {"comment"},  # 7.22 brought it; a comment harms nobody before
    "/system/script/environment": {"user"},  # 7.22.3 shows it to no client
    "/system/script": {"unset"},  # 7.24 has it
}
# Of API and script, which the console's tree does not show.
NOT_IN_THE_CONSOLE = {"listen", "getall"}


def tables(version: str) -> list[Menu]:
    """Return the menus of a release that have properties."""
    release = Version(version)
    left_out = NOT_IN_A_TREE | ({"/interface/veth"} if release.since("7.19") else set())
    return [
        menu
        for menu in menus_at(release).values()
        if menu.all_fields and menu.path not in left_out and not needs_hardware(menu.path, release)
    ]


def takes_properties(menu: Menu, version: str) -> bool:
    return bool({"add", "set"} & commands_of(menu, Version(version)).keys())


def surplus(found: dict[str, set[str]]) -> dict[str, list[str]]:
    """Return what is not among the deviations."""
    left = {path: names - DEVIATIONS.get(path, set()) for path, names in found.items()}
    return {path: sorted(names) for path, names in left.items() if names}


def settable_in(tree: Tree, path: str) -> set[str]:
    return (tree.arguments(path, "set") | tree.arguments(path, "add")) - NO_PROPERTY


def readable_in(tree: Tree, path: str) -> set[str]:
    return set(tree.values.get((path, "get", "value-name"), ())) - NO_PROPERTY


def closed_set(kind: FieldType) -> set[str] | None:
    """Return the words of a type that takes nothing else, or None."""
    if isinstance(kind, Negatable | ListOf):
        return closed_set(kind.inner)
    return {word.decode() for word in kind.words} if isinstance(kind, Choice) else None


@pytest.mark.parametrize("version", ["6.49.18", *VERSIONS, "7.24.1"])
def test_every_table_has_defaults_and_fresh_items_of_its_types(version: str) -> None:
    driver = Driver(router=Router(Version(version), board="RB750GL"))
    for menu in menus_at(Version(version)).values():
        assert set(menu.defaults) <= set(menu.all_fields)
        if menu.all_fields and not menu.path.startswith("/system/script"):
            driver.run(f"{menu.path}/print")


@pytest.mark.parametrize("version", VERSIONS)
def test_no_table_has_a_menu_that_routeros_lacks(
    version: str, command_trees: dict[str, Tree]
) -> None:
    in_tree = command_trees[version].menus()
    assert [menu.path for menu in tables(version) if menu.path not in in_tree] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_no_table_takes_a_property_that_routeros_lacks(
    version: str, command_trees: dict[str, Tree]
) -> None:
    tree = command_trees[version]
    wrong = {
        menu.path: set(menu.settable) - settable_in(tree, menu.path)
        for menu in tables(version)
        if takes_properties(menu, version)
    }
    assert surplus(wrong) == {}


def test_no_table_shows_a_property_that_routeros_lacks(command_trees: dict[str, Tree]) -> None:
    tree = command_trees[NEWEST]
    wrong = {
        menu.path: {name for name, field in menu.all_fields.items() if not field.hidden}
        - readable_in(tree, menu.path)
        - settable_in(tree, menu.path)
        for menu in tables(NEWEST)
    }
    assert surplus(wrong) == {}


def test_closed_sets_of_values_are_those_that_routeros_offers(
    command_trees: dict[str, Tree],
) -> None:
    tree = command_trees[NEWEST]
    wrong = {}
    for menu in tables(NEWEST):
        for name, field in menu.settable.items():
            own = closed_set(field.type)
            offered = next(
                (
                    {word.strip('"') for word in tree.values[menu.path, command, name]}
                    for command in ("set", "add")
                    if (menu.path, command, name) in tree.values
                ),
                set[str](),
            )
            if own is not None and offered and own != offered:
                wrong[f"{menu.path} {name}"] = sorted(own ^ offered)
    assert wrong == {}


def test_what_can_be_unset_is_what_routeros_lets_be_unset(command_trees: dict[str, Tree]) -> None:
    tree = command_trees[NEWEST]
    wrong = {}
    for menu in tables(NEWEST):
        offered = set(tree.values.get((menu.path, "unset", "value-name"), ())) - NOT_UNSETTABLE
        offered &= settable_in(tree, menu.path)  # of wifi lists it offers what nobody can set
        own = {name for name, field in menu.settable.items() if field.unsettable} - {"comment"}
        if own - NOT_UNSETTABLE != offered:
            wrong[menu.path] = sorted((own ^ offered) - NOT_UNSETTABLE)
    assert wrong == {}


def test_no_menu_has_a_command_that_routeros_lacks(command_trees: dict[str, Tree]) -> None:
    tree = command_trees[NEWEST]
    wrong = {
        menu.path: commands_of(menu, Version(NEWEST)).keys()
        - tree.commands(menu.path)
        - NOT_IN_THE_CONSOLE
        for menu in tables(NEWEST)
    }
    assert surplus(wrong) == {}


def test_most_properties_of_the_declared_menus_are_in_the_tables(
    command_trees: dict[str, Tree], capsys: pytest.CaptureFixture[str]
) -> None:
    """Prints the share of each menu that is not whole; the rest is kept as text all the same."""
    tree = command_trees[NEWEST]
    had, whole = Counter[str](), Counter[str]()
    for menu in tables(NEWEST):
        names = settable_in(tree, menu.path) | readable_in(tree, menu.path)
        whole[menu.path] = len(names)
        had[menu.path] = len(names & set(menu.all_fields))
    with capsys.disabled():
        for path, count in sorted(whole.items()):
            if had[path] < count:
                print(f"\n{path}: {had[path]} of {count} properties", end="")  # noqa: T201
    assert had.total() / whole.total() > 0.95
