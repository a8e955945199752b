"""Replies of an API session held against the ones that a case expects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.cases.model import MismatchError, expect

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Answer", "check_replies", "check_types", "parse_answer", "text_of"]


@dataclass(frozen=True)
class Answer:
    """One reply sentence.

    Attributes:
        attributes: Of `=name=value` words; a word without a value has an empty one.
    """

    type: str
    tag: str | None
    attributes: dict[str, bytes]

    def __str__(self) -> str:
        words = [f"={name}={text_of(value)}" for name, value in self.attributes.items()]
        return " ".join([self.type, *words, *([f".tag={self.tag}"] if self.tag else [])])


def text_of(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def parse_answer(words: Sequence[bytes]) -> Answer:
    """Read a sentence that a router sent."""
    tag, attributes = None, {}
    for word in words[1:]:
        if word.startswith(b".tag="):
            tag = text_of(word.removeprefix(b".tag="))
        elif word.startswith(b"="):
            name, _, value = word[1:].partition(b"=")
            attributes[text_of(name)] = value
        else:  # `!fatal` says why in a bare word
            attributes[""] = word
    return Answer(text_of(words[0]), tag, attributes)


def _fault(answer: Answer, wanted: dict[str, Any]) -> str:
    """Tell how the answer differs from what is wanted of it; empty when it does not."""
    checks: dict[str, Callable[[bytes, Any], bool]] = {
        "has": lambda value, right: text_of(value) == right,
        "regex": lambda value, right: re.search(right, text_of(value)) is not None,
        "length": lambda value, right: len(value) == right,
        "hex": lambda value, right: value.hex() == right,
    }
    if answer.type != wanted.get("type", answer.type):
        return f"{wanted['type']} expected"
    if answer.tag != wanted.get("tag", answer.tag):
        return f"tag {wanted['tag']} expected"
    for name, holds in checks.items():
        for attribute, right in wanted.get(name, {}).items():
            value = answer.attributes.get(attribute)
            if value is None:
                return f"attribute {attribute} missing"
            if not holds(value, right):
                return f"{name} {attribute}={right!r} expected"
    surplus = [name for name in wanted.get("lacks", ()) if name in answer.attributes]
    return f"unexpected attribute {surplus[0]}" if surplus else ""


def check_replies(answers: list[Answer], wanted: list[dict[str, Any]], ordering: str = "") -> None:
    """Hold a whole conversation against the replies expected.

    Args:
        answers: What came, in the order of coming.
        wanted: One object a reply, in order.
        ordering: Empty for exactly that order; `per-tag`: it counts within a tag only;
            `any-within`: the rows of one answer may come in any order.

    Raises:
        MismatchError: There are fewer or more, or one is not as wanted.
    """
    if ordering == "per-tag":
        for tag in dict.fromkeys([*(a.tag for a in answers), *(w.get("tag") for w in wanted)]):
            check_replies(
                [answer for answer in answers if answer.tag == tag],
                [each for each in wanted if each.get("tag") == tag],
            )
        return
    if ordering == "any-within":
        answers = _in_order_of(answers, wanted)
    came = " | ".join(map(str, answers))
    for number, (answer, right) in enumerate(zip(answers, wanted, strict=False), 1):
        fault = _fault(answer, right)
        expect(not fault, f"reply {number}: {fault}, came: {came}")
    expect(
        len(answers) == len(wanted), f"{len(wanted)} replies expected, {len(answers)} came: {came}"
    )


def _in_order_of(answers: list[Answer], wanted: list[dict[str, Any]]) -> list[Answer]:
    """Reorder each run of `!re` so that it fits what is wanted of it, where it can."""
    ordered: list[Answer] = []
    rest = list(answers)
    for right in wanted:
        end = next((n for n, each in enumerate(rest) if each.type != "!re"), len(rest))
        fitting = (n for n in range(max(end, 1)) if n < len(rest) and not _fault(rest[n], right))
        if (found := next(fitting, None)) is not None:
            ordered.append(rest.pop(found))
    return ordered + rest


def check_types(answers: list[Answer], wanted: dict[str, Any]) -> None:
    """Check the keys of a case that speak of the types of replies and of all of their text."""
    types = [answer.type for answer in answers] or [""]
    first, last = types[0], types[-1]
    expect(first == wanted.get("first_type", first), f"first reply is {first}")
    expect(first in wanted.get("first_type_in", [first]), f"first reply is {first}")
    expect(last == wanted.get("last_type", last), f"last reply is {last}")
    expect(last in wanted.get("last_type_in", [last]), f"last reply is {last}")
    came = " | ".join(map(str, answers))
    for forbidden in wanted.get("forbid_types", ()):
        expect(forbidden not in types, f"{forbidden} came: {came}")
    for forbidden in wanted.get("forbid_text", ()):
        if forbidden in came:
            raise MismatchError(f"{forbidden!r} came: {came}")
