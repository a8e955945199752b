"""Every RouterOS script that is handed out: templates in `coordinator/templates`, one way to fill.

What is filled in goes through the filter `ros`, which makes a RouterOS string of it, quotes
included: a name with a quote or a dollar in it cannot end the string or name a variable.

Versions: `v6` (6.49), `v7` (7.1 and later) and `v713` (7.13 and later, where an error's text can
be had and a file of any size read).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import jinja2

__all__ = ["family", "quoted", "render_script"]

_VERSION = re.compile(r"(\d+)\.(\d+)")
_PLAIN = re.compile(rb"[A-Za-z0-9 !#%&'()*+,\-./:;<=>@\[\]^_`{|}~]")
_ESCAPES = {b'"': b'\\"', b"\\": b"\\\\", b"$": b"\\$", b"?": b"\\?", b"\n": b"\\n", b"\r": b"\\r"}


def quoted(value: object) -> str:
    r"""Return a value as a RouterOS string: printable ASCII as it is, all else as `\XX`.

    A question mark is escaped too: a terminal of v6 takes it for a call for help.
    """
    data = str(value).encode("utf-8", "surrogateescape")
    return '"' + "".join(_escape(data[i : i + 1]) for i in range(len(data))) + '"'


def _escape(byte: bytes) -> str:
    if byte in _ESCAPES:
        return _ESCAPES[byte].decode()
    return byte.decode() if _PLAIN.fullmatch(byte) else f"\\{byte[0]:02X}"


def family(version: str) -> str:
    """Return `v6`, `v7` or `v713` for what `/system/resource` calls the version.

    What cannot be read counts as `v6`: its scripts use the least.
    """
    match = _VERSION.match(version)
    if match is None:
        return "v6"
    release = (int(match[1]), int(match[2]))
    if release >= (7, 13):
        return "v713"
    return "v7" if release >= (7, 0) else "v6"


def render_script(name: str, **values: Any) -> str:
    """Return the template `{name}.rsc.j2` filled in.

    Raises:
        jinja2.UndefinedError: A value that it names is missing.
    """
    return _environment().get_template(f"{name}.rsc.j2").render(**values)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("coordinator", "templates"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - RouterOS, not HTML: the filter below escapes
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["ros"] = quoted
    return environment
