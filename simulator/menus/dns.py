"""/ip/dns and what is below it.

Source: routeros-api.md, 5.3 and 5.5; command trees; defaults from memory of a
CHR: assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.console.request import Reply
from simulator.console.storage import Item
from simulator.errors import RouterError
from simulator.menus.hooks import Hooks
from simulator.menus.shared import computed, flag, flags
from simulator.menus.table import Command, Field, Menu
from simulator.menus.types import (
    AnyAddress,
    Choice,
    Duration,
    Flag,
    ListOf,
    Number,
    Reference,
    Text,
)
from simulator.values import Ip, Ip6, to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.console.call import Call
    from simulator.menus.types import Stored

__all__ = ["MENUS"]

_TYPES = (b"A", b"AAAA", b"CNAME", b"FWD", b"MX", b"NS", b"NXDOMAIN", b"SRV", b"TXT")
# The property that holds what a record of the type says.
_DATA = {
    b"A": "address",
    b"AAAA": "address",
    b"CNAME": "cname",
    b"FWD": "forward-to",
    b"MX": "mx-exchange",
    b"NS": "ns",
    b"SRV": "srv-target",
    b"TXT": "text",
}


class StaticHooks(Hooks):
    """A record has a name or a pattern; its type is written down from 7.16 on.

    Source: the first, cases of script errors; the second, published exports.
    """

    def prepare(self, values: dict[str, Stored], item: Item | None) -> None:
        if not (values.get("name") or values.get("regexp")):
            raise RouterError(b"failure: name or regexp required")
        if item is None and "type" not in values:
            kind = b"AAAA" if isinstance(values.get("address"), Ip6) else b"A"
            if kind == b"AAAA" or self.router.version.since("7.16"):
                values["type"] = kind


class CacheHooks(Hooks):
    """The cache holds the static records: nothing else is ever resolved."""

    def items(self) -> Iterable[Item]:
        return self._items()

    def _items(self) -> Iterator[Item]:
        for record in self.router.tables["/ip/dns/static"]:
            values = record.values
            if values.get("disabled") is True or "name" not in values:
                continue
            kind = values.get("type", b"A")
            data = values.get(_DATA.get(kind, "address") if isinstance(kind, bytes) else "address")
            ttl = record.table.value(record, "ttl")
            shown: dict[str, Stored] = {"name": values["name"], "type": kind, "static": True}
            if data is not None:
                shown["data"] = to_text(data) if isinstance(data, (Ip, Ip6)) else data
            if ttl is not None:
                shown["ttl"] = ttl
            yield Item(record.number, self.table, shown)


def _flush(call: Call) -> Reply:
    """Empty the cache; what is static comes back at once, so nothing changes here."""
    del call
    return Reply()


_CACHED = (
    *computed("type", "data", "name"),
    *computed("ttl", type=Duration()),
    *computed("static", type=Flag()),
)
_SERVERS = ListOf(AnyAddress(), unique=True)

MENUS = (
    Menu(
        "/ip/dns",
        singleton=True,
        fields=(
            Field("servers", _SERVERS, default=b""),
            *computed("dynamic-servers", default=b""),
            Field("use-doh-server", Text(), default=b""),
            flag("verify-doh-cert"),
            Field("doh-max-server-connections", Number(1), default=b"5"),
            Field("doh-max-concurrent-queries", Number(1), default=b"50"),
            Field("doh-timeout", Duration(), default=b"5s"),
            flag("allow-remote-requests"),
            Field("max-udp-packet-size", Number(50, 65507), default=b"4096"),
            Field("query-server-timeout", Duration(), default=b"2s"),
            Field("query-total-timeout", Duration(), default=b"10s"),
            Field("max-concurrent-queries", Number(1), default=b"100"),
            Field("max-concurrent-tcp-sessions", Number(1), default=b"20"),
            Field("cache-size", Number(64), default=b"2048"),
            Field("cache-max-ttl", Duration(), default=b"1w"),
            Field("address-list-extra-time", Duration(), default=b"0s"),
            Field("vrf", Text(), default=b"main", since="7.15"),
            Field(
                "mdns-repeat-ifaces",
                ListOf(Reference("/interface"), unique=True),
                default=b"",
                since="7.16",
            ),
            *computed("cache-used", type=Number(), default=b"25"),
        ),
    ),
    Menu(
        "/ip/dns/static",
        fields=(
            Field("name", Text()),
            Field("regexp", Text()),
            Field("type", Choice(*_TYPES)),
            Field("address", AnyAddress()),
            Field("cname", Text()),
            Field("forward-to", Text()),
            Field("mx-preference", Number(0, 65535)),
            Field("mx-exchange", Text()),
            Field("ns", Text()),
            Field("srv-priority", Number(0, 65535)),
            Field("srv-weight", Number(0, 65535)),
            Field("srv-port", Number(0, 65535)),
            Field("srv-target", Text()),
            Field("text", Text()),
            Field("ttl", Duration(), default=b"1d"),
            Field("match-subdomain", Flag()),
            Field("address-list", Text()),
            *flags("dynamic"),
        ),
        ordered=True,
        unique=(("name", "address"),),
        unique_error=b"failure: entry already exists",
        hooks=StaticHooks,
        flags=(("disabled", "X"), ("dynamic", "D")),
    ),
    Menu(
        "/ip/dns/cache",
        fields=_CACHED,
        hooks=CacheHooks,
        commands={"flush": Command(_flush)},
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        export=None,
    ),
    Menu(
        "/ip/dns/cache/all",
        fields=(
            *_CACHED,
            *computed("expire", "minimum", "refresh", "retry", type=Duration()),
            *computed("negative", type=Flag()),
            *computed("responsible"),
            *computed("serial", type=Number()),
        ),
        hooks=CacheHooks,
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        export=None,
    ),
    Menu(
        "/ip/dns/forwarders",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("dns-servers", ListOf(Text(), unique=True), default=b""),
            Field("doh-servers", ListOf(Text(), unique=True), default=b""),
            flag("verify-doh-cert", b"yes"),
        ),
        named_by="name",
        since="7.17",
        flags=(("disabled", "X"),),
    ),
)
