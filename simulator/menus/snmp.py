"""/snmp and its communities.

Source: command trees; the community that every router has, and defaults, from
published exports and memory: assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.menus.hooks import Hooks
from simulator.menus.shared import computed, flag, flags
from simulator.menus.table import Export, Field, Menu
from simulator.menus.types import (
    AnyAddress,
    Choice,
    ListOf,
    Network,
    Prefix6,
    Reference,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.console.storage import Item
    from simulator.menus.types import Scope, Stored
    from simulator.values import Value

__all__ = ["MENUS"]


class AnyNetwork(Prefix6):
    """A network of either family."""

    def read(self, text: bytes, scope: Scope) -> Stored:
        if b":" in text:
            return super().read(text, scope)
        return Network().read(text, scope)


class SnmpHooks(Hooks):
    """The engine's id begins with MikroTik's enterprise number."""

    def show(self, item: Item) -> Mapping[str, Value]:
        suffix = item.values.get("engine-id-suffix", b"")
        return {"engine-id": b"80003a8c04" + (suffix if isinstance(suffix, bytes) else b"")}


_GENERATORS = Choice(b"interfaces", b"start-trap", b"temp-exception")

MENUS = (
    Menu(
        "/snmp",
        singleton=True,
        fields=(
            flag("enabled"),
            Field("contact", Text(), default=b""),
            Field("location", Text(), default=b""),
            Field("engine-id", Text(), default=b"", until="7.7"),
            *computed("engine-id", since="7.7"),
            Field("engine-id-suffix", Text(), default=b"", since="7.7"),
            Field("src-address", AnyAddress(), default=b"::"),
            Field("trap-target", ListOf(Text()), default=b""),
            Field("trap-community", Reference("/snmp/community"), default=b"public"),
            Field("trap-version", Choice(b"1", b"2", b"3"), default=b"1"),
            Field("trap-generators", ListOf(_GENERATORS, unique=True), default=b"temp-exception"),
            Field("trap-interfaces", ListOf(Reference("/interface", also=(b"all",))), default=b""),
            Field("vrf", Text(), default=b"main", since="7.1"),
        ),
        hooks=SnmpHooks,
    ),
    Menu(
        "/snmp/community",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("addresses", ListOf(AnyNetwork(), unique=True), default=b"::/0"),
            Field("security", Choice(b"authorized", b"none", b"private"), default=b"none"),
            flag("read-access", b"yes"),
            flag("write-access"),
            Field("authentication-protocol", Choice(b"MD5", b"SHA1"), default=b"MD5"),
            Field("encryption-protocol", Choice(b"AES", b"DES"), default=b"DES"),
            Field("authentication-password", Text(), default=b"", sensitive=True),
            Field("encryption-password", Text(), default=b"", sensitive=True),
            *flags("default"),
        ),
        named_by="name",
        builtin=({"name": b"public", "default": b"yes"},),
        first_id=0,
        flags=(("default", "*"), ("disabled", "X")),
        print_flags=("show-sensitive",),
        export=Export(builtin="find", key="default"),
    ),
)
