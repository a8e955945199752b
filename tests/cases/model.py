"""A case, and the ways in which it can fail.

CaseError
├── UnknownKeyError     the case says something that the runner does not understand
├── NotSupportedError   the case asks for something that our parts do not have yet
├── MismatchError       the answer is not the right one
└── TimeLimitError      no answer in time
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "Case",
    "CaseError",
    "MismatchError",
    "NotSupportedError",
    "TimeLimitError",
    "UnknownKeyError",
    "expect",
    "read_cases",
]


class CaseError(Exception):
    """Why a case did not pass, in words for whoever reads the runner's output."""


class UnknownKeyError(CaseError):
    """A key, word or form that the runner does not know."""


class NotSupportedError(CaseError):
    """Something that the parts under test cannot do yet."""

    def __init__(self, what: str) -> None:
        super().__init__(f"not supported: {what}")


class MismatchError(CaseError):
    """The answer differs from the right one."""


class TimeLimitError(CaseError):
    """The case took longer than it may."""


@dataclass(frozen=True)
class Case:
    """One line of a case file.

    Attributes:
        kind: `script-oracle` for lines of the script format, else what the line says.
        data: The line as it stands.
    """

    id: str
    kind: str
    data: dict[str, Any]


def _case(data: Any, place: str) -> Case:
    if not isinstance(data, dict) or not isinstance(data.get("id"), str):
        raise UnknownKeyError(f"{place}: not a case: an object with an id is expected")
    # The script format has its script at the top; the other one names a kind.
    kind = data.get("kind", "script-oracle" if "script" in data else None)
    if not isinstance(kind, str):
        raise UnknownKeyError(f"{place}: case {data['id']} has neither kind nor script")
    return Case(data["id"], kind, data)


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a file, in its order.

    Raises:
        UnknownKeyError: A line is no case at all, or an id stands twice.
    """
    cases: dict[str, Case] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        place = f"{path.name}:{number}"
        try:
            case = _case(json.loads(line), place)
        except json.JSONDecodeError as error:
            raise UnknownKeyError(f"{place}: {error}") from error
        if case.id in cases:
            raise UnknownKeyError(f"{place}: id {case.id} stands twice")
        cases[case.id] = case
    return list(cases.values())


def expect(fact: bool, message: str) -> None:
    """Raise MismatchError with the message unless the fact holds."""
    if not fact:
        raise MismatchError(message)
