"""How paths and operations are called in the document."""

from __future__ import annotations

import re

__all__ = ["operation_id", "path_names", "public_path"]

# `{name}` or `{name:pattern}`, as the router takes them.
_PLACE = re.compile(r"\{(\w+)(?::[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\}")


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def public_path(path: str) -> str:
    """Return a route's path with the public API's names: `/sites/{siteId}`."""
    return _PLACE.sub(lambda found: f"{{{_camel(found[1])}}}", path)


def path_names(path: str) -> list[str]:
    """Return the public names of a path's parameters, in order."""
    return [_camel(found[1]) for found in _PLACE.finditer(path)]


def operation_id(method: str, path: str) -> str:
    """Return the operation's id, unique as method and path are: `getSitesBySiteId`."""
    words = [method.lower()]
    for part in public_path(path).strip("/").split("/"):
        if part.startswith("{"):
            words.append("By" + part[1:2].upper() + part[2:-1])
        else:
            words.extend(word.capitalize() for word in re.split(r"\W+", part) if word)
    return "".join(words)
