"""`ros-simulator check`: a script held against the language and the tables; nothing runs.

It is parsed by the parser that runs scripts, told to go on where a router
would stop: an unknown parameter and a value outside a closed set do not end
the text here, so that one look finds everything.

| kind | what |
| --- | --- |
| `syntax` | the router refuses the whole text |
| `unknown-menu`, `unknown-command`, `unknown-parameter` | no such name in that release |
| `bad-value` | a value that the argument never takes |
| `not-modelled` | RouterOS has it, this simulator only keeps it |
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from simulator.console.commands import commands_of
from simulator.console.tree import Tree
from simulator.errors import ParseError, RouterError
from simulator.menus.registry import menus_at
from simulator.menus.types import Scope
from simulator.router import Router
from simulator.script.arguments import CODE_NAMES
from simulator.script.ast import Command, Late, Literal, MenuCommand, SourceText
from simulator.script.grammar import BUILTINS
from simulator.script.parser import parse
from simulator.script.places import Places
from simulator.script.tree import ArgumentKind, CommandSyntax
from simulator.values import to_text
from simulator.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.console.request import Menu
    from simulator.menus.table import Field

__all__ = ["Finding", "check_source"]

_COMMAND = b"bad command name "
_PARAMETER = b"bad parameter "
# Commands of the language that run a text, and the argument that holds it.
_CODE_OF = {"parse": "value", "execute": "script", "grep": "script"}
_NAME = re.compile(rb"[\w.-]*")
_PATH_END = re.compile(rb"(?:(?<=[\s;{\[/])|^)(?:[a-z0-9-]+[/ ]+)*\Z")
_PATH_BEFORE = re.compile(rb"(?:^|[\s;{\[])/(?:[a-z0-9-]+[/ ])*([a-z0-9-]+)\Z", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a script.

    Attributes:
        line, column: Where, from 1; the column counts bytes.
        kind: See the module.
        message: What, for people.
    """

    line: int
    column: int
    kind: str
    message: str

    def as_line(self, file: str) -> str:
        return f"{file}:{self.line}:{self.column}: {self.kind}: {self.message}"

    def as_json(self, file: str) -> dict[str, Any]:
        return {
            "file": file,
            "line": self.line,
            "column": self.column,
            "kind": self.kind,
            "message": self.message,
        }


def check_source(source: bytes, version: str) -> list[Finding]:
    """Return what there is to say about a script, in the order of the text.

    Raises:
        UsageError: There is no such version.
    """
    checker = _Checker(Router(_CheckVersion(version)))
    places = Places(source)
    found = sorted(checker.findings(source), key=lambda each: each[0])
    return [Finding(*places.place(at), kind, message) for at, kind, message in found]


class _CheckVersion(Version):
    """The release asked for, but an unknown parameter does not end the text."""

    bad_parameter = True


class _LenientTree:
    """The console's tree, but every value will do: values are judged afterwards."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._known: dict[int, tuple[CommandSyntax, CommandSyntax]] = {}

    def find(self, menu: Menu, word: str) -> Menu | CommandSyntax | None:
        found = self._tree.find(menu, word)
        if not isinstance(found, CommandSyntax):
            return found
        if id(found) not in self._known:
            free = {name: replace(each, read=None) for name, each in found.arguments.items()}
            self._known[id(found)] = (found, replace(found, arguments=free))
        return self._known[id(found)][1]


class _Checker:
    """One check; findings are (offset, kind, message)."""

    def __init__(self, router: Router) -> None:
        self._router = router
        # Scripts for boards are checked too, whatever the router at hand has.
        self._tree = Tree(router.tables, router.version, hardware=True)
        self._lenient = _LenientTree(self._tree)

    def findings(self, source: bytes, base: int = 0) -> Iterator[tuple[int, str, str]]:
        """Yield what there is about a text that begins `base` bytes into the script."""
        try:
            parsed = parse(source, self._lenient, self._router.version)
        except ParseError as error:
            at, kind, message = self._refused(source, error)
            yield base + at, kind, message
            return
        for node in _nodes(parsed.body):
            if isinstance(node, Late):
                yield base + _blamed(source, node), *self._late(node)
            elif isinstance(node, MenuCommand):
                for at, kind, message in self._command(node):
                    yield base + at, kind, message
                for name, value in node.arguments.items():
                    if name in CODE_NAMES or _takes_code(node.syntax, name):
                        for at, kind, message in self._inside(value):
                            yield base + at, kind, message
            elif isinstance(node, Command) and node.builtin.name in _CODE_OF:
                code = node.arguments.get(_CODE_OF[node.builtin.name])
                for at, kind, message in self._inside(code):
                    yield base + at, kind, message
            elif isinstance(node, SourceText):
                yield from self.findings(node.text, base + node.at + 1)

    def _late(self, late: Late) -> tuple[str, str]:
        if late.message.startswith(_PARAMETER):
            near = _nearest(late.message.removeprefix(_PARAMETER), self._parameters(late.command))
            return "unknown-parameter", _text(late.message) + near
        further = any(isinstance(each, Literal) for each in late.words[1:])
        kind = "unknown-menu" if further else "unknown-command"
        near = _nearest(late.message.removeprefix(_COMMAND), self._words(late.menu))
        return kind, _text(late.message) + near

    def _parameters(self, command: str) -> Iterable[str]:
        """Return the arguments of a command by its path, `/ip/address/add` or `/put`."""
        *menu, name = command.strip("/").split("/")
        syntax = self._tree.commands(tuple(menu)).get(name)
        if syntax is not None:
            return syntax.arguments
        return BUILTINS[name].slots if name in BUILTINS else ()

    def _words(self, menu: Menu) -> Iterable[str]:
        """Return what may stand in a menu: menus below it, its commands, the language's own."""
        return (*self._tree.children(menu), *self._tree.commands(menu), *BUILTINS)

    def _refused(self, source: bytes, error: ParseError) -> tuple[int, str, str]:
        """Return place, kind and message for a text that the router refuses whole.

        Of an unknown menu with a slash behind it the router says no more than where the slash
        is.
        """
        at = _offset(source, error)
        word, begin = b"", at
        if error.bare.startswith(_COMMAND):
            word = error.bare.removeprefix(_COMMAND)
        elif source[at : at + 1] == b"/" and (path := _PATH_BEFORE.search(source, 0, at)):
            word, begin = path[1], path.start(1)
        if not word:
            return at, "syntax", _text(error.bare)
        before = _PATH_END.search(source, 0, begin)
        words = re.findall(rb"[a-z0-9-]+", before[0]) if before else []
        menu = tuple(each.decode() for each in words)
        near = _nearest(word, self._words(menu if self._tree.is_menu(menu) else ()))
        return begin, "unknown-menu", _text(_COMMAND + word) + near

    def _inside(self, code: Any) -> Iterator[tuple[int, str, str]]:
        """Yield what there is about code in a string; all of it stands where the string does.

        A single word is the name of a script.
        """
        if isinstance(code, Literal) and isinstance(code.value, bytes):
            text = code.value
            if not _NAME.fullmatch(text):
                for at, kind, message in self.findings(text):
                    line, column = Places(text).place(at)
                    where = f" (line {line} column {column} of the code)"
                    yield code.at, kind, message + where

    def _command(self, node: MenuCommand) -> Iterator[tuple[int, str, str]]:
        path = "/" + "/".join(node.menu)
        declared = menus_at(self._router.version).get(node.menu)
        if declared is None:
            yield node.at, "not-modelled", f"{path} is kept as it is written"
            return
        bound = commands_of(declared, self._router.version).get(node.syntax.name)
        fields = {} if bound is None else bound.arguments
        for name, value in node.arguments.items():
            if isinstance(value, Literal) and name in fields:
                fault = _fault(fields[name], value)
                if fault:
                    yield value.at, "bad-value", f"{path} {node.syntax.name}: {fault}"


def _fault(field: Field, literal: Literal) -> str:
    """Return what a router says of a value, whatever else is configured; empty if nothing.

    Names of other items all pass: whether they are there depends on the router.
    """
    text = to_text(literal.value)
    if not text or field.name == "value-name":
        return ""
    try:
        field.type.parse(text, Scope(field.name))
    except RouterError as error:
        return f"{error} ({_text(text)})"
    return ""


def _takes_code(syntax: CommandSyntax, name: str) -> bool:
    argument = syntax.arguments.get(name)
    return argument is not None and argument.kind is ArgumentKind.CODE


def _nearest(word: bytes, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word.decode("latin-1"), tuple(known), n=1)
    return f"; nearest known: {near[0]}" if near else ""


def _nodes(node: Any) -> Iterator[Any]:
    """Yield a syntax tree's nodes, each before what it holds."""
    stack = [node]
    while stack:
        here = stack.pop()
        if isinstance(here, tuple | list):
            stack.extend(reversed(here))
        elif isinstance(here, dict):
            stack.extend(reversed(list(here.values())))
        elif is_dataclass(here) and type(here).__module__ == Late.__module__:
            yield here
            stack.extend(getattr(here, each.name) for each in reversed(fields(here)))


def _offset(source: bytes, error: ParseError) -> int:
    """Return where in the text an error is, which names line and column."""
    lines = source.splitlines(keepends=True)[: (error.line or 1) - 1]
    return sum(map(len, lines)) + (error.column or 1) - 1


def _blamed(source: bytes, late: Late) -> int:
    """Return the first byte of the unknown name; the router may blame the `=` after it."""
    if source[late.blamed : late.blamed + 1] == b"=":
        return late.blamed - len(late.message.removeprefix(_PARAMETER))
    return late.blamed


def _text(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")
