"""`/export`: a router's configuration as the commands that would make it.

Everything comes from the menu tables: what is settable, what its default is,
what is a secret, how built-in items are named. `rsc` writes and cuts the
lines, `exportorder` says which menu comes first.

Of an item that was added, `add` writes what was set and is no default. Of an
item that every router has, `set` writes what differs from a fresh one.

Source: routeros-script.md, section 21; routeros-api.md, section 7.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.exportorder import place
from simulator.rsc import Word, join, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.console.request import Menu as Words
    from simulator.console.request import Predicate
    from simulator.console.storage import Item, Table
    from simulator.menus.table import Export, Field
    from simulator.menus.types import Stored
    from simulator.router import Router

__all__ = ["ExportOptions", "export_body", "export_header", "export_text"]

_CRLF = b"\r\n"


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What the flags of `/export` ask for.

    Attributes:
        terse: One line an item, the menu in front, cut only at newlines inside strings.
        verbose: Defaults and unset properties too.
        sensitive: Secrets too. Which flag asks for that depends on the release.
        where: Only items that pass (7.13).
        paths: Only these menus and those below them; `!` in front leaves one out (7.23).
    """

    terse: bool = False
    verbose: bool = False
    sensitive: bool = False
    where: Predicate | None = None
    paths: tuple[str, ...] = ()


def export_text(router: Router, menu: Words = (), options: ExportOptions | None = None) -> bytes:
    """Return header and body for a menu and those below it, lines ending in CRLF."""
    lines = [*export_header(router), *export_body(router, menu, options)]
    return b"".join(line + _CRLF for line in lines)


def export_header(router: Router) -> list[bytes]:
    """Return the comment lines in front, by release and hardware.

    Source: routeros-api.md, section 7.2. 7.17 is taken with 7.18 (assumed).
    """
    version = router.version
    when = router.date_time()
    first = b"# " + when + b" by RouterOS " + version.text.encode()
    hardware = router.hardware
    if hardware.routerboard:
        lines = [first, b"# software id = " + hardware.software_id, b"#"]
        if version.since("6.42"):
            lines.append(b"# model = " + hardware.model)
            lines.append(b"# serial number = " + hardware.serial_number)
        return lines
    if version.is_v6:
        return [first, b"# software id = ", b"#", b"#", b"#"]
    if version.since("7.17"):
        return [first, b"# system id = " + hardware.system_id, b"#"]
    return [first, b"# software id = ", b"#"]


def export_body(
    router: Router, menu: Words = (), options: ExportOptions | None = None
) -> list[bytes]:
    """Return the lines below the header, without line ends; none for a fresh router's menu."""
    options = options or ExportOptions()
    lines: list[bytes] = []
    for table, shape in _tables(router, menu):
        if not _chosen(table.menu.path, options.paths):
            continue
        commands = list(_commands(table, shape, options))
        if not commands:
            continue
        path = b"/" + " ".join(table.menu.words).encode()
        if options.terse:
            for command in commands:
                lines += join([Word(b"", path), *command])
            continue
        lines.append(path)
        for command in commands:
            lines += wrap(command)
    return lines


def _tables(router: Router, menu: Words) -> Iterator[tuple[Table, Export]]:
    """Yield the tables to be written, in the order of an export."""
    version = router.version
    chosen = [
        (place(each.path, version), each.export.place, words, each.export)
        for words, each in router.tables.menus.items()
        if each.export is not None and words[: len(menu)] == menu
    ]
    for _, _, words, shape in sorted(chosen, key=lambda each: each[:3]):
        yield router.tables[words], shape


def _chosen(path: str, paths: tuple[str, ...]) -> bool:
    wanted = [each for each in paths if not each.startswith("!")]
    refused = [each[1:] for each in paths if each.startswith("!")]
    return (not wanted or _below(path, wanted)) and not _below(path, refused)


def _below(path: str, tops: list[str]) -> bool:
    return any(f"{path}/".startswith(f"{top.rstrip('/')}/") for top in tops)


def _commands(table: Table, shape: Export, options: ExportOptions) -> Iterator[list[Word]]:
    for number, item in enumerate(table):
        # Items of a family are written by the menu they were added in.
        if item.dynamic or item.table is not table:
            continue
        if options.where is not None and not options.where(table.row(item)):
            continue
        words = _shorten(_arguments(table, item, options))
        if table.menu.singleton or item.builtin:
            if words:
                yield [Word(b"", b"set"), *_subject(table, item, shape, number), *words]
        else:
            yield [Word(b"", b"add"), *words]


def _subject(table: Table, item: Item, shape: Export, number: int) -> list[Word]:
    """Return the words that name a built-in item."""
    if table.menu.singleton:
        return []
    if shape.builtin == "id":
        return [Word(b"", item.id)]
    if shape.builtin == "number":
        return [Word(b"", b"%d" % number)]
    stored = table.value(item, shape.key)
    value = b"" if stored is None else table.menu.all_fields[shape.key].type.text(stored)
    if shape.builtin == "name":
        return [Word(b"", value)]
    return [
        Word(b"", b"["),
        Word(b"", b"find"),
        Word(shape.key.encode(), value),
        Word(b"", b"]"),
    ]


def _arguments(table: Table, item: Item, options: ExportOptions) -> list[Word]:
    """Return the arguments of one item, by name, in full."""
    fresh = table.fresh_values(item) if item.builtin or table.menu.singleton else None
    settable = table.menu.settable
    words: list[Word] = []
    for name in sorted(settable.keys() | item.values.keys()):
        field = settable.get(name)
        if field is None:
            # Kept as text: RouterOS has the property and the table has not.
            stored = item.values[name]
            if name not in table.menu.all_fields and isinstance(stored, bytes):
                words.append(Word(name.encode(), stored))
            continue
        if not field.exported or field.hidden or (field.sensitive and not options.sensitive):
            continue
        word = _argument(table, item, field, fresh, verbose=options.verbose)
        if word is not None:
            words.append(word)
    return words


def _argument(
    table: Table,
    item: Item,
    field: Field,
    fresh: Mapping[str, Stored] | None,
    *,
    verbose: bool,
) -> Word | None:
    stored = table.value(item, field.name)
    if fresh is None:
        usual = stored == table.menu.defaults.get(field.name)
    else:
        usual = stored == table.effective(fresh, field.name)
    if usual and not verbose and (fresh is not None or not _always(table, field)):
        return None
    if stored is None:
        return Word(b"", b"!" + field.name.encode())
    if field.presence and stored is True:
        return Word(b"", field.name.encode())
    return Word(field.name.encode(), field.type.text(stored))


def _always(table: Table, field: Field) -> bool:
    """Tell whether an added item's property is written even if it is the default.

    Rules say their action in every published export.
    """
    return field.required or (field.name == "action" and "chain" in table.menu.settable)


def _shorten(words: list[Word]) -> list[Word]:
    """Leave out the group of a dotted name where the word before had it: `.as=65000`."""
    short: list[Word] = []
    last = b""
    for word in words:
        group, dot, rest = word.name.partition(b".")
        if dot and group == last:
            short.append(Word(b"." + rest, word.value))
        else:
            short.append(word)
        last = group if dot else b""
    return short
