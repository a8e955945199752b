"""What can go wrong in the agent, and whose fault it is.

AgentError
├── ConfigError           the operator's: every fault of the configuration at once
├── JournalError          the machine's: the journal cannot be trusted or written
├── RefusedError          the router's: it answered, with a trap
├── LinkError             the link's: what the router did with the last sentence is open
│   ├── UnreachableError  no session came to be, so nothing was asked of the router
│   ├── LinkLostError     the session broke
│   └── LinkTimeoutError  no answer in time; the session is closed
├── LoginError            the router does not let this user in
└── StepError             a step of a job failed before the script ran, with its class
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coordinator.contract import ErrorClass

__all__ = [
    "AgentError",
    "ConfigError",
    "JournalError",
    "LinkError",
    "LinkLostError",
    "LinkTimeoutError",
    "LoginError",
    "RefusedError",
    "StepError",
    "UnreachableError",
    "readable",
]


def readable(data: bytes) -> str:
    r"""Return a router's bytes as text, those that are not UTF-8 as `\xNN`."""
    return data.decode("utf-8", "backslashreplace")


class AgentError(Exception):
    """The root of every error that this package raises on purpose."""


class ConfigError(AgentError):
    """The configuration cannot be used.

    Attributes:
        faults: One sentence each, naming the place and what to do.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class JournalError(AgentError):
    """The journal is not ours or cannot be written; no job may run without it."""


class RefusedError(AgentError):
    """The router refused a command.

    Attributes:
        command: What was asked of it, without arguments.
        message: Its own words; of several traps all, joined by `, `.
        category: Of the first trap, or None.
    """

    def __init__(self, command: str, message: bytes, category: int | None = None) -> None:
        super().__init__(f"{command}: {readable(message)}")
        self.command = command
        self.message = message
        self.category = category

    @property
    def forbidden(self) -> bool:
        """Whether the user lacks a policy for it. Source: routeros-api.md, 2.6."""
        return b"not enough permissions" in self.message

    @property
    def unknown(self) -> bool:
        """Whether this router has no such command. Source: routeros-api.md, 3.1 and 9.22."""
        return b"no such command" in self.message


class LinkError(AgentError):
    """The session failed; it is closed and must not be used again."""


class UnreachableError(LinkError):
    """No session could be opened, and nothing was asked of the router."""


class LinkLostError(LinkError):
    """The session broke while it was in use, or had been closed."""


class LinkTimeoutError(LinkError):
    """The router did not answer in the time it was given."""


class LoginError(AgentError):
    """User or password are wrong, or the user may not use the API."""


class StepError(AgentError):
    """A step failed, and with it the job; its script has not run.

    Attributes:
        error_class: What the job's failure is called.
        place: Line and column of the job's script, when it is the script's fault.
    """

    def __init__(
        self, error_class: ErrorClass, message: str, *, place: tuple[int, int] | None = None
    ) -> None:
        super().__init__(message)
        self.error_class = error_class
        self.place = place
