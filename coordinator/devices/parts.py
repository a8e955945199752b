"""The parts of the coordinator that deal with routers, made in one place."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from coordinator.devices.adoption import Adoption
from coordinator.devices.health import Health
from coordinator.devices.library import Library
from coordinator.devices.live import LiveCommands
from coordinator.devices.runbooks import Runbooks
from coordinator.devices.vault import KEYS_NAME, load_vault
from coordinator.errors import UnavailableError

if TYPE_CHECKING:
    from coordinator.clock import Clock
    from coordinator.config import Config
    from coordinator.dispatch import Dispatch
    from coordinator.hub import Hub
    from coordinator.service import Operations
    from coordinator.store.interface import Store

__all__ = ["DeviceParts", "make_parts"]

_log = structlog.get_logger(__name__)

_ROUND_SECONDS = 60.0
# Transactions of stats made into hours in one round; the rest waits for the next.
_ROLLS_A_ROUND = 20
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class DeviceParts:
    """What routes about routers use."""

    health: Health
    library: Library
    live: LiveCommands
    runbooks: Runbooks
    adoption: Adoption
    store: Store
    config: Config

    async def keep_house(self) -> None:
        """Roll up stats, forget what is old, ask for daily backups; until cancelled."""
        while True:
            await asyncio.sleep(_ROUND_SECONDS)
            try:
                await self.clean_up()
            except UnavailableError as error:
                _log.warning("housekeeping.delayed", reason=error.message)
            except Exception:  # noqa: BLE001 - the next round may go well
                _log.exception("housekeeping.failed")

    async def clean_up(self) -> None:
        """Do one round of what `keep_house` does."""
        now, config = self.health.now(), self.config
        for _ in range(_ROLLS_A_ROUND):
            if not await self.store.roll_up(now - config.stats_raw_hours * _HOUR_MS):
                break
        await self.store.forget_stats(now - config.stats_keep_days * 24 * _HOUR_MS)
        await self.store.forget_commands(now - _HOUR_MS)
        await self.store.forget_parts(None, now - 24 * _HOUR_MS)
        if config.backup_keep_days:
            await self.library.forget(config.backup_keep_days, config.backup_keep_least)
        if config.daily_backups:
            await self.library.request_daily()


def make_parts(
    config: Config,
    store: Store,
    clock: Clock,
    operations: Operations,
    hub: Hub,
    dispatch: Dispatch,
    signing_key: bytes,
) -> DeviceParts:
    """Make the parts; the key file of backups is made when there is none.

    Raises:
        ConfigError: The key file cannot be used.
    """
    vault = load_vault(config.backup_key_file or config.data_dir / KEYS_NAME)
    health = Health(store, clock)
    library = Library(store, vault, clock, operations)
    runbooks = Runbooks(store, clock)
    adoption = Adoption(
        store,
        clock,
        operations,
        dispatch,
        health,
        library,
        runbooks,
        signing_key=signing_key,
        url_seconds=config.run_timeout,
        most_backup=config.max_backup_bytes,
    )
    live = LiveCommands(store, clock, hub, seconds=config.command_seconds)
    return DeviceParts(health, library, live, runbooks, adoption, store, config)
