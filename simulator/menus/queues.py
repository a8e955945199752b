"""/queue simple, tree and type.

Source: command trees; the types that every router has, and defaults, from
memory: assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import texts
from simulator.menus.firewall_fields import Words
from simulator.menus.hooks import Hooks
from simulator.menus.interface import nothing
from simulator.menus.shared import Numbered, computed, counters, flags, members
from simulator.menus.table import Command, Export, Field, Menu
from simulator.menus.types import (
    Choice,
    Duration,
    FieldType,
    Flag,
    Link,
    ListOf,
    Number,
    Rate,
    Reference,
    Scope,
    Size,
    Text,
)
from simulator.values import parse_ip, parse_ip6, parse_ip6_prefix, parse_ip_prefix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.storage import Item
    from simulator.menus.types import Stored
    from simulator.values import Value

__all__ = ["MENUS"]


class Target(FieldType):
    """An interface, or an address with its length: `192.0.2.7` is kept as `192.0.2.7/32`."""

    links = True

    def read(self, text: bytes, scope: Scope) -> Stored:
        if parse_ip(text) is not None:
            return text + b"/32"
        if parse_ip6(text) is not None:
            return text + b"/128"
        if parse_ip_prefix(text) is not None or parse_ip6_prefix(text) is not None:
            return text
        item = None if scope.tables is None else scope.tables.lookup("/interface", text)
        if item is None:
            raise texts.no_match(scope.name)
        return Link(item)


class Short(Size):
    """A number that exports write with its largest unit: `5M` bits, `50KiB`.

    Args:
        units: Name and size of each unit, largest first.
    """

    def __init__(self, *units: tuple[bytes, int]) -> None:
        super().__init__(0)
        self._units = units

    def text(self, stored: Stored) -> bytes:
        if isinstance(stored, int) and stored:
            for name, size in self._units:
                if stored % size == 0:
                    return b"%d%s" % (stored // size, name)
        return super().text(stored)


class Pair(FieldType):
    """Two values of one type for upload and download, `A/B`; one alone counts for both."""

    def __init__(self, inner: FieldType) -> None:
        self._inner = inner

    def read(self, text: bytes, scope: Scope) -> Stored:
        first, slash, second = text.partition(b"/")
        for part in (first, second) if slash else (first,):
            self._inner.read(part, scope)
        return text if slash else text + b"/" + text


class SimpleHooks(Numbered):
    stem = b"queue"

    def show(self, item: Item) -> Mapping[str, Value]:
        targets = members(item.values, "target")
        return {"invalid": any(isinstance(each, Link) and not each.item.alive for each in targets)}


class TreeHooks(Numbered):
    stem = b"queue"


class TypeHooks(Hooks):
    def show(self, item: Item) -> Mapping[str, Value]:
        return {"default": item.builtin}


_BITS = Short((b"G", 10**9), (b"M", 10**6), (b"k", 10**3))
_BYTES = Short((b"MiB", 2**20), (b"KiB", 2**10))
_TYPE = Reference("/queue/type")
_PARENT = Reference("/queue/simple", also=(b"none",))
_RATE = Pair(Rate())
_NOTHING = b"0/0"


_OVERHEAD_SCHEME = Choice(
    *(b"bridged-llcsnap", b"bridged-ptm", b"bridged-vcmux", b"convervative", b"docsis"),
    *(b"ether-vlan", b"ethernet", b"ipoa-llcsnap", b"ipoa-vcmux", b"pppoa-llc"),
    *(b"pppoa-vcmux", b"pppoe-llcsnap", b"pppoe-ptm", b"pppoe-vcmux", b"raw", b"via-ethernet"),
)
_RTT_SCHEME = Choice(
    *(b"datacentre", b"internet", b"interplanetary", b"lan", b"metro", b"none", b"oceanic"),
    *(b"regional", b"satellite"),
)


def _pair_of_counters(*names: str) -> tuple[Field, ...]:
    return computed(*names, default=_NOTHING)


_RESET = {
    "reset-counters": Command(nothing, items="many"),
    "reset-counters-all": Command(nothing),
}

MENUS = (
    Menu(
        "/queue/simple",
        fields=(
            Field("name", Text(min_length=1)),
            Field("target", ListOf(Target()), required=True, unsettable=True),
            Field("dst", Target(), unsettable=True),
            Field("parent", _PARENT, default=b"none"),
            Field("packet-marks", ListOf(Text()), default=b""),
            Field("priority", Pair(Number(1, 8)), default=b"8/8"),
            Field("queue", Pair(_TYPE), default=b"default-small/default-small"),
            Field("limit-at", _RATE, default=_NOTHING),
            Field("max-limit", _RATE, default=_NOTHING),
            Field("burst-limit", _RATE, default=_NOTHING),
            Field("burst-threshold", _RATE, default=_NOTHING),
            Field("burst-time", Pair(Duration()), default=b"0s/0s"),
            Field("bucket-size", Pair(Words()), default=b"0.1/0.1"),
            Field("time", Words(), unsettable=True),
            Field("total-priority", Number(1, 8)),
            Field("total-queue", _TYPE),
            Field("total-limit-at", _BITS),
            Field("total-max-limit", _BITS),
            Field("total-burst-limit", _BITS),
            Field("total-burst-threshold", _BITS),
            Field("total-burst-time", Duration()),
            Field("total-bucket-size", Words()),
            *_pair_of_counters("bytes", "packets", "dropped", "rate", "packet-rate"),
            *_pair_of_counters("queued-packets", "queued-bytes", "pcq-queues"),
            *counters("total-bytes", "total-packets", "total-dropped", "total-rate"),
            *counters("total-packet-rate", "total-queued-packets", "total-queued-bytes"),
            *counters("total-pcq-queues"),
            *flags("invalid", "dynamic"),
        ),
        named_by="name",
        ordered=True,
        hooks=SimpleHooks,
        commands=_RESET,
        flags=(("disabled", "X"), ("invalid", "I"), ("dynamic", "D")),
        print_flags=("stats", "bytes", "packets", "rate", "oid"),
    ),
    Menu(
        "/queue/tree",
        fields=(
            Field("name", Text(min_length=1)),
            Field(
                "parent",
                Reference("/interface", "/queue/tree", also=(b"global",)),
                required=True,
            ),
            Field("packet-mark", ListOf(Text()), default=b""),
            Field("limit-at", _BITS, default=b"0"),
            Field("queue", _TYPE, default=b"default-small"),
            Field("priority", Number(1, 8), default=b"8"),
            Field("max-limit", _BITS, default=b"0"),
            Field("burst-limit", _BITS, default=b"0"),
            Field("burst-threshold", _BITS, default=b"0"),
            Field("burst-time", Duration(), default=b"0s"),
            Field("bucket-size", Words(), default=b"0.1"),
            *counters("bytes", "packets", "dropped", "rate", "packet-rate"),
            *counters("queued-packets", "queued-bytes", "pcq-queues"),
            *flags("invalid"),
        ),
        named_by="name",
        hooks=TreeHooks,
        commands=_RESET,
        flags=(("disabled", "X"), ("invalid", "I")),
        print_flags=("stats", "bytes", "packets", "rate", "oid"),
    ),
    Menu(
        "/queue/type",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field(
                "kind",
                Choice(
                    *(b"bfifo", b"cake", b"codel", b"fq-codel", b"mq-pfifo", b"none", b"pcq"),
                    *(b"pfifo", b"red", b"sfq"),
                ),
                required=True,
            ),
            Field("bfifo-limit", Number(0)),
            Field("cake-ack-filter", Choice(b"aggressive", b"filter", b"none")),
            Field("cake-atm", Choice(b"atm", b"none", b"ptm")),
            Field("cake-autorate-ingress", Flag()),
            Field("cake-bandwidth", _BITS),
            Field(
                "cake-diffserv",
                Choice(b"besteffort", b"diffserv3", b"diffserv4", b"diffserv8", b"precedence"),
            ),
            Field(
                "cake-flowmode",
                Choice(
                    *(b"dsthost", b"dual-dsthost", b"dual-srchost", b"flowblind", b"flows"),
                    *(b"hosts", b"srchost", b"triple-isolate"),
                ),
            ),
            Field("cake-memlimit", _BYTES),
            Field("cake-mpu", Number(-64, 256)),
            Field("cake-nat", Flag()),
            Field("cake-overhead", Number(-64, 256)),
            Field("cake-overhead-scheme", _OVERHEAD_SCHEME),
            Field("cake-rtt", Duration()),
            Field("cake-rtt-scheme", _RTT_SCHEME),
            Field("cake-wash", Flag()),
            Field("codel-ce-threshold", Duration()),
            Field("codel-ecn", Flag()),
            Field("codel-interval", Duration()),
            Field("codel-limit", Number(0)),
            Field("codel-target", Duration()),
            Field("fq-codel-ce-threshold", Duration()),
            Field("fq-codel-ecn", Flag()),
            Field("fq-codel-flows", Number(0)),
            Field("fq-codel-interval", Duration()),
            Field("fq-codel-limit", Number(0)),
            Field("fq-codel-memlimit", _BYTES),
            Field("fq-codel-quantum", Number(0)),
            Field("fq-codel-target", Duration()),
            Field("mq-pfifo-limit", Number(0)),
            Field("pcq-rate", _BITS),
            Field("pcq-limit", _BYTES),
            Field(
                "pcq-classifier",
                ListOf(
                    Choice(b"src-address", b"dst-address", b"src-port", b"dst-port"), unique=True
                ),
            ),
            Field("pcq-total-limit", _BYTES),
            Field("pcq-burst-rate", _BITS),
            Field("pcq-burst-threshold", _BITS),
            Field("pcq-burst-time", Duration(1)),
            Field("pcq-src-address-mask", Number(0, 32)),
            Field("pcq-dst-address-mask", Number(0, 32)),
            Field("pcq-src-address6-mask", Number(0, 128)),
            Field("pcq-dst-address6-mask", Number(0, 128)),
            Field("pfifo-limit", Number(0)),
            Field("red-limit", Number(0)),
            Field("red-min-threshold", Number(0)),
            Field("red-max-threshold", Number(0)),
            Field("red-burst", Number(0)),
            Field("red-avg-packet", Number(0)),
            Field("sfq-perturb", Number(0)),
            Field("sfq-allot", Number(0)),
            *computed("default", type=Flag()),
        ),
        named_by="name",
        builtin=(
            {"name": b"default", "kind": b"pfifo", "pfifo-limit": b"50"},
            {"name": b"ethernet-default", "kind": b"pfifo", "pfifo-limit": b"50"},
            {
                "name": b"wireless-default",
                "kind": b"sfq",
                "sfq-perturb": b"5",
                "sfq-allot": b"1514",
            },
            {
                "name": b"synchronous-default",
                "kind": b"red",
                "red-limit": b"60",
                "red-min-threshold": b"10",
                "red-max-threshold": b"50",
                "red-burst": b"20",
                "red-avg-packet": b"1000",
            },
            {"name": b"hotspot-default", "kind": b"sfq", "sfq-perturb": b"5", "sfq-allot": b"1514"},
            {"name": b"pcq-upload-default", "kind": b"pcq", "pcq-classifier": b"src-address"},
            {"name": b"pcq-download-default", "kind": b"pcq", "pcq-classifier": b"dst-address"},
            {"name": b"only-hardware-queue", "kind": b"none"},
            {
                "name": b"multi-queue-ethernet-default",
                "kind": b"mq-pfifo",
                "mq-pfifo-limit": b"50",
            },
            {"name": b"default-small", "kind": b"pfifo", "pfifo-limit": b"10"},
        ),
        hooks=TypeHooks,
        commentable=False,
        disableable=False,
        flags=(("default", "*"),),
        export=Export(),
    ),
)
