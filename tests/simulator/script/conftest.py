"""A small tree of menus and a small router, enough to run scripts by themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from simulator.console.request import Reply
from simulator.errors import RouterError
from simulator.script import compile_script
from simulator.script.tree import Argument, ArgumentKind, CommandSyntax, complete
from simulator.values import NIL, Array, Id, Ip, Value, parse_bool, to_text
from simulator.version import DEFAULT_VERSION, Version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.request import Menu, Request, Row

FLAG, CODE, WHERE = ArgumentKind.FLAG, ArgumentKind.CODE, ArgumentKind.WHERE


def _yes_no(text: bytes) -> Value | None:
    return parse_bool(text) if text in (b"yes", b"no") else None


def _arguments(*names: str, **kinds: ArgumentKind) -> dict[str, Argument]:
    found = {name: Argument(name) for name in names}
    found["disabled"] = Argument("disabled", read=_yes_no)
    for name, kind in kinds.items():
        word = name.replace("_", "-")
        found[word] = Argument(word, kind)
    return found


def _list_menu(*names: str, code: tuple[str, ...] = ()) -> dict[str, CommandSyntax]:
    """Return the commands of a menu of items that have the named properties."""
    properties = frozenset((*names, *code, ".id", "comment", "disabled", "dynamic"))
    kinds = dict.fromkeys((name.replace("-", "_") for name in code), CODE)
    settable = _arguments("comment", *names, **kinds)
    numbers = {"numbers": Argument("numbers")}
    commands = [
        CommandSyntax("add", settable),
        CommandSyntax("set", settable | numbers, ("numbers",)),
        CommandSyntax("remove", numbers, ("numbers",)),
        CommandSyntax("find", _arguments(where=WHERE), ("where",), properties),
        CommandSyntax("get", _arguments("number", "value-name"), ("number", "value-name")),
        CommandSyntax(
            "print",
            _arguments("proplist", as_value=FLAG, detail=FLAG, count_only=FLAG, where=WHERE),
            (),
            properties,
        ),
    ]
    return {command.name: command for command in commands}


MENUS: dict[Menu, dict[str, CommandSyntax]] = {
    (): {},
    ("ip",): {},
    ("ip", "address"): _list_menu("address", "interface", "network"),
    ("ip", "route"): _list_menu("dst-address", "gateway"),
    ("ip", "dns"): {"set": CommandSyntax("set", _arguments("servers"))},
    ("interface",): _list_menu("name", "mtu", "default-name"),
    ("interface", "ethernet"): _list_menu("name", "mtu"),
    ("system",): {},
    ("system", "identity"): {"print": CommandSyntax("print"), "get": CommandSyntax("get")},
    ("system", "note"): {
        "set": CommandSyntax("set", _arguments("note", "show-at-login", as_value=FLAG))
    },
    ("system", "script"): _list_menu("name", code=("source",)),
    ("tool",): {
        # As a menu is that nobody modelled: names, and nothing about them.
        "fetch": CommandSyntax("fetch", {n: Argument(n) for n in ("url", "as-value", "once")}),
        "find": CommandSyntax("find", {"where": Argument("where")}),
        "style": CommandSyntax("style", {"style": Argument("style")}),
        "flood": CommandSyntax("flood", {"do": Argument("do"), "count": Argument("count")}),
    },
    ("routing",): {
        "add": CommandSyntax(
            "add",
            {
                name: Argument(name, read=bytes)
                for name in ("name", "fib", "remote.address", "remote.as", "local.role")
            },
        ),
    },
    ("log",): {"info": CommandSyntax("info", _arguments("message"), ("message",))},
}


class Tree:
    """The menus above."""

    def find(self, menu: Menu, word: str) -> Menu | CommandSyntax | None:
        commands = MENUS[menu]
        below = [path[-1] for path in MENUS if path and path[:-1] == menu]
        name = complete(word, [*commands, *below])
        if name is None:
            return None
        return commands.get(name, (*menu, name))


class Host:
    """A router with those menus, whose items are kept as they are given.

    Attributes:
        output: What was printed.
        requests: Every command of a menu, in order.
        waits: Every wait, in seconds.
    """

    def __init__(self, version: Version = DEFAULT_VERSION) -> None:
        self.version = version
        self.tree = Tree()
        self.globals: dict[bytes, Value] = {}
        self.parameters: Mapping[bytes, Value] = {}
        self.output = b""
        self.requests: list[Request] = []
        self.waits: list[float] = []
        self.breaths = 0
        self.started: list[tuple[bytes, bytes | None]] = []
        self.files: dict[bytes, bytes] = {}
        self.items: dict[Menu, list[Row]] = {}

    def execute(self, request: Request) -> Reply:
        self.requests.append(request)
        items = self.items.setdefault(request.menu, [])
        match request.command:
            case "add" if request.arguments.get("gateway") == b"nowhere":
                message = b"input does not match any value of gateway"
                raise RouterError(message, argument="gateway")
            case "add":
                row: Row = {".id": Id(b"*%X" % (len(items) + 1))}
                row |= {name: _kept(value) for name, value in request.arguments.items()}
                items.append(row)
                return Reply(ret=row[".id"])
            case "find":
                return Reply(ret=Array([row[".id"] for row in self._chosen(request)]))
            case "print" if "count-only" in request.arguments:
                return Reply(ret=len(self._chosen(request)))
            case "print":
                return Reply(rows=self._chosen(request), listing=True)
            case "get":
                name = to_text(request.arguments["value-name"]).decode()
                return Reply(ret=self._item(request, "number").get(name, NIL))
            case "set" if "as-value" in request.arguments:
                return Reply(rows=[{"status": b"ok"}])
            case "set" if "numbers" in request.arguments:
                self._item(request, "numbers").update(
                    (name, _kept(value))
                    for name, value in request.arguments.items()
                    if name != "numbers"
                )
                return Reply()
            case "info":
                self.output += b"log: " + to_text(request.arguments["message"]) + b"\n"
                return Reply()
        return Reply()

    def _chosen(self, request: Request) -> list[Row]:
        items = self.items[request.menu]
        return [row for row in items if request.where is None or request.where(row)]

    def _item(self, request: Request, argument: str) -> Row:
        wanted = request.arguments[argument]
        member = wanted.items[0] if isinstance(wanted, Array) else wanted
        for row in self.items[request.menu]:
            if to_text(member) in (to_text(row[".id"]), row.get("name")):
                return row
        raise RouterError(b"no such item")

    def put(self, text: bytes) -> None:
        self.output += text

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)

    def breathe(self) -> None:
        self.breaths += 1

    def now(self) -> int:
        return 1_768_471_200_000_000_000 + len(self.waits) * 1_000_000_000

    def utc_offset(self) -> int:
        return 3600

    def random(self, bound: int) -> int:
        return bound - 1

    def resolve(self, name: bytes, options: Mapping[str, Value]) -> Value:
        if name == b"router.example.com":
            return Ip(0xC0000201 if not options else 0xC0000202)
        raise RouterError(b"failure: dns name does not exist")

    def start_script(self, source: bytes, file: bytes | None) -> Value:
        self.started.append((source, file))
        return Id(b"*1")

    def run_captured(self, source: bytes) -> bytes:
        before, self.output = self.output, b""
        try:
            compile_script(source, self.tree, self.version).run(self)
        except RouterError as error:
            self.output += error.message + b"\n"
        captured, self.output = self.output, before
        return captured

    def save_file(self, name: bytes, contents: bytes) -> None:
        self.files[name] = contents

    def jobname(self) -> bytes:
        return b"job1"


def _kept(value: Value) -> Value:
    """Return a value as a menu keeps it."""
    if isinstance(value, Array):
        return value
    text = to_text(value)
    found = parse_bool(text) if text in (b"yes", b"no", b"true", b"false") else None
    return text if found is None else found


RunScript = Callable[..., str]


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def run(host: Host) -> RunScript:
    """Run a script on a router that lives as long as the test; return what it prints."""

    def run_script(source: str | bytes, version: str | None = None) -> str:
        raw = source.encode("latin-1") if isinstance(source, str) else source
        if version is not None:
            host.version = Version(version)
        host.output = b""
        compile_script(raw, host.tree, host.version).run(host)
        return host.output.decode("latin-1").removesuffix("\n")

    return run_script
