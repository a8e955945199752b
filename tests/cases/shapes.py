"""A small language for the form of JSON: what may stand where, as data.

Every key that is not named is a problem, never skipped; so a case that says
more than the runner checks cannot pass by accident.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "ANY",
    "FLAG",
    "NUMBER",
    "TEXT",
    "ByName",
    "Each",
    "Either",
    "Keys",
    "OrObject",
    "Shape",
    "Tagged",
    "Words",
]


class Shape(Protocol):
    """Something that a JSON value can have or not have."""

    def problems(self, value: Any, path: str) -> Iterator[str]:
        """Yield what is wrong with the value, nothing when it has this shape."""


@dataclass(frozen=True)
class Scalar:
    """One of some JSON types; none named means any value at all."""

    name: str
    types: tuple[type, ...] = ()

    def problems(self, value: Any, path: str) -> Iterator[str]:
        # bool is an int to Python, not to JSON.
        is_stray_bool = isinstance(value, bool) and bool not in self.types
        if self.types and (is_stray_bool or not isinstance(value, self.types)):
            yield f"{path} is no {self.name}"


ANY = Scalar("value")
TEXT = Scalar("text", (str,))
NUMBER = Scalar("number", (int, float))
FLAG = Scalar("true or false", (bool,))


@dataclass(frozen=True)
class OrObject:
    """A plain value; or an object, which then has the shape named."""

    shape: Shape

    def problems(self, value: Any, path: str) -> Iterator[str]:
        if isinstance(value, dict | list):
            yield from self.shape.problems(value, path)


@dataclass(frozen=True)
class Words:
    """One of a closed set of words."""

    allowed: tuple[str | None, ...]

    def problems(self, value: Any, path: str) -> Iterator[str]:
        if value not in self.allowed:
            yield f"unknown word {value!r} at {path}"


@dataclass(frozen=True)
class Each:
    """A list whose members all have one shape."""

    member: Shape

    def problems(self, value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{path} is no list"
            return
        for number, member in enumerate(value):
            yield from self.member.problems(member, f"{path}[{number}]")


@dataclass(frozen=True)
class ByName:
    """An object whose keys are data (property names, ids), its values of one shape."""

    member: Shape = ANY

    def problems(self, value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{path} is no object"
            return
        for name, member in value.items():
            yield from self.member.problems(member, f"{path}.{name}")


@dataclass(frozen=True)
class Keys:
    """An object with known keys; those that must be there are named in `required`."""

    known: Mapping[str, Shape]
    required: tuple[str, ...] = field(default=())

    def problems(self, value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{path} is no object"
            return
        dot = f"{path}." if path else ""
        for key, member in value.items():
            if key in self.known:
                yield from self.known[key].problems(member, dot + key)
            else:
                yield f"unknown key {dot}{key}"
        yield from (f"missing key {dot}{key}" for key in self.required if key not in value)


@dataclass(frozen=True)
class Tagged:
    """An object whose other keys depend on the word under one key."""

    tag: str
    shapes: Mapping[str, Shape]

    def problems(self, value: Any, path: str) -> Iterator[str]:
        word = value.get(self.tag) if isinstance(value, dict) else None
        if not isinstance(word, str) or word not in self.shapes:
            yield f"unknown {self.tag} {word!r} at {path}"
            return
        rest = {key: member for key, member in value.items() if key != self.tag}
        yield from self.shapes[word].problems(rest, path)


@dataclass(frozen=True)
class Either:
    """An object of one of several shapes, told apart by the key that only that shape has."""

    by_key: Mapping[str, Shape]

    def problems(self, value: Any, path: str) -> Iterator[str]:
        found = [key for key in self.by_key if isinstance(value, dict) and key in value]
        if not found:
            keys = ", ".join(value) if isinstance(value, dict) else repr(value)
            yield f"unknown key {path}: none of {', '.join(self.by_key)} in {keys}"
            return
        yield from self.by_key[found[0]].problems(value, path)
