"""A sentence to the command that it is.

| word | is |
| --- | --- |
| `/ip/address/print` | the menu and the command |
| `=name=value`, `=name`, `=name=` | an argument; the last two are present and empty |
| `=!name=` | a property to clear |
| `=.proplist=a,b` | which properties to answer |
| `?…` | a query, see `query` |
| `.tag=x` | what every answer repeats; other words with a dot are skipped (assumed) |
| anything else | an argument that no command has |

Source: routeros-api.md, 1.2, 3.6 and 5.2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from simulator.console.request import Request
from simulator.wire.query import compile_query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.values import Value
    from simulator.version import Version

__all__ = ["Command", "read_command", "unalias"]

_TAG = b".tag="
# Commands that are others in truth, with the argument that makes them so (3.5, 5.2). So a menu
# that cannot be listened to says that it does not know the argument.
_ALIASES = {"getall": ("print", None), "listen": ("print", "follow-only")}
# All other commands do not look at `?` words, however wrong they are (section 4).
_QUERIED = "print"
_NONE: frozenset[str] = frozenset()
# Paths longer than any that there is are not worth keeping.
_LONGEST_KEPT = 100


@dataclass(slots=True)
class Command:
    """What a sentence asks for, before anything is checked.

    Attributes:
        path: The first word as it came.
        tag: What each answer repeats; empty when there is none to repeat.
        arguments: By name, the last one when a name came twice (assumed).
        cleared: Names of `=!name=` words.
        query: The `?` words, whole and in order.
    """

    path: bytes
    tag: bytes = b""
    arguments: dict[str, bytes] = field(default_factory=dict)
    cleared: set[str] = field(default_factory=set)
    query: list[bytes] = field(default_factory=list)

    def request(self, version: Version) -> Request:
        """Return it in the form that the command core takes.

        Raises:
            RouterError: The query cannot be read.
        """
        menu, name = _kept_path(self.path) if len(self.path) <= _LONGEST_KEPT else _path(self.path)
        arguments: dict[str, Value] = {**self.arguments}
        name = unalias(name, arguments)
        proplist = self.arguments.get(".proplist", b"")
        arguments.pop(".proplist", None)
        return Request(
            menu,
            name,
            arguments,
            frozenset(self.cleared) if self.cleared else _NONE,
            compile_query(self.query, version) if self.query and name == _QUERIED else None,
            _names(proplist) if proplist else None,
        )


def unalias(name: str, arguments: dict[str, Value]) -> str:
    """Return what a command is called in truth; adds the argument that makes it so."""
    name, argument = _ALIASES.get(name, (name, None))
    if argument is not None:
        arguments.setdefault(argument, b"")
    return name


def _path(path: bytes) -> tuple[tuple[str, ...], str]:
    """Split a path into menu and command; doubled slashes do no harm (1.2)."""
    *menu, name = path.decode("latin-1").strip("/").split("/")
    return tuple(word for word in menu if word), name


_kept_path = lru_cache(maxsize=1024)(_path)


def read_command(words: Sequence[bytes]) -> Command:
    """Sort the words of one sentence; never fails, for it takes what it gets."""
    command = Command(words[0])
    for word in words[1:]:
        first = word[:1]
        if first == b"=":
            name, _, value = word[1:].partition(b"=")
            _add(command, name, value)
        elif first == b"?":
            command.query.append(word)
        elif word.startswith(_TAG):
            command.tag = word[len(_TAG) :]
        elif first != b".":
            name, _, value = word.partition(b"=")
            _add(command, name, value)
    return command


def _add(command: Command, name: bytes, value: bytes) -> None:
    if name.startswith(b"!"):
        command.cleared.add(name[1:].decode("latin-1"))
    else:
        command.arguments[name.decode("latin-1")] = value


def _names(text: bytes) -> tuple[str, ...]:
    """Split a list of names, each once: what two of one name do is undefined (3.6)."""
    return tuple(dict.fromkeys(name for name in text.decode("latin-1").split(",") if name))
