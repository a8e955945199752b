"""Every table of every module, at every release that we have a reason to play."""

from __future__ import annotations

import pytest

from simulator.console.commands import commands_of
from simulator.menus.registry import all_menus, menus_at
from simulator.router import Router
from simulator.version import Version

VERSIONS = ("6.49.18", "7.1", "7.9", "7.12.2", "7.16.2", "7.18.2", "7.22.3", "7.24.4")


@pytest.mark.parametrize("version", VERSIONS)
def test_defaults_are_values_of_their_types(version: str) -> None:
    for menu in menus_at(Version(version)).values():
        assert set(menu.defaults) <= set(menu.all_fields), menu.path


@pytest.mark.parametrize("version", VERSIONS)
def test_every_table_of_a_fresh_router_can_be_made_and_shown(version: str) -> None:
    router = Router(Version(version), board="RB750GL")
    for menu in menus_at(router.version).values():
        table = router.tables[menu.words]
        for item in table:
            assert all(value is not None for value in table.row(item).values()), menu.path


@pytest.mark.parametrize("version", VERSIONS)
def test_every_menu_has_commands_and_only_known_special_properties(version: str) -> None:
    for menu in menus_at(Version(version)).values():
        commands = commands_of(menu, Version(version))
        assert commands, menu.path
        for names in menu.unique:
            assert set(names) <= set(menu.all_fields), menu.path
        assert menu.named_by is None or menu.named_by in menu.all_fields, menu.path


def test_references_lead_to_menus_that_exist() -> None:
    menus = menus_at(Version("7.22.3"))
    for menu in menus.values():
        for field in menu.all_fields.values():
            kind = field.type
            while hasattr(kind, "inner"):
                kind = kind.inner
            for path in getattr(kind, "paths", ()):
                assert tuple(path.strip("/").split("/")) in menus, f"{menu.path} {field.name}"


def test_menus_are_shared_by_the_routers_of_a_release() -> None:
    assert Router().tables.menus is Router().tables.menus
    assert len(all_menus()) >= len(menus_at(Version("7.22.3")))


def test_virtual_routers_have_no_menus_of_boards() -> None:
    boards, virtual = (menus_at(Version("7.22.3"), boards=each) for each in (True, False))
    assert ("interface", "ethernet", "switch") in boards.keys() - virtual.keys()
    assert ("system", "routerboard") in virtual
