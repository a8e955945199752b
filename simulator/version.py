"""RouterOS versions and what changed between them.

Behaviour that depends on the version asks a named property here, never
compares numbers in place, so that each borderline stands once.

Source: routeros-api.md, section 11; routeros-script.md, section 22.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, total_ordering

from simulator.errors import UsageError

__all__ = ["DEFAULT_VERSION", "Version"]

_FORM = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?(?:(alpha|beta|rc)(\d+))?")
_STAGES = {"alpha": -3, "beta": -2, "rc": -1, None: 0}


@total_ordering
@dataclass(frozen=True, eq=False)
class Version:
    """A release, ordered as MikroTik publishes them: 7.22rc1 before 7.22.

    Attributes:
        text: As written, for example `7.22.3` or `6.49.18`.
    """

    text: str

    def __post_init__(self) -> None:
        if not _FORM.fullmatch(self.text):
            raise UsageError(
                f"{self.text!r} is no RouterOS version; write it like 7.22.3, 7.22rc1 or 6.49.18"
            )

    @cached_property
    def key(self) -> tuple[int, int, int, int, int]:
        match = _FORM.fullmatch(self.text)
        assert match is not None  # noqa: S101 - checked when it was made
        major, minor, patch, stage, number = match.groups()
        return (int(major), int(minor), int(patch or 0), _STAGES[stage], int(number or 0))

    def __str__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self.key == other.key

    def __lt__(self, other: Version) -> bool:
        return self.key < other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def since(self, text: str) -> bool:
        """Tell whether this is the named release or a later one."""
        return self.key >= Version(text).key

    @cached_property
    def is_v6(self) -> bool:
        return self.key[0] < 7

    @cached_property
    def iso_dates(self) -> bool:
        """`2024-01-02` instead of `jan/02/2024`."""
        return self.since("7.10")

    @cached_property
    def sends_empty(self) -> bool:
        """An empty print answers `!empty` before its `!done`."""
        return self.since("7.18")

    @cached_property
    def challenge_login(self) -> bool:
        """Login by MD5 challenge still works."""
        return not self.since("6.45.1")

    @cached_property
    def plain_login(self) -> bool:
        return self.since("6.43")

    @cached_property
    def has_rest(self) -> bool:
        return self.since("7.1beta4")

    @cached_property
    def rest_takes_any_content_type(self) -> bool:
        """REST bodies need not be called exactly `application/json`."""
        return self.since("7.2rc5")

    @cached_property
    def error_places(self) -> bool:
        """Run-time errors carry ` (COMMAND; line N)`.

        Seen for failing commands from July 2025, for `:error` from 7.22rc1;
        `:onerror` from 7.21. One border for all of it, 7.21, is assumed.
        """
        return self.since("7.21")

    @cached_property
    def slash_blamed(self) -> bool:
        """An unknown menu below the root, written `/a/b/c`, is blamed at the slash after it.

        Seen from 7.20.8; older releases (a report of one) name the word.
        """
        return self.since("7.20")

    @cached_property
    def expression_places(self) -> bool:
        """Errors of operators carry the place of the command that they stand in.

        They did not on 7.21.5 and did on 7.23.3; the border between is assumed.
        """
        return self.since("7.22")

    @cached_property
    def bad_parameter(self) -> bool:
        """An unknown parameter name is `bad parameter X`, raised when reached."""
        return self.since("7.23")

    @cached_property
    def reads_bool_text(self) -> bool:
        """`:tobool` reads the strings yes, no, true and false."""
        return self.since("7.22")

    @cached_property
    def file_read(self) -> bool:
        return self.since("7.13")

    @cached_property
    def file_add(self) -> bool:
        return self.since("7.9")  # the oldest tree at hand has it


DEFAULT_VERSION = Version("7.22.3")
