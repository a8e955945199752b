"""What routers say of themselves: the `key=value;` text, times, and what is made of them.

Source: devices-api.md, 7.2, for the form and its keys. Values come in RouterOS's print forms.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from coordinator.devices.records import Pulse, Stat

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

__all__ = ["FACT_KEYS", "hardware_hash", "parse_facts", "parse_uptime", "pulse_of", "sample_of"]

#: What a router sends at adoption, and what we ask beside it (the last line is ours).
FACT_KEYS = (
    *("name", "serial-number", "architecture-name", "routerboard", "platform", "model"),
    *("board-name", "revision", "cpu", "cpu-count", "cpu-frequency", "cpu-load"),
    *("total-memory", "free-memory", "total-hdd-space", "free-hdd-space", "software-id"),
    *("build-time", "level", "version", "factory-software", "factory-firmware"),
    *("current-firmware", "upgrade-firmware", "firmware-type", "uptime"),
    *("manufacturer-name", "device-mode", "protection"),
)
_KEYS = frozenset(FACT_KEYS)
# A value of a device is a few words; more is not kept.
_LONGEST_VALUE = 200
_START = re.compile(r"(?:^|;)([a-z][a-z0-9-]{0,30})=")
_UPTIME = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_CLOCK = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(\d+):(\d\d):(\d\d)")


def parse_facts(text: str) -> dict[str, str]:
    """Return the facts of a `key=value;` text; keys that are not known are left out.

    A value may hold blanks, `=` and, since only a known key starts a new pair, `;`.
    """
    starts = [match for match in _START.finditer(text) if match[1] in _KEYS]
    ends = [*(match.start() for match in starts[1:]), len(text)][: len(starts)]
    return {
        match[1]: text[match.end() : end].rstrip(";\r\n ")[:_LONGEST_VALUE].strip()
        for match, end in zip(starts, ends, strict=True)
    }


def parse_uptime(text: str) -> int | None:
    """Return seconds of `1w2d3h4m5s`, or of `1w2d03:04:05` as scripts of v6 print it."""
    match = _UPTIME.fullmatch(text) or _CLOCK.fullmatch(text)
    if match is None or not text:
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds


def hardware_hash(facts: Mapping[str, str]) -> str | None:
    """Return 40 hex digits that stay with the hardware; None when it has no number.

    A board has a serial number; a CHR has only its software id (assumed: unique).
    """
    number = facts.get("serial-number") or facts.get("software-id")
    if not number:
        return None
    parts = (facts.get("model") or facts.get("board-name") or "", number)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]


def pulse_of(site_id: UUID, facts: Mapping[str, str], now: int) -> Pulse:
    """Return what is to be stored of facts."""
    return Pulse(
        site_id,
        uptime=parse_uptime(facts.get("uptime", "")),
        hardware_hash=hardware_hash(facts),
        facts_at=now,
        facts={key: value for key, value in facts.items() if key in _KEYS},
    )


def sample_of(facts: Mapping[str, str], now: int) -> Stat | None:
    """Return a sample for the stats; None when the facts do not hold all four values."""
    uptime = parse_uptime(facts.get("uptime", ""))
    load, memory, disk = (
        _number(facts.get(key, "")) for key in ("cpu-load", "free-memory", "free-hdd-space")
    )
    if uptime is None or load is None or memory is None or disk is None:
        return None
    return Stat(now, min(load, 1000), memory, disk, uptime)


def _number(text: str) -> int | None:
    digits = text.strip().removesuffix("%")
    # 18 digits: what a column of 64 bits holds.
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None
