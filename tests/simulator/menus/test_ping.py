"""ping: who answers, and what the API and scripts get."""

from __future__ import annotations

from tests.simulator.driving import Driver, shown


def with_address() -> Driver:
    driver = Driver()
    driver.add("/ip/address", address=b"192.0.2.1/24", interface=b"ether1")
    return driver


def test_own_addresses_answer_packet_by_packet() -> None:
    driver = with_address()
    process = driver.start("/tool/ping", address=b"192.0.2.1", count=b"3", interval=b"500ms")
    driver.clock.advance(0.6)
    assert len(driver.emitted) == 2
    driver.clock.advance(1)
    assert process.ended
    assert shown(driver.emitted[-1]) == {
        "seq": b"2",
        "host": b"192.0.2.1",
        "size": b"56",
        "ttl": b"64",
        "time": b"114us",
        "sent": b"3",
        "received": b"3",
        "packet-loss": b"0",
        "min-rtt": b"114us",
        "avg-rtt": b"114us",
        "max-rtt": b"114us",
    }


def test_other_addresses_are_silent() -> None:
    driver = with_address()
    driver.run("/tool/ping", address=b"192.0.2.9", count=b"1")
    row = shown(driver.emitted[0])
    assert (row["status"], row["received"], row["packet-loss"]) == (b"timeout", b"0", b"100")
    assert "time" not in row


def test_names_are_looked_up() -> None:
    driver = with_address()
    driver.add("/ip/dns/static", name=b"r1.example.com", address=b"192.0.2.1")
    driver.run("/tool/ping", address=b"r1.example.com", count=b"1")
    assert driver.emitted[0]["host"] == b"192.0.2.1"
    message = driver.refusal("/tool/ping", address=b"nosuch.example.com", count=b"1")
    assert message == b"failure: dns name does not exist"
    assert driver.refusal("/tool/ping") == b"failure: resolve failed"


def test_it_is_also_a_command_of_the_root() -> None:
    driver = with_address()
    driver.run("/ping", address=b"127.0.0.1", count=b"1")
    assert driver.emitted[0]["received"] == 1


def test_a_script_gets_the_number_of_answers_and_the_terminal_a_table() -> None:
    driver = Driver(via="console")
    assert driver.run("/tool/ping", address=b"127.0.0.1", count=b"1").ret == 1
    assert driver.run("/tool/ping", address=b"192.0.2.9", count=b"1").ret == 0
    assert b"timeout" in driver.printed
    assert len(driver.run("/ping", address=b"127.0.0.1", count=b"1", as_value=b"").rows) == 1


def test_without_the_policy_test_nobody_pings() -> None:
    driver = Driver(policies=frozenset({"read", "write", "api"}))
    message = driver.refusal("/tool/ping", address=b"127.0.0.1", count=b"1")
    assert message == b"not enough permissions (9)"
