"""`/system` identity, resource, routerboard, clock, note, license, package, reboot."""

from __future__ import annotations

import pytest

from simulator.router import Router
from simulator.version import Version
from tests.simulator.driving import Driver


def test_identity_is_what_made_the_router_until_it_is_set() -> None:
    driver = Driver(router=Router(identity=b"R0001"))
    assert driver.row("/system/identity") == {"name": b"R0001"}
    driver.run("/system/identity/set", name=b"caf\xe9")
    assert driver.row("/system/identity") == {"name": b"caf\xe9"}
    assert driver.router.identity == b"caf\xe9"


def test_resource_of_a_virtual_router() -> None:
    row = Driver("7.22.3").row("/system/resource")
    assert row["version"] == b"7.22.3 (stable)"
    assert row["board-name"] == b"CHR QEMU Standard PC (i440FX + PIIX, 1996)"
    assert (row["architecture-name"], row["platform"]) == (b"x86_64", b"MikroTik")
    assert "factory-software" not in row
    assert row["free-memory"].isdigit()
    assert list(row)[:4] == ["uptime", "version", "build-time", "free-memory"]


@pytest.mark.parametrize("version", ["6.49.18", "7.10"])
def test_an_older_virtual_router_does_not_name_its_machine(version: str) -> None:
    assert Driver(version).row("/system/resource")["board-name"] == b"CHR"


def test_build_time_has_the_form_of_its_release() -> None:
    assert b"/" in Driver("6.49.18").row("/system/resource")["build-time"]
    assert Driver("7.10").row("/system/resource")["build-time"].startswith(b"20")


def test_uptime_is_a_duration_in_whole_seconds() -> None:
    driver = Driver()
    driver.clock.advance(955_015.5)
    assert driver.row("/system/resource")["uptime"] == b"1w4d1h16m55s"


def test_virtual_router_has_no_routerboard() -> None:
    assert Driver().row("/system/routerboard") == {"routerboard": b"false"}


def test_board_has_model_serial_and_firmware() -> None:
    driver = Driver(router=Router(Version("7.22.3"), board="RB750GL"))
    row = driver.row("/system/routerboard")
    assert row["routerboard"] == b"true"
    assert row["model"] == b"RB750GL"
    assert row["current-firmware"] == row["upgrade-firmware"] == b"7.22.3"
    assert row["serial-number"]
    assert driver.row("/system/license")["nlevel"] == b"6"
    assert driver.row("/system/resource")["board-name"] == b"RB750GL"


def test_clock_reads_in_the_form_of_its_release() -> None:
    assert Driver("7.9").row("/system/clock")["date"] == b"jan/15/2026"
    row = Driver("7.10").row("/system/clock")
    assert (row["date"], row["time"]) == (b"2026-01-15", b"10:00:00")


def test_clock_can_be_set_and_goes_on_from_there() -> None:
    driver = Driver()
    driver.run("/system/clock/set", date=b"2027-02-28", time=b"23:59:30")
    driver.clock.advance(60)
    row = driver.row("/system/clock")
    assert (row["date"], row["time"]) == (b"2027-03-01", b"00:00:30")


def test_clock_takes_dates_in_the_old_form_too() -> None:
    driver = Driver()
    driver.run("/system/clock/set", date=b"feb/01/2026")
    row = driver.row("/system/clock")
    assert (row["date"], row["time"]) == (b"2026-02-01", b"10:00:00")
    assert driver.refusal("/system/clock/set", date=b"2026-13-01") == (
        b"invalid value for argument date"
    )


def test_time_zone_moves_the_clock_and_daylight_saving_counts() -> None:
    driver = Driver()
    driver.run("/system/clock/set", time_zone_name=b"Europe/Riga")
    row = driver.row("/system/clock")
    assert (row["time"], row["gmt-offset"], row["dst-active"]) == (b"12:00:00", b"+02:00", b"false")
    driver.run("/system/clock/set", date=b"2026-07-01")
    row = driver.row("/system/clock")
    assert (row["time"], row["gmt-offset"], row["dst-active"]) == (b"12:00:00", b"+03:00", b"true")
    message = driver.refusal("/system/clock/set", time_zone_name=b"Europe/Nowhere")
    assert message == b"input does not match any value of time-zone-name"


def test_a_time_that_comes_with_a_zone_is_one_of_that_zone() -> None:
    driver = Driver()
    driver.run("/system/clock/set", time_zone_name=b"Europe/Riga", time=b"05:06:07")
    row = driver.row("/system/clock")
    assert (row["time"], row["gmt-offset"]) == (b"05:06:07", b"+02:00")


def test_a_refused_time_leaves_the_zone_alone() -> None:
    driver = Driver()
    given = {"time_zone_name": b"Europe/Riga", "date": b"soon"}
    assert driver.refusal("/system/clock/set", **given) == b"invalid value for argument date"
    assert driver.row("/system/clock")["time-zone-name"] == b"manual"


def test_gmt_offset_is_a_number_of_seconds_to_scripts() -> None:
    driver = Driver(via="script")
    driver.run("/system/clock/set", time_zone_name=b"Asia/Tokyo")
    assert driver.run("/system/clock/get", value_name=b"gmt-offset").ret == 32_400
    assert driver.run("/system/clock/get", value_name=b"time").ret == b"19:00:00"


def test_manual_zone_counts_without_a_named_one() -> None:
    driver = Driver()
    driver.run("/system/clock/manual/set", time_zone=b"-03:30")
    assert driver.row("/system/clock")["gmt-offset"] == b"-03:30"
    assert driver.row("/system/clock")["time"] == b"06:30:00"
    driver.run("/system/clock/set", time_zone_name=b"Europe/Riga")
    assert driver.row("/system/clock")["gmt-offset"] == b"+02:00"
    driver.run("/system/clock/set", time_zone_name=b"manual")
    assert driver.row("/system/clock")["gmt-offset"] == b"-03:30"


def test_note_keeps_its_lines() -> None:
    driver = Driver()
    driver.run("/system/note/set", note=b"one\r\ntwo")
    assert driver.row("/system/note")["note"] == b"one\r\ntwo"


def test_package_is_routeros_in_the_routers_version() -> None:
    row = Driver("7.16.2").row("/system/package")
    assert (row["name"], row["version"]) == (b"routeros", b"7.16.2")


def test_check_for_updates_finds_the_newest_release_installed() -> None:
    driver = Driver()
    assert driver.row("/system/package/update") == {
        "channel": b"stable",
        "installed-version": b"7.22.3",
    }
    (row,) = driver.run("/system/package/update/check-for-updates", once=b"").rows
    assert row["latest-version"] == row["installed-version"]
    assert row["status"] == b"System is already up to date"


def test_reboot_keeps_configuration_and_begins_uptime_and_log_anew() -> None:
    driver = Driver()
    away: list[float] = []
    driver.router.on_reboot = away.append
    driver.run("/system/identity/set", name=b"kept")
    driver.router.log.add("system,info", "before")
    driver.clock.advance(1000)
    driver.run("/system/reboot")
    assert away == [driver.router.boot_seconds]
    driver.clock.advance(away[0] + 5)
    assert driver.row("/system/resource")["uptime"] == b"5s"
    assert driver.row("/system/identity")["name"] == b"kept"
    assert [row["message"] for row in driver.rows("/log")] == [b"router rebooted by api:admin"]


def test_reset_configuration_leaves_a_fresh_router() -> None:
    driver = Driver()
    driver.run("/system/identity/set", name=b"gone")
    driver.add("/user/group", name=b"gone")
    driver.run("/system/reset-configuration", no_defaults=b"yes")
    assert driver.row("/system/identity") == {"name": b"MikroTik"}
    assert len(driver.rows("/user/group")) == 3


def test_two_routers_of_one_seed_are_the_same_machine() -> None:
    one, two, other = (Router(seed=seed).hardware for seed in (1, 1, 2))
    assert one == two
    assert one.system_id != other.system_id


def test_every_core_is_an_item() -> None:
    board = Driver(router=Router(board="L009UiGS"))
    rows = board.rows("/system/resource/cpu")
    assert [(row[".id"], row["cpu"], row["load"]) for row in rows] == [
        (b"*0", b"cpu0", b"0"),
        (b"*1", b"cpu1", b"0"),
    ]


def test_monitor_samples_once_or_for_a_while() -> None:
    driver = Driver()
    (row,) = driver.run("/system/resource/monitor", once=b"").rows
    assert set(row) == {"cpu-used", "free-memory"}
    process = driver.start("/system/resource/monitor", duration=b"3s")
    driver.clock.advance(10)
    assert process.ended
    assert [row[".section"] for row in driver.emitted] == [0, 1, 2]
