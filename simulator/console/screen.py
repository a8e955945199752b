"""What `print` shows at a terminal: tables, details, one property a line.

The forms are those of RouterOS 7 (`Columns: …`) and 6 (`Flags: X - disabled`).
There is no screen of a real router among the sources: widths, which flags the
legend lists and that a table shows the properties that fit in 80 columns are
assumed. Programs should use `as-value`.

Source: routeros-script.md, 17.2, for the names of the forms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.menus.types import Flag
from simulator.values import Array, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.console.call import Call
    from simulator.console.request import Row
    from simulator.menus.table import Menu
    from simulator.values import Value

__all__ = ["render_print"]

WIDTH = 80
_LETTERS = {
    "disabled": "X",
    "invalid": "I",
    "dynamic": "D",
    "running": "R",
    "slave": "S",
    "active": "A",
    "default": "*",
}


def render_print(call: Call, rows: Sequence[Row]) -> bytes:
    """Return what the terminal shows for the rows of a `print`, lines ending in a newline."""
    if call.menu.singleton:
        return b"".join(map(_property_lines, rows))
    flags = _flags(call.menu)
    if call.flag("terse"):
        return b"".join(_terse(number, row, flags) for number, row in enumerate(rows))
    if call.flag("value-list"):
        return b"\n".join(_property_lines(row) for row in rows)
    if call.flag("detail"):
        legend = _legend(flags, rows, new=not call.router.version.is_v6)
        return legend + b"".join(_detail(n, row, flags) for n, row in enumerate(rows))
    return _table(rows, flags, new=not call.router.version.is_v6)


def _flags(menu: Menu) -> dict[str, str]:
    """Return the menu's flags and the letters for them."""
    if menu.flags:
        return dict(menu.flags)
    return {
        name: _LETTERS[name]
        for name, field in menu.all_fields.items()
        if name in _LETTERS and isinstance(field.type, Flag)
    }


def _text(value: Value) -> bytes:
    """Return a value as a table shows it, on one line."""
    if isinstance(value, bool):
        return b"yes" if value else b"no"
    if isinstance(value, Array):
        return b",".join(map(_text, value.items))
    return to_text(value).replace(b"\r", b"").replace(b"\n", b" ")


def _property_lines(row: Row) -> bytes:
    """Return `name: value` lines, names right-aligned two blanks from the edge."""
    width = max(map(len, row), default=0) + 2
    return b"".join(
        name.encode().rjust(width) + b": " + _text(value) + b"\n" for name, value in row.items()
    )


def _set_flags(row: Row, flags: dict[str, str]) -> str:
    return "".join(letter for name, letter in flags.items() if row.get(name) is True)


def _own_properties(row: Row, flags: dict[str, str]) -> Iterator[tuple[str, Value]]:
    """Yield what is neither id, flag nor comment."""
    for name, value in row.items():
        if name not in flags and name not in {".id", "comment"}:
            yield name, value


def _legend(flags: dict[str, str], rows: Sequence[Row], *, new: bool) -> bytes:
    """Return the line that explains the letters; RouterOS 7 explains those in use."""
    if new:
        used = [name for name in flags if any(row.get(name) is True for row in rows)]
        words = "; ".join(f"{flags[name]} - {name.upper()}" for name in used)
    else:
        words = ", ".join(f"{letter} - {name}" for name, letter in flags.items())
    return f"Flags: {words}\n".encode() if words else b""


def _table(rows: Sequence[Row], flags: dict[str, str], *, new: bool) -> bytes:
    if not rows:
        return b"" if new else _legend(flags, rows, new=new)
    cells = [{name: _text(value) for name, value in _own_properties(row, flags)} for row in rows]
    marks = [_set_flags(row, flags) for row in rows]
    number_width = len(str(len(rows) - 1))
    mark_width = max(map(len, marks))
    room = WIDTH - number_width - mark_width - 2
    columns = _fitting(cells, room)
    lines = [_legend(flags, rows, new=new)]
    if new:
        heads = ", ".join(name.upper() for name in columns)
        lines.append(f"Columns: {heads}\n".encode())
    margin = b" ".ljust(mark_width + 2) if mark_width else b" "
    titles = b"  ".join(name.upper().encode().ljust(width) for name, width in columns.items())
    lines.append(b"#".rjust(number_width) + margin + titles.rstrip() + b"\n")
    for number, (row, cell, mark) in enumerate(zip(rows, cells, marks, strict=True)):
        if row.get("comment"):
            lines.append(b";;; " + _text(row["comment"]) + b"\n")
        flag_text = f" {mark:<{mark_width}} ".encode() if mark_width else b" "
        body = b"  ".join(cell.get(name, b"").ljust(width) for name, width in columns.items())
        lines.append(str(number).rjust(number_width).encode() + flag_text + body.rstrip() + b"\n")
    return b"".join(lines)


def _fitting(cells: Sequence[dict[str, bytes]], room: int) -> dict[str, int]:
    """Return the columns that fit, with their widths; the first one always does."""
    columns: dict[str, int] = {}
    for name in dict.fromkeys(name for cell in cells for name in cell):
        width = max(len(name), *(len(cell.get(name, b"")) for cell in cells))
        if columns and width + 2 > room:
            continue
        columns[name] = width
        room -= width + 2
    return columns


def _pairs(row: Row, flags: dict[str, str]) -> Iterator[bytes]:
    for name, value in _own_properties(row, flags):
        text = _text(value)
        quoted = isinstance(value, bytes) and (not text or b" " in text or name == "name")
        yield name.encode() + b"=" + (b'"' + text + b'"' if quoted else text)


def _detail(number: int, row: Row, flags: dict[str, str]) -> bytes:
    """Return an item's properties, wrapped at the width of the screen."""
    line = f"{number:>2} {_set_flags(row, flags):<2}".encode()
    lines = []
    if row.get("comment"):
        lines.append(line + b" ;;; " + _text(row["comment"]))
        line = b"     "
    for pair in _pairs(row, flags):
        if len(line) + len(pair) + 1 > WIDTH and line.strip():
            lines.append(line)
            line = b"     "
        line += b" " + pair
    return b"\n".join([*lines, line]) + b"\n\n"


def _terse(number: int, row: Row, flags: dict[str, str]) -> bytes:
    comment = [b"comment=" + _text(row["comment"])] if row.get("comment") else []
    pairs = [name.encode() + b"=" + _text(value) for name, value in _own_properties(row, flags)]
    mark = _set_flags(row, flags).encode()
    return b" ".join([str(number).rjust(2).encode(), mark, *comment, *pairs]) + b"\n"
