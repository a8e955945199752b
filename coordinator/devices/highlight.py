"""An export as an HTML fragment: words in colours, everything escaped (form ours)."""

from __future__ import annotations

import html
import re

__all__ = ["highlight"]

_PART = re.compile(
    r"(?P<comment>^[ \t]*\#[^\n]*)"
    r'|(?P<string>"(?:\\.|[^"\\])*")'
    r"|(?P<variable>\$[A-Za-z0-9_]+)"
    r"|(?P<menu>^/[^\n=]*?(?=$|\n))"
    r"|(?P<command>^[ \t]*(?:add|set|remove|disable|enable|:[a-z]+)\b)"
    r"|(?P<name>[A-Za-z0-9.-]+(?==))",
    re.MULTILINE,
)


def highlight(source: str) -> str:
    """Return `<pre class="routeros">…</pre>` with a span for each part, classes `ros-…`."""
    out, end = [], 0
    for match in _PART.finditer(source):
        out.append(html.escape(source[end : match.start()]))
        out.append(f'<span class="ros-{match.lastgroup}">{html.escape(match[0])}</span>')
        end = match.end()
    out.append(html.escape(source[end:]))
    return f'<pre class="routeros">{"".join(out)}</pre>\n'
