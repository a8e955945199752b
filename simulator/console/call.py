"""One command on its way through the core: what it was given, read and resolved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.console.request import Actor, Context, Request
    from simulator.console.storage import Item, Table
    from simulator.menus.table import Menu
    from simulator.menus.types import Stored
    from simulator.router import Router

__all__ = ["Call"]


@dataclass(slots=True)
class Call:
    """What a command's code works with.

    Attributes:
        router: Whose command it is.
        menu: The menu it was given in.
        table: That menu's table; a menu of commands only has an empty one.
        request: As it was asked, arguments unread.
        context: Who asks, the process to wait in, where output goes.
        args: Arguments that were given, read by their types; `numbers` is not among them.
        items: What `numbers` or `.id` named, in the order given; empty without.
    """

    router: Router
    menu: Menu
    table: Table
    request: Request
    context: Context
    args: dict[str, Stored] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)

    @property
    def actor(self) -> Actor:
        return self.context.actor

    def text(self, name: str, default: bytes = b"") -> bytes:
        """Return an argument that is text."""
        value = self.args.get(name, default)
        return value if isinstance(value, bytes) else default

    def number(self, name: str, default: int = 0) -> int:
        """Return an argument that is a number."""
        value = self.args.get(name, default)
        return value if isinstance(value, int) else default

    def flag(self, name: str) -> bool:
        """Tell whether a flag argument is on."""
        return self.args.get(name) is True
