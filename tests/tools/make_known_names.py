"""Write simulator/menus/known.tree from command trees of real routers.

    python tests/tools/make_known_names.py FOLDER [OUTPUT]

FOLDER holds one `VERSION.tsv.gz` per RouterOS version: rows of menu, command,
argument, type and values, as `/console/inspect` yields them when every node is
visited. In `get`, the values of `value-name` are the properties that can be
read. `simulator.menus.known` says how the output is to be read.
"""

from __future__ import annotations

import gzip
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

VERSIONS = ("7.12.2", "7.16.2", "7.18.2", "7.22.3")
LETTERS = "abcd"
OUTPUT = Path(__file__).parents[2] / "simulator" / "menus" / "known.tree"

# Arguments of the table verbs that name no property.
_NO_PROPERTY = frozenset({"numbers", "number", "copy-from", "place-before", "once", "from"})
# Whose arguments are properties, and the kind that each gives them.
_KIND_OF_COMMAND = {"add": "a", "set": "s"}
# Lists of property names in the tree of a version that has values.
_READABLE = ("get", "value-name")
_UNSETTABLE = ("unset", "value-name")

Trees = str  # the letters of the trees that have a name, in order


@dataclass
class _Menu:
    trees: set[str] = field(default_factory=set)
    children: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    commands: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    arguments: dict[str, dict[str, set[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )
    readable: set[str] = field(default_factory=set)
    unsettable: set[str] = field(default_factory=set)


def read_trees(folder: Path) -> dict[str, _Menu]:
    """Return every menu of every tree in `folder`, by its path."""
    menus: dict[str, _Menu] = defaultdict(_Menu)
    for letter, version in zip(LETTERS, VERSIONS, strict=True):
        text = gzip.decompress((folder / f"{version}.tsv.gz").read_bytes()).decode()
        for line in text.splitlines()[1:]:
            path, command, argument, _, values = line.split("\t")
            menu = menus[path]
            menu.trees.add(letter)
            if command:
                menu.commands[command].add(letter)
            if argument:
                menu.arguments[command][argument].add(letter)
            if (command, argument) == _READABLE:
                menu.readable |= set(values.split("|")) - {""}
            if (command, argument) == _UNSETTABLE:
                menu.unsettable |= set(values.split("|")) - {""}
    _link(menus)
    return menus


def _link(menus: dict[str, _Menu]) -> None:
    """Make each menu a child of the one above, making that one where no row names it."""
    todo = sorted(menus)
    while todo:
        path = todo.pop()
        above, _, word = path.rpartition("/")
        if not word:
            continue
        if (above or "/") not in menus:
            todo.append(above)
        trees = menus[path].trees
        menus[above or "/"].children[word] |= trees
        menus[above or "/"].trees |= trees


def _properties(menu: _Menu) -> dict[str, dict[str, set[str]]]:
    """Return the trees that have a property, by name and kind.

    Only the newest tree tells what can be read and unset; the others are
    assumed to agree wherever they have the name, or the menu, at all.
    """
    found: dict[str, dict[str, set[str]]] = defaultdict(dict)
    for command, kind in _KIND_OF_COMMAND.items():
        for name, trees in menu.arguments.get(command, {}).items():
            if name not in _NO_PROPERTY:
                found[name][kind] = trees
    if "get" not in menu.commands:
        return found
    for name in menu.readable | set(found):
        trees = set[str]().union(*found[name].values()) or menu.trees
        if name in menu.readable or not trees & {LETTERS[-1]}:
            found[name]["r"] = trees
        if name in menu.unsettable:
            found[name]["u"] = trees
    return found


def _rest(menu: _Menu, command: str, properties: dict[str, dict[str, set[str]]]) -> list[str]:
    """Return a command's arguments, with `*` for the properties if it takes all of its kind."""
    arguments = menu.arguments.get(command, {})
    kind = {"reset": "s", **_KIND_OF_COMMAND}.get(command, "-")
    implied = {name: kinds[kind] for name, kinds in properties.items() if kind in kinds}
    if not all(arguments.get(name) == trees for name, trees in implied.items()):
        implied = {}
    rest = [name for name in sorted(arguments) if name not in implied]
    words = [_word(name, arguments[name], menu.commands[command]) for name in rest]
    return ["*", *words] if implied else words


def _word(name: str, trees: set[str], whole: set[str]) -> str:
    return name if trees == whole else f"{name}:{''.join(sorted(trees))}"


def _groups(menu: _Menu, properties: dict[str, dict[str, set[str]]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for name, kinds in sorted(properties.items()):
        by_trees: dict[Trees, str] = defaultdict(str)
        for kind in sorted(kinds):
            by_trees["".join(sorted(kinds[kind]))] += kind
        for trees, letters in by_trees.items():
            groups[letters].append(_word(name, set(trees), menu.trees))
    return groups


def render(menus: dict[str, _Menu]) -> str:
    """Return the text of the data file."""
    shapes: dict[str, int] = {}
    lines: list[str] = []
    for path, menu in sorted(menus.items()):
        properties = _properties(menu)
        lines.append(_word(path, menu.trees, set(LETTERS)))
        if menu.children:
            words = (
                _word(name, trees, menu.trees) for name, trees in sorted(menu.children.items())
            )
            lines.append("\t> " + " ".join(words))
        groups = _groups(menu, properties)
        lines += [f"\t{kinds} " + " ".join(names) for kinds, names in sorted(groups.items())]
        commands = []
        for command, trees in sorted(menu.commands.items()):
            shape = " ".join(_rest(menu, command, properties))
            number = f"@{shapes.setdefault(shape, len(shapes) + 1)}" if shape else ""
            commands.append(_word(f"{command}{number}", trees, menu.trees))
        if commands:
            lines.append("\t! " + " ".join(commands))
    head = [f"# Written by tests/tools/{Path(__file__).name}; simulator/menus/known.py reads it."]
    head.append("# " + " ".join(f"{a}={b}" for a, b in zip(LETTERS, VERSIONS, strict=True)))
    head += [f"@{number} {shape}" for shape, number in shapes.items()]
    return "\n".join([*head, *lines, ""])


def main(arguments: list[str]) -> None:
    output = Path(arguments[1]) if len(arguments) > 1 else OUTPUT
    output.write_text(render(read_trees(Path(arguments[0]))), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
