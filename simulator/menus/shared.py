"""Types, fields and behaviours that the tables of several families share."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.menus.hooks import Hooks
from simulator.menus.table import UNSET, Field, Unset
from simulator.menus.types import (
    Choice,
    FieldType,
    Flag,
    Link,
    ListOf,
    Negatable,
    Number,
    Reference,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.console.storage import Item
    from simulator.menus.types import Stored
    from simulator.router import Router

__all__ = [
    "ARP",
    "AUTHENTICATION",
    "CERTIFICATE",
    "INTERFACE",
    "INTERFACE_LIST",
    "MATCH_INTERFACE",
    "MATCH_INTERFACE_LIST",
    "NAME_TAKEN",
    "NEVER",
    "Numbered",
    "choice",
    "computed",
    "counters",
    "flag",
    "flags",
    "interface_of",
    "is_running",
    "mac_address",
    "members",
    "several",
    "unprefixed",
]

ARP = Choice(b"disabled", b"enabled", b"local-proxy-arp", b"proxy-arp", b"reply-only")
AUTHENTICATION = Choice(b"pap", b"chap", b"mschap1", b"mschap2")
CERTIFICATE = Reference("/certificate", also=(b"none",))
INTERFACE = Reference("/interface")
INTERFACE_LIST = Reference("/interface/list")
MATCH_INTERFACE = Negatable(
    Reference("/interface", also=(b"all-ethernet", b"all-ppp", b"all-vlan", b"all-wireless"))
)
MATCH_INTERFACE_LIST = Negatable(INTERFACE_LIST)

NAME_TAKEN = b"failure: already have interface with such name"

# What stands where a moment has not come yet, as routers print it.
NEVER = b"never"


def choice(words: str) -> Choice:
    """One word of a closed set, given with blanks between."""
    return Choice(*words.encode().split())


def several(words: str) -> ListOf:
    """Some words of a closed set, each once."""
    return ListOf(choice(words), unique=True)


def unprefixed(fields: Iterable[Field], prefix: str) -> tuple[Field, ...]:
    """Return the fields as the profile has them that `prefix` names elsewhere.

    `/interface/wifi` has `security.wps`, the profile `/interface/wifi/security` has `wps`.
    """
    return tuple(
        replace(each, name=each.name.removeprefix(prefix))
        for each in fields
        if each.name.startswith(prefix)
    )


def flag(name: str, default: bytes | Unset = b"no", *, since: str | None = None) -> Field:
    """A setting that is on or off."""
    return Field(name, Flag(), default=default, since=since)


def flags(*names: str) -> tuple[Field, ...]:
    """States of an item that are shown as `true` or `false`, off unless `show` says so."""
    return tuple(Field(name, Flag(), default=b"no", read_only=True) for name in names)


def computed(
    *names: str,
    type: FieldType | None = None,  # noqa: A002 - the word of Field
    default: bytes | Unset = UNSET,
    presence: bool = False,
    stats: str | None = None,
    since: str | None = None,
) -> tuple[Field, ...]:
    """Read-only properties, absent unless `show` gives them or there is a default."""
    kind = Text() if type is None else type
    return tuple(
        Field(
            name,
            kind,
            default=default,
            read_only=True,
            presence=presence,
            stats=stats,
            since=since,
        )
        for name in names
    )


def counters(*names: str, stats: str | None = None) -> tuple[Field, ...]:
    """Counters; nothing passes through a simulated router, so they stay at 0."""
    return computed(*names, type=Number(), default=b"0", stats=stats)


class Numbered(Hooks):
    """An item added without a name gets the stem and the first number that is free.

    Source: routers name `bridge1`, `vlan1`, `dhcp1` so; the stems of rarer menus are assumed.
    """

    stem = b"item"

    def prepare(self, values: dict[str, Stored], item: Item | None) -> None:
        key = self.table.menu.named_by or "name"
        if item is None and key not in values:
            values[key] = self.free_name()

    def free_name(self) -> bytes:
        names = self.table.family or self.table
        number = 1
        while names.get(self.stem + b"%d" % number) is not None:
            number += 1
        return self.stem + b"%d" % number


def mac_address(router: Router, what: bytes) -> bytes:
    """Return a MAC address that this router always has for `what`: locally administered."""
    digest = hashlib.blake2b(what, digest_size=3, key=b"%d" % router.seed).digest()
    return b":".join(b"%02X" % byte for byte in (0x02, 0x00, 0x5E, *digest))


def interface_of(item: Item, name: str = "interface") -> Item | None:
    """Return the interface that a property refers to, if it is one and still there."""
    link = item.values.get(name)
    return link.item if isinstance(link, Link) and link.item.alive else None


def members(values: Mapping[str, Stored], name: str) -> tuple[Stored, ...]:
    """Return what a list property holds; nothing when it was not set."""
    found = values.get(name, ())
    return found if isinstance(found, tuple) else ()


def is_running(interface: Item) -> bool:
    """Tell whether an interface carries traffic: simulated cables are always plugged in."""
    return interface.alive and interface.values.get("disabled") is not True
