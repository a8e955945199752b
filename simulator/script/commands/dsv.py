"""Separated values, the other form of `:serialize` and `:deserialize`.

Source: routeros-script.md, section 16.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.errors import RouterError
from simulator.values import NIL, NOTHING, Array, Nothing, parse_word, string_text

if TYPE_CHECKING:
    from simulator.values import Value

__all__ = ["read_dsv", "write_dsv"]


def read_dsv(text: bytes, delimiter: bytes, options: frozenset[bytes]) -> Value:
    """Return rows as lists (`dsv.plain`) or, by the names in the first row, as maps."""
    rows = [_cells(line, delimiter or b",") for line in re.split(rb"\r\n|\r|\n", text) if line]
    if b"dsv.array" not in options:
        return Array([Array([parse_word(cell) for cell in row]) for row in rows])
    if not rows:
        return Array()
    names, *records = rows
    return Array(
        [
            Array([], {name: parse_word(cell) for name, cell in zip(names, row, strict=False)})
            for row in records
        ]
    )


def _cells(line: bytes, delimiter: bytes) -> list[bytes]:
    cells, at = [], 0
    while True:
        cell, at = _cell(line, at, delimiter)
        cells.append(cell)
        if at >= len(line):
            return cells
        at += len(delimiter)
        if at == len(line):
            return [*cells, b""]


def _cell(line: bytes, at: int, delimiter: bytes) -> tuple[bytes, int]:
    quoted = re.compile(rb'"((?:[^"]|"")*)"').match(line, at)
    if quoted is not None and line.startswith(delimiter, quoted.end()) | (
        quoted.end() == len(line)
    ):
        return quoted[1].replace(b'""', b'"'), quoted.end()
    end = line.find(delimiter, at)
    end = len(line) if end < 0 else end
    return line[at:end], end


def write_dsv(
    value: Value, delimiter: bytes, order: Value | None, options: frozenset[bytes]
) -> bytes:
    """Return a header line and a line for each row of a map of lists.

    Lines are joined by newlines, with none after the last (assumed).
    """
    if not isinstance(value, Array):
        raise RouterError(b"failure: array expected")
    if b"dsv.remap" in options:
        value = _remapped(value)
    names = _names(value, order)
    columns = [_column(value.keyed.get(name, NIL)) for name in names]
    sizes = {len(column) for column in columns}
    if len(sizes) > 1 and b"dsv.ignore-size" not in options:
        raise RouterError(b"array size mismatch")
    wrap = b"dsv.wrap-strings" in options
    lines = [delimiter.join(names)] if names else []
    for row in range(max(sizes, default=0)):
        cells = [column[row] if row < len(column) else NIL for column in columns]
        lines.append(delimiter.join(_shown(cell, delimiter, wrap=wrap) for cell in cells))
    if not names:
        lines = [_plain_line(member, delimiter, wrap=wrap) for member in value.items]
    return b"\n".join(lines)


def _plain_line(row: Value, delimiter: bytes, *, wrap: bool) -> bytes:
    cells = row.items if isinstance(row, Array) else [row]
    return delimiter.join(_shown(cell, delimiter, wrap=wrap) for cell in cells)


def _remapped(rows: Array) -> Array:
    """Return a list of maps, as `print as-value` gives, as a map of lists."""
    maps = [row for row in rows.items if isinstance(row, Array)]
    names = sorted({name for row in maps for name in row.keyed})
    return Array(
        [], {name: Array([row.keyed.get(name, NOTHING) for row in maps]) for name in names}
    )


def _names(value: Array, order: Value | None) -> list[bytes]:
    if isinstance(order, Array):
        return [string_text(name) for name in order.items]
    return sorted(value.keyed)


def _column(value: Value) -> list[Value]:
    return value.items if isinstance(value, Array) else [value]


def _shown(cell: Value, delimiter: bytes, *, wrap: bool) -> bytes:
    text = b"" if isinstance(cell, Nothing) else string_text(cell)
    if (wrap and isinstance(cell, bytes)) or delimiter in text or b'"' in text or b"\n" in text:
        return b'"' + text.replace(b'"', b'""') + b'"'
    return text
