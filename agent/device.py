"""What the agent does on a router, one function an act: facts, files, script items.

Every function takes a session and speaks in commands; none knows about jobs. The order
of acts and what follows from them is the business of `backup`, `execution` and `runner`.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.errors import RefusedError, readable
from agent.facts import Facts, Release
from agent.names import Marker, MarkerState, is_our_file, is_our_script

if TYPE_CHECKING:
    from agent.names import Names
    from agent.router import Router, Row

__all__ = [
    "FileEntry",
    "find_file",
    "is_running",
    "kill_script",
    "read_device_mode",
    "read_facts",
    "read_file",
    "read_marker",
    "read_policies",
    "read_source",
    "remove_file",
    "remove_script",
    "set_marker",
    "store_script",
    "sweep",
]

# Most that `/file/read` hands out in one piece. Source: routeros-api.md, 7.1.
_CHUNK = 32_768
# A listing of more than a thousand files takes about a minute (9.16).
_LISTING_SECONDS = 180.0
# A file just written may be "not a file" to the next command (9.21), and removing it right
# away failed in 30 % of mass runs (9.18).
_TRIES = 4
_TRY_AGAIN_SECONDS = 0.5
# What the coordinator takes of one value.
_LONGEST_FACT = 200
# What a script can hold. Source: routeros-api.md, 6.1; `dude` is not asked for.
_SCRIPT_POLICIES = frozenset(
    {"ftp", "reboot", "read", "write", "policy", "test", "password", "sniff", "sensitive", "romon"}
)


@dataclass(frozen=True)
class FileEntry:
    """A file on the router; `size` in bytes, 0 while it is not there yet."""

    id: bytes
    name: bytes
    size: int


async def read_facts(router: Router) -> Facts:
    """Return what the router says of itself.

    Raises:
        RefusedError, LinkError: As any command.
    """
    identity = _first((await router.call("/system/identity/print")).rows)
    resource = _first((await router.call("/system/resource/print")).rows)
    free = resource.get("free-hdd-space", b"")
    told = {name: readable(value)[:_LONGEST_FACT] for name, value in (resource | identity).items()}
    return Facts(
        identity=readable(identity.get("name", b"")),
        release=Release(readable(resource.get("version", b""))),
        board=readable(resource.get("board-name", b"")),
        uptime=readable(resource.get("uptime", b"")),
        free_space=int(free) if free.isdigit() else None,
        told=told,
    )


async def read_policies(router: Router, user: str) -> frozenset[str] | None:
    """Return the policies of a user's group; None when the router does not show them."""
    try:
        rows = (await router.call("/user/print", where={"name": user})).rows
        group = _first(rows).get("group", b"")
        rows = (await router.call("/user/group/print", where={"name": group})).rows
    except RefusedError:
        return None
    words = readable(_first(rows).get("policy", b"")).split(",")
    return frozenset(word for word in words if word and not word.startswith("!")) or None


async def read_device_mode(router: Router) -> dict[str, str]:
    """Return what `/system/device-mode` allows, by name; empty where there is none."""
    try:
        row = _first((await router.call("/system/device-mode/print")).rows)
    except RefusedError:
        return {}
    return {name: readable(value) for name, value in row.items()}


# --- Files ------------------------------------------------------------------


async def find_file(router: Router, name: str) -> FileEntry | None:
    """Return a file by its whole name, or None."""
    reply = await router.call(
        "/file/print",
        {".proplist": ".id,name,size"},
        where={"name": name},
        seconds=_LISTING_SECONDS,
    )
    return _entry(reply.rows[0]) if reply.rows else None


async def read_file(router: Router, entry: FileEntry, release: Release) -> bytes:
    """Return a file's content, by the way that its release and size allow.

    What comes may be shorter than the entry says: the caller compares.

    Raises:
        RefusedError: Also after some repeats.
    """
    for _ in range(_TRIES - 1):
        with contextlib.suppress(RefusedError):
            return await _read_file_once(router, entry, release)
        await asyncio.sleep(_TRY_AGAIN_SECONDS)
    return await _read_file_once(router, entry, release)


async def _read_file_once(router: Router, entry: FileEntry, release: Release) -> bytes:
    if not release.reads_files:
        reply = await router.call(
            "/file/print", {".proplist": "name,contents"}, where={"name": entry.name}
        )
        return _first(reply.rows).get("contents", b"")
    data = bytearray()
    while len(data) < entry.size:
        reply = await router.call(
            "/file/read",
            {"file": entry.name, "offset": str(len(data)), "chunk-size": str(_CHUNK)},
        )
        piece = b"".join(row.get("data", b"") for row in reply.rows)
        if not piece:
            break
        data += piece
    return bytes(data)


async def remove_file(router: Router, entry: FileEntry) -> bool:
    """Remove a file, with some repeats; tell whether it is gone."""
    for attempt in range(_TRIES):
        if attempt:
            await asyncio.sleep(_TRY_AGAIN_SECONDS)
        try:
            await router.call("/file/remove", {".id": entry.id})
        except RefusedError as error:
            if b"no such item" not in error.message:
                continue
        return True
    return False


def _entry(row: Row) -> FileEntry:
    size = row.get("size", b"")
    return FileEntry(
        id=row.get(".id", b""), name=row.get("name", b""), size=int(size) if size.isdigit() else 0
    )


# --- Script items -----------------------------------------------------------


async def store_script(
    router: Router,
    name: str,
    source: bytes,
    marker: Marker,
    policies: frozenset[str] | None = None,
) -> None:
    """Add a script item, or overwrite the one of that name.

    Args:
        router: The session.
        name: Of the item.
        source: The script's exact bytes.
        marker: Goes into its comment.
        policies: The user's. An item without `policy` gets every policy, and a script that
            holds more than the API user cannot be run by it (6.1, 9.11). When they are not
            known, that check is lifted instead.

    Raises:
        RefusedError: The router does not take it.
    """
    properties: dict[str, str | bytes] = {"source": source, "comment": bytes(marker)}
    if policies is None:
        properties["dont-require-permissions"] = "yes"
    else:
        properties["policy"] = ",".join(sorted(policies & _SCRIPT_POLICIES))
    if (row := await _script_row(router, name, ".id")) is not None:
        await router.call("/system/script/set", {".id": row[".id"], **properties})
    else:
        await router.call("/system/script/add", {"name": name, **properties})


async def read_source(router: Router, name: str) -> bytes | None:
    """Return the source of a script item as the router holds it; None without the item."""
    row = await _script_row(router, name, ".id,source")
    return None if row is None else row.get("source", b"")


async def read_marker(router: Router, name: str) -> Marker:
    """Return how far the script says it got."""
    row = await _script_row(router, name, ".id,comment")
    return Marker(MarkerState.ABSENT) if row is None else Marker.read(row.get("comment"))


async def set_marker(router: Router, name: str, marker: Marker) -> None:
    """Write the marker; does nothing when the item is gone."""
    if (row := await _script_row(router, name, ".id")) is not None:
        await router.call("/system/script/set", {".id": row[".id"], "comment": bytes(marker)})


async def remove_script(router: Router, name: str) -> None:
    """Remove a script item; one that is not there is fine."""
    if (row := await _script_row(router, name, ".id")) is not None:
        await router.call("/system/script/remove", {".id": row[".id"]})


async def is_running(router: Router, names: Names) -> bool:
    """Tell whether the job's script or its wrapper runs now."""
    return bool(await _jobs(router, names))


async def kill_script(router: Router, names: Names) -> None:
    """Stop the job's script where it stands."""
    for row in await _jobs(router, names):
        with contextlib.suppress(RefusedError):  # it ended by itself meanwhile
            await router.call("/system/script/job/remove", {".id": row[".id"]})


async def _jobs(router: Router, names: Names) -> list[Row]:
    ours = {names.script.encode(), names.wrapper.encode()}
    return [row for row in await _running(router) if row.get("script") in ours and ".id" in row]


async def _running(router: Router) -> list[Row]:
    return (await router.call("/system/script/job/print", {".proplist": ".id,script"})).rows


async def _script_row(router: Router, name: str, properties: str) -> Row | None:
    reply = await router.call(
        "/system/script/print", {".proplist": properties}, where={"name": name}
    )
    return next((row for row in reply.rows if ".id" in row), None)


async def sweep(router: Router) -> list[str]:
    """Remove script items and files that earlier runs had to leave; return their names.

    An item whose script runs at this moment stays: its marker is still to be written.
    """
    gone = []
    reply = await router.call("/system/script/print", {".proplist": ".id,name,comment"})
    ours = [row for row in reply.rows if is_our_script(row.get("name", b""), row.get("comment"))]
    busy = {row.get("script") for row in await _running(router)} if ours else set()
    for row in ours:
        if row["name"] not in busy:
            await router.call("/system/script/remove", {".id": row[".id"]})
            gone.append(readable(row["name"]))
    reply = await router.call(
        "/file/print", {".proplist": ".id,name,size"}, seconds=_LISTING_SECONDS
    )
    gone += [
        readable(entry.name)
        for entry in map(_entry, reply.rows)
        if is_our_file(entry.name) and await remove_file(router, entry)
    ]
    return gone


def _first(rows: list[Row]) -> Row:
    return rows[0] if rows else {}
