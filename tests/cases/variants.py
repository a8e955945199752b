"""The variants of a case: what differs of its input, and what is expected of each."""

from __future__ import annotations

from typing import Any

__all__ = ["expected_of", "variants"]

_SUFFIX = "_by_variant"


def variants(given: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the input of each variant; of a case without any, its input alone."""
    common = {key: value for key, value in given.items() if key != "variants"}
    return [{**common, **each} for each in given.get("variants", [{}])]


def expected_of(wanted: dict[str, Any], number: int) -> dict[str, Any]:
    """Return what is expected of one variant, counted from 0."""
    return {
        key.removesuffix(_SUFFIX): value[number] if key.endswith(_SUFFIX) else value
        for key, value in wanted.items()
    }
