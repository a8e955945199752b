"""Random commands on one list menu, held against a plain model of it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from simulator.errors import RouterError
from simulator.values import Id
from simulator.wire.query import compile_query
from tests.simulator.driving import Driver, How

if TYPE_CHECKING:
    from simulator.values import Value

MENU = "/interface/list"
NAMES = st.sampled_from([b"a", b"b", b"c", b"d"])
COMMENTS = st.sampled_from([b"", b"x", b"y", b"with = sign", b"caf\xe9\n"])
RULES = "/ip/firewall/filter"


class RuleList(RuleBasedStateMachine):
    """An ordered menu: a list of (id, comment, disabled) in the model."""

    def __init__(self) -> None:
        super().__init__()
        self.driver = Driver()
        self.model: list[tuple[bytes, bytes, bool]] = []
        self.used: set[bytes] = set()

    def some(self, number: int) -> int | None:
        return number % len(self.model) if self.model else None

    @rule(comment=COMMENTS, disabled=st.booleans(), place=st.none() | st.integers(0, 30))
    def add(self, comment: bytes, disabled: bool, place: int | None) -> None:
        at = None if place is None else self.some(place)
        more: dict[str, Value] = {} if at is None else {"place_before": self.model[at][0]}
        flag = b"yes" if disabled else b"no"
        new = self.driver.add(RULES, chain=b"input", comment=comment, disabled=flag, **more)
        assert new not in self.used
        self.used.add(new)
        self.model.insert(len(self.model) if at is None else at, (new, comment, disabled))

    @rule(number=st.integers(0, 30), comment=COMMENTS)
    def set_comment(self, number: int, comment: bytes) -> None:
        at = self.some(number)
        if at is not None:
            item, _, disabled = self.model[at]
            self.driver.run(f"{RULES}/set", id=item, comment=comment)
            self.model[at] = (item, comment, disabled)

    @rule(number=st.integers(0, 30))
    def clear_comment(self, number: int) -> None:
        at = self.some(number)
        if at is not None:
            item, _, disabled = self.model[at]
            self.driver.run(f"{RULES}/set", How(unset=frozenset({"comment"})), id=item)
            self.model[at] = (item, b"", disabled)

    @rule(number=st.integers(0, 30), disabled=st.booleans())
    def switch(self, number: int, disabled: bool) -> None:
        at = self.some(number)
        if at is not None:
            item, comment, _ = self.model[at]
            self.driver.run(f"{RULES}/{'disable' if disabled else 'enable'}", numbers=item)
            self.model[at] = (item, comment, disabled)

    @rule(numbers=st.lists(st.integers(0, 30), max_size=3))
    def remove(self, numbers: list[int]) -> None:
        if self.model:
            ids = {self.model[number % len(self.model)][0] for number in numbers}
            if ids:
                self.driver.run(f"{RULES}/remove", id=b",".join(ids))
            self.model = [each for each in self.model if each[0] not in ids]

    @rule(number=st.integers(0, 30), goal=st.none() | st.integers(0, 30))
    def move(self, number: int, goal: int | None) -> None:
        at = self.some(number)
        if at is None:
            return
        moving = self.model[at]
        before = None if goal is None else self.model[goal % len(self.model)]
        if before is moving:
            return
        more: dict[str, Value] = {} if before is None else {"destination": before[0]}
        self.driver.run(f"{RULES}/move", numbers=moving[0], **more)
        self.model.remove(moving)
        self.model.insert(len(self.model) if before is None else self.model.index(before), moving)

    @rule(number=st.integers(1, 0xFFFF))
    def touch_what_is_not_there(self, number: int) -> None:
        item = b"*%X" % number
        if item not in {each[0] for each in self.model}:
            with contextlib.suppress(RouterError):
                self.driver.run(f"{RULES}/remove", id=item)
                raise AssertionError("removed an item that is not there")

    @invariant()
    def rows_are_the_model(self) -> None:
        rows = self.driver.rows(RULES)
        found = [(row[".id"], row.get("comment", b""), row["disabled"] == b"true") for row in rows]
        assert found == self.model


class NamedList(RuleBasedStateMachine):
    """A menu with names that no two items share: a mapping of name to comment."""

    def __init__(self) -> None:
        super().__init__()
        self.driver = Driver()
        self.model: dict[bytes, bytes] = {}

    @rule(name=NAMES, comment=COMMENTS)
    def add(self, name: bytes, comment: bytes) -> None:
        if name in self.model:
            assert self.driver.refusal(f"{MENU}/add", name=name).startswith(b"failure: already")
        else:
            self.driver.add(MENU, name=name, comment=comment)
            self.model[name] = comment

    @rule(name=NAMES, other=NAMES)
    def rename(self, name: bytes, other: bytes) -> None:
        if name not in self.model:
            assert self.driver.refusal(f"{MENU}/set", id=name, name=other) == b"no such item"
        elif other in self.model and other != name:
            message = self.driver.refusal(f"{MENU}/set", id=name, name=other)
            assert message.startswith(b"failure: already")
        else:
            self.driver.run(f"{MENU}/set", id=name, name=other)
            self.model = {
                other if each == name else each: text for each, text in self.model.items()
            }

    @rule(name=NAMES)
    def remove(self, name: bytes) -> None:
        if name in self.model:
            self.driver.run(f"{MENU}/remove", numbers=name)
            del self.model[name]
        else:
            assert self.driver.refusal(f"{MENU}/remove", numbers=name) == b"no such item"

    @invariant()
    def rows_are_the_model(self) -> None:
        rows = [row for row in self.driver.rows(MENU) if row["name"] in {b"a", b"b", b"c", b"d"}]
        assert {row["name"]: row.get("comment", b"") for row in rows} == self.model


RuleListTest = RuleList.TestCase
RuleListTest.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
NamedListTest = NamedList.TestCase
NamedListTest.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)


class IndexedList(RuleBasedStateMachine):
    """A long table that is asked by the text of one property: a mapping of id to comment."""

    def __init__(self) -> None:
        super().__init__()
        self.driver = Driver()
        self.model: dict[bytes, bytes] = {}
        for _ in range(70):
            self.add(b"filling")

    @rule(comment=COMMENTS)
    def add(self, comment: bytes) -> None:
        self.model[self.driver.add(RULES, chain=b"input", comment=comment)] = comment

    @rule(number=st.integers(0, 200), comment=COMMENTS)
    def change(self, number: int, comment: bytes) -> None:
        item = list(self.model)[number % len(self.model)]
        self.driver.run(f"{RULES}/set", id=item, comment=comment)
        self.model[item] = comment

    @rule(number=st.integers(0, 200))
    def remove(self, number: int) -> None:
        item = list(self.model)[number % len(self.model)]
        self.driver.run(f"{RULES}/remove", id=item)
        del self.model[item]

    @rule(comment=COMMENTS | st.just(b"filling"))
    def ask(self, comment: bytes) -> None:
        query = compile_query([b"?comment=" + comment], self.driver.router.version)
        rows = self.driver.run(f"{RULES}/print", How(where=query, proplist=(".id",))).rows
        right = [item for item, text in self.model.items() if text == comment and text]
        assert [row[".id"] for row in rows] == [Id(item) for item in right]


IndexedListTest = IndexedList.TestCase
IndexedListTest.settings = settings(max_examples=10, stateful_step_count=25, deadline=None)
