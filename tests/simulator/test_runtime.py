"""What all ways of running a script share: globals, chance, names, turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.console.request import Context
from simulator.process import Process
from simulator.router import Router
from simulator.version import Version
from tests.simulator.driving import ALL, Driver

if TYPE_CHECKING:
    from simulator.script import Script
    from simulator.values import Value


def as_string(driver: Driver, source: bytes) -> bytes:
    answer = driver.run("/execute", script=source, as_string=b"").ret
    assert isinstance(answer, bytes)
    return answer


def test_log_lines_of_scripts_are_in_the_log() -> None:
    driver = Driver()
    as_string(driver, b':log warning "from a script"')

    assert driver.rows("/log")[-1]["message"] == b"from a script"
    assert driver.rows("/log")[-1]["topics"] == b"script,warning"


def test_names_resolve_by_static_entries_only() -> None:
    driver = Driver()
    driver.add("/ip/dns/static", name=b"host.example", address=b"192.0.2.7")

    assert as_string(driver, b":put [:resolve host.example]") == b"192.0.2.7\r\n"
    assert b"dns name does not exist" in as_string(driver, b":put [:resolve other.example]")


def test_same_seed_gives_the_same_random_numbers() -> None:
    source = b":put [:rndnum from=1 to=1000000]"

    assert as_string(Driver(), source) == as_string(Driver(), source)


def test_globals_of_two_users_are_apart() -> None:
    driver = Driver()
    as_string(driver, b':global who "admin"')
    other = Driver(router=driver.router)
    other.actor = type(other.actor)(b"eve", ALL, "api")

    assert as_string(other, b":global who; :put [:typeof $who]") == b"nothing\r\n"


def test_busy_script_lets_others_have_a_turn() -> None:
    driver = Driver()
    busy = driver.start("/execute", script=b":while (true) do={ :local x 1 }", as_string=b"")
    assert not busy.ended
    driver.run("/system/identity/set", name=b"alive")

    busy.interrupt()
    assert busy.ended
    assert driver.router.identity == b"alive"


def test_script_is_compiled_once_for_all_routers_of_a_release() -> None:
    source = b":put compiled-once"
    first, second = Router(), Router()

    assert first.runtime.compile(source) is second.runtime.compile(source)
    assert Router(Version("7.16.2")).runtime.compile(source) is not first.runtime.compile(source)


def test_parameters_are_variables_that_need_no_declaration() -> None:
    driver = Driver()

    def body(process: Process) -> Value:
        context = Context(driver.actor, process, driver.printed.extend, driver.emitted.append)
        return driver.router.runtime.run_source(
            b':return ($leaseBound . "-" . $interface)',
            context,
            parameters={b"leaseBound": 1, b"interface": b"ether1"},
        )

    process = Process(body, driver.clock)
    process.start()

    assert process.result == b"1-ether1"


def test_fault_of_ours_in_a_scheduled_run_is_not_swallowed() -> None:
    driver = Driver()
    driver.add("/system/scheduler", name=b"t", interval=b"1s", on_event=b":put 1")
    driver.router.runtime.compile = _broken  # type: ignore[method-assign]

    with pytest.raises(ZeroDivisionError):
        driver.clock.advance(1)


def _broken(source: bytes) -> Script:
    raise ZeroDivisionError(source)
