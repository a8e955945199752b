"""What routes about routers share: the parts, who asks, sites as they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from coordinator.clock import from_millis
from coordinator.devices.parts import DeviceParts
from coordinator.devices.pulse import age_text, has_pulse, span_text
from coordinator.routes import render
from coordinator.routes.base import PRINCIPAL

if TYPE_CHECKING:
    from uuid import UUID

    from coordinator.contract import Site
    from coordinator.devices.health import Health
    from coordinator.devices.records import Pulse
    from coordinator.records import SiteRecord

__all__ = ["PARTS", "actor", "base_url", "health_of", "show_site", "subject", "team"]

PARTS: Final = web.AppKey("parts", DeviceParts)

# Facts that a Site shows under another name.
_TEXTS = {
    "architecture_name": "architecture-name",
    "serial_number": "serial-number",
    "software_id": "software-id",
    "identity": "name",
    "model": "model",
    "board_name": "board-name",
}


def health_of(request: web.Request) -> Health:
    return request.app[PARTS].health


def subject(request: web.Request) -> str:
    """Return who makes an operator's request."""
    return request[PRINCIPAL].actor


def actor(request: web.Request) -> str:
    """Return who acts, for timelines."""
    return request[PRINCIPAL].actor


def team(request: web.Request) -> UUID:
    """Return the team of whoever makes the request."""
    return request[PRINCIPAL].team_id


def base_url(request: web.Request) -> str:
    """Return the URL by which routers reach us: the setting, else that of this request."""
    configured = request.app[PARTS].config.public_url
    return (configured or f"{request.scheme}://{request.host}").rstrip("/")


def show_site(record: SiteRecord, pulse: Pulse, now: int) -> Site:
    """Return a site with what is known of its router.

    `uptime` is null when there is no recent heartbeat (devices-api.md, 3.1); it is the one that
    the router told last, and the time since.
    """
    alive = has_pulse(pulse.last_seen_at, now)
    uptime = None
    if alive and pulse.uptime is not None and pulse.facts_at is not None:
        uptime = span_text(pulse.uptime + max(0, now - pulse.facts_at) // 1000)
    seen = pulse.last_seen_at
    told: dict[str, Any] = {field: pulse.facts.get(fact) or None for field, fact in _TEXTS.items()}
    told |= {
        "has_pulse": alive,
        "uptime": uptime,
        "hardware_hash": pulse.hardware_hash,
        "routerboard": _flag(pulse.facts.get("routerboard")),
        "last_seen_from": pulse.last_seen_from,
        "last_seen": None if seen is None else age_text(seen, now),
        "last_seen_at": None if seen is None else from_millis(seen),
    }
    return render.site(record).model_copy(update=told)


def _flag(text: str | None) -> bool | None:
    return None if not text else text in {"true", "yes"}
