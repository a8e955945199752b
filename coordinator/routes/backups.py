"""Backups of sites: list, request, retrieve in four forms, latest of many.

Source: devices-api.md, 8. The names of the three headers are not captured: ours are X-Raw,
X-Highlight and X-Download, tried in that order. A binary backup is always a download.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import web

from coordinator.auth import Scope
from coordinator.clock import from_millis
from coordinator.devices.highlight import highlight
from coordinator.devices.library import is_text
from coordinator.devices.shapes import (
    Backup,
    BackupContent,
    BackupRequested,
    LatestBackup,
    LatestBackups,
    LatestRequest,
)
from coordinator.errors import NotFoundError
from coordinator.routes.base import (
    FLAG,
    OPERATIONS,
    Doc,
    Param,
    Route,
    check_site,
    header,
    header_flag,
    path_id,
    read_model,
    reply,
)
from coordinator.routes.parts import PARTS

if TYPE_CHECKING:
    from uuid import UUID

    from coordinator.devices.records import StoredFile

__all__ = ["ROUTES"]

_UNIT = 1024


async def list_all(request: web.Request) -> web.Response:
    files = await request.app[PARTS].library.files(path_id(request, "site"))
    return reply([Backup(**_entry(file)) for file in files])


async def order(request: web.Request) -> web.Response:
    await request.app[PARTS].library.request(path_id(request, "site"))
    return reply(BackupRequested(), 202)


async def retrieve(request: web.Request) -> web.Response:
    site_id, filename = path_id(request, "site"), request.match_info["filename"]
    raw = header_flag(request, "X-Raw", default=False)
    highlighted = header_flag(request, "X-Highlight", default=False)
    download = header_flag(request, "X-Download", default=False)
    file, content = await request.app[PARTS].library.read(site_id, filename)
    if raw and is_text(filename):
        return web.Response(body=content, content_type="text/plain", charset="utf-8")
    if highlighted and is_text(filename):
        return web.Response(text=highlight(_text(content)), content_type="text/html")
    if download or not is_text(filename):
        # The name is one that we gave, or nothing would have been found.
        disposition = f'attachment; filename="{filename}"'
        return web.Response(
            body=content,
            content_type="application/octet-stream",
            headers={"Content-Disposition": disposition},
        )
    return reply(BackupContent(**_entry(file), content=_text(content)))


async def latest(request: web.Request) -> web.Response:
    body = await read_model(request, LatestRequest, 16_384)
    sites = list(dict.fromkeys(body.sites))
    known = [site for site in sites if await _is_known(request, site)]
    found = await request.app[PARTS].library.latest(known)
    results: dict[UUID, LatestBackup] = {}
    for site in sites:
        if site in found:
            file, content = found[site]
            shown = BackupContent(**_entry(file), content=_text(content))
            results[site] = LatestBackup(backup=shown)
        else:
            missing = "backup_not_found" if site in known else "site_not_found"
            results[site] = LatestBackup.model_validate({"error": missing})
    return reply(
        LatestBackups(
            results=results,
            total_sites=len(sites),
            successful=len(found),
            errors=len(sites) - len(found),
        )
    )


async def _is_known(request: web.Request, site_id: UUID) -> bool:
    try:
        await check_site(request, site_id)
        await request.app[OPERATIONS].get_site(site_id)
    except NotFoundError:
        return False
    return True


def _entry(file: StoredFile) -> dict[str, object]:
    at = from_millis(file.stored_at)
    return {
        "filename": file.filename,
        "size": _size(file.size),
        "date": at.strftime("%Y-%m-%d"),
        "time": at.strftime("%H:%M:%S"),
        "created_at": at,
    }


def _size(size: int) -> str:
    if size < _UNIT:
        return f"{size}B"
    if size < _UNIT * _UNIT:
        return f"{size / _UNIT:.1f}KB"
    return f"{size / _UNIT / _UNIT:.1f}MB"


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


_TAG = "Backups"
_FILENAME = Param("filename", "path", "As the job's `associated_backup` ends.", {"type": "string"})
_LIST = Doc(
    "List the backups of a site",
    _TAG,
    {200: list[Backup]},
    text="Newest first.",
    ours=("`date` and `time` are UTC, as ISO 8601 writes them.",),
)
_ORDER = Doc(
    "Request a new backup",
    _TAG,
    {202: BackupRequested},
    text="An ordinary job is queued that takes a backup and runs nothing else.",
)
_RETRIEVE = Doc(
    "Retrieve a backup",
    _TAG,
    {200: (BackupContent, "text/plain", "text/html", "application/octet-stream")},
    params=(
        _FILENAME,
        header("X-Raw", "True: `text/plain`.", FLAG),
        header("X-Highlight", "True: a fragment of `text/html`.", FLAG),
        header("X-Download", "True: a download.", FLAG),
    ),
    ours=(
        "The names of the three headers; of several that are true the first counts.",
        "A binary backup, `….backup`, is always a download.",
        "The fragment is one `pre` of class `routeros`; its spans have classes `ros-…`.",
    ),
)
_LATEST = Doc(
    "Fetch the latest backups of many sites",
    _TAG,
    {200: LatestBackups},
    body=LatestRequest,
    ours=("A site's entry holds its backup or an error; a site named twice counts once.",),
)


def _of_site(base: str) -> tuple[Route, ...]:
    return (
        Route("GET", base, Scope.BACKUPS_READ, list_all, _LIST),
        Route("POST", base, Scope.JOBS_WRITE, order, _ORDER),
        Route("GET", f"{base}/{{filename}}", Scope.BACKUPS_READ, retrieve, _RETRIEVE),
    )


ROUTES: Final = (
    Route("POST", "/backups/latest", Scope.BACKUPS_READ, latest, _LATEST),
    Route("POST", "/api/backups/latest", Scope.BACKUPS_READ, latest, _LATEST),
    *_of_site("/backup/{site_id}"),
    *_of_site("/sites/{site_id}/backups"),
    Route("GET", "/backups/{site_id}/", Scope.BACKUPS_READ, list_all, _LIST),
)
