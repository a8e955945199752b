"""Commands that go on until cancelled: listen, `print follow`, `print interval`.

Source: routeros-api.md, 3.5.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any

from simulator.values import Id, Time

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.console.call import Call
    from simulator.console.request import Reply, Row
    from simulator.console.storage import Item

__all__ = ["follow", "listen"]

NANOSECONDS = 1_000_000_000


def follow(call: Call, print_once: Callable[[Call], Reply]) -> Reply:
    """Emit the rows there are, then changes, or the whole list again at every interval."""
    interval = call.args.get("interval")
    while isinstance(interval, Time):
        for row in print_once(call).rows:
            call.context.emit(row)
        call.context.process.wait(interval.nanoseconds / NANOSECONDS)
    for row in print_once(call).rows:
        call.context.emit(row)
    return listen(call)


def listen(call: Call) -> Reply:
    """Emit a row for every change, a short one with `.dead` for a removal; never returns.

    Raises:
        Interrupted: The command was cancelled.
    """
    pending: deque[Row] = deque()
    wake: list[Callable[[Any], None]] = []

    def changed(item: Item, gone: bool) -> None:
        row = _change_row(call, item, gone=gone)
        if row is None:
            return
        pending.append(row)
        if wake:
            call.router.clock.call_later(0, partial(wake.pop(), None))

    def begin(resume: Callable[[Any], None]) -> Callable[[], None]:
        wake.append(resume)
        return wake.clear

    call.table.listeners.append(changed)
    try:
        while True:
            while pending:
                call.context.emit(pending.popleft())
            call.context.process.suspend(begin)
    finally:
        call.table.listeners.remove(changed)


def _change_row(call: Call, item: Item, *, gone: bool) -> Row | None:
    """Return what a listener sees of one change, or None when its query does not match."""
    if gone:
        return {".id": Id(item.id), ".dead": True}
    row = call.table.row(item)
    if call.request.where is not None and not call.request.where(row):
        return None
    wanted = call.request.proplist
    return row if wanted is None else {name: row[name] for name in wanted if name in row}
