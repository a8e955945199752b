"""Address lists of both families, layer-7 patterns, connections and what tracks them.

Source: routeros-api.md, 5.3; command trees; time-outs of connections from
published exports and memory: assumed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.clock import NANOSECONDS
from simulator.console.request import Reply
from simulator.menus.hooks import Hooks
from simulator.menus.shared import computed, counters, flag, flags
from simulator.menus.table import Command, Export, Field, Menu
from simulator.menus.types import (
    AddressRange,
    Choice,
    Duration,
    FieldType,
    Flag,
    Number,
    Prefix6,
    Ranges,
    Scope,
    Text,
)
from simulator.values import Time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.clock import Timer
    from simulator.console.call import Call
    from simulator.console.storage import Item, Table
    from simulator.menus.types import Stored
    from simulator.router import Router
    from simulator.values import Value

__all__ = ["MENUS"]

_NAME = re.compile(rb"(?=.*[A-Za-z])[\w-]+(\.[\w-]+)*\.?")


class ListedAddress(AddressRange):
    """What a list may hold: an address, a network, a range, or a name to be looked up.

    `192.0.2.1/32` is kept as `192.0.2.1`.
    """

    def read(self, text: bytes, scope: Scope) -> Stored:
        value = self.value(text)
        if value is None and _NAME.fullmatch(text):
            return text
        return super().read(text, scope)


class AddressListHooks(Hooks):
    """An entry with a time-out is dynamic, counts down and goes away by itself.

    Times are seconds of the router's clock. A timer runs only for such entries.
    """

    volatile = True

    def __init__(self, router: Router, table: Table) -> None:
        super().__init__(router, table)
        self._timers: dict[int, Timer] = {}
        self._ends: dict[int, int] = {}  # the clock's nanoseconds

    def changes(self, item: Item) -> bool:
        return item.number in self._ends

    def prepare(self, values: dict[str, Stored], item: Item | None) -> None:
        if item is None:
            values["creation-time"] = self.router.date_time()

    def show(self, item: Item) -> Mapping[str, Value]:
        shown: dict[str, Value] = {"dynamic": item.dynamic or item.values.get("dynamic") is True}
        end = self._ends.get(item.number)
        if end is not None:
            left = max(0, end - self.router.clock.monotonic())
            shown["timeout"] = Time(left - left % NANOSECONDS)
        return shown

    def changeable(self, item: Item) -> None:
        """Dynamic entries may be changed here: that is how a time-out is renewed."""

    def removable(self, item: Item) -> None:
        """Dynamic entries may be removed."""

    def added(self, item: Item) -> None:
        self._start(item)

    def changed(self, item: Item, before: Mapping[str, Stored]) -> None:
        if item.values.get("timeout") != before.get("timeout"):
            self._stop(item)
            self._start(item)

    def removed(self, item: Item) -> None:
        self._stop(item)

    def _start(self, item: Item) -> None:
        timeout = item.values.get("timeout")
        if not isinstance(timeout, Time) or timeout.nanoseconds <= 0:
            return
        item.dynamic = True
        clock = self.router.clock
        self._ends[item.number] = clock.monotonic() + timeout.nanoseconds
        self._timers[item.number] = clock.call_later(
            timeout.nanoseconds / NANOSECONDS, lambda: self.table.delete(item)
        )

    def _stop(self, item: Item) -> None:
        self._ends.pop(item.number, None)
        timer = self._timers.pop(item.number, None)
        if timer is not None:
            timer.cancel()


def _list(path: str, address: FieldType) -> Menu:
    return Menu(
        path,
        fields=(
            Field("list", Text(min_length=1), required=True),
            Field("address", address),
            *computed("creation-time"),
            Field("timeout", Duration(0, 21_689_756)),
            Field("dynamic", Flag(), default=b"no", exported=False),
        ),
        unique=(("list", "address"),),
        hooks=AddressListHooks,
        flags=(("disabled", "X"), ("dynamic", "D")),
    )


def _forget(call: Call) -> Reply:
    for item in call.items:
        call.table.delete(item)
    return Reply()


_TRACKED = ("assured", "confirmed", "dying", "expected", "fasttrack", "hw-offload", "seen-reply")


def _timeout(name: str, default: bytes) -> Field:
    return Field(name, Duration(0), default=default)


MENUS = (
    _list("/ip/firewall/address-list", ListedAddress()),
    _list("/ipv6/firewall/address-list", Prefix6()),
    Menu(
        "/ip/firewall/layer7-protocol",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("regexp", Text(), default=b""),
        ),
        named_by="name",
        disableable=False,
    ),
    Menu(
        "/ip/firewall/connection",
        fields=(
            *computed("protocol", "src-address", "dst-address", "reply-src-address"),
            *computed(
                "reply-dst-address", "src-port", "dst-port", "reply-src-port", "reply-dst-port"
            ),
            *computed("tcp-state", "timeout", "connection-mark"),
            *computed("connection-type", "gre-key", "gre-protocol", "gre-version"),
            *computed("icmp-code", "icmp-id", "icmp-type", "uses-helper"),
            *counters("orig-packets", "orig-bytes", "orig-fasttrack-packets"),
            *counters("orig-fasttrack-bytes", "repl-packets", "repl-bytes"),
            *counters("repl-fasttrack-packets", "repl-fasttrack-bytes", "orig-rate", "repl-rate"),
            *flags(*_TRACKED, "srcnat", "dstnat"),
        ),
        lacks=frozenset({"*"}),
        commands={"remove": Command(_forget, items="many")},
        commentable=False,
        disableable=False,
        export=None,
    ),
    Menu(
        "/ip/firewall/connection/tracking",
        singleton=True,
        lacks=frozenset({"reset"}),
        fields=(
            Field("enabled", Choice(b"auto", b"no", b"yes"), default=b"auto"),
            *computed("active-ipv4", "active-ipv6", type=Flag(), default=b"no"),
            flag("loose-tcp-tracking", b"yes"),
            flag("liberal-tcp-tracking", since="7.19"),
            _timeout("tcp-syn-sent-timeout", b"5s"),
            _timeout("tcp-syn-received-timeout", b"5s"),
            _timeout("tcp-established-timeout", b"1d"),
            _timeout("tcp-fin-wait-timeout", b"10s"),
            _timeout("tcp-close-wait-timeout", b"10s"),
            _timeout("tcp-last-ack-timeout", b"10s"),
            _timeout("tcp-time-wait-timeout", b"10s"),
            _timeout("tcp-close-timeout", b"10s"),
            _timeout("tcp-max-retrans-timeout", b"5m"),
            _timeout("tcp-unacked-timeout", b"5m"),
            _timeout("udp-timeout", b"30s"),
            _timeout("udp-stream-timeout", b"3m"),
            _timeout("icmp-timeout", b"10s"),
            _timeout("generic-timeout", b"10m"),
            *computed("max-entries", type=Number(), default=b"466944"),
            *counters("total-entries", "total-ip4-entries", "total-ip6-entries"),
        ),
        print_flags=("oid",),
    ),
    Menu(
        "/ip/firewall/service-port",
        fields=(
            *computed("name"),
            Field("ports", Ranges(0, 65535)),
            Field("sip-direct-media", Flag()),
            Field("sip-timeout", Duration(0)),
            *flags("invalid"),
        ),
        named_by="name",
        builtin=(
            {"name": b"ftp", "ports": b"21"},
            {"name": b"tftp", "ports": b"69", "disabled": b"yes"},
            {"name": b"irc", "ports": b"6667", "disabled": b"yes"},
            {"name": b"h323"},
            {
                "name": b"sip",
                "ports": b"5060,5061",
                "sip-direct-media": b"yes",
                "sip-timeout": b"1h",
            },
            {"name": b"pptp"},
            {"name": b"rtsp", "ports": b"554", "disabled": b"yes"},
            {"name": b"udplite"},
            {"name": b"dccp"},
            {"name": b"sctp"},
        ),
        lacks=frozenset({"add", "remove"}),
        commentable=False,
        flags=(("disabled", "X"), ("invalid", "I")),
        export=Export(builtin="name"),
    ),
)
