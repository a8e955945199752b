"""What administrators can do: teams, API keys, a new token for an agent, the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import structlog

from coordinator.auth.keys import ApiKey
from coordinator.clock import millis
from coordinator.errors import AuthError, ConflictError
from coordinator.ids import hash_token, new_agent_token
from coordinator.scopes import Scope
from coordinator.service import not_found
from coordinator.teams import AuditRecord, KeyRecord, TeamRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coordinator.auth.principal import Principal
    from coordinator.clock import Clock
    from coordinator.store.interface import Store

__all__ = ["Administration"]

_log = structlog.get_logger(__name__)


class Administration:
    """Teams, keys and the audit log; whoever asks sees the own team, with `teams:write` all."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def now(self) -> int:
        return millis(self._clock.now())

    # --- teams ---

    async def create_team(self, name: str) -> TeamRecord:
        """Make a team.

        Raises:
            ConflictError: `team_exists`.
        """
        team = TeamRecord(uuid4(), name, self.now())
        if not await self._store.add_team(team):
            raise ConflictError("team_exists", "A team of this name exists.")
        _log.info("team.created", team=str(team.id))
        return team

    async def list_teams(self, who: Principal) -> list[TeamRecord]:
        teams = await self._store.teams()
        return [team for team in teams if _reach(who) in {None, team.id}]

    # --- API keys ---

    async def create_key(
        self,
        who: Principal,
        name: str,
        scopes: Iterable[Scope],
        *,
        team_id: UUID | None,
        lifetime: int | None,
    ) -> tuple[ApiKey, KeyRecord]:
        """Make an API key; its secret is shown this once.

        Args:
            who: Cannot give away a scope that it has not.
            name: For people.
            scopes: What the key allows.
            team_id: The own team unless given.
            lifetime: Seconds; None: until it is revoked.

        Raises:
            AuthError: 403; a scope is missing.
            NotFoundError: `team_not_found`.
        """
        team_id = team_id or who.team_id
        if team_id != who.team_id:
            who.require(Scope.TEAMS_WRITE)
        granted = frozenset(map(str, scopes))
        if missing := sorted(granted - who.scopes):
            raise AuthError(
                "scope_missing", f"The token lacks {', '.join(missing)} itself.", status=403
            )
        now = self.now()
        ends = None if lifetime is None else now + lifetime * 1000
        key = ApiKey.new(uuid4(), team_id)
        record = KeyRecord(key.id, team_id, name, granted, now, ends)
        if not await self._store.add_key(record, hash_token(key.secret)):
            raise not_found("team")
        _log.info("key.created", key=str(key.id), team=str(team_id))
        return key, record

    async def list_keys(self, who: Principal) -> list[KeyRecord]:
        return await self._store.keys(_reach(who))

    async def revoke_key(self, who: Principal, key_id: UUID) -> None:
        """Make a key worthless at once."""
        if not await self._store.revoke_key(key_id, self.now(), _reach(who)):
            raise not_found("key")
        _log.info("key.revoked", key=str(key_id))

    # --- agents ---

    async def rotate_agent(self, who: Principal, agent_id: UUID) -> str:
        """Return a new token for an agent; the old one is worthless at once."""
        token = new_agent_token()
        if not await self._store.rotate_agent(agent_id, hash_token(token), who.team_id):
            raise not_found("agent")
        _log.info("agent.rotated", agent=str(agent_id))
        return token

    # --- audit log ---

    async def audit(self, who: Principal, limit: int, before: int | None) -> list[AuditRecord]:
        """Return entries of the own team, with `teams:write` of all, newest first."""
        return await self._store.audit(_reach(who), limit, before)


def _reach(who: Principal) -> UUID | None:
    """Return the team whose things may be seen; None for those of all."""
    return None if Scope.TEAMS_WRITE in who.scopes else who.team_id
