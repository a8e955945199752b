"""Which variable a name means, decided while parsing.

A unit (a script, a function body, parsed code) owns numbered slots for its
locals; scopes nest inside it as blocks do. A name that nobody declared is a
parameter, to be supplied by a caller.

Source: routeros-script.md, section 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Binding", "Computed", "Global", "Local", "Parameter", "Scope", "Unit"]


@dataclass(frozen=True, slots=True)
class Local:
    name: bytes
    slot: int


@dataclass(frozen=True, slots=True)
class Global:
    name: bytes


@dataclass(frozen=True, slots=True)
class Parameter:
    name: bytes


@dataclass(frozen=True, slots=True)
class Computed:
    """A name known only when the statement runs, with what is declared around it.

    Attributes:
        kind: What is declared: `global`, `local` or `set`.
        visible: The bindings in sight, by name.
    """

    kind: str
    visible: dict[bytes, Binding]


Binding: TypeAlias = "Local | Global | Parameter | Computed"


class Unit:
    """Code that runs in one frame.

    Attributes:
        slots: How many locals its frame needs.
    """

    def __init__(self) -> None:
        self.slots = 0

    def new_slot(self) -> int:
        self.slots += 1
        return self.slots - 1


class Scope:
    """The names that a block declares, and those around it."""

    def __init__(self, unit: Unit, outer: Scope | None = None) -> None:
        self.unit = unit
        self._outer = outer
        self._names: dict[bytes, Binding] = {}

    def nested(self) -> Scope:
        """Return the scope of a block inside this one."""
        return Scope(self.unit, self)

    def declare_local(self, name: bytes) -> Binding:
        """Declare, or declare again, a local.

        A name that is a global of the same scope stays one; the new local can then be
        seen by nobody (measured on 7.23.2 by highlighting only).
        """
        known = self._names.get(name)
        if isinstance(known, Local):
            return known
        binding = Local(name, self.unit.new_slot())
        return binding if known else self._names.setdefault(name, binding)

    def declare_global(self, name: bytes) -> Binding:
        """Bind a global in this scope; a local of the same scope keeps its name."""
        self._names.setdefault(name, Global(name))
        return Global(name)

    def lookup(self, name: bytes) -> Binding:
        """Return what a name means here."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope._names:  # noqa: SLF001 - of the same class
                return scope._names[name]  # noqa: SLF001 - as above
            scope = scope._outer  # noqa: SLF001 - as above
        return Parameter(name)

    def visible(self) -> dict[bytes, Binding]:
        """Return all bindings in sight, inner ones over outer ones."""
        outer = self._outer.visible() if self._outer is not None else {}
        return outer | self._names
