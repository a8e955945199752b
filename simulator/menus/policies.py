"""Policies of scripts and scheduler entries, and the commands that need the actor's.

Source: routeros-api.md, sections 2.6 and 6.1; command trees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.console.verbs import edit
from simulator.menus.types import Choice, ListOf

if TYPE_CHECKING:
    from simulator.console.call import Call
    from simulator.console.request import Reply
    from simulator.menus.types import Scope, Stored
    from simulator.values import Value

__all__ = ["SCRIPT_POLICIES", "Policies", "add_owned", "policy_set"]

# In the order in which routers print them.
SCRIPT_POLICIES = (
    *(b"ftp", b"reboot", b"read", b"write", b"policy", b"test"),
    *(b"password", b"sniff", b"sensitive", b"romon"),
)


class Policies(ListOf):
    """A list of policies, kept in printing order.

    Args:
        words: All there are, in that order.
    """

    def __init__(self, words: tuple[bytes, ...]) -> None:
        super().__init__(Choice(*words), unique=True)
        self._order = {word: place for place, word in enumerate(words)}

    def parse(self, value: Value, scope: Scope) -> Stored:
        found = super().parse(value, scope)
        if not isinstance(found, tuple):
            return found
        return tuple(sorted(found, key=self._place))

    def _place(self, word: Stored) -> int:
        return self._order[word] if isinstance(word, bytes) else 0


def policy_set(stored: Stored | None) -> frozenset[str]:
    """Return stored policies as an `Actor` has them."""
    words = stored if isinstance(stored, tuple) else ()
    return frozenset(word.decode() for word in words if isinstance(word, bytes))


def add_owned(call: Call) -> Reply:
    """Add an item that belongs to the actor: `owner`, and the policies it can hold.

    Without `policy` it gets every one; that a lesser actor's item gets only what the actor
    has is assumed.
    """
    copied = "copy-from" in call.request.arguments
    call.args.setdefault("owner", call.actor.user)
    if "policy" not in call.args and not copied:
        call.args["policy"] = tuple(
            word for word in SCRIPT_POLICIES if word.decode() in call.actor.policies
        )
    return edit.add(call)
