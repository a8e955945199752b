"""Commands that watch interfaces: monitor-traffic, and `monitor` of some kinds.

Nothing passes through a simulated router, so rates are 0; links are up, at a
gigabit, while their interface is enabled.

Source: routeros-api.md, 3.5; names, command trees; the words of `status`,
from memory: assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import texts
from simulator.clock import NANOSECONDS
from simulator.console.request import Reply
from simulator.menus.shared import is_running, members
from simulator.menus.table import Command, Field, Menu
from simulator.menus.types import Link, ListOf, Reference
from simulator.values import Time

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.console.call import Call
    from simulator.console.request import Row
    from simulator.console.storage import Item

__all__ = ["MENUS", "samples"]

_RATES = tuple(
    f"{prefix}{way}-{what}-per-second"
    for what in ("packets", "bits")
    for way in ("rx", "tx")
    for prefix in ("", "fp-")
)
_LOSSES = (
    *("rx-drops-per-second", "tx-drops-per-second", "tx-queue-drops-per-second"),
    *("rx-errors-per-second", "tx-errors-per-second"),
)


def samples(call: Call, take: Callable[[], list[Row]]) -> Reply:
    """Answer one sample with `once`, else emit one a second until `duration` or a cancel.

    Rows of one sample carry its number, from 0, in `.section`; with `once` there is none.

    Raises:
        Interrupted: The command was cancelled.
    """
    if call.flag("once"):
        return Reply([_chosen(call, row) for row in take()])
    interval = _seconds(call, "interval", 1)
    left = _seconds(call, "duration", float("inf"))
    section = 0
    while left > 0:
        for row in take():
            call.context.emit({**_chosen(call, row), ".section": section})
        call.context.process.wait(interval)
        left -= interval
        section += 1
    return Reply()


def _seconds(call: Call, name: str, default: float) -> float:
    value = call.args.get(name)
    return value.nanoseconds / NANOSECONDS if isinstance(value, Time) else default


def _chosen(call: Call, row: Row) -> Row:
    wanted = call.request.proplist
    return row if wanted is None else {name: row[name] for name in wanted if name in row}


def _monitor_traffic(call: Call) -> Reply:
    names = members(call.args, "interface")
    if not names:
        raise texts.no_match("interface")
    return samples(call, lambda: [_traffic(name) for name in names])


def _traffic(interface: object) -> Row:
    name = interface.item.name if isinstance(interface, Link) else interface
    row: Row = {"name": name if isinstance(name, bytes) else b""}
    return row | dict.fromkeys((*_RATES, *_LOSSES), 0)


def _watch(describe: Callable[[Item], Row]) -> Command:
    """Return the command `monitor` of a menu, which describes each item named."""

    def run(call: Call) -> Reply:
        return samples(call, lambda: [describe(item) for item in call.items])

    return Command(run, items="many", policy="read", streams=True)


def _ethernet(item: Item) -> Row:
    name = item.name or b""
    if not is_running(item):
        return {"name": name, "status": b"no-link", "auto-negotiation": b"done"}
    return {
        "name": name,
        "status": b"link-ok",
        "auto-negotiation": b"done",
        "rate": b"1Gbps",
        "full-duplex": True,
        "tx-flow-control": False,
        "rx-flow-control": False,
    }


def _bridge(item: Item) -> Row:
    shown = item.table.hooks.show(item)
    own = shown["mac-address"]
    ports = item.table.router.tables["/interface/bridge/port"].linked("bridge", item)
    working = [port for port in ports if port.values.get("disabled") is not True]
    root = b"0x8000." + (own if isinstance(own, bytes) else b"")
    return {
        "state": b"enabled" if is_running(item) else b"disabled",
        "current-mac-address": own,
        "root-bridge": True,
        "root-bridge-id": root,
        "root-path-cost": 0,
        "root-port": b"none",
        "port-count": len(ports),
        "designated-port-count": len(working),
        "fast-forward": False,
    }


def _pppoe(item: Item) -> Row:
    running = item.values.get("disabled") is not True
    return {"status": b"initializing" if running else b"disabled"}


_INTERFACES = ListOf(Reference("/interface", also=(b"aggregate",)))

MENUS = (
    Menu(
        "/interface",
        commands={
            "monitor-traffic": Command(
                _monitor_traffic,
                arguments=(Field("interface", _INTERFACES, positional=True),),
                policy="read",
                streams=True,
            )
        },
    ),
    Menu("/interface/ethernet", commands={"monitor": _watch(_ethernet)}),
    Menu("/interface/bridge", commands={"monitor": _watch(_bridge)}),
    Menu("/interface/pppoe-client", commands={"monitor": _watch(_pppoe)}),
)
