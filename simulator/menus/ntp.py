"""/system/ntp client, its servers, server and keys.

RouterOS 6 keeps two addresses in the client; 7 keeps a list, which the
client's `servers` shows and sets too.

Source: command trees; RouterOS 6 and defaults from memory: assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.menus.hooks import Hooks
from simulator.menus.interface import nothing
from simulator.menus.shared import computed, flag, flags
from simulator.menus.table import Command, Field, Menu
from simulator.menus.types import Address, Choice, Flag, ListOf, Number, Reference, Text
from simulator.values import Array

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.storage import Item
    from simulator.menus.types import Stored
    from simulator.values import Value

__all__ = ["MENUS"]

_SERVERS = "/system/ntp/client/servers"


class ClientHooks(Hooks):
    """Setting `servers` makes the list what was set; showing it shows the list."""

    volatile = True

    def changed(self, item: Item, before: Mapping[str, Stored]) -> None:
        given = item.values.get("servers")
        if given == before.get("servers") or not isinstance(given, tuple):
            return
        servers = self.router.tables[_SERVERS]
        kept = {each.values.get("address"): each for each in servers}
        for address, each in kept.items():
            if address not in given:
                servers.delete(each)
        for address in given:
            if address not in kept:
                servers.insert({"address": address})

    def show(self, item: Item) -> Mapping[str, Value]:
        on = item.values.get("enabled") is True
        if self.router.version.is_v6:
            return {}
        listed = self.router.tables[_SERVERS]
        addresses = [each.values["address"] for each in listed if "address" in each.values]
        return {
            "servers": Array([each for each in addresses if isinstance(each, bytes)]),
            "status": b"waiting" if on and addresses else b"stopped",
        }


_KEY = Reference("/system/ntp/key", also=(b"none",))
_MODE = Choice(b"broadcast", b"manycast", b"multicast", b"unicast")

MENUS = (
    Menu(
        "/system/ntp/client",
        singleton=True,
        fields=(
            flag("enabled"),
            Field("primary-ntp", Address(), default=b"0.0.0.0", until="7.0"),
            Field("secondary-ntp", Address(), default=b"0.0.0.0", until="7.0"),
            Field("server-dns-names", ListOf(Text()), default=b"", until="7.0"),
            Field("mode", _MODE, default=b"unicast"),
            Field("servers", ListOf(Text(), unique=True), exported=False, since="7.0"),
            Field("vrf", Text(), default=b"main", since="7.0"),
            *computed("freq-drift", default=b"0 PPM", since="7.0"),
            *computed("status", "synced-server", "synced-stratum", "system-offset"),
        ),
        hooks=ClientHooks,
        commands={"reset-freq-drift": Command(nothing, since="7.0")},
    ),
    Menu(
        "/system/ntp/client/servers",
        fields=(
            Field("address", Text(min_length=1), required=True),
            Field("min-poll", Number(3, 17), default=b"6"),
            Field("max-poll", Number(3, 17), default=b"10"),
            flag("iburst", b"yes"),
            Field("auth-key", _KEY, default=b"none"),
            *computed("resolved-address"),
            *flags("dynamic"),
        ),
        unique=(("address",),),
        since="7.0",
        flags=(("disabled", "X"), ("dynamic", "D")),
    ),
    Menu(
        "/system/ntp/server",
        singleton=True,
        fields=(
            flag("enabled"),
            flag("broadcast"),
            flag("multicast"),
            flag("manycast"),
            Field("broadcast-addresses", ListOf(Address()), default=b""),
            Field("vrf", Text(), default=b"main", since="7.0"),
            Field("use-local-clock", Flag(), default=b"no", since="7.0"),
            Field("local-clock-stratum", Number(1, 16), default=b"5", since="7.0"),
            Field("auth-key", _KEY, default=b"none", since="7.0"),
        ),
    ),
    Menu(
        "/system/ntp/key",
        fields=(
            Field("key-id", Number(1, 65535), required=True),
            Field("key-val", Text(), sensitive=True, required=True),
        ),
        named_by=None,
        unique=(("key-id",),),
        since="7.0",
        disableable=False,
        print_flags=("show-sensitive",),
    ),
)
