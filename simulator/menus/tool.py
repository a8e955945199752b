"""/tool settings: e-mail, netwatch, RoMON, MAC server, bandwidth server.

Nothing is sent and nothing probed: netwatch keeps `status=unknown`.

Source: command trees; defaults from published exports and memory: assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.menus.hooks import Hooks
from simulator.menus.shared import CERTIFICATE, INTERFACE_LIST, computed, counters, flag
from simulator.menus.table import Field, Menu
from simulator.menus.types import (
    Choice,
    Code,
    Duration,
    FieldType,
    Flag,
    ListOf,
    Mac,
    Negatable,
    Network,
    Number,
    Prefix6,
    Ranges,
    Text,
    YesNo,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.storage import Item
    from simulator.values import Value

__all__ = ["MENUS"]


class NetwatchHooks(Hooks):
    """Says since when the status is what it is: since the item is there."""

    def show(self, item: Item) -> Mapping[str, Value]:
        return {} if item.values.get("disabled") is True else {"status": b"unknown"}


def _probe(name: str, kind: FieldType, *, since: str | None = None) -> Field:
    """A property of one kind of probe: absent until it is set."""
    return Field(name, kind, unsettable=True, since=since)


_PROBES = (
    _probe("src-address", Text(min_length=1)),
    _probe("port", Number(0, 65535)),
    _probe("packet-count", Number(1, 1000)),
    _probe("packet-interval", Duration(0.02)),
    _probe("packet-size", Number(28, 65535)),
    _probe("ttl", Number(1, 255), since="7.16"),
    _probe("accept-icmp-time-exceeded", Flag(), since="7.16"),
    _probe("thr-loss-percent", Number(0, 100)),
    _probe("thr-loss-count", Number(0)),
    _probe("thr-avg", Duration()),
    _probe("thr-max", Duration()),
    _probe("thr-jitter", Duration()),
    _probe("thr-stdev", Duration()),
    _probe("thr-tcp-conn-time", Duration(0, 30)),
    _probe("thr-http-time", Duration()),
    _probe("http-codes", Ranges(0, 999)),
    _probe("certificate", CERTIFICATE),
    _probe("check-certificate", Flag()),
    _probe("dns-server", Text(min_length=1), since="7.16"),
    _probe("record-type", Choice(b"A", b"AAAA", b"MX", b"NS"), since="7.16"),
    _probe("early-failure-detection", Flag(), since="7.19"),
    _probe("early-success-detection", Flag(), since="7.19"),
    _probe("ignore-initial-down", Flag(), since="7.18"),
    _probe("ignore-initial-up", Flag(), since="7.18"),
)

MENUS = (
    Menu(
        "/tool/e-mail",
        singleton=True,
        fields=(
            Field("address", Text(), default=b"0.0.0.0", until="7.12"),
            Field("server", Text(), default=b"0.0.0.0", since="7.12"),
            Field("port", Number(0, 65535), default=b"25"),
            Field("start-tls", YesNo(b"tls-only"), default=b"no", until="7.12"),
            Field("tls", YesNo(b"starttls"), default=b"no", since="7.12"),
            Field(
                "certificate-verification",
                YesNo(b"yes-without-crl"),
                default=b"yes-without-crl",
                since="7.19",
            ),
            Field("from", Text(), default=b"<>"),
            Field("user", Text(max_length=255), default=b""),
            Field("password", Text(max_length=255), default=b"", sensitive=True),
            Field("vrf", Text(), default=b"main", since="7.1"),
            *computed("last-status", "last-address"),
        ),
        print_flags=("show-sensitive",),
    ),
    Menu(
        "/tool/netwatch",
        fields=(
            Field("name", Text(), since="7.4"),
            Field("host", Text(min_length=1), required=True),
            Field(
                "type",
                Choice(b"dns", b"http-get", b"https-get", b"icmp", b"simple", b"tcp-conn"),
                default=b"simple",
                since="7.4",
            ),
            Field("interval", Duration(1), default=b"1m", unsettable=True, until="7.4"),
            Field("interval", Duration(1), default=b"10s", unsettable=True, since="7.4"),
            Field(
                "timeout", Duration(0.01, 2_419_200), default=b"1s", unsettable=True, until="7.4"
            ),
            Field(
                "timeout", Duration(0.01, 2_419_200), default=b"3s", unsettable=True, since="7.4"
            ),
            Field("start-delay", Duration(0, 3600), default=b"3s", unsettable=True, since="7.4"),
            Field("startup-delay", Duration(0, 3600), default=b"5m", unsettable=True, since="7.4"),
            *_PROBES,
            *computed("since", "status"),
            *counters("done-tests", "failed-tests"),
            *computed("ip", "ip6", "name-servers", "mail-servers", "http-status-code"),
            *computed("loss-count", "loss-percent", "response-count", "sent-count"),
            *computed("rtt-avg", "rtt-jitter", "rtt-max", "rtt-min", "rtt-stdev", type=Duration()),
            *computed("http-resp-time", "tcp-connect-time", type=Duration()),
            Field("up-script", Code(), default=b"", unsettable=True),
            Field("down-script", Code(), default=b"", unsettable=True),
            Field("test-script", Code(), default=b"", unsettable=True, since="7.4"),
        ),
        hooks=NetwatchHooks,
        flags=(("disabled", "X"),),
        print_flags=("stats",),
    ),
    Menu(
        "/tool/romon",
        singleton=True,
        fields=(
            flag("enabled"),
            Field("id", Mac(), default=b"00:00:00:00:00:00"),
            Field("secrets", ListOf(Text()), default=b"", sensitive=True),
            *computed("current-id"),
        ),
        print_flags=("show-sensitive",),
    ),
    Menu(
        "/tool/mac-server",
        singleton=True,
        fields=(Field("allowed-interface-list", Negatable(INTERFACE_LIST), default=b"all"),),
    ),
    Menu(
        "/tool/mac-server/mac-winbox",
        singleton=True,
        fields=(Field("allowed-interface-list", Negatable(INTERFACE_LIST), default=b"all"),),
    ),
    Menu(
        "/tool/mac-server/ping",
        singleton=True,
        fields=(flag("enabled", b"yes"),),
    ),
    Menu(
        "/tool/bandwidth-server",
        singleton=True,
        fields=(
            flag("enabled", b"yes"),
            flag("authenticate", b"yes"),
            Field("allocate-udp-ports-from", Number(1000, 64000), default=b"2000"),
            Field("max-sessions", Number(1, 1000), default=b"100"),
            Field("allowed-addresses4", ListOf(Network(), unique=True), default=b"", since="7.17"),
            Field("allowed-addresses6", ListOf(Prefix6(), unique=True), default=b"", since="7.17"),
        ),
    ),
)
