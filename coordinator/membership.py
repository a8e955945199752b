"""Which team a site belongs to, and so who may know that it exists.

A site never changes its team: what was read once stays so, in every process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coordinator.errors import CoordinatorError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from coordinator.records import AgentRecord
    from coordinator.store.interface import Store

__all__ = ["Membership", "TeamUnknownError"]

# Sites remembered: 20 MiB at most.
_REMEMBERED = 100_000


class TeamUnknownError(CoordinatorError):
    """The team of a site has to be read first; `learn` does."""

    def __init__(self, site_id: UUID) -> None:
        super().__init__(site_id)
        self.site_id = site_id


class Membership:
    """Knows the teams of sites."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._teams: dict[UUID, UUID] = {}

    async def has(self, team_id: UUID, site_id: UUID) -> bool:
        """Tell whether a site is, or was until it was deleted, the team's."""
        team = self._teams.get(site_id)
        if team is None:
            await self.learn([site_id])
            team = self._teams.get(site_id)
        return team == team_id

    async def served(self, agent: AgentRecord, sites: Iterable[UUID]) -> list[UUID]:
        """Return those of the sites that an agent may serve, in their order, each once."""
        once = dict.fromkeys(sites)
        if agent.sites is not None:
            return [site for site in once if site in agent.sites]
        await self.learn([site for site in once if site not in self._teams])
        return [site for site in once if self._teams.get(site) == agent.team_id]

    def may_serve(self, agent: AgentRecord, site_id: UUID) -> bool:
        """Tell whether an agent may serve a site.

        Raises:
            TeamUnknownError: It depends on the site's team, which was never read here.
        """
        if agent.sites is not None:
            return site_id in agent.sites
        if (team := self._teams.get(site_id)) is None:
            raise TeamUnknownError(site_id)
        return team == agent.team_id

    async def learn(self, sites: list[UUID]) -> None:
        """Read the teams of sites; those that do not exist stay unknown."""
        if not sites:
            return
        if len(self._teams) + len(sites) > _REMEMBERED:
            self._teams.clear()
        self._teams |= await self._store.teams_of(sites)
