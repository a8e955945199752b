"""The command trees of real routers, when they are at hand."""

from __future__ import annotations

import csv
import gzip
import io
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[4] / "shared" / "reference" / "command-tree"


@dataclass
class Tree:
    """What one release answered to `/console/inspect`.

    Attributes:
        types: (menu, command, argument) to the type as the router words it.
        values: The same to the values that it offers; not for old releases.
    """

    types: dict[tuple[str, str, str], str]
    values: dict[tuple[str, str, str], tuple[str, ...]]

    @cached_property
    def _arguments(self) -> dict[tuple[str, str], set[str]]:
        found: dict[tuple[str, str], set[str]] = {}
        for menu, command, argument in self.types:
            found.setdefault((menu, command), set()).add(argument)
        return found

    @cached_property
    def _commands(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for menu, command, _ in self.types:
            found.setdefault(menu, set()).add(command)
        return found

    def menus(self) -> set[str]:
        return set(self._commands)

    def commands(self, menu: str) -> set[str]:
        return self._commands.get(menu, set()) - {""}

    def arguments(self, menu: str, command: str) -> set[str]:
        return self._arguments.get((menu, command), set()) - {""}


@pytest.fixture(scope="session")
def command_tree_folder() -> Path:
    """The folder of `VERSION.tsv.gz` files; skips the test when there is none."""
    folder = Path(os.environ.get("ROUTEROS_COMMAND_TREE") or _BESIDE)
    if not folder.is_dir():
        pytest.skip("no command trees: set ROUTEROS_COMMAND_TREE to a folder of VERSION.tsv.gz")
    return folder


def _read(path: Path) -> Tree:
    text = gzip.decompress(path.read_bytes()).decode()
    rows = csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    next(rows)
    types: dict[tuple[str, str, str], str] = {}
    values: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for menu, command, argument, type_, offered in rows:
        types[menu, command, argument] = type_
        if offered:
            values[menu, command, argument] = tuple(offered.split("|"))
    return Tree(types, values)


@pytest.fixture(scope="session")
def command_trees(command_tree_folder: Path) -> dict[str, Tree]:
    """Every tree at hand, by version."""
    paths = sorted(command_tree_folder.glob("*.tsv.gz"))
    return {path.name.removesuffix(".tsv.gz"): _read(path) for path in paths}
