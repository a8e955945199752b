"""Connected routes: what an address makes of its network, for as long as it counts.

An address counts when it is enabled and its interface is there and enabled;
on a bridge's port it counts for the bridge. Several addresses in one network
on one interface make one route.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from simulator.menus.hooks import Hooks
from simulator.menus.shared import interface_of, is_running
from simulator.menus.types import Link
from simulator.values import Ip, parse_ip_prefix, to_text

if TYPE_CHECKING:
    from simulator.console.storage import Item, Table
    from simulator.menus.types import Stored
    from simulator.router import Router

__all__ = [
    "ConnectedRoutes",
    "actual_interface",
    "network_of",
    "refresh_address",
    "refresh_interface",
]

_Key: TypeAlias = "tuple[Stored, Stored]"


def network_of(address: bytes) -> tuple[Ip, int]:
    """Return the network's address and its length for `192.0.2.1/24`."""
    prefix = parse_ip_prefix(address)
    assert prefix is not None  # noqa: S101 - the property's type has read it
    mask = (0xFFFFFFFF << (32 - prefix.length)) & 0xFFFFFFFF
    return Ip(prefix.number & mask), prefix.length


def actual_interface(address: Item) -> Item | None:
    """Return where an address works: the bridge when its interface is a port of one."""
    interface = interface_of(address)
    if interface is None:
        return None
    for port in address.table.router.tables["/interface/bridge/port"].linked(
        "interface", interface
    ):
        bridge = interface_of(port, "bridge")
        if bridge is not None and port.values.get("disabled") is not True:
            return bridge
    return interface


def _route_values(address: Item) -> dict[str, Stored] | None:
    """Return the route that an address makes now, or None."""
    interface = actual_interface(address)
    text = address.values.get("address")
    if interface is None or not isinstance(text, bytes) or not is_running(interface):
        return None
    if address.values.get("disabled") is True:
        return None
    network = address.values.get("network")
    own, length = network_of(text)
    base = network if isinstance(network, Ip) else own
    values: dict[str, Stored] = {
        "dst-address": to_text(base) + b"/%d" % length,
        "gateway": Link(interface),
        "distance": 0,
        "scope": 10,
    }
    if address.table.router.version.is_v6:
        return values | {"pref-src": text.partition(b"/")[0]}
    return values | {"target-scope": 5}


class ConnectedRoutes(Hooks):
    """Keeps the routes that addresses make, by network and interface."""

    def __init__(self, router: Router, table: Table) -> None:
        super().__init__(router, table)
        self._routes: dict[_Key, Item] = {}
        # Length and number of a network to the routes into it.
        self._networks: dict[tuple[int, int], dict[_Key, Item]] = {}
        self._makers: dict[_Key, set[int]] = {}  # numbers of the addresses that make each
        self._of: dict[int, _Key] = {}

    def refresh(self, address: Item, values: dict[str, Stored] | None) -> None:
        """Have the address make the route with these values, or none."""
        key = None if values is None else (values["dst-address"], values["gateway"])
        if self._of.get(address.number) == key:
            return
        self._forget(address)
        if key is None or values is None:
            return
        if key not in self._routes:
            self._enter(key, values)
        self._makers[key].add(address.number)
        self._of[address.number] = key

    def _forget(self, address: Item) -> None:
        key = self._of.pop(address.number, None)
        if key is None:
            return
        makers = self._makers[key]
        makers.discard(address.number)
        if not makers:
            del self._makers[key]
            del self._networks[_network_key(key)][key]
            self.table.delete(self._routes.pop(key))

    def _enter(self, key: _Key, values: dict[str, Stored]) -> None:
        route = self.table.insert(values, dynamic=True)
        self._routes[key] = route
        self._makers[key] = set()
        self._networks.setdefault(_network_key(key), {})[key] = route

    def interface_to(self, address: Ip) -> bytes | None:
        """Return the name of the interface in whose network an address is, the nearest first."""
        for length in range(32, -1, -1):
            mask = (0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF
            for route in self._networks.get((length, address.number & mask), {}).values():
                link = route.values["gateway"]
                if isinstance(link, Link) and link.item.name is not None:
                    return link.item.name
        return None


def _network_key(key: _Key) -> tuple[int, int]:
    network = key[0]
    prefix = parse_ip_prefix(network) if isinstance(network, bytes) else None
    assert prefix is not None  # noqa: S101 - `_route_values` has written it
    return prefix.length, prefix.number


def _routes(router: Router) -> ConnectedRoutes:
    hooks = router.tables["/ip/route"].hooks
    assert isinstance(hooks, ConnectedRoutes)  # noqa: S101 - the table of that menu says so
    return hooks


def refresh_address(address: Item) -> None:
    """Bring the route of one address up to date."""
    values = _route_values(address) if address.alive else None
    _routes(address.table.router).refresh(address, values)


def refresh_interface(router: Router, interface: Item) -> None:
    """Bring up to date addresses on an interface and on ports of it, and their routes."""
    for address in router.tables["/ip/address"]:
        if not interface.alive or interface in (
            interface_of(address),
            actual_interface(address),
        ):
            refresh_address(address)
            address.table.touch(address)
