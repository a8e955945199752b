"""`export`, which every menu has.

Source: routeros-api.md, 7.2; command trees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import texts
from simulator.console.request import Reply
from simulator.export import ExportOptions, export_body, export_header, export_text

if TYPE_CHECKING:
    from simulator.console.call import Call

__all__ = ["export"]


def export(call: Call) -> Reply:
    """Print the configuration of a menu, or write it into a file that is whole later.

    The command is over before the file is. That a file needs the policy `ftp` is documented
    for scripts and assumed for the rest.

    Source: routeros-script.md, section 18.
    """
    options = ExportOptions(
        terse=call.flag("terse"),
        verbose=call.flag("verbose"),
        sensitive=_with_secrets(call),
        where=call.request.where,
        paths=tuple(call.text("path").decode("latin-1").split(",")) if call.text("path") else (),
    )
    menu = call.menu.words
    file = call.text("file")
    if not file:
        lines = [*export_header(call.router), *export_body(call.router, menu, options)]
        call.context.put(b"".join(line + b"\n" for line in lines))
        return Reply()
    if "ftp" not in call.actor.policies:
        raise texts.not_enough_permissions()
    router = call.router
    name = file if file.endswith(b".rsc") else file + b".rsc"
    shown = name.decode("utf-8", "backslashreplace")
    router.note("export", shown)
    router.files.write_later(
        name,
        export_text(router, menu, options),
        on_whole=lambda: router.note("export-complete", shown),
    )
    return Reply()


def _with_secrets(call: Call) -> bool:
    """Tell whether secrets are written: version 6 does unless told not to, 7 when told to."""
    if "sensitive" not in call.actor.policies:
        return False
    if call.router.version.is_v6:
        return not call.flag("hide-sensitive")
    return call.flag("show-sensitive") and not call.flag("hide-sensitive")
