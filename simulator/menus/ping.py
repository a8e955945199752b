"""`/tool ping`, and `/ping` as it was called before: the router's own addresses answer.

There is no network behind a simulated router, so every other address is silent.

Source: routeros-api.md, 3.5 and section 11 (`/ping` still answered on 7.23.2); script-cases
S741. Assumed: that without `count` a script goes on until cancelled as the API does, and
how a terminal shows the packets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.clock import NANOSECONDS
from simulator.console.commands import ON
from simulator.console.request import Reply
from simulator.errors import RouterError
from simulator.menus.table import Command, Field, Menu
from simulator.menus.types import (
    Address,
    Duration,
    Number,
    Reference,
    Text,
    YesNo,
)
from simulator.values import Ip, Ip6, Time, parse_ip, parse_ip6, to_text

if TYPE_CHECKING:
    from simulator.console.call import Call
    from simulator.console.request import Row
    from simulator.router import Router

__all__ = ["MENUS"]

# A reply of the router to itself, as 7.24.3 has it: `114us`.
_ROUND_TRIP = Time(114_000)
_TIMEOUT = b"timeout"


def ping(call: Call) -> Reply:
    """Send packets and tell of each; in a script the value is how many came back.

    Raises:
        RouterError: The name leads to no address.
        Interrupted: It was cancelled.
    """
    host = _resolve(call.router, call.text("address"))
    answers = host in _own_addresses(call.router)
    count = call.number("count", -1)
    interval = call.args.get("interval")
    pause = interval.nanoseconds / NANOSECONDS if isinstance(interval, Time) else 1.0
    rows: list[Row] = []
    sent = received = 0
    while sent != count:
        if sent:
            call.context.process.wait(pause)
        sent += 1
        received += answers
        row = _packet(call, host, sent, received, answers=answers)
        if call.request.typed:
            rows.append(row)
        else:
            call.context.emit(row)
    if not call.request.typed:
        return Reply()
    if "as-value" in call.args:
        return Reply(rows, listing=True)
    call.context.put(_screen(rows))
    return Reply(ret=received)


def _resolve(router: Router, name: bytes) -> bytes:
    """Return the address that a name or an address means, as text."""
    if not name:
        raise RouterError(b"failure: resolve failed")
    found: object = parse_ip(name)
    if found is None:
        found = parse_ip6(name)
    if found is None:
        static = router.tables["/ip/dns/static"].find(name=name)
        found = next((item.values.get("address") for item in static), None)
    if not isinstance(found, Ip | Ip6):
        raise RouterError(b"failure: dns name does not exist")
    return to_text(found)


def _own_addresses(router: Router) -> set[bytes]:
    own = {b"127.0.0.1", b"::1"}
    for path in ("/ip/address", "/ipv6/address"):
        if path in router.tables:
            table = router.tables[path]
            for item in table:
                address = table.value(item, "address")
                if isinstance(address, bytes) and table.value(item, "disabled") is not True:
                    own.add(address.partition(b"/")[0])
    return own


def _packet(call: Call, host: bytes, sent: int, received: int, *, answers: bool) -> Row:
    size = call.number("size", 56)
    row: Row = {"seq": sent - 1, "host": host}
    if answers:
        row |= {"size": size, "ttl": call.number("ttl", 64), "time": _ROUND_TRIP}
    else:
        row["status"] = _TIMEOUT
    row |= {"sent": sent, "received": received, "packet-loss": 100 - 100 * received // sent}
    if received:
        row |= dict.fromkeys(("min-rtt", "avg-rtt", "max-rtt"), _ROUND_TRIP)
    wanted = call.request.proplist
    return row if wanted is None else {name: row[name] for name in wanted if name in row}


def _screen(rows: list[Row]) -> bytes:
    lines = [b"  SEQ HOST                                     SIZE TTL TIME       STATUS"]
    for row in rows:
        shown = {name: to_text(value) for name, value in row.items()}
        lines.append(
            b"%5s %-40s %4s %3s %-10s %s"
            % tuple(shown.get(n, b"") for n in ("seq", "host", "size", "ttl", "time", "status"))
        )
    if rows:
        last = {name: to_text(value) for name, value in rows[-1].items()}
        loss = last.get("packet-loss", b"")
        lines.append(
            b"    sent=%s received=%s packet-loss=%s%%"
            % (last.get("sent", b""), last.get("received", b""), loss)
        )
    return b"".join(line.rstrip() + b"\n" for line in lines)


_PING = Command(
    ping,
    (
        Field("address", Text(), positional=True),
        Field("count", Number(0)),
        Field("interval", Duration(0.01, 5)),
        Field("size", Number(28, 65_535)),
        Field("ttl", Number(1, 255)),
        Field("src-address", Address()),
        Field("interface", Reference("/interface")),
        Field("arp-ping", YesNo()),
        Field("dscp", Number(0, 63)),
        Field("vrf", Text()),
        Field("proplist", Text()),
        *(Field(name, ON) for name in ("as-value", "do-not-fragment", "without-paging")),
    ),
    policy="test",
)

MENUS = (
    Menu("/tool", commands={"ping": _PING}, export=None),
    Menu("/", commands={"ping": _PING}, export=None),
)
