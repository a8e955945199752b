"""The placeholders of a case: `${uuid:X}`, `${site:A}`, `${repeat:x:N}` and so on.

Only names known here are touched: `${` is also something that a script may say.
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["STATIC", "expand", "stable_uuid"]

# No brace and no dollar inside, so that the innermost is replaced first: ${uuid:K${n}}.
_PLACEHOLDER = re.compile(r"\$\{([a-z_]+)(?::([^{}$]*))?\}")
_NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # of URLs, RFC 9562, 6.6


def stable_uuid(name: str) -> str:
    """Return a made-up UUID that is always the same for one name."""
    return str(uuid.uuid5(_NAMESPACE, f"https://example.com/cases/{name}"))


def _repeat(argument: str) -> str:
    text, _, times = argument.rpartition(":")
    return text * int(times)


def _repeat_line(argument: str) -> str:
    text, _, times = argument.rpartition(":")
    return "\n".join([text] * int(times))


# Those that depend on nothing that happens while a case runs.
STATIC: Mapping[str, Callable[[str], str]] = {
    "repeat": _repeat,
    "repeat_line": _repeat_line,
    "uuid": stable_uuid,
}


def expand(value: Any, names: Mapping[str, Callable[[str], str]]) -> Any:
    """Return a JSON value with every known placeholder in its texts replaced.

    Args:
        value: The JSON value; it stays as it is.
        names: For each placeholder's name, what makes its text from its argument ("" if none).
            Others stay as they are.
    """
    if isinstance(value, dict):
        return {expand(key, names): expand(member, names) for key, member in value.items()}
    if isinstance(value, list):
        return [expand(member, names) for member in value]
    if not isinstance(value, str) or "${" not in value:
        return value
    while (text := _once(value, names)) != value:
        value = text
    return value


def _once(text: str, names: Mapping[str, Callable[[str], str]]) -> str:
    def replacement(match: re.Match[str]) -> str:
        make = names.get(match[1])
        return match[0] if make is None else make(match[2] or "")

    return _PLACEHOLDER.sub(replacement, text)
