"""/ip/dhcp-server, its networks, leases and options.

No client ever asks, so no lease is bound by itself; one is dynamic when a test
or a lab puts it in as such, and `make-static` then works as on a router.

Source: command trees; routeros-api.md, 5.3; defaults from memory: assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.console.request import Reply
from simulator.errors import RouterError
from simulator.menus.hooks import Hooks
from simulator.menus.interface import is_slave, nothing
from simulator.menus.shared import (
    INTERFACE,
    NEVER,
    Numbered,
    computed,
    flag,
    flags,
    interface_of,
)
from simulator.menus.table import Command, Field, Menu
from simulator.menus.types import (
    Address,
    Choice,
    Code,
    Duration,
    Flag,
    ListOf,
    Mac,
    Network,
    Number,
    Reference,
    Text,
    YesNo,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.call import Call
    from simulator.console.storage import Item
    from simulator.menus.types import Stored
    from simulator.values import Value

__all__ = ["MENUS"]


class ServerHooks(Numbered):
    """A server is invalid while its interface is gone or a port of a bridge."""

    stem = b"dhcp"
    volatile = True

    def show(self, item: Item) -> Mapping[str, Value]:
        interface = interface_of(item)
        return {"invalid": interface is None or is_slave(interface)}


class LeaseHooks(Hooks):
    """A lease without a client waits for one."""

    def prepare(self, values: dict[str, Stored], item: Item | None) -> None:
        del item
        if "mac-address" not in values and "client-id" not in values:
            raise RouterError(b"failure: mac-address or client-id must be specified")

    def removable(self, item: Item) -> None:
        """Dynamic leases can be removed."""

    def show(self, item: Item) -> Mapping[str, Value]:
        shown: dict[str, Value] = {"dynamic": item.dynamic}
        if "status" not in item.values:
            shown["status"] = b"waiting"
        if not item.dynamic and "last-seen" not in item.values:
            shown["last-seen"] = NEVER
        return shown


def _make_static(call: Call) -> Reply:
    """Turn dynamic leases into static ones, which keep address, client and server."""
    for item in call.items:
        if not item.dynamic:
            raise RouterError(b"failure: lease is already static")
        call.table.settle(item)
    return Reply()


class OptionHooks(Hooks):
    """Computes the bytes that a value such as `'abc'` or `0x0102` stands for."""

    def show(self, item: Item) -> Mapping[str, Value]:
        value = item.values.get("value")
        return {"raw-value": _raw(value if isinstance(value, bytes) else b"")}


def _raw(value: bytes) -> bytes:
    """Return the hexadecimal form; of values in forms not known here, nothing."""
    if value.startswith(b"0x"):
        return value[2:].lower()
    if len(value) > 1 and value[:1] == value[-1:] == b"'":
        inner = value[1:-1]
        parts = inner.split(b".")
        if len(parts) == 4 and all(part.isdigit() and int(part) < 256 for part in parts):
            return bytes(int(part) for part in parts).hex().encode()
        return inner.hex().encode()
    return b""


_SET = Reference("/ip/dhcp-server/option/sets", also=(b"none",))
_OPTIONS = ListOf(Reference("/ip/dhcp-server/option"), unique=True)
_QUEUE = Reference("/queue/simple", also=(b"none",))
_BEFORE = Reference("/queue/simple", also=(b"bottom", b"first"))

MENUS = (
    Menu(
        "/ip/dhcp-server",
        fields=(
            Field("name", Text(min_length=1)),
            Field("interface", INTERFACE, required=True),
            Field("relay", Address()),
            Field("lease-time", Duration(1), default=b"10m", until="7.8"),
            Field("lease-time", Duration(1), default=b"30m", since="7.8"),
            Field(
                "address-pool",
                Reference("/ip/pool", also=(b"static-only",)),
                default=b"static-only",
            ),
            Field("bootp-support", Choice(b"dynamic", b"none", b"static"), default=b"static"),
            Field("bootp-lease-time", Duration(words=(b"forever", b"lease-time"))),
            Field("lease-script", Code(), default=b""),
            Field(
                "authoritative",
                YesNo(b"after-10sec-delay", b"after-2sec-delay"),
                default=b"yes",
            ),
            Field("use-radius", YesNo(b"accounting"), default=b"no"),
            Field("always-broadcast", Flag()),
            Field("add-arp", Flag()),
            Field("address-lists", ListOf(Text()), since="7.18"),
            Field("allow-dual-stack-queue", Flag()),
            Field("client-mac-limit", Number(0, 4294967295, words=(b"unlimited",))),
            Field("conflict-detection", Flag()),
            Field("delay-threshold", Duration(words=(b"none",))),
            Field("dhcp-option-set", _SET),
            Field(
                "dynamic-lease-identifiers",
                ListOf(Choice(b"client-mac", b"client-id", b"opt-82"), unique=True),
                since="7.19",
            ),
            Field("insert-queue-before", _BEFORE),
            Field("parent-queue", _QUEUE),
            Field("server-address", Address()),
            Field("support-broadband-tr101", Flag(), since="7.19"),
            Field("use-framed-as-classless", Flag()),
            Field("use-reconfigure", Flag(), since="7.19"),
            *flags("dynamic", "invalid"),
        ),
        named_by="name",
        hooks=ServerHooks,
        flags=(("dynamic", "D"), ("disabled", "X"), ("invalid", "I")),
    ),
    Menu(
        "/ip/dhcp-server/network",
        fields=(
            Field("address", Network(), required=True),
            Field("gateway", ListOf(Address()), default=b""),
            Field("netmask", Number(0, 32)),
            Field("dns-server", ListOf(Address()), default=b""),
            flag("dns-none"),
            Field("domain", Text()),
            Field("wins-server", ListOf(Address()), default=b""),
            Field("ntp-server", ListOf(Address()), default=b""),
            flag("ntp-none", since="7.19"),
            Field("caps-manager", ListOf(Address()), default=b""),
            Field("next-server", Address(), unsettable=True),
            Field("boot-file-name", Text()),
            Field("dhcp-option", _OPTIONS, default=b""),
            Field("dhcp-option-set", _SET),
            *flags("dynamic"),
        ),
        unique=(("address",),),
        unique_error=b"failure: such network already exists",
        disableable=False,
        flags=(("dynamic", "D"),),
    ),
    Menu(
        "/ip/dhcp-server/lease",
        fields=(
            Field("address", Address()),
            Field("mac-address", Mac()),
            Field("client-id", Text()),
            Field("address-lists", ListOf(Text()), default=b""),
            Field("server", Reference("/ip/dhcp-server", also=(b"all",))),
            Field("lease-time", Duration()),
            Field("dhcp-option", _OPTIONS, default=b""),
            Field("dhcp-option-set", _SET),
            Field("agent-circuit-id", Text(), since="7.19"),
            Field("agent-remote-id", Text(), since="7.19"),
            Field("allow-dual-stack-queue", Flag(), unsettable=True),
            Field("always-broadcast", Flag()),
            Field("insert-queue-before", _BEFORE, unsettable=True),
            Field("parent-queue", _QUEUE, unsettable=True),
            Field("queue-type", Reference("/queue/type"), unsettable=True),
            Field("rate-limit", Text()),
            Field("routes", ListOf(Text())),
            Field("use-src-mac", Flag()),
            Field("block-access", Flag()),
            *computed("status"),
            *computed("expires-after", type=Duration()),
            *computed("last-seen", type=Duration(words=(NEVER,))),
            *computed("age", type=Duration()),
            *computed("active-address", "active-mac-address", "active-client-id"),
            *computed("active-server", "active-agent-circuit-id", "active-agent-remote-id"),
            *computed("host-name", "class-id", "src-mac-address", "reconfigure-key"),
            *computed("reconfigure-last-sent", "reconfigure-status"),
            *flags("radius", "dynamic", "blocked"),
        ),
        unique=(("address", "server"),),
        unique_error=b"failure: already have static lease with this IP address",
        hooks=LeaseHooks,
        commands={
            "make-static": Command(_make_static, items="many"),
            "check-status": Command(nothing, items="many"),
            "send-reconfigure": Command(nothing, items="many", since="7.19"),
        },
        flags=(
            ("disabled", "X"),
            ("radius", "R"),
            ("dynamic", "D"),
            ("blocked", "B"),
        ),
        print_flags=("active",),
    ),
    Menu(
        "/ip/dhcp-server/option",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("code", Number(1, 254, words=(b"vendor-specific",)), required=True),
            Field("value", Text(), default=b""),
            flag("force"),
            *computed("raw-value"),
            Field("comment", Text(), since="7.13"),
        ),
        named_by="name",
        hooks=OptionHooks,
        commentable=False,
        disableable=False,
    ),
    Menu(
        "/ip/dhcp-server/option/sets",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("options", _OPTIONS, default=b""),
        ),
        named_by="name",
        commentable=False,
        disableable=False,
    ),
    Menu(
        "/ip/dhcp-server/config",
        singleton=True,
        fields=(
            Field("store-leases-disk", Duration(words=(b"immediately", b"never")), default=b"5m"),
            flag("accounting", b"yes"),
            Field("interim-update", Duration(), default=b"0s"),
            Field("radius-password", Text(), default=b"empty", sensitive=True),
        ),
    ),
)
