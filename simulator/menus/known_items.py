"""Items that every router has in menus which are kept as text.

Exports change them, `set [ find default=yes ] …` or `set 0 …`; without them
such a line would find nothing to change, and be lost or refused.

Source: published exports; what such items hold besides is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.menus.table import Export

if TYPE_CHECKING:
    from simulator.menus.table import Builtin
    from simulator.version import Version

__all__ = ["FreshItems", "fresh_items"]

_DEFAULT = Export(builtin="find", key="default")


@dataclass(frozen=True, slots=True)
class FreshItems:
    """What a menu has on a fresh router.

    Attributes:
        export: How its items are named in exports.
        items: Their properties, as text.
        until: First release that has them no more.
    """

    export: Export
    items: tuple[Builtin, ...]
    until: str | None = None


def _default(name: str = "name", value: bytes = b"default") -> tuple[Builtin, ...]:
    return ({name: value, "default": b"yes"},)


_ITEMS = {
    "/ip/smb/users": FreshItems(_DEFAULT, _default(value=b"guest")),
    "/routing/bfd/interface": FreshItems(_DEFAULT, _default("interface", b"all")),
    "/routing/ospf-v3/area": FreshItems(_DEFAULT, _default(value=b"backbone")),
    "/routing/ospf-v3/instance": FreshItems(_DEFAULT, _default()),
}


def fresh_items(path: str, version: Version) -> FreshItems | None:
    """Return what a release has in a menu that is kept as text, or None for nothing."""
    found = _ITEMS.get(path)
    if found is None or (found.until is not None and version.since(found.until)):
        return None
    return found
