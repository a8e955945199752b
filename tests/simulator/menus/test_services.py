"""PPP, queues, SNMP, NTP, tools, certificates and wireless profiles."""

from __future__ import annotations

import pytest

from simulator.export import export_body
from tests.simulator.driving import Driver


def exported(driver: Driver) -> list[str]:
    return [line.decode() for line in export_body(driver.router)]


@pytest.mark.parametrize("version", ["6.49.18", "7.12.2", "7.16.2", "7.22.3"])
def test_a_router_that_nobody_touched_exports_nothing(version: str) -> None:
    assert exported(Driver(version)) == []


def test_a_secret_belongs_to_a_profile() -> None:
    driver = Driver()
    driver.add("/ppp/secret", name=b"u1", password=b"example", local_address=b"192.0.2.1")
    row = driver.row("/ppp/secret")
    assert (row["service"], row["profile"]) == (b"any", b"default")
    assert row["last-logged-out"] == b"1970-01-01 00:00:00"
    assert driver.refusal("/ppp/secret/add", name=b"u2", profile=b"none") == (
        b"input does not match any value of profile"
    )
    assert driver.refusal("/ppp/secret/add", name=b"u1") == (
        b"failure: secret with the same name already exists"
    )


def test_two_profiles_are_always_there() -> None:
    driver = Driver()
    rows = driver.rows("/ppp/profile")
    assert [row["name"] for row in rows] == [b"default", b"default-encryption"]
    assert rows[0]["default"] == b"true"
    assert driver.refusal("/ppp/profile/remove", id=b"default") == b"cannot remove builtin"
    driver.add("/ip/pool", name=b"pool1", ranges=b"192.0.2.10-192.0.2.20")
    driver.run(
        "/ppp/profile/set",
        numbers=b"default",
        local_address=b"192.0.2.1",
        remote_address=b"pool1",
    )
    assert exported(driver)[-2:] == [
        "/ppp profile",
        "set *0 local-address=192.0.2.1 remote-address=pool1",
    ]


def test_a_queue_has_a_target_and_a_pair_of_limits() -> None:
    driver = Driver()
    assert driver.refusal("/queue/simple/add") == b"missing value(s) of argument(s) target"
    driver.add("/queue/simple", target=b"192.0.2.9,ether3", max_limit=b"10M")
    row = driver.row("/queue/simple")
    assert (row["name"], row["target"]) == (b"queue1", b"192.0.2.9/32,ether3")
    assert row["max-limit"] == b"10M/10M"
    driver.run("/interface/set", id=b"ether3", name=b"guests")
    assert driver.row("/queue/simple")["target"] == b"192.0.2.9/32,guests"


def test_a_queue_tree_hangs_on_an_interface_or_on_global() -> None:
    driver = Driver()
    assert driver.refusal("/queue/tree/add") == b"missing value(s) of argument(s) parent"
    driver.add("/queue/tree", name=b"root", parent=b"global")
    driver.add("/queue/tree", name=b"leaf", parent=b"root", max_limit=b"5M")
    assert driver.rows("/queue/tree")[1]["parent"] == b"root"


def test_the_community_public_is_exported_as_the_default_one() -> None:
    driver = Driver()
    driver.run("/snmp/community/set", numbers=b"public", addresses=b"192.0.2.0/24,2001:db8::/32")
    assert driver.row("/snmp/community")["addresses"] == b"192.0.2.0/24,2001:db8::/32"
    assert exported(driver)[-2:] == [
        "/snmp community",
        "set [ find default=yes ] addresses=192.0.2.0/24,2001:db8::/32",
    ]


def test_ntp_servers_of_the_client_are_the_list_below_it() -> None:
    driver = Driver()
    driver.run("/system/ntp/client/set", enabled=b"yes", servers=b"192.0.2.1,ntp.example.com")
    assert [row["address"] for row in driver.rows("/system/ntp/client/servers")] == [
        b"192.0.2.1",
        b"ntp.example.com",
    ]
    driver.add("/system/ntp/client/servers", address=b"192.0.2.3")
    assert driver.row("/system/ntp/client")["servers"] == b"192.0.2.1,ntp.example.com,192.0.2.3"
    driver.run("/system/ntp/client/set", servers=b"192.0.2.3")
    assert [row["address"] for row in driver.rows("/system/ntp/client/servers")] == [b"192.0.2.3"]


def test_routeros_6_has_two_ntp_servers() -> None:
    driver = Driver("6.49.18")
    driver.run("/system/ntp/client/set", enabled=b"yes", primary_ntp=b"192.0.2.1")
    assert driver.row("/system/ntp/client")["primary-ntp"] == b"192.0.2.1"


def test_the_mail_server_has_been_called_address() -> None:
    new = Driver("7.12")
    new.run("/tool/e-mail/set", server=b"192.0.2.25")
    assert new.row("/tool/e-mail")["server"] == b"192.0.2.25"
    assert new.refusal("/tool/e-mail/get", value_name=b"address") == (
        b"input does not match any value of value-name"
    )
    old = Driver("7.11")
    old.run("/tool/e-mail/set", address=b"192.0.2.25", start_tls=b"yes")
    assert old.row("/tool/e-mail")["address"] == b"192.0.2.25"


def test_a_probe_has_a_host_and_has_not_run() -> None:
    driver = Driver()
    assert driver.refusal("/tool/netwatch/add") == b"missing value(s) of argument(s) host"
    driver.add("/tool/netwatch", host=b"192.0.2.1", down_script=b":log info down")
    row = driver.row("/tool/netwatch")
    assert (row["type"], row["status"], row["interval"]) == (b"simple", b"unknown", b"10s")
    assert "thr-avg" not in row


def test_secrets_are_for_those_who_may_see_them() -> None:
    driver = Driver()
    driver.run("/tool/e-mail/set", password=b"example")
    weak = Driver(router=driver.router, policies=frozenset({"read", "api"}))
    assert "password" not in weak.row("/tool/e-mail")
    assert not any("example" in line for line in exported(driver))


def test_a_certificate_is_listed() -> None:
    driver = Driver()
    driver.add("/certificate", name=b"ca", common_name=b"ca.example.com", key_usage=b"tls-server")
    row = driver.row("/certificate")
    assert (row["common-name"], row["key-usage"]) == (b"ca.example.com", b"tls-server")
    assert row["days-valid"] == b"365"


def test_wireless_profiles_left_with_7_13() -> None:
    menu = "/interface/wireless/security-profiles"
    old = Driver("6.49.18")
    old.run(f"{menu}/set", numbers=b"default", supplicant_identity=b"R1")
    assert exported(old)[-2:] == [
        "/interface wireless security-profiles",
        "set [ find default=yes ] supplicant-identity=R1",
    ]
    assert Driver("7.22.3").refusal(f"{menu}/print").startswith(b"no such command")


def test_the_second_profile_has_an_id_out_of_the_row() -> None:
    driver = Driver()
    assert [row[".id"] for row in driver.rows("/ppp/profile")] == [b"*0", b"*FFFFFFFE"]
    driver.run("/ppp/profile/set", id=b"*FFFFFFFE", local_address=b"192.0.2.1")
    assert driver.add("/ppp/profile", name=b"vpn") == b"*1"
    assert exported(driver)[-3:] == [
        "/ppp profile",
        "set *FFFFFFFE local-address=192.0.2.1",
        "add name=vpn",
    ]
