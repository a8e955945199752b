"""/system/scheduler: entries that run a script or code at set times.

Source: routeros-api.md, 6.1; routeros-script.md, 18.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import texts
from simulator.dates import DAY, SECOND, parse_date
from simulator.menus.policies import SCRIPT_POLICIES, Policies, add_owned
from simulator.menus.shared import Numbered
from simulator.menus.table import Command, Field, Menu
from simulator.menus.types import Code, DateText, Duration, Flag, Number, Text, TimeOfDay
from simulator.values import ClockTime, Time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.storage import Item
    from simulator.menus.types import Stored
    from simulator.values import Value

__all__ = ["MENUS", "SchedulerHooks"]

_STARTUP = b"startup"
_ALL_POLICIES = (
    *(b"local", b"telnet", b"ssh"),
    *SCRIPT_POLICIES[:6],
    *(b"winbox", b"password", b"web", b"sniff", b"sensitive", b"api", b"romon", b"rest-api"),
)


class SchedulerHooks(Numbered):
    """Every enabled entry has a timer; `startup` entries run after the router starts."""

    stem = b"schedule"
    volatile = True

    def prepare(self, values: dict[str, Stored], item: Item | None) -> None:
        super().prepare(values, item)
        values.setdefault("policy", SCRIPT_POLICIES)
        wall = self.router.wall
        if values.get("start-time") == _STARTUP:
            values.pop("start-date", None)
            return
        values.setdefault("start-date", wall.date())
        midnight = self._midnight(values)
        if midnight is None:
            raise texts.invalid_value("start-date")
        values["start-date"] = wall.date(midnight)
        values.setdefault("start-time", ClockTime(wall.local() % DAY // SECOND * SECOND))

    def show(self, item: Item) -> Mapping[str, Value]:
        shown: dict[str, Value] = {"run-count": self.router.runtime.runs_of(item)[0]}
        due = self.router.runtime.scheduler.due(item.number)
        if due is not None:
            shown["next-run"] = self.router.date_time(due)
        return shown

    def added(self, item: Item) -> None:
        self._arm(item)

    def changed(self, item: Item, before: Mapping[str, Stored]) -> None:
        timing = ("start-date", "start-time", "interval", "disabled")
        if any(item.values.get(name) != before.get(name) for name in timing):
            self._arm(item)

    def removed(self, item: Item) -> None:
        self.router.runtime.scheduler.disarm(item.number)
        self.router.runtime.forget_runs(item)

    def _arm(self, item: Item) -> None:
        runtime = self.router.runtime
        if item.values.get("disabled") is True:
            runtime.scheduler.disarm(item.number)
            return
        interval = self.table.value(item, "interval")
        period = interval.nanoseconds if isinstance(interval, Time) else 0
        start = self._start(item)
        runtime.scheduler.arm(item.number, start, period, lambda: runtime.run_entry(item))

    def _start(self, item: Item) -> int:
        """Return the entry's first moment on the wall clock."""
        time = item.values.get("start-time")
        if not isinstance(time, Time):
            return self.router.runtime.startup
        return (self._midnight(item.values) or 0) + time.nanoseconds

    def _midnight(self, values: Mapping[str, Stored]) -> int | None:
        """Return when the start date begins in the router's time zone, or None.

        A change to or from summer time meanwhile is left out of account.
        """
        date = values.get("start-date")
        found = parse_date(date) if isinstance(date, bytes) else None
        return None if found is None else found - self.router.wall.utc_offset() * SECOND


_FIELDS = (
    Field("name", Text(min_length=1)),
    Field("start-date", DateText()),
    Field("start-time", TimeOfDay(words=(_STARTUP,))),
    Field("interval", Duration(0), default=b"0s"),
    Field("on-event", Code(), default=b""),
    Field("owner", Text(), read_only=True, exported=False),
    Field("policy", Policies(_ALL_POLICIES)),
    Field("run-count", Number(), default=b"0", read_only=True),
    Field("next-run", Text(), read_only=True),
)

MENUS = (
    Menu(
        "/system/scheduler",
        fields=_FIELDS,
        named_by="name",
        name_error=b"failure: item with this name already exists",
        commands={
            "add": Command(
                add_owned,
                arguments=(
                    *(field for field in _FIELDS if not field.read_only),
                    Field("disabled", Flag()),
                    Field("comment", Text()),
                    Field("copy-from", Text()),
                ),
                code=("on-event",),
            ),
        },
        hooks=SchedulerHooks,
        flags=(("disabled", "X"),),
        first_id=0,
    ),
)
