"""/file: what the router's `FileStore` holds.

Source: routeros-api.md, 5.1 and 7.1; command trees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import texts
from simulator.console.commands import ON
from simulator.console.request import Reply
from simulator.console.storage import Item
from simulator.menus.hooks import Hooks
from simulator.menus.shared import computed
from simulator.menus.table import Command, Field, Menu
from simulator.menus.types import Choice, Number, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.console.call import Call
    from simulator.console.storage import Table
    from simulator.files import File
    from simulator.values import Value

__all__ = ["MENUS"]

_MOST_OF_A_CHUNK = 32_768


class FileItem(Item):
    """A file as an item: its id is the store's, not a number."""

    __slots__ = ("file",)

    def __init__(self, number: int, table: Table, file: File) -> None:
        super().__init__(number, table, {"name": file.name})
        self.file = file

    @property
    def id(self) -> bytes:
        return self.table.router.files.id_of(self.file).text


class FileHooks(Hooks):
    """Rows come from the store and go to it."""

    volatile = True

    def items(self) -> Iterable[Item]:
        return [FileItem(place, self.table, file) for place, file in enumerate(self.router.files)]

    def show(self, item: Item) -> Mapping[str, Value]:
        assert isinstance(item, FileItem)  # noqa: S101 - `items` makes no others
        file, version = item.file, self.router.version
        stamp = self.router.date_time(file.modified)
        shown: dict[str, Value] = {"type": file.type}
        shown["last-modified" if version.since("7.16") else "creation-time"] = stamp
        if not file.directory:
            shown["size"] = file.size
            if file.size <= self.router.files.limit_shown:
                shown["contents"] = file.contents
        return shown

    def removed(self, item: Item) -> None:
        assert isinstance(item, FileItem)  # noqa: S101 - as above
        # The directory it was in may have gone with an earlier one of the same command.
        if self.router.files.get(item.file.name) is item.file:
            self.router.files.remove(item.file)


def _add(call: Call) -> Reply:
    """Make a file or directory; its id is the command's value."""
    directory = call.text("type") == b"directory"
    files = call.router.files
    file = files.add(call.text("name"), call.text("contents"), directory=directory)
    return Reply(ret=files.id_of(file))


def _set(call: Call) -> Reply:
    """Change contents or name."""
    files = call.router.files
    for item in call.items:
        assert isinstance(item, FileItem)  # noqa: S101 - `items` makes no others
        if "contents" in call.args:
            files.check_length(call.text("contents"))
            files.write(item.file.name, call.text("contents"))
        if "name" in call.args:
            files.rename(item.file, call.text("name"))
    return Reply()


def _read(call: Call) -> Reply:
    """Return one piece of a file; past its end a row without `data`."""
    file = call.router.files.get(call.text("file"))
    if file is None or file.directory:
        raise texts.no_match("file")
    offset = call.number("offset")
    piece = file.contents[offset : offset + call.number("chunk-size", _MOST_OF_A_CHUNK)]
    return Reply([{"data": piece} if piece else {}])


_TYPE = Choice(b"directory", b"file")

MENUS = (
    Menu(
        "/file",
        fields=(
            Field("name", Text()),
            Field("type", Text(), read_only=True),
            Field("size", Number(), read_only=True),
            Field("creation-time", Text(), read_only=True, until="7.16"),
            Field("last-modified", Text(), read_only=True, since="7.16"),
            Field("contents", Text()),
            *computed("package-name", "package-version", "package-build-time"),
            *computed("package-architecture", "shared"),
        ),
        named_by="name",
        commands={
            "add": Command(
                _add,
                arguments=(
                    Field("name", Text(min_length=1), required=True),
                    Field("contents", Text()),
                    Field("type", _TYPE, since="7.15"),
                ),
                since="7.9",
            ),
            "set": Command(
                _set,
                arguments=(
                    Field("contents", Text()),
                    Field("name", Text(min_length=1), since="7.13"),
                    Field("type", _TYPE, since="7.15"),
                ),
                items="many",
            ),
            "read": Command(
                _read,
                arguments=(
                    Field("file", Text(), required=True, positional=True),
                    Field("offset", Number(0)),
                    Field("chunk-size", Number(1, _MOST_OF_A_CHUNK)),
                    Field("as-value", ON),
                ),
                policy="read",
                since="7.13",
            ),
        },
        lacks=frozenset({"add", "reset"}),
        hooks=FileHooks,
        commentable=False,
        disableable=False,
        export=None,
    ),
)
