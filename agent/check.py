"""What `ros-agent check` tells of each router: reached, release, permissions, protection.

It changes nothing on a router and needs no coordinator.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.device import read_device_mode, read_facts, read_policies
from agent.errors import LinkError, LoginError, RefusedError
from agent.router import connect

if TYPE_CHECKING:
    from agent.config import Config
    from agent.facts import Facts
    from agent.inventory import Target
    from agent.router import Router

__all__ = ["NEEDED_POLICIES", "Finding", "check_routers"]

# For scripts, backups and their restore. Source: routeros-api.md, 2.6.
NEEDED_POLICIES = frozenset({"api", "read", "write", "policy", "test", "ftp", "sensitive"})


@dataclass
class Finding:
    """What was found out about one router.

    Attributes:
        error: Why it could not be used, else None.
        missing: Policies that the user lacks; None when the router does not show them.
        protection: What could guard a job, the strongest first.
        notes: What a job should know besides.
    """

    router: str
    site: str
    address: str
    error: str | None = None
    identity: str = ""
    version: str = ""
    board: str = ""
    missing: list[str] | None = None
    protection: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return self.error is None and not self.missing


async def check_routers(config: Config) -> list[Finding]:
    """Look at every router, several at once; in the order of the configuration."""
    turns = asyncio.Semaphore(config.limits.jobs)

    async def one(target: Target) -> Finding:
        async with turns:
            return await _check(target, config)

    return await asyncio.gather(*map(one, config.targets))


async def _check(target: Target, config: Config) -> Finding:
    access = target.access
    host = f"[{access.host}]" if ":" in access.host else access.host
    finding = Finding(target.name, target.site, f"{host}:{access.port}")
    try:
        router = await connect(
            access,
            connect_seconds=config.limits.connect_seconds,
            command_seconds=config.limits.command_seconds,
        )
        try:
            await _look(router, access.user, finding)
        finally:
            await router.close()
    except (LinkError, LoginError, RefusedError) as error:
        finding.error = str(error)
    return finding


async def _look(router: Router, user: str, finding: Finding) -> None:
    facts = await read_facts(router)
    finding.identity = facts.identity
    finding.version = facts.release.number
    finding.board = facts.board
    policies = await read_policies(router, user)
    if policies is not None:
        finding.missing = sorted(NEEDED_POLICIES - policies)
    mode = await read_device_mode(router) if facts.release.has_device_mode else {}
    finding.protection = _protection(facts, mode)
    finding.notes = _notes(facts)


def _protection(facts: Facts, mode: dict[str, str]) -> list[str]:
    """Return what the release and its device mode allow, the strongest first (7.6)."""
    ways = []
    if facts.release.has_safe_mode:
        ways.append("safe mode")
    # A mode that does not name the scheduler does not lock it.
    if mode.get("scheduler", "yes") in {"yes", "true"}:
        ways.append("dead-man")
    return [*ways, "backup"]


def _notes(facts: Facts) -> list[str]:
    notes = []
    release = facts.release
    if not release.runs_captured:
        notes.append("output of scripts cannot be had before 7.9")
    if not release.reads_files:
        notes.append(
            f"exports over {release.most_contents} bytes and binary backups cannot be read "
            "back before 7.13"
        )
    return notes
