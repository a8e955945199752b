"""Beats, facts, stats and metrics of sites, through the store and over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from coordinator.contract import Site
    from coordinator.devices.health import Health
    from tests.coordinator.conftest import Bench

FACTS = {
    "name": "R1",
    "serial-number": "HE108",
    "model": "hAP",
    "board-name": "hAP ac^2",
    "routerboard": "true",
    "version": "7.22.3 (stable)",
    "uptime": "1d2h3m4s",
    "cpu-load": "7",
    "free-memory": "1000",
    "free-hdd-space": "2000",
}


def health(bench: Bench) -> Health:
    return bench.running.parts.health


@pytest.fixture
async def site(bench: Bench) -> Site:
    return await bench.site()


async def test_a_site_is_online_until_the_tenth_beat_is_missed(bench: Bench, site: Site) -> None:
    assert not site.has_pulse
    await health(bench).beat([site.id], "192.0.2.7")
    bench.clock.advance(299)
    seen = await bench.operator.get_site(site.id)
    bench.clock.advance(1)
    lost = await bench.operator.get_site(site.id)

    assert (seen.has_pulse, lost.has_pulse) == (True, False)
    assert (seen.last_seen, seen.last_seen_from) == ("4 minutes ago", "192.0.2.7")


async def test_facts_are_shown_with_the_site(bench: Bench, site: Site) -> None:
    await health(bench).beat([site.id])
    await health(bench).learn(site.id, FACTS)
    bench.clock.advance(60)
    shown = await bench.operator.get_site(site.id)

    assert (shown.identity, shown.serial_number, shown.model) == ("R1", "HE108", "hAP")
    assert (shown.routerboard, shown.software_version) == (True, "7.22.3")
    assert shown.uptime == "1 day 2 hours"
    assert shown.hardware_hash is not None
    assert len(shown.hardware_hash) == 40
    oem = (await bench.call("GET", f"/api/routers/{site.id}/oem")).json()
    assert (oem["board_name"], oem["routerboard"], oem["revision"]) == ("hAP ac^2", True, None)
    facts = (await bench.call("GET", f"/sites/{site.id}/facts")).json()
    assert facts["facts"]["cpu-load"] == "7"
    assert facts["last_backup_age"] is None


async def test_downtime_counts_from_the_first_missed_beat(bench: Bench, site: Site) -> None:
    await health(bench).beat([site.id])
    bench.clock.advance(3600)
    await health(bench).beat([site.id])
    metrics = (await bench.call("GET", f"/sites/{site.id}/metrics")).json()

    assert metrics["downtime_duration_seconds"] == 3570
    assert metrics["last_status"] == "online"
    assert metrics["last_seen_at"] == "2026-01-15T11:00:00Z"
    assert (await bench.call("GET", f"/api/routers/{site.id}/metrics")).json() == metrics
    faults = (await bench.call("GET", f"/api/routers/{site.id}/faults")).json()
    assert [fault["type"] for fault in faults] == ["site_offline"]
    assert faults[0]["started_at"] == "2026-01-15T10:00:30Z"


async def test_a_few_missed_beats_are_no_downtime(bench: Bench, site: Site) -> None:
    await health(bench).beat([site.id])
    bench.clock.advance(180)
    await health(bench).beat([site.id])
    metrics = (await bench.call("GET", f"/sites/{site.id}/metrics")).json()
    for path in ("/metrics/mikrotik-stats", "/v1/monitoring/mikrotik-stats"):
        hours = (await bench.call("GET", f"{path}/{site.id}")).json()

        assert len(hours) == 24
        assert hours[-1]["missed_heartbeats_percentage"] > 80
        assert hours[-1]["total_minutes_down"] == 0
        assert (hours[-1]["time_formatted"], hours[-1]["date_formatted"]) == ("10:00", "15 Jan")
    assert metrics["downtime_duration_seconds"] == 0


async def test_a_site_never_seen_has_no_uptime(bench: Bench, site: Site) -> None:
    assert (await bench.call("GET", f"/sites/{site.id}/metrics")).json() == {
        "uptime_percentage": 0.0,
        "downtime_duration_seconds": 0,
        "last_status": "offline",
        "last_seen_at": None,
    }


async def test_stats_are_raw_for_two_days_and_hourly_beyond(bench: Bench, site: Site) -> None:
    for load in (10, 20):
        await health(bench).learn(site.id, FACTS | {"cpu-load": str(load)})
        bench.clock.advance(30)
    day = "start_date=2026-01-15&end_date=2026-01-15"
    raw = (await bench.call("GET", f"/sites/{site.id}/mikrotik-stats?{day}")).json()
    days = "start_date=2026-01-14&end_date=2026-01-16"
    hourly = (await bench.call("GET", f"/sites/{site.id}/mikrotik-stats/range?{days}")).json()

    assert [point["cpu_load"] for point in raw] == [10, 20]
    assert raw[0] == {
        "created_at": "2026-01-15T10:00:00Z",
        "cpu_load": 10,
        "memory_free": 1000,
        "disk_free": 2000,
        "uptime": 93784,
    }
    assert [(point["created_at"], point["cpu_load"]) for point in hourly] == [
        ("2026-01-15T10:00:00Z", 15)
    ]


async def test_old_stats_become_hours_and_then_go(bench: Bench, site: Site) -> None:
    await health(bench).learn(site.id, FACTS)
    bench.clock.advance(30)
    await health(bench).learn(site.id, FACTS)
    bench.clock.advance(3 * 86_400)
    await bench.running.parts.clean_up()
    path = f"/sites/{site.id}/mikrotik-stats?start_date=2026-01-15&end_date=2026-01-15"

    assert len((await bench.call("GET", path)).json()) == 1
    bench.clock.advance(500 * 86_400)
    await bench.running.parts.clean_up()
    token = bench.running.token()
    assert (await bench.call("GET", path, token=token)).json() == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "start_date=2026-01-15",
        "start_date=2026-01-15&end_date=x",
        "start_date=2026-01-15&end_date=20260116",
        "start_date=2026-01-15&end_date=2026-01-14",
        "start_date=1026-01-15&end_date=2026-01-14",
    ],
)
async def test_a_range_needs_two_dates_in_order(bench: Bench, site: Site, query: str) -> None:
    answer = await bench.call("GET", f"/sites/{site.id}/mikrotik-stats?{query}")

    assert answer.status == 400


async def test_unknown_sites_have_no_stats(bench: Bench) -> None:
    for path in (
        f"/sites/{uuid4()}/metrics",
        f"/sites/{uuid4()}/facts",
        f"/metrics/mikrotik-stats/{uuid4()}",
        f"/sites/{uuid4()}/mikrotik-stats?start_date=2026-01-15&end_date=2026-01-15",
        f"/api/routers/{uuid4()}/oem",
        f"/api/routers/{uuid4()}/jobs",
        f"/api/routers/{uuid4()}/faults",
        f"/api/routers/{uuid4()}/metrics",
    ):
        assert (await bench.call("GET", path)).status == 404


async def test_short_lists_of_sites(bench: Bench, site: Site) -> None:
    other = await bench.site("Depot")
    minimal = (await bench.call("GET", "/site-minimal")).json()
    assert [item["name"] for item in minimal] == ["Office", "Depot"]
    assert set(minimal[0]) == {
        *("id", "pid", "name", "has_pulse", "software_version", "software_id"),
        *("serial_number", "created_at"),
    }
    assert (await bench.call("GET", "/sites/recent")).json() == []
    for opened in (site, other):
        bench.clock.advance(1)
        await bench.operator.get_site(opened.id)
    recent = (await bench.call("GET", "/sites/recent")).json()

    assert [item["name"] for item in recent] == ["Depot", "Office"]
    assert recent[0]["accessed_at"] == "2026-01-15T10:00:02Z"
    assert (recent[0]["online"], recent[0]["ip_address"]) == (False, None)


async def test_the_five_sites_opened_last_are_recent(bench: Bench) -> None:
    for number in range(7):
        made = await bench.site(f"Site {number}")
        bench.clock.advance(1)
        await bench.operator.get_site(made.id)

    recent = (await bench.call("GET", "/sites/recent")).json()
    assert [item["name"] for item in recent] == [f"Site {number}" for number in (6, 5, 4, 3, 2)]
