"""The global commands: their arguments, in which order, and since which release.

Only how they read stands here; what they do stands in `commands`. A command
that the version at hand has not yet still parses by its newest form, so that
its `bad command name` comes when the statement is reached.

Source: routeros-script.md, sections 14, 15 and 22; command-tree 7.22.3.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from simulator.script.tree import complete

if TYPE_CHECKING:
    from simulator.version import Version

__all__ = ["BUILTINS", "Builtin", "Slot", "find_builtin"]


class Slot(Enum):
    """How an argument of a global command reads."""

    VALUE = auto()
    TIME = auto()  # a value; a bare number counts seconds and is shown so
    FLAG = auto()
    BLOCK = auto()  # code that runs in place and sees the variables around it
    FUNCTION = auto()  # code that is a value and sees none of them
    SOURCE = auto()  # code that is kept as text
    DECLARED = auto()  # the name that `:local` or `:global` declares
    TARGET = auto()  # what `:set` changes: a name or a member of an array
    LOOP = auto()  # one or two names (`k,v`) that live in the command's blocks


@dataclass(frozen=True, slots=True)
class Builtin:
    """How one global command reads.

    Attributes:
        name: Its full name, without the colon.
        slots: Every argument by its full name.
        positional: Names that values without a name fill, in order.
        required: Names without which it ends in `missing value(s) of argument(s)`.
        since: The first release that has it; None for all.
        anywhere: May stand without its colon inside a menu too. `resolve` may not
            (seen at `/ip/address`); that the other root commands may not is assumed.
    """

    name: str
    slots: dict[str, Slot]
    positional: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    since: str | None = None
    anywhere: bool = True
    slots_since: dict[str, str] = field(default_factory=dict)

    def exists(self, version: Version) -> bool:
        return self.since is None or version.since(self.since)

    def argument(self, word: str, version: Version) -> str | None:
        """Return the argument that a word means on this version."""
        if word in self.slots and word not in self.slots_since:
            return word
        return complete(
            word,
            [
                name
                for name in self.slots
                if name not in self.slots_since or version.since(self.slots_since[name])
            ],
        )


BUILTINS: dict[str, Builtin] = {}


def _define(
    name: str,
    *positional: str,
    named: tuple[str, ...] = (),
    required: int = 0,
    since: str | None = None,
    anywhere: bool = True,
    slots_since: dict[str, str] | None = None,
    kinds: dict[str, Slot] | None = None,
) -> None:
    """Add a command; `kinds` holds the slots that are no plain values."""
    slots = dict.fromkeys((*positional, *named), Slot.VALUE) | (kinds or {})
    BUILTINS[name] = Builtin(
        name, slots, positional, positional[:required], since, anywhere, slots_since or {}
    )


def find_builtin(word: str, *, anywhere: bool = False) -> Builtin | None:
    """Return the command that a word, maybe shortened, means.

    Args:
        word: What was written.
        anywhere: Consider only those that may stand without a colon in any menu.
    """
    names = [name for name, known in BUILTINS.items() if known.anywhere or not anywhere]
    name = complete(word, names)
    return None if name is None else BUILTINS[name]


# Variables. That the name of `:set` is declared is checked while parsing.
for _name, _slot in (
    ("local", Slot.DECLARED),
    ("global", Slot.DECLARED),
    ("set", Slot.TARGET),
):
    _define(_name, "name", "value", required=1, kinds={"name": _slot, "do": Slot.FUNCTION})

# Flow.
_LOOP = {"counter": Slot.LOOP, "do": Slot.BLOCK, "on-error": Slot.BLOCK}
_define("if", "condition", required=1, kinds={"do": Slot.BLOCK, "else": Slot.BLOCK})
_define(
    "for",
    "counter",
    named=("from", "to", "step"),
    required=1,
    kinds=_LOOP,
    slots_since={"on-error": "7.19"},
)
_define(
    "foreach",
    "counter",
    named=("in",),
    required=1,
    kinds=_LOOP,
    slots_since={"on-error": "7.19"},
)
_define("while", "condition", required=1, kinds={"do": Slot.BLOCK})
_define(
    "do",
    "command",
    named=("if", "while"),
    required=1,
    kinds={"command": Slot.BLOCK, "on-error": Slot.BLOCK},
)
_define(
    "onerror",
    "error",
    "in",
    required=2,
    since="7.13",
    kinds={"error": Slot.LOOP, "in": Slot.BLOCK, "do": Slot.BLOCK},
)
_define(
    "retry",
    "command",
    named=("delay", "max"),
    required=1,
    since="7.9",
    kinds={"command": Slot.BLOCK, "on-error": Slot.BLOCK, "delay": Slot.TIME},
)
_define("return", "value", required=1)
_define("error", "message", required=1)
_define("break", since="7.22")
_define("continue", since="7.22")
_define("exit", since="7.22")
_define("quit", anywhere=False)
_define("delay", "delay-time", required=1, kinds={"delay-time": Slot.TIME})
_define("time", "command", required=1, kinds={"command": Slot.BLOCK})

# Output and the environment.
_define("put", "message", required=1)
_define("beep", named=("frequency", "length"), anywhere=False, kinds={"length": Slot.TIME})
_define("environment", "command", anywhere=False)
_define("jobname", since="7.12")
_define("lock", "delay", since="7.16", anywhere=False, kinds={"delay": Slot.TIME})

# Values and conversions.
for _name in ("typeof", "len", "tostr", "tonum", "tobool", "toid", "toip", "toip6", "totime"):
    _define(_name, "value", required=1)
_define("tonsec", "value", required=1, since="7.12")
_define("toarray", "value", named=("delimiter",), required=1, slots_since={"delimiter": "7.21"})
_define("pick", "counter", "begin", "end", required=2)
_define("find", "in", "key", "from", required=2)
_define("range", "from", "to", required=2, since="7.17")
_define("nothing", since="7.0")
_define("tocrlf", "input", required=1, since="7.14")
_define("tolf", "input", required=1, since="7.14")
_define(
    "convert",
    "value",
    named=("from", "to", "transform", "from-scheme", "to-scheme", "transform-scheme"),
    required=1,
    since="7.11",
    slots_since={"transform": "7.12"},
)
_define(
    "serialize",
    "value",
    named=("to", "delimiter", "order", "options", "file-name"),
    required=1,
    since="7.13",
    slots_since={"file-name": "7.18"},
)
_define("deserialize", "value", named=("from", "delimiter", "options"), required=1, since="7.13")
_define("rndnum", "from", "to", required=2, since="7.0")
_define("rndstr", "from", "length", since="7.0")
_define("timestamp", since="7.9", kinds={"use-tz": Slot.FLAG}, slots_since={"use-tz": "7.20"})

# Code and the network.
_define("parse", "value", required=1)
_define(
    "execute",
    "script",
    named=("file",),
    required=1,
    kinds={"script": Slot.SOURCE, "as-string": Slot.FLAG},
)
_define(
    "grep",
    "script",
    "pattern",
    named=("after", "before", "filename"),
    since="7.13",
    kinds={"script": Slot.SOURCE, "as-array": Slot.FLAG},
)
_define(
    "resolve",
    "domain-name",
    named=("server", "server-port", "type"),
    required=1,
    anywhere=False,
    slots_since={"type": "7.15"},
)
