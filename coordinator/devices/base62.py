"""UUIDs in base 62, as adoption URLs have them: 22 characters (devices-api.md, 7.2)."""

from __future__ import annotations

import string
from uuid import UUID

__all__ = ["from_base62", "to_base62"]

# The order of the digits is assumed; only our own URLs have to agree on it.
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_LENGTH = 22


def to_base62(value: UUID) -> str:
    number, digits = value.int, []
    for _ in range(_LENGTH):
        number, digit = divmod(number, 62)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def from_base62(text: str) -> UUID | None:
    """Return the UUID, or None for anything that `to_base62` does not make."""
    if len(text) != _LENGTH or any(digit not in _DIGITS for digit in text):
        return None
    number = 0
    for digit in text:
        number = number * 62 + _DIGITS.index(digit)
    return UUID(int=number) if number < 1 << 128 else None
