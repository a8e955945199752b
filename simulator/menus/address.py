"""/ip/address, /ip/arp, /ip/neighbor, /ip/pool; /ipv6/address.

Source: routeros-api.md, 5.3 and section 12; command trees; order and defaults
that neither gives are assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import values as forms
from simulator.menus.connected import (
    actual_interface,
    network_of,
    refresh_address,
)
from simulator.menus.hooks import Hooks
from simulator.menus.shared import INTERFACE, Numbered, computed, flag, flags, interface_of, members
from simulator.menus.table import Export, Field, Menu
from simulator.menus.types import (
    Address,
    AddressRange,
    Duration,
    Flag,
    ListOf,
    Mac,
    Number,
    Prefix,
    Prefix6,
    Reference,
    Text,
)
from simulator.values import Ip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.storage import Item
    from simulator.menus.types import Scope, Stored
    from simulator.values import Value

__all__ = ["MENUS"]


class InterfaceAddress(Prefix):
    """An address with its length; exports leave `/32` out. Source: published exports."""

    def text(self, stored: Stored) -> bytes:
        return super().text(stored).removesuffix(b"/32")


class AddressHooks(Hooks):
    """An address computes its network and makes a connected route."""

    def prepare(self, values: dict[str, Stored], item: Item | None) -> None:
        self._take_netmask(values)
        address = values.get("address")
        if not isinstance(address, bytes):
            return
        moved = item is None or item.values.get("address") != address
        given = item is None or item.values.get("network") != values.get("network")
        if "network" not in values or (moved and not given):
            values["network"] = network_of(address)[0]

    @staticmethod
    def _take_netmask(values: dict[str, Stored]) -> None:
        """Fold `netmask=255.255.255.0` into the address, as RouterOS does."""
        netmask, address = values.pop("netmask", None), values.get("address")
        if isinstance(netmask, Ip) and isinstance(address, bytes):
            length = netmask.number.bit_count()
            values["address"] = address.partition(b"/")[0] + b"/%d" % length

    def show(self, item: Item) -> Mapping[str, Value]:
        interface, actual = interface_of(item), actual_interface(item)
        shown: dict[str, Value] = {"invalid": interface is None, "dynamic": item.dynamic}
        if actual is not None and actual.name is not None:
            shown["actual-interface"] = actual.name
        if actual is not interface:
            shown["slave"] = True
        return shown

    def added(self, item: Item) -> None:
        refresh_address(item)

    def changed(self, item: Item, before: Mapping[str, Stored]) -> None:
        del before
        refresh_address(item)

    def removed(self, item: Item) -> None:
        refresh_address(item)


class ArpHooks(Hooks):
    """What was entered by hand is permanent; nothing else is ever learnt here."""

    def show(self, item: Item) -> Mapping[str, Value]:
        there = interface_of(item) is not None
        status = {} if self.router.version.is_v6 else {"status": b"permanent"}
        return {"invalid": not there, "complete": "mac-address" in item.values, **status}


class PoolHooks(Numbered):
    stem = b"pool"

    def show(self, item: Item) -> Mapping[str, Value]:
        ranges = members(item.values, "ranges")
        total = sum(_size(each) for each in ranges if isinstance(each, bytes))
        return {"total": total, "used": 0, "available": total}


def _size(text: bytes) -> int:
    """Return how many addresses a range has, `192.0.2.1-192.0.2.9` or a prefix."""
    first, _, last = text.partition(b"-")
    if last:
        low, high = forms.parse_ip(first), forms.parse_ip(last)
        return high.number - low.number + 1 if low and high else 0
    return 1 << (32 - int(text.partition(b"/")[2] or 32))


class InterfaceAddress6(Prefix6):
    """An address with its length, `/64` unless it is given. Source: vendor manual."""

    def read(self, text: bytes, scope: Scope) -> Stored:
        return super().read(text if b"/" in text else text + b"/64", scope)


class Address6Hooks(Hooks):
    """Tells link-local addresses from global ones."""

    def show(self, item: Item) -> Mapping[str, Value]:
        address = item.values.get("address")
        local = isinstance(address, bytes) and address.lower().startswith(b"fe80:")
        interface = interface_of(item)
        shown: dict[str, Value] = {
            "invalid": interface is None,
            "link-local": local,
            "global": not local,
        }
        if interface is not None and interface.name is not None:
            shown["actual-interface"] = interface.name
        return shown


MENUS = (
    Menu(
        "/ip/address",
        fields=(
            Field("address", InterfaceAddress(), required=True),
            Field("network", Address()),
            Field("netmask", Address(), exported=False),
            Field("broadcast", Address()),
            Field("interface", INTERFACE, required=True),
            *computed("actual-interface", "vrf"),
            *flags("invalid", "dynamic"),
            *computed("slave", type=Flag(), presence=True),
        ),
        unique=(("address", "interface"),),
        unique_error=b"failure: already have such address",
        hooks=AddressHooks,
        flags=(("disabled", "X"), ("invalid", "I"), ("dynamic", "D"), ("slave", "S")),
    ),
    Menu(
        "/ip/arp",
        fields=(
            Field("address", Address(), required=True),
            Field("mac-address", Mac()),
            Field("interface", INTERFACE, required=True),
            flag("published"),
            *computed("status", "vrf"),
            *flags("invalid", "dhcp", "dynamic", "complete"),
        ),
        unique=(("address", "interface"),),
        hooks=ArpHooks,
        flags=(
            ("disabled", "X"),
            ("invalid", "I"),
            ("dhcp", "H"),
            ("dynamic", "D"),
            ("published", "P"),
            ("complete", "C"),
        ),
    ),
    Menu(
        "/ip/neighbor",
        fields=(
            *computed("interface", "address", "address4", "address6", "mac-address", "identity"),
            *computed("platform", "version", "unpack", "age", "uptime", "software-id", "board"),
            *computed("ipv6", type=Flag()),
            *computed("interface-name", "system-description", "system-caps"),
            *computed("system-caps-enabled", "discovered-by"),
            *computed("running", type=Flag()),
        ),
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        print_flags=("oid",),
        export=None,
    ),
    Menu(
        "/ip/pool",
        fields=(
            Field("name", Text(min_length=1)),
            Field("ranges", ListOf(AddressRange()), required=True),
            Field("next-pool", Reference("/ip/pool", also=(b"none",))),
            *computed("total", "used", "available", type=Number(), since="7.18"),
        ),
        named_by="name",
        hooks=PoolHooks,
        disableable=False,
    ),
    Menu(
        "/ipv6/address",
        fields=(
            Field("address", InterfaceAddress6()),
            Field("from-pool", Text(), default=b""),
            Field("interface", INTERFACE, required=True),
            *computed("actual-interface", "vrf"),
            flag("eui-64"),
            flag("advertise", b"yes"),
            flag("no-dad"),
            flag("auto-link-local", b"yes", since="7.18"),
            *computed("valid", "preferred", type=Duration()),
            *flags("invalid", "dynamic", "global", "link-local"),
            *computed("deprecated", "slave", type=Flag(), presence=True),
        ),
        unique=(("address", "interface"),),
        unique_error=b"failure: already have such address",
        hooks=Address6Hooks,
        flags=(("disabled", "X"), ("invalid", "I"), ("dynamic", "D"), ("global", "G")),
        export=Export(),
    ),
)
