"""What tokens may allow."""

from __future__ import annotations

import enum

__all__ = ["Scope"]


class Scope(enum.StrEnum):
    """What a token allows (ours; the public documents name none).

    `backups:read` stands apart from `sites:read`, for an export can hold secrets.
    `keys:write` reaches the own team's API keys; `teams:write` makes teams and reaches keys of all.
    """

    JOBS_READ = "jobs:read"
    JOBS_WRITE = "jobs:write"
    SITES_READ = "sites:read"
    SITES_WRITE = "sites:write"
    BACKUPS_READ = "backups:read"
    AGENTS_WRITE = "agents:write"
    KEYS_WRITE = "keys:write"
    TEAMS_WRITE = "teams:write"
    AUDIT_READ = "audit:read"
