from __future__ import annotations

from simulator.export import export_text
from simulator.router import Router
from simulator.version import Version
from tests.simulator.driving import Driver

GUEST_RULE = {"chain": b"forward", "action": b"accept", "src_address_list": b"guests"}


def saved(driver: Driver, **arguments: bytes) -> bytes:
    """Save a backup, wait for it and return its bytes."""
    driver.run("/system/backup/save", name=b"b1", **arguments)
    driver.clock.advance(5)
    data = driver.router.files.read(b"b1.backup")
    assert data is not None
    return data


def test_save_is_over_before_the_file_is_whole() -> None:
    driver = Driver()
    driver.run("/system/backup/save", name=b"b1", dont_encrypt=b"yes")
    assert driver.row("/file")["size"] == b"0"
    assert driver.row("/file")["type"] == b"backup"

    driver.clock.advance(5)
    assert int(driver.row("/file")["size"]) > 100
    kinds = [event.kind for event in driver.router.journal]
    assert kinds.index("backup") < kinds.index("backup-complete")


def test_file_without_a_name_is_called_after_router_and_time() -> None:
    driver = Driver()
    driver.run("/system/backup/save")

    assert driver.row("/file")["name"] == b"MikroTik-20260115-1000.backup"


def test_only_a_terminal_is_told() -> None:
    driver = Driver()
    driver.run("/system/backup/save", name=b"b1")
    assert driver.printed == b""
    driver = Driver(via="console")
    driver.run("/system/backup/save", name=b"b1")

    assert driver.printed == b"Configuration backup saved\n"


def test_load_restores_everything_and_reboots() -> None:
    driver = Driver()
    driver.run("/system/identity/set", name=b"R1")
    driver.add("/interface/bridge", name=b"br 1")
    driver.add("/ip/address", address=b"192.0.2.1/24", interface=b"br 1")
    driver.add("/user/group", name=b"ops", policy=b"read,api")
    driver.add("/user", name=b"eve", group=b"ops", password=b"example")
    driver.add("/ip/firewall/filter", **GUEST_RULE)
    driver.run("/ip/service/set", numbers=b"telnet", disabled=b"yes")
    before = export_text(driver.router)
    saved(driver)
    driver.run("/system/identity/set", name=b"R2")
    driver.run("/interface/bridge/set", numbers=b"br 1", name=b"br2")
    driver.run("/ip/firewall/filter/remove", numbers=driver.row("/ip/firewall/filter")[".id"])
    driver.run("/user/remove", numbers=b"eve")
    driver.run("/ip/service/set", numbers=b"ftp", disabled=b"yes")
    away: list[float] = []
    driver.router.on_reboot = away.append
    driver.run("/system/backup/load", name=b"b1.backup", password=b"")

    assert len(away) == 1
    assert export_text(driver.router).splitlines()[1:] == before.splitlines()[1:]
    assert driver.router.identity == b"R1"
    eve = driver.router.tables["/user"].get(b"eve")
    assert eve is not None
    assert eve.values["password"] == b"example"
    assert [event.kind for event in driver.router.journal].count("reboot") == 1


def test_ids_are_the_same_after_a_load() -> None:
    driver = Driver()
    first = driver.add("/user/group", name=b"a")
    second = driver.add("/user/group", name=b"b")
    driver.run("/user/group/remove", id=first)
    saved(driver)
    driver.run("/system/backup/load", name=b"b1")

    assert driver.rows("/user/group")[-1][".id"] == second
    assert driver.add("/user/group", name=b"c") not in {first, second}


def test_connected_routes_come_back_by_themselves_once() -> None:
    driver = Driver()
    driver.add("/ip/address", address=b"192.0.2.1/24", interface=b"ether1")
    saved(driver)
    driver.run("/system/backup/load", name=b"b1")

    assert [row["dst-address"] for row in driver.rows("/ip/route")] == [b"192.0.2.0/24"]


def test_backup_goes_to_another_router() -> None:
    driver = Driver()
    driver.run("/system/identity/set", name=b"R1")
    data = saved(driver, password=b"example")
    other = Driver(router=Router(Version("7.22.3"), identity=b"other"))
    other.router.files.write(b"b1.backup", data)
    other.run("/system/backup/load", name=b"b1.backup", password=b"example")

    assert other.row("/system/identity")["name"] == b"R1"


def test_wrong_password_changes_nothing() -> None:
    driver = Driver()
    saved(driver, password=b"example")
    driver.run("/system/identity/set", name=b"R2")

    message = driver.refusal("/system/backup/load", name=b"b1.backup", password=b"wrong")
    assert message == b"failure: wrong password or corrupted backup file"
    assert driver.row("/system/identity")["name"] == b"R2"
    assert "reboot" not in [event.kind for event in driver.router.journal]


def test_password_is_in_no_journal() -> None:
    driver = Driver()
    saved(driver, password=b"example-secret")

    assert not [event for event in driver.router.journal if "example-secret" in event.detail]


def test_file_that_is_not_there() -> None:
    message = Driver().refusal("/system/backup/load", name=b"none.backup")

    assert message == b"input does not match any value of name"


def test_save_needs_the_policy_ftp() -> None:
    driver = Driver(policies=frozenset({"read", "write", "policy"}))

    assert driver.refusal("/system/backup/save") == b"not enough permissions (9)"


def test_password_of_the_user_seals_before_6_43() -> None:
    driver = Driver("6.42.12")
    driver.router.tables["/user"].update(
        driver.router.tables["/user"].find(name=b"admin")[0], {"password": b"own"}
    )

    assert b'"encryption": "aes-sha256"' in saved(driver)
    assert b'"encryption": "none"' in saved(driver, dont_encrypt=b"yes")
