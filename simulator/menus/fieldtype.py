"""What a type of property is, and what values look like while a table keeps them.

`simulator.menus.types` has the types themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from simulator import values
from simulator.values import Array, Id, Value

if TYPE_CHECKING:
    from simulator.console.item import Item
    from simulator.console.tables import Tables

__all__ = ["FieldType", "Link", "Negated", "Scope", "Stored", "as_text"]


class Link:
    """A stored reference: it follows the other item's renames and outlives it."""

    __slots__ = ("item",)

    def __init__(self, item: Item) -> None:
        self.item = item

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Link) and other.item is self.item

    def __hash__(self) -> int:
        return id(self.item)

    def shown(self) -> Value:
        """Return the item's name, or its id when it is gone or has no name."""
        name = self.item.name
        return name if self.item.alive and name is not None else Id(self.item.id)


class Negated:
    """A stored `!x`."""

    __slots__ = ("inner",)

    def __init__(self, inner: Stored) -> None:
        self.inner = inner

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Negated) and other.inner == self.inner

    def __hash__(self) -> int:
        return hash(("!", self.inner))


Stored: TypeAlias = "Value | Link | Negated | tuple[Stored, ...]"


class Scope:
    """What a value is read for.

    Attributes:
        name: The argument's name, which error texts carry.
        tables: Where references are looked up; None: they stay text (defaults).
    """

    __slots__ = ("name", "tables")

    def __init__(self, name: str, tables: Tables | None = None) -> None:
        self.name = name
        self.tables = tables


class FieldType:
    """The root of all types; itself it keeps any text.

    Attributes:
        links: Values may be `Link`s, so rows change when another item is renamed.
        code: Values are script text, which the script parser takes raw.
        words: The closed set of words, if the type has one: for completion and `check`.
    """

    links = False
    code = False
    words: tuple[bytes, ...] = ()

    def parse(self, value: Value, scope: Scope) -> Stored:
        """Return what is stored for an argument's value.

        Raises:
            RouterError: It is no such value, in the router's words.
        """
        return self.read(as_text(value), scope)

    def read(self, text: bytes, scope: Scope) -> Stored:
        """Do the same for text; this is what subclasses override."""
        del scope
        return text

    def show(self, stored: Stored) -> Value:
        """Return what a row holds for a stored value."""
        if isinstance(stored, Link):
            return stored.shown()
        if isinstance(stored, Negated):
            return b"!" + as_text(self.show(stored.inner))
        if isinstance(stored, tuple):
            return Array([self.show(each) for each in stored])
        return stored

    def text(self, stored: Stored) -> bytes:
        """Return the text that `set` would take for it, as exports write it."""
        shown = self.show(stored)
        if isinstance(shown, bool):
            return b"yes" if shown else b"no"
        if isinstance(shown, Array):
            return b",".join(values.api_text(each) for each in shown.items)
        return values.api_text(shown)


def as_text(value: Value) -> bytes:
    """Return an argument as text: bytes as they are, an array joined by commas."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, Array):
        return b",".join(as_text(each) for each in value.items)
    return values.to_text(value)
