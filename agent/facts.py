"""What a router is, and what its release can do.

Behaviour that depends on the release asks a named property here, so that each
borderline stands once.

Source: routeros-api.md, section 11 unless said otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Facts", "Release"]

# `7.15.2 (stable)`, `7.22rc1 (testing)`, `6.49.18 (long-term)`.
_FORM = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?(?:(?:alpha|beta|rc)\d+)?")


@dataclass(frozen=True)
class Release:
    """A RouterOS release, from what `/system/resource` says of itself.

    A testing release counts as the release it leads to. What cannot be read counts as
    the oldest: its abilities are then none, and the job says so.
    """

    text: str

    @cached_property
    def key(self) -> tuple[int, int, int]:
        match = _FORM.match(self.text)
        if match is None:
            return (0, 0, 0)
        major, minor, patch = match.groups()
        return (int(major), int(minor), int(patch or 0))

    @property
    def number(self) -> str:
        """The release without its channel: `7.15.2`."""
        return self.text.split(" ", maxsplit=1)[0]

    @property
    def is_v6(self) -> bool:
        return self.key < (7, 0, 0)

    @property
    def runs_captured(self) -> bool:
        """`/execute` can hand back what a script printed. Oldest tree that has it: 7.9."""
        return self.key >= (7, 9, 0)

    @property
    def tells_errors(self) -> bool:
        """`:onerror` hands a script the text of an error."""
        return self.key >= (7, 13, 0)

    @property
    def reads_files(self) -> bool:
        """`/file/read` hands out any file, in pieces."""
        return self.key >= (7, 13, 0)

    @property
    def most_contents(self) -> int:
        """Bytes of a file that its `contents` shows. The limit of v6 is assumed (7.1)."""
        return 4095 if self.is_v6 else 60_000

    @property
    def most_script(self) -> int:
        """Bytes that a script may have.

        A word of 62,464 bytes was refused and a longer one dropped the session (7.1); a
        source over 30 kB is beyond the editor of v6, where the limit is assumed.
        """
        return 30_000 if self.is_v6 else 60_000

    @property
    def has_safe_mode(self) -> bool:
        """Safe mode can be entered over the API (7.6)."""
        return self.key >= (7, 18, 0)

    @property
    def has_device_mode(self) -> bool:
        return self.key >= (7, 17, 0)


@dataclass(frozen=True)
class Facts:
    """What one router says of itself.

    Attributes:
        identity: Its name, as text.
        board: For example `CHR` or `RB941-2nD`.
        uptime: In the router's form, `2w3d4h5m6s`.
        free_space: Bytes left on its disk, or None when it does not tell.
        told: What it said, by RouterOS's names, for the site's record.
    """

    identity: str
    release: Release
    board: str
    uptime: str
    free_space: int | None
    told: Mapping[str, str] = field(default_factory=dict)
