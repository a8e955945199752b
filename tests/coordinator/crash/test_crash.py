"""Crashes at random, shortened; `python -m tests.soak coordinator` runs them whole."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.soak.coordinator import Plan, crash_run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgres import Server


@pytest.mark.slow
def test_three_replicas_on_one_postgresql_keep_every_promise(
    postgres: Server, tmp_path: Path
) -> None:
    plan = Plan(jobs=150, agents=10, sites=15, seed=1, kill_seconds=1.5, limit_seconds=60)
    outcome = asyncio.run(crash_run(plan, tmp_path, postgres, postgres.new_database()))

    assert outcome.faults == []
    assert outcome.jobs == 150
    assert outcome.kills > 0
    assert outcome.cuts > 0


@pytest.mark.slow
def test_one_process_on_sqlite_keeps_every_promise(tmp_path: Path) -> None:
    plan = Plan(jobs=150, agents=10, sites=15, seed=1, kill_seconds=1, limit_seconds=60)
    outcome = asyncio.run(crash_run(plan, tmp_path, None, None))

    assert outcome.faults == []
    assert outcome.jobs == 150
    assert outcome.kills > 0
