"""What a job changed: the difference of two exports, without noise and without secrets.

Source: routeros-api.md, 7.2, "Lines that change without a configuration change".
"""

from __future__ import annotations

import difflib
import re

from agent.errors import readable

__all__ = ["compare_exports", "normalise"]

_VOLATILE = re.compile(
    r"# .+ by RouterOS \d.*|# inactive time.*|# received packet from .+ bad format"
    r"|# poe-out status: .*|# .+ not ready|# Firmware upgraded successfully, please reboot.*"
    r"|# .*please restart the device in order to apply the new setting.*|# managed by CAPsMAN.*"
)
# Names of properties whose values are secrets, as exports write them.
_SECRET = re.compile(
    r"(?P<name>(?<![\w.-])[\w.-]*(?:password|passphrase|secret|private-key|shared-key[12]?"
    r"|authentication-key|auth-key|pin|static-key-\d|sta-private-pre-shared-key))="
    r'(?P<value>"(?:[^"\\]|\\.)*"|[^\s"]+)'
)
# Items of ours that may stand in an export: a job's script is removed only when it is over.
_OURS = re.compile(r'/system script add .*\bcomment="routeros-jobs .*')


def normalise(export: bytes) -> list[str]:
    """Return an export's lines: continued ones joined, volatile ones left out."""
    text = readable(export).replace("\r\n", "\n")
    text = re.sub(r"\\\n {4}", "", text)
    return [
        line
        for line in text.splitlines()
        if not _VOLATILE.fullmatch(line) and not _OURS.fullmatch(line)
    ]


def compare_exports(before: bytes, after: bytes) -> str:
    """Return the unified difference, empty when nothing changed.

    Secrets become `<secret N>`, one number a value: that one changed is seen, what it is
    is not.
    """
    masks = _Masks()
    old = [masks.hide(line) for line in normalise(before)]
    new = [masks.hide(line) for line in normalise(after)]
    return "\n".join(difflib.unified_diff(old, new, "before", "after", lineterm="", n=2))


class _Masks:
    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def hide(self, line: str) -> str:
        return _SECRET.sub(self._mask, line)

    def _mask(self, match: re.Match[str]) -> str:
        if match["value"] == '""':
            return match[0]
        number = self._numbers.setdefault(match["value"], len(self._numbers) + 1)
        return f"{match['name']}=<secret {number}>"
