"""Stored backups, as raw files.

Source: devices-api.md, 8, for the path; the forms of the answer other than raw are not served.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from coordinator.auth import Scope
from coordinator.routes.base import OPERATIONS, Doc, Param, Route, path_id

__all__ = ["ROUTES"]


async def download(request: web.Request) -> web.Response:
    filename = request.match_info["filename"]
    content = await request.app[OPERATIONS].get_backup(path_id(request, "site"), filename)
    # The name is one that we gave, or nothing would have been found.
    disposition = f'attachment; filename="{filename}"'
    return web.Response(
        body=content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": disposition},
    )


_FILENAME = Param("filename", "path", "As the job's `associated_backup` ends.", {"type": "string"})

ROUTES: Final = (
    Route(
        "GET",
        "/backup/{site_id}/{filename}",
        Scope.BACKUPS_READ,
        download,
        Doc(
            "Retrieve a backup",
            "Backups",
            {200: "application/octet-stream"},
            params=(_FILENAME,),
        ),
    ),
)
