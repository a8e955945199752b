"""The names RouterOS has: menus, commands, arguments and properties, by version.

Two texts beside this module hold them: `known.tree`, written by
`tests/tools/make_known_names.py` from what routers of four releases answered
to `/console/inspect`, and `known_more.tree`, written by hand, with menus that
those routers, virtual ones, had not. One block a menu:

    @46 * copy-from                 a set of arguments, named by its number; * the properties
    /ip/address                     a menu
        > sub sub                   its sub-menus
        ars address interface       properties: a of `add`, r readable, s of `set`, u of `unset`
        ! add@46 flush              commands, with the set of their arguments

`name:bd` stands in the trees b and d only, else in every tree that has the
menu. Nothing is parsed but the menus that are asked for.

A release has the names of the newest tree that is not newer than itself. RouterOS 6,
of which there is no tree, is assumed to have those of the oldest, less what
`_SINCE` knows to have come later, and what is marked `6` by hand; there `7`
marks what every RouterOS 7 has.

Source: the command trees of 7.12.2, 7.16.2, 7.18.2 and 7.22.3;
routeros-api.md, section 11; routeros-script.md, section 22.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "known_arguments",
    "known_children",
    "known_command",
    "known_commands",
    "known_menu",
    "known_properties",
    "known_words",
    "needs_hardware",
]

# The trees, oldest first: letter and release.
_TREES = tuple(
    (letter, Version(text))
    for letter, text in zip("abcd", ("7.12.2", "7.16.2", "7.18.2", "7.22.3"), strict=True)
)
# First releases of menus and commands where better known than by the trees.
_SINCE = {
    ("/file", "add"): "7.9",
    ("/file", "read"): "7.13",
    ("/safe-mode", ""): "7.18",
    ("/interface/wireguard", ""): "7.1",
    ("/interface/wifi", ""): "7.13",
    ("/interface/macvlan", ""): "7.12",
    ("/interface/veth", ""): "7.4",
    ("/container", ""): "7.4",
    ("/routing/table", ""): "7.1",
    ("/routing/rule", ""): "7.1",
    ("/routing/route", ""): "7.1",
    ("/ip/dns/forwarders", ""): "7.17",
}
# Left the base system for a package; a router with it is assumed to keep the last tree's names.
_PACKAGES = ("/interface/wireless", "/caps-man")
_PACKAGES_SINCE = "7.13"

# `set` and `reset` take the properties of one kind, `add` those of the other.
_KIND_OF_COMMAND = {"add": "a", "set": "s", "reset": "s"}


@dataclass
class _Block:
    """One menu of one text. A name goes to the letters of its trees; None: all of the menu's."""

    trees: str | None = None
    children: dict[str, str | None] = field(default_factory=dict)
    commands: dict[str, str | None] = field(default_factory=dict)
    arguments: dict[str, dict[str, str | None]] = field(default_factory=dict)
    properties: dict[str, dict[str, str | None]] = field(default_factory=dict)


class _Names:
    """One text, read when first asked and cut up menu by menu."""

    def __init__(self, name: str) -> None:
        self._path = Path(__file__).with_name(name)
        self._blocks: dict[str, _Block | None] = {}

    @cached_property
    def _text(self) -> str:
        return "\n" + self._path.read_text(encoding="utf-8")

    @cached_property
    def _shapes(self) -> dict[str, dict[str, str | None]]:
        """Sets of arguments by number."""
        lines = re.findall(r"\n@(\d+) (.*)", self._text)
        return {number: _cut(names.split()) for number, names in lines}

    def block(self, path: str) -> _Block | None:
        if path not in self._blocks:
            found = re.search(rf"\n{re.escape(path)}(?::(\w+))?\n((?:\t.*\n)*)", self._text)
            self._blocks[path] = found and self._parse(found[1], found[2].splitlines())
        return self._blocks[path]

    def _parse(self, trees: str | None, lines: list[str]) -> _Block:
        block = _Block(trees)
        for line in lines:
            (what, own), *names = (_split(word) for word in line.split())
            if what == ">":
                block.children.update(names)
            elif what == "!":
                self._add_commands(block, names)
            else:
                for name, letters in names:
                    kinds = block.properties.setdefault(name, {})
                    kinds.update(dict.fromkeys(what, letters or own))
        return block

    def _add_commands(self, block: _Block, names: Iterable[tuple[str, str | None]]) -> None:
        for word, letters in names:
            name, _, shape = word.partition("@")
            block.commands[name] = letters
            block.arguments[name] = self._shapes[shape] if shape else {}


def _split(word: str) -> tuple[str, str | None]:
    name, mark, letters = word.partition(":")
    return name, letters if mark else None


def _cut(words: Iterable[str]) -> dict[str, str | None]:
    return dict(_split(word) for word in words)


_TEXTS = (_Names("known.tree"), _Names("known_more.tree"))


@lru_cache(maxsize=64)
def _letters(version: Version) -> str:
    """Return the letters under which a release's names stand, the best first."""
    if version.is_v6:
        return "6a"
    return "7" + next((a for a, tree in reversed(_TREES) if version >= tree), _TREES[0][0])


def _dated(letters: str | None, version: Version, path: str, command: str = "") -> bool:
    """Do as `_has` for a menu or a command, whose first release may be known better."""
    if (first := _SINCE.get((path, command))) is not None:
        return version.since(first)
    return _has(letters, version, path)


def _has(letters: str | None, version: Version, path: str) -> bool:
    """Tell whether a name with these letters is one of the release's."""
    if letters is None or set(letters) & set(_letters(version)):
        return True
    return path.startswith(_PACKAGES) and "a" in letters and not version.is_v6


def _blocks(path: str, version: Version) -> list[_Block]:
    """Return what the texts have on a menu that the release has."""
    above = path.rpartition("/")[0]
    if above and not _blocks(above, version):
        return []
    blocks = (text.block(path) for text in _TEXTS)
    return [each for each in blocks if each is not None and _dated(each.trees, version, path)]


def known_menu(path: str, version: Version) -> bool:
    """Tell whether the release has the menu `path`, such as `/ip/address`; `/` is the root."""
    return bool(_blocks(path, version))


@cache
def needs_hardware(path: str, version: Version) -> bool:
    """Tell whether only boards, or routers with another package, have a menu that is known."""
    above = path.rpartition("/")[0]
    if above and needs_hardware(above, version):
        return True
    if path.startswith(_PACKAGES):
        return version.since(_PACKAGES_SINCE)
    block, more = (text.block(path) for text in _TEXTS)
    if block is not None and (path, "") in _SINCE:
        return False
    if block is not None and (block.trees is None or set(block.trees) & set(_letters(version))):
        return False
    return known_menu(path, version) and (more is None or more.trees != "6")


@cache
def known_children(path: str, version: Version) -> tuple[str, ...]:
    """Return the sub-menus of a menu, sorted; none of a menu that is not there."""
    found = {
        name
        for block in _blocks(path, version)
        for name, letters in block.children.items()
        if _dated(letters, version, _join(path, name))
    }
    return tuple(sorted(found))


def _join(path: str, name: str) -> str:
    return f"/{name}" if path == "/" else f"{path}/{name}"


@cache
def known_commands(path: str, version: Version) -> tuple[str, ...]:
    """Return the commands of a menu, sorted; at the root those of the language too."""
    found = {
        name
        for block in _blocks(path, version)
        for name, letters in block.commands.items()
        if _dated(letters, version, path, name)
    }
    return tuple(sorted(found))


def known_words(path: str, prefix: str, version: Version) -> tuple[str, ...]:
    """Return the sub-menus, then the commands, of a menu whose names begin with `prefix`."""
    words = known_children(path, version) + known_commands(path, version)
    return tuple(word for word in words if word.startswith(prefix))


def known_command(path: str, command: str, version: Version) -> bool:
    """Tell whether the release has the command in the menu."""
    return command in known_commands(path, version)


@cache
def known_arguments(path: str, command: str, version: Version) -> frozenset[str]:
    """Return the names of a command's arguments; those of `add` and `set` hold properties."""
    if not known_command(path, command, version):
        return frozenset()
    found = {
        name
        for block in _blocks(path, version)
        if _dated(block.commands.get(command, ""), version, path, command)
        for name, letters in block.arguments.get(command, {}).items()
        if _has(letters, version, path)
    }
    if "*" in found:
        kind = _KIND_OF_COMMAND[command]
        properties = known_properties(path, version)
        found |= {name for name, kinds in properties.items() if kind in kinds}
    return frozenset(found - {"*"})


@cache
def known_properties(path: str, version: Version) -> Mapping[str, str]:
    """Return the properties of a menu's items, each with its kinds as letters.

    `a` argument of `add`, `s` of `set`, `r` readable, `u` can be unset. Which
    ones are readable is known of 7.22.3 and assumed of older releases.
    """
    found: dict[str, str] = {}
    for block in _blocks(path, version):
        for name, kinds in block.properties.items():
            here = "".join(each for each, trees in kinds.items() if _has(trees, version, path))
            if here:
                found[name] = "".join(sorted({*found.get(name, ""), *here}))
    return found
