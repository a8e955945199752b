from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from simulator.menus.known import (
    _Names,
    known_arguments,
    known_children,
    known_command,
    known_commands,
    known_menu,
    known_properties,
    known_words,
    needs_hardware,
)
from simulator.version import Version

if TYPE_CHECKING:
    from tests.simulator.menus.conftest import Tree

NEW = Version("7.22.3")
ROOT = Path(__file__).resolve().parents[3]


def test_a_menu_of_routeros_is_known_and_another_word_is_not() -> None:
    assert known_menu("/ip/address", NEW)
    assert known_menu("/", NEW)
    assert not known_menu("/ip/adress", NEW)
    assert not known_menu("/ip/address/print", NEW)


def test_names_stand_with_the_release_that_has_them() -> None:
    assert not known_command("/file", "read", Version("7.12.2"))
    assert known_command("/file", "read", Version("7.13"))
    assert not known_menu("/safe-mode", Version("7.17"))
    assert known_menu("/safe-mode", Version("7.18"))
    assert "available-from" not in known_properties("/ip/service", NEW)


def test_a_release_between_two_trees_has_the_names_of_the_older_one() -> None:
    assert known_properties("/disk", Version("7.17")) == known_properties(
        "/disk", Version("7.16.2")
    )
    assert known_properties("/disk", Version("7.17")) != known_properties(
        "/disk", Version("7.18.2")
    )


def test_routeros_6_has_its_old_menus_and_not_the_new_ones() -> None:
    old = Version("6.49.18")
    assert known_menu("/routing/bgp/peer", old)
    assert "remote-as" in known_properties("/routing/bgp/peer", old)
    assert not known_menu("/routing/bgp/peer", NEW)
    assert not known_menu("/interface/wireguard", old)
    assert not known_menu("/interface/wireguard/peers", old)
    assert not known_command("/file", "add", old)


def test_menus_of_boards_and_packages_are_known_of_every_release() -> None:
    for text in ("6.49.18", "7.12.2", "7.22.3"):
        version = Version(text)
        assert known_menu("/system/routerboard/settings", version)
        assert "auto-upgrade" in known_properties("/system/routerboard/settings", version)
        assert known_menu("/interface/wireless/security-profiles", version)
        assert "routerboard" in known_children("/system", version)


@pytest.mark.parametrize(
    ("path", "version", "hardware"),
    [
        ("/interface/ethernet/poe", "7.22.3", True),
        ("/interface/ethernet/switch/port", "6.49.18", True),
        ("/system/routerboard/settings", "7.12.2", True),
        ("/interface/wireless", "7.12.2", False),
        ("/interface/wireless/security-profiles", "7.13", True),
        ("/routing/bgp/peer", "6.49.18", False),
        ("/ip/firewall/filter", "7.22.3", False),
        ("/file", "7.22.3", False),
        ("/no/such", "7.22.3", False),
    ],
)
def test_menus_that_a_virtual_router_has_not_are_told_from_the_others(
    path: str, version: str, *, hardware: bool
) -> None:
    assert needs_hardware(path, Version(version)) is hardware


def test_menus_that_no_virtual_router_had_are_known_by_hand() -> None:
    assert "root-dir" in known_properties("/container", NEW)
    assert known_command("/container", "start", NEW)
    assert known_properties("/interface/wireless/security-profiles", NEW)["default"] == "r"
    assert known_arguments("/iot/mqtt", "publish", NEW) >= {"broker", "topic", "message"}


def test_a_menu_of_both_texts_has_the_names_of_both() -> None:
    old = known_properties("/system/ntp/client", Version("6.49.18"))
    assert {"enabled", "primary-ntp"} <= old.keys()
    assert "primary-ntp" not in known_properties("/system/ntp/client", NEW)


def test_every_menu_is_a_child_of_the_one_above_and_every_child_a_menu() -> None:
    below: set[str] = set()
    for text in ("6.49.18", "7.12.2", "7.16.2", "7.18.2", "7.22.3"):
        todo = ["/"]
        while todo:
            path = todo.pop()
            below.add(path)
            assert known_menu(path, Version(text)), (text, path)
            todo += [f"{path.rstrip('/')}/{word}" for word in known_children(path, Version(text))]
    for name in ("known.tree", "known_more.tree"):
        lines = (ROOT / "simulator" / "menus" / name).read_text().splitlines()
        assert {line.partition(":")[0] for line in lines if line.startswith("/")} - below == set()


def test_properties_tell_what_can_be_added_set_read_and_unset() -> None:
    found = known_properties("/ip/route", NEW)
    assert found["dst-address"] == "ars"
    assert found["check-gateway"] == "arsu"
    assert found["active"] == "r"
    assert known_properties("/ip/dns", NEW)["servers"] == "rs"


def test_arguments_of_add_and_set_are_properties_and_a_few_more() -> None:
    assert known_arguments("/ip/address", "set", NEW) >= {"numbers", "address", "comment"}
    assert "numbers" not in known_arguments("/ip/address", "add", NEW)
    assert "copy-from" in known_arguments("/ip/address", "add", NEW)
    assert known_arguments("/tool", "fetch", NEW) >= {"url", "http-data", "dst-path"}
    assert known_arguments("/tool", "fetsch", NEW) == frozenset()


def test_words_of_a_menu_are_found_by_their_beginning() -> None:
    assert known_words("/ip/dns", "ad", NEW) == ("adlist",)
    assert known_words("/ip/dns", "s", NEW) == ("static", "set")
    assert known_words("/no/such", "", NEW) == ()


@pytest.mark.parametrize("name", ["known.tree", "known_more.tree"])
def test_the_names_need_no_more_than_a_few_milliseconds(name: str) -> None:
    """Generous: the point is that a router does not wait for a whole text to be parsed."""
    started = time.perf_counter()
    _Names(name).block("/ip/address")
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("version", ["7.12.2", "7.16.2", "7.18.2", "7.22.3"])
def test_every_name_of_the_tree_is_known(version: str, command_trees: dict[str, Tree]) -> None:
    tree = command_trees[version]
    release = Version(version)
    unknown = [
        key
        for key in tree.types
        if not known_menu(key[0], release)
        or (key[1] and key[1] not in known_commands(key[0], release))
        or (key[2] and key[2] not in known_arguments(*key[:2], release))
    ]
    assert unknown == []


@pytest.mark.parametrize("version", ["7.12.2", "7.16.2", "7.18.2", "7.22.3"])
def test_no_argument_is_known_that_the_tree_has_not(
    version: str, command_trees: dict[str, Tree]
) -> None:
    tree = command_trees[version]
    release = Version(version)
    by_hand = _Names("known_more.tree")
    wrong = [
        (menu, command, extra)
        for menu in tree.menus()
        for command in tree.commands(menu)
        for extra in known_arguments(menu, command, release) - tree.arguments(menu, command)
        if (block := by_hand.block(menu)) is None or extra not in block.properties
    ]
    assert wrong == []


def test_the_data_file_is_what_its_script_writes(command_tree_folder: Path, tmp_path: Path) -> None:
    tool = ROOT / "tests" / "tools" / "make_known_names.py"
    written = tmp_path / "known.tree"
    subprocess.run([sys.executable, tool, command_tree_folder, written], check=True)
    assert written.read_text() == (ROOT / "simulator" / "menus" / "known.tree").read_text()
