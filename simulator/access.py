"""Who may come in, by which way, and who is in.

The API and REST ask here; so the checks, the lines of the log and the rows of
`/user active` are the same for both.

Source: routeros-api.md, 2.1, 2.4, 2.6. Assumed: `access denied` for a group without
the policy and for a foreign address, nothing but a closed connection for one session
too many, and that sessions over TLS are `via=api` too.
"""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.console.request import Actor
from simulator.errors import RouterError
from simulator.menus.types import Link
from simulator.menus.user import policies_of
from simulator.wire.login import login_failure

if TYPE_CHECKING:
    from simulator.console.storage import Item
    from simulator.menus.types import Stored
    from simulator.router import Router
    from simulator.wire.login import Attempt

__all__ = ["ACCESS_DENIED", "Visit", "admits", "enter", "leave"]

ACCESS_DENIED = b"access denied"
_SERVICES = "/ip/service"
# Services whose address list is not looked at: seen with REST on 7.20.8.
_OPEN_TO_ALL = frozenset({"www", "www-ssl"})


@dataclass(frozen=True, slots=True)
class Visit:
    """A user who is in.

    Attributes:
        actor: On whose behalf commands run.
        item: The row of `/user active`.
    """

    actor: Actor
    item: Item


def admits(router: Router, service: str, address: str, sessions: int) -> bool:
    """Tell whether a service talks to that address at all.

    Args:
        router: Whose service it is.
        service: `api`, `api-ssl`, `www`.
        address: The peer's, as text.
        sessions: How many the service has already.
    """
    if _SERVICES not in router.tables:
        return True
    table = router.tables[_SERVICES]
    item = table.get(service.encode())
    if item is None:
        return True
    most = table.value(item, "max-sessions")
    return not (
        table.value(item, "disabled") is True
        or (isinstance(most, int) and sessions >= most)
        or (service not in _OPEN_TO_ALL and not _within(table.value(item, "address"), address))
    )


def enter(router: Router, attempt: Attempt, *, via: str, address: str) -> Visit:
    """Let a user in.

    Args:
        router: Where they want in.
        attempt: Who they say they are, and how they prove it.
        via: `api` or `rest-api`: the policy that the user's group has to have.
        address: Where the user comes from, as text.

    Raises:
        RouterError: They are not who they say, or may not come this way.
    """
    users = router.tables["/user"]
    user = None if attempt.name.startswith(b"*") else users.get(attempt.name)
    password = None if user is None else user.values.get("password", b"")
    known = isinstance(password, bytes) and attempt.proves(password)
    refusal = b""
    if user is None or not known or users.value(user, "disabled") is True:
        refusal = login_failure(router.version)
    elif via not in policies_of(user) or not _within(users.value(user, "address"), address):
        refusal = ACCESS_DENIED
    if user is None or refusal:
        _tell(router, "login-failed", b"login failure for user %s", attempt.name, via, address)
        raise RouterError(refusal)
    _tell(router, "login", b"user %s logged in", attempt.name, via, address)
    actor = Actor(attempt.name, policies_of(user), via, address)
    return Visit(actor, router.tables["/user/active"].insert(_active(router, user, actor)))


def leave(router: Router, visit: Visit) -> None:
    """Take note that a user has gone."""
    actor = visit.actor
    if visit.item.alive:  # nobody has thrown them out
        router.tables["/user/active"].delete(visit.item)
    _tell(router, "logout", b"user %s logged out", actor.user, actor.via, actor.address)


def _tell(router: Router, kind: str, text: bytes, user: bytes, via: str, address: str) -> None:
    """Write into the log and the journal; `text` has a place for the user's name."""
    message = (text + b" from %s via %s") % (user, address.encode(), via.encode())
    topics = "system,error,critical" if kind == "login-failed" else "system,info,account"
    router.log.add(topics, message)
    router.note(kind, message.decode("utf-8", "replace"))


def _active(router: Router, user: Item, actor: Actor) -> dict[str, Stored]:
    group = user.values.get("group")
    shown = group.shown() if isinstance(group, Link) else b""
    return {
        "when": router.date_time(),
        "name": actor.user,
        "address": actor.address.encode(),
        "via": actor.via.encode(),
        "group": shown,
    }


def _within(stored: Stored | None, address: str) -> bool:
    """Tell whether an address is in a list of networks; all are in an empty one."""
    networks = stored if isinstance(stored, tuple) else (stored,) if stored else ()
    if not networks:
        return True
    peer = ipaddress.ip_address(address.partition("%")[0])
    for each in networks:
        if isinstance(each, bytes):
            with suppress(ValueError):  # neither address nor network: it admits nobody
                if peer in ipaddress.ip_network(each.decode("latin-1"), strict=False):
                    return True
    return False
