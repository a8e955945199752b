"""Commands that stand in no menu: `/import` and `/execute`.

`/export` is everywhere and stands with the usual commands.

Source: routeros-api.md, 6.2 and 6.3; command trees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.console.commands import ON
from simulator.console.request import Reply
from simulator.execute import capture, start
from simulator.menus.table import Command, Field, Menu
from simulator.menus.types import Choice, Code, Number, Text

if TYPE_CHECKING:
    from simulator.console.call import Call

__all__ = ["MENUS"]


def _import(call: Call) -> Reply:
    """Run a file; the API is told `true`."""
    from simulator.importer import (  # noqa: PLC0415 - most routers never parse a script
        ImportOptions,
        import_file,
    )

    options = ImportOptions(
        verbose=call.text("verbose") in {b"yes", b"progress"},
        dry_run=call.flag("dry-run"),
        from_line=call.number("from-line", 1),
    )
    import_file(call.router, call.text("file-name"), call.context, options)
    return Reply(ret=True)


def _execute(call: Call) -> Reply:
    """Run code beside everything else, or with `as-string` now."""
    runtime, source = call.router.runtime, call.text("script")
    if "as-string" in call.args:
        return Reply(ret=capture(runtime, source, call.context))
    return Reply(ret=start(runtime, source, call.actor, call.text("file") or None))


MENUS = (
    Menu(
        "/",
        commands={
            "import": Command(
                _import,
                arguments=(
                    Field("file-name", Text(), required=True, positional=True),
                    Field("from-line", Number(1)),
                    Field("verbose", Choice(b"no", b"progress", b"yes")),
                    Field("dry-run", ON, since="7.16"),
                ),
                policy="read",
            ),
            "execute": Command(
                _execute,
                arguments=(
                    Field("script", Code(), required=True, positional=True),
                    Field("file", Text()),
                    # Whatever its value, `false` too.
                    Field("as-string", Text(), since="7.1"),
                ),
                policy="read",
                code=("script",),
            ),
        },
        commentable=False,
        disableable=False,
        export=None,
    ),
)
