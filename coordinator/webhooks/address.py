"""Which URLs and addresses may be called: never what only we can reach, unless the settings say.

Source: RFC 6890 and the IANA special-purpose address registries, as `ipaddress` has them.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from coordinator.errors import CoordinatorError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Address", "Network", "UnusableUrlError", "check", "literal", "may_call"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_LONGEST: Final = 2048
# What parsers of URLs disagree about.
_PLAIN: Final = frozenset(' \\"<>^`{|}')
# Addresses that carry an IPv4 address a gateway would go to (RFC 6052, 3056, 4380).
_CARRIERS: Final = tuple(
    ipaddress.IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")
)


class UnusableUrlError(CoordinatorError):
    """A URL may not be called; the text goes on after the words `The notify URL`."""


def check(url: str, *, allow_http: bool, allowed: Sequence[Network]) -> None:
    """Refuse a URL that could never be called. Names are looked up when it is called.

    Raises:
        UnusableUrlError: It says why.
    """
    if (
        len(url) > _LONGEST
        or not url.isascii()
        or not url.isprintable()
        or not _PLAIN.isdisjoint(url)
    ):
        raise UnusableUrlError(f"must be plain ASCII of {_LONGEST} characters at most")
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise UnusableUrlError("is not a URL") from None
    if parts.scheme not in ({"https", "http"} if allow_http else {"https"}):
        raise UnusableUrlError("must begin with https://")
    if not host or port == 0:
        raise UnusableUrlError("must name a host")
    if parts.username is not None or parts.password is not None:
        raise UnusableUrlError("must not hold a user or a password")
    address = literal(host)
    if address is not None and not may_call(address, allowed):
        raise UnusableUrlError("names an address that must not be called")


def literal(host: str) -> Address | None:
    """Return the address that a host is written as; None for a name."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def may_call(address: Address, allowed: Sequence[Network]) -> bool:
    """Return whether an address is public, or within what the settings allow."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address in network for network in allowed):
        return True
    if any(address in network for network in _CARRIERS):
        return False
    return address.is_global and not address.is_multicast
