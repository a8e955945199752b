"""/system/backup: the whole configuration into a file and back.

Source: routeros-api.md, 7.3. The texts of refusals are assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import texts
from simulator.backup import CIPHERS, open_backup, seal_backup
from simulator.console.request import Reply
from simulator.menus.table import Command, Field, Menu
from simulator.menus.types import Choice, Text, YesNo
from simulator.snapshot import restore_snapshot, take_snapshot

if TYPE_CHECKING:
    from simulator.console.call import Call
    from simulator.router import Router

__all__ = ["MENUS"]

_ENDING = b".backup"
_SAVED = b"Configuration backup saved\n"
_RESTORED = b"System configuration restored, rebooting now\n"


def _save(call: Call) -> Reply:
    """Begin a backup file; the command is over before the file is whole."""
    if "ftp" not in call.actor.policies:
        raise texts.not_enough_permissions()
    router = call.router
    password = b"" if call.text("dont-encrypt") == b"yes" else _password(call)
    data = seal_backup(
        take_snapshot(router),
        version=router.version.text,
        identity=router.identity,
        now=router.now(),
        password=password,
        encryption=call.text("encryption", CIPHERS[0]),
    )
    name = _file_name(call.text("name") or _default_name(router))
    shown = name.decode("utf-8", "backslashreplace")
    router.note("backup", shown)
    router.files.write_later(name, data, on_whole=lambda: router.note("backup-complete", shown))
    _tell(call, _SAVED)
    return Reply()


def _tell(call: Call, text: bytes) -> None:
    """Print what only somebody at a terminal is told. Source: reported-faults B194."""
    if call.actor.via == "console":
        call.context.put(text)


def _password(call: Call) -> bytes:
    """Return the password to seal with; before 6.43 the user's own stands in for none."""
    password = call.text("password")
    if password or call.router.version.since("6.43"):
        return password
    user = call.router.tables["/user"].get(call.actor.user)
    own = b"" if user is None else user.values.get("password", b"")
    return own if isinstance(own, bytes) else b""


def _default_name(router: Router) -> bytes:
    """Return `MikroTik-20260115-1000`."""
    date = "".join(filter(str.isalnum, router.wall.date().decode()))
    return router.identity + f"-{date}-{router.wall.time().decode().replace(':', '')[:4]}".encode()


def _file_name(name: bytes) -> bytes:
    return name if name.endswith(_ENDING) else name + _ENDING


def _load(call: Call) -> Reply:
    """Put the configuration of a backup file in place of the router's and reboot."""
    router = call.router
    data = router.files.read(call.text("name"))
    if data is None:
        data = router.files.read(_file_name(call.text("name")))
    if data is None:
        raise texts.no_match("name")
    state = open_backup(data, call.text("password"))
    _tell(call, _RESTORED)
    router.reset()
    restore_snapshot(router, state)
    user = call.actor.user.decode("utf-8", "backslashreplace")
    address = f"@{call.actor.address}" if call.actor.address else ""
    router.reboot(f"{call.actor.via}:{user}{address}/backup")
    return Reply()


MENUS = (
    Menu(
        "/system/backup",
        commands={
            "save": Command(
                _save,
                arguments=(
                    Field("name", Text()),
                    Field("password", Text()),
                    Field("encryption", Choice(*CIPHERS)),
                    Field("dont-encrypt", YesNo()),
                ),
                policy="policy",
            ),
            "load": Command(
                _load,
                arguments=(
                    Field("name", Text(), required=True, positional=True),
                    Field("password", Text()),
                    Field("force-v6-to-v7-configuration-upgrade", YesNo(), since="7.0"),
                ),
                policy="policy",
            ),
        },
        commentable=False,
        disableable=False,
        export=None,
    ),
)
