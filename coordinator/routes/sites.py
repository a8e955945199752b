"""Sites: create (ours), list in three forms, retrieve, update, delete.

Source: devices-api.md, 3 (generation A). A deleted site is no longer listed or found; the
statuses 201 and 204 are ours where the reference has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import web

from coordinator.auth import Scope
from coordinator.clock import from_millis
from coordinator.contract import Site, SiteCreate, SiteUpdate
from coordinator.devices.records import Pulse
from coordinator.devices.shapes import SiteFacts, SiteMinimal, SiteRecent
from coordinator.errors import InvalidRequestError
from coordinator.routes.base import OPERATIONS, PRINCIPAL, Doc, Route, path_id, read_model, reply
from coordinator.routes.paging import CURSOR, LIMIT, reply_page
from coordinator.routes.parts import health_of, show_site, subject

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from coordinator.records import SiteRecord

__all__ = ["ROUTES"]


async def create(request: web.Request) -> web.Response:
    body = await read_model(request, SiteCreate)
    values = body.model_dump(exclude={"name"}, exclude_none=True)
    site = await request.app[OPERATIONS].create_site(body.name, values, request[PRINCIPAL].team_id)
    answer = reply(await _shown(request, site), 201)
    answer.headers["Location"] = f"/sites/{site.id}"
    return answer


async def list_all(request: web.Request) -> web.Response:
    sites = await request.app[OPERATIONS].list_sites(request[PRINCIPAL].team_id)
    health = health_of(request)
    pulses, now = await health.pulses(), health.now()
    return reply_page(request, sites, lambda site: show_site(site, _of(pulses, site), now))


async def list_minimal(request: web.Request) -> web.Response:
    sites = await request.app[OPERATIONS].list_sites(request[PRINCIPAL].team_id)
    health = health_of(request)
    pulses, now = await health.pulses(), health.now()
    return reply_page(
        request, sites, lambda site: _minimal(show_site(site, _of(pulses, site), now))
    )


async def list_recent(request: web.Request) -> web.Response:
    health = health_of(request)
    now = health.now()
    found = await health.recent(subject(request))
    return reply(
        [
            _recent(show_site(site, pulse, now), at)
            for site, pulse, at in found
            if site.team_id == request[PRINCIPAL].team_id
        ]
    )


async def retrieve(request: web.Request) -> web.Response:
    site = await request.app[OPERATIONS].get_site(path_id(request, "site"))
    await health_of(request).note_access(subject(request), site.id)
    return reply(await _shown(request, site))


async def update(request: web.Request) -> web.Response:
    site_id = path_id(request, "site")
    values = (await read_model(request, SiteUpdate)).model_dump(exclude_unset=True)
    if values.get("name", "") is None:
        raise InvalidRequestError("parameter_invalid", "name: a site must have one.")
    site = await request.app[OPERATIONS].update_site(site_id, values)
    return reply(await _shown(request, site))


async def delete(request: web.Request) -> web.Response:
    await request.app[OPERATIONS].delete_site(path_id(request, "site"))
    return web.Response(status=204)


async def facts(request: web.Request) -> web.Response:
    site = await request.app[OPERATIONS].get_site(path_id(request, "site"))
    health = health_of(request)
    pulse, backup = await health.pulse(site.id), await health.last_backup(site.id)
    at = pulse.facts_at
    return reply(
        SiteFacts(
            site_id=site.id,
            facts_at=None if at is None else from_millis(at),
            facts=dict(pulse.facts),
            device_mode=pulse.facts.get("device-mode"),
            protection=pulse.facts.get("protection"),
            last_backup_at=None if backup is None else from_millis(backup),
            last_backup_age=None if backup is None else (health.now() - backup) // 1000,
        )
    )


async def _shown(request: web.Request, site: SiteRecord) -> Site:
    health = health_of(request)
    return show_site(site, await health.pulse(site.id), health.now())


def _of(pulses: Mapping[UUID, Pulse], site: SiteRecord) -> Pulse:
    return pulses.get(site.id) or Pulse(site.id)


def _minimal(site: Site) -> SiteMinimal:
    return SiteMinimal(**{name: getattr(site, name) for name in _MINIMAL})


def _recent(site: Site, accessed_at: int) -> SiteRecent:
    return SiteRecent(
        id=site.id,
        pid=site.pid,
        name=site.name,
        model=site.model,
        version=site.software_version,
        ip_address=site.last_seen_from,
        online=site.has_pulse,
        last_seen=site.last_seen,
        accessed_at=from_millis(accessed_at),
    )


_TAG = "Sites"

_MINIMAL = tuple(SiteMinimal.model_fields)

# A fixed path comes before the one that takes any word for an id.
ROUTES: Final = (
    Route(
        "GET",
        "/site-minimal",
        Scope.SITES_READ,
        list_minimal,
        Doc(
            "List sites, minimal",
            _TAG,
            {200: list[SiteMinimal]},
            params=(LIMIT, CURSOR),
            ours=("Oldest first.",),
        ),
    ),
    Route(
        "GET",
        "/sites/recent",
        Scope.SITES_READ,
        list_recent,
        Doc(
            "List recently opened sites",
            _TAG,
            {200: list[SiteRecent]},
            text="At most 5, the most recent access first, of whoever asks.",
            ours=("A site is opened by retrieving it.",),
        ),
    ),
    Route(
        "GET",
        "/sites/{site_id}/facts",
        Scope.SITES_READ,
        facts,
        Doc("What is known of a site's router", _TAG, {200: SiteFacts}, ours=("Ours.",)),
    ),
    Route(
        "POST",
        "/sites",
        Scope.SITES_WRITE,
        create,
        Doc("Create a site", _TAG, {201: Site}, body=SiteCreate, ours=("Ours.",)),
    ),
    Route(
        "GET",
        "/sites",
        Scope.SITES_READ,
        list_all,
        Doc(
            "List sites",
            _TAG,
            {200: list[Site]},
            params=(LIMIT, CURSOR),
            ours=("Oldest first.",),
        ),
    ),
    Route(
        "GET",
        "/sites/{site_id}",
        Scope.SITES_READ,
        retrieve,
        Doc("Retrieve a site", _TAG, {200: Site}),
    ),
    Route(
        "PATCH",
        "/sites/{site_id}",
        Scope.SITES_WRITE,
        update,
        Doc(
            "Update a site",
            _TAG,
            {200: Site},
            body=SiteUpdate,
            text="Only the fields that are given change.",
        ),
    ),
    Route(
        "DELETE",
        "/sites/{site_id}",
        Scope.SITES_WRITE,
        delete,
        Doc(
            "Delete a site",
            _TAG,
            {204: None},
            text="The site is hidden and what waits in its queue is cancelled.",
            ours=("204 without a body.", "A job that runs is let run to its end."),
        ),
    ),
)
