"""DNS, DHCP, services and settings of IP."""

from __future__ import annotations

import pytest

from tests.simulator.driving import Driver

STATIC = "/ip/dns/static"
LEASE = "/ip/dhcp-server/lease"


def dhcp_server(driver: Driver) -> None:
    driver.add("/ip/pool", name=b"pool1", ranges=b"192.0.2.10-192.0.2.20")
    driver.add("/ip/dhcp-server", interface=b"ether2", address_pool=b"pool1")


def test_a_ttl_in_seconds_is_shown_as_a_time() -> None:
    driver = Driver()
    driver.add(STATIC, name=b"h.example.com", address=b"192.0.2.1", ttl=b"600")
    assert driver.row(STATIC)["ttl"] == b"10m"


def test_a_record_without_a_ttl_has_a_day() -> None:
    driver = Driver()
    driver.add(STATIC, name=b"h.example.com", address=b"192.0.2.1")
    assert driver.row(STATIC)["ttl"] == b"1d"


def test_a_record_needs_a_name_or_a_pattern() -> None:
    driver = Driver()
    assert driver.refusal(f"{STATIC}/add") == b"failure: name or regexp required"
    driver.add(STATIC, regexp=b"example", address=b"192.0.2.1")


def test_a_record_is_there_once() -> None:
    driver = Driver()
    driver.add(STATIC, name=b"h.example.com", address=b"192.0.2.1")
    driver.add(STATIC, name=b"h.example.com", address=b"192.0.2.2")
    assert driver.refusal(f"{STATIC}/add", name=b"h.example.com", address=b"192.0.2.1") == (
        b"failure: entry already exists"
    )


@pytest.mark.parametrize(("version", "type_"), [("7.12.2", None), ("7.22.3", b"A")])
def test_newer_releases_write_the_type_of_a_record_down(version: str, type_: bytes | None) -> None:
    driver = Driver(version)
    driver.add(STATIC, name=b"h.example.com", address=b"192.0.2.1")
    assert driver.row(STATIC).get("type") == type_


def test_an_ipv6_address_makes_a_record_of_its_own_type() -> None:
    driver = Driver("7.12.2")
    driver.add(STATIC, name=b"h.example.com", address=b"2001:db8::1")
    assert driver.row(STATIC)["type"] == b"AAAA"


def test_the_cache_holds_the_static_records() -> None:
    driver = Driver()
    driver.add(STATIC, name=b"h.example.com", address=b"192.0.2.1")
    driver.add(STATIC, name=b"gone.example.com", address=b"192.0.2.2", disabled=b"yes")
    row = driver.row("/ip/dns/cache")
    assert (row["name"], row["data"], row["static"]) == (b"h.example.com", b"192.0.2.1", b"true")
    driver.run("/ip/dns/cache/flush")


def test_dns_servers_are_a_list() -> None:
    driver = Driver()
    driver.run("/ip/dns/set", servers=b"192.0.2.1,2001:db8::1", allow_remote_requests=b"yes")
    row = driver.row("/ip/dns")
    assert row["servers"] == b"192.0.2.1,2001:db8::1"
    assert row["allow-remote-requests"] == b"true"
    assert driver.refusal("/ip/dns/set", servers=b"name.example.com")


def test_a_router_has_eight_services_on_their_ports() -> None:
    ports = {row["name"]: row["port"] for row in Driver().rows("/ip/service")}
    assert ports == {
        b"telnet": b"23",
        b"ftp": b"21",
        b"www": b"80",
        b"ssh": b"22",
        b"www-ssl": b"443",
        b"api": b"8728",
        b"winbox": b"8291",
        b"api-ssl": b"8729",
    }


def test_services_are_changed_by_name_and_never_added() -> None:
    driver = Driver()
    driver.run("/ip/service/set", numbers=b"telnet,ftp", disabled=b"yes")
    driver.run("/ip/service/set", numbers=b"api", address=b"192.0.2.0/24,198.51.100.7")
    rows = {row["name"]: row for row in driver.rows("/ip/service")}
    assert rows[b"ftp"]["disabled"] == rows[b"telnet"]["disabled"] == b"true"
    assert rows[b"api"]["address"] == b"192.0.2.0/24,198.51.100.7"
    assert rows[b"api-ssl"]["certificate"] == b"none"
    assert driver.refusal("/ip/service/add") == b"no such command"
    assert driver.refusal("/ip/service/set", numbers=b"api", port=b"70000") == (
        b"value of port is out of range (1 .. 65535)"
    )


def test_sessions_of_a_service_are_limited_from_7_16_on() -> None:
    assert "max-sessions" not in Driver("7.12.2").rows("/ip/service")[0]
    assert Driver("7.16.2").rows("/ip/service")[0]["max-sessions"] == b"20"


def test_a_dhcp_server_needs_an_interface_and_a_pool_that_is_there() -> None:
    driver = Driver()
    assert driver.refusal("/ip/dhcp-server/add") == b"missing value(s) of argument(s) interface"
    assert driver.refusal("/ip/dhcp-server/add", interface=b"ether2", address_pool=b"p") == (
        b"input does not match any value of address-pool"
    )
    dhcp_server(driver)
    row = driver.row("/ip/dhcp-server")
    assert (row["name"], row["address-pool"], row["invalid"]) == (b"dhcp1", b"pool1", b"false")


def test_a_dhcp_server_on_a_port_of_a_bridge_is_invalid() -> None:
    driver = Driver()
    dhcp_server(driver)
    driver.add("/interface/bridge", name=b"lan")
    driver.add("/interface/bridge/port", interface=b"ether2", bridge=b"lan")
    assert driver.row("/ip/dhcp-server")["invalid"] == b"true"


def test_a_lease_waits_for_its_client() -> None:
    driver = Driver()
    dhcp_server(driver)
    driver.add(LEASE, address=b"192.0.2.11", mac_address=b"00:00:5e:00:53:01", server=b"dhcp1")
    row = driver.row(LEASE)
    assert (row["mac-address"], row["status"]) == (b"00:00:5E:00:53:01", b"waiting")
    assert (row["last-seen"], row["dynamic"]) == (b"never", b"false")


def test_a_dynamic_lease_is_made_static_and_keeps_its_client() -> None:
    driver = Driver()
    dhcp_server(driver)
    new = driver.add(LEASE, address=b"192.0.2.11", mac_address=b"00:00:5E:00:53:01")
    table = driver.router.tables[LEASE]
    item = table.get(new)
    assert item is not None
    item.dynamic = True
    table.touch(item)
    assert driver.refusal(f"{LEASE}/set", id=new, comment=b"x") == (
        b"failure: can not change dynamic"
    )
    driver.run(f"{LEASE}/make-static", id=new)
    row = driver.row(LEASE)
    assert (row["dynamic"], row["mac-address"]) == (b"false", b"00:00:5E:00:53:01")
    driver.run(f"{LEASE}/set", id=new, comment=b"x")
    assert driver.refusal(f"{LEASE}/make-static", id=new) == b"failure: lease is already static"


def test_one_address_is_leased_statically_once() -> None:
    driver = Driver()
    dhcp_server(driver)
    table = driver.router.tables[LEASE]
    lease = {"address": b"192.0.2.11", "mac_address": b"00:00:5E:00:53:01", "server": b"dhcp1"}
    first = driver.add(LEASE, **lease)
    item = table.get(first)
    assert item is not None
    bound = table.insert(dict(item.values), dynamic=True)
    message = b"failure: already have static lease with this IP address"
    assert driver.refusal(f"{LEASE}/make-static", id=bound.id) == message
    assert bound.dynamic
    driver.run(f"{LEASE}/remove", id=first)
    driver.run(f"{LEASE}/make-static", id=bound.id)
    assert driver.refusal(f"{LEASE}/add", **lease) == message


def test_a_dhcp_client_is_once_on_an_interface() -> None:
    driver = Driver()
    driver.add("/ip/dhcp-client", interface=b"ether1", dhcp_options=b"hostname,clientid")
    assert driver.row("/ip/dhcp-client")["status"] == b"searching..."
    assert driver.refusal("/ip/dhcp-client/add", interface=b"ether1") == (
        b"failure: dhcp-client on that interface already exists"
    )
    driver.run("/ip/dhcp-client/disable", numbers=b"*1")
    assert "status" not in driver.row("/ip/dhcp-client")


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        (b"'192.0.2.1'", b"c0000201"),
        (b"'abc'", b"616263"),
        (b"0x0102FF", b"0102ff"),
        (b"", b""),
    ],
)
def test_the_value_of_an_option_is_shown_as_bytes(value: bytes, raw: bytes) -> None:
    driver = Driver()
    driver.add("/ip/dhcp-server/option", name=b"o", code=b"43", value=value)
    assert driver.row("/ip/dhcp-server/option")["raw-value"] == raw


def test_settings_are_single_records() -> None:
    driver = Driver()
    driver.run("/ip/settings/set", rp_filter=b"strict", tcp_syncookies=b"yes")
    row = driver.row("/ip/settings")
    assert (row["rp-filter"], row["tcp-syncookies"]) == (b"strict", b"true")
    assert ".id" not in row
    driver.run("/ip/neighbor/discovery-settings/set", discover_interface_list=b"!dynamic")
    assert driver.row("/ip/neighbor/discovery-settings")["discover-interface-list"] == b"!dynamic"


def test_a_client_of_dhcpv6_searches_while_it_is_enabled() -> None:
    driver = Driver()
    driver.add("/ipv6/dhcp-client", interface=b"ether1", request=b"address,prefix")
    assert driver.row("/ipv6/dhcp-client")["status"] == b"searching..."
    driver.run("/ipv6/dhcp-client/disable", numbers=b"*1")
    assert "status" not in driver.row("/ipv6/dhcp-client")


def test_a_lease_is_for_a_client() -> None:
    driver = Driver()
    assert driver.refusal(f"{LEASE}/add", address=b"192.0.2.11").startswith(b"failure: ")
    driver.add(LEASE, address=b"192.0.2.11", client_id=b"1:0:0:5e:0:53:1")
