"""monitor-traffic and monitor."""

from __future__ import annotations

from simulator.errors import Interrupted
from tests.simulator.driving import Driver, How


def test_once_is_one_sample_without_a_number() -> None:
    driver = Driver()
    rows = driver.run("/interface/monitor-traffic", interface=b"ether1,aggregate", once=b"").rows
    assert [row["name"] for row in rows] == [b"ether1", b"aggregate"]
    assert rows[0]["rx-bits-per-second"] == 0
    assert ".section" not in rows[0]


def test_a_duration_gives_a_sample_a_second() -> None:
    driver = Driver()
    process = driver.start("/interface/monitor-traffic", interface=b"ether1", duration=b"5s")
    driver.clock.advance(5)
    assert [row[".section"] for row in driver.emitted] == [0, 1, 2, 3, 4]
    assert process.ended


def test_without_either_it_goes_on_until_cancelled() -> None:
    driver = Driver()
    how = How(proplist=("name",))
    process = driver.start("/interface/ethernet/monitor", how, numbers=b"ether1", interval=b"2s")
    driver.clock.advance(4)
    assert driver.emitted == [{"name": b"ether1", ".section": number} for number in range(3)]
    process.interrupt()
    assert isinstance(process.error, Interrupted)


def test_an_interface_must_be_named() -> None:
    driver = Driver()
    assert driver.refusal("/interface/monitor-traffic", once=b"") == (
        b"input does not match any value of interface"
    )


def test_a_link_is_up_while_its_interface_is_enabled() -> None:
    driver = Driver()
    (row,) = driver.run("/interface/ethernet/monitor", numbers=b"ether1", once=b"").rows
    assert (row["status"], row["rate"]) == (b"link-ok", b"1Gbps")
    driver.run("/interface/disable", numbers=b"ether1")
    (row,) = driver.run("/interface/ethernet/monitor", numbers=b"ether1", once=b"").rows
    assert row["status"] == b"no-link"


def test_a_bridge_counts_its_ports() -> None:
    driver = Driver()
    driver.add("/interface/bridge", name=b"lan")
    driver.add("/interface/bridge/port", interface=b"ether1", bridge=b"lan")
    driver.add("/interface/bridge/port", interface=b"ether2", bridge=b"lan", disabled=b"yes")
    (row,) = driver.run("/interface/bridge/monitor", numbers=b"lan", once=b"").rows
    assert (row["port-count"], row["designated-port-count"]) == (2, 1)


def test_a_pppoe_client_gets_no_answer() -> None:
    driver = Driver()
    driver.add("/interface/pppoe-client", interface=b"ether1")
    (row,) = driver.run("/interface/pppoe-client/monitor", numbers=b"pppoe-out1", once=b"").rows
    assert row["status"] == b"initializing"
