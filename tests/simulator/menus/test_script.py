"""/system/script, job and environment."""

from __future__ import annotations

import pytest

from simulator.errors import Interrupted
from simulator.values import Array
from tests.simulator.driving import ALL, Driver

ALL_POLICIES = b"ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon"


def with_script(source: bytes, version: str = "7.22.3", **values: bytes) -> Driver:
    driver = Driver(version)
    driver.add("/system/script", name=b"job", source=source, **values)
    return driver


def test_row_of_a_script_that_never_ran() -> None:
    driver = with_script(b":put 1\n:put 2\n\n:put 3")

    assert driver.row("/system/script") == {
        ".id": b"*1",
        "name": b"job",
        "owner": b"admin",
        "policy": ALL_POLICIES,
        "dont-require-permissions": b"false",
        "run-count": b"0",
        "source": b":put 1\n:put 2\n\n:put 3",
        "invalid": b"false",
    }


def test_script_without_a_name_gets_one() -> None:
    driver = Driver()
    driver.add("/system/script", source=b"")

    assert driver.row("/system/script")["name"] == b"script1"


def test_name_is_taken_once() -> None:
    driver = with_script(b"")

    assert b"already" in driver.refusal("/system/script/add", name=b"job", source=b"")


def test_policies_keep_their_printing_order() -> None:
    driver = with_script(b"", policy=b"test,read,ftp")

    assert driver.row("/system/script")["policy"] == b"ftp,read,test"


def test_script_of_a_lesser_user_holds_what_the_user_has() -> None:
    driver = Driver(policies=frozenset({"read", "write", "api"}))
    driver.add("/system/script", name=b"job")

    assert driver.row("/system/script")["policy"] == b"read,write"


def test_source_that_is_no_script_is_shown_as_invalid() -> None:
    driver = with_script(b":put (")

    assert driver.row("/system/script")["invalid"] == b"true"


def test_run_counts_and_remembers_when() -> None:
    driver = with_script(b"/system identity set name=ran")
    driver.run("/system/script/run", number=b"job")

    row = driver.row("/system/script")
    assert row["run-count"] == b"1"
    assert row["last-started"] == b"2026-01-15 10:00:00"
    assert driver.router.identity == b"ran"


@pytest.mark.parametrize("name", ["number", "id", "numbers"])
def test_run_takes_name_or_id(name: str) -> None:
    driver = with_script(b"/system identity set name=ran")
    driver.run("/system/script/run", **{name: b"*1" if name == "id" else b"job"})

    assert driver.router.identity == b"ran"


def test_run_by_an_unknown_argument_runs_nothing() -> None:
    driver = with_script(b"/system identity set name=ran")

    assert driver.refusal("/system/script/run", name=b"job").startswith(b"unknown parameter")
    assert driver.router.identity == b"MikroTik"


def test_run_gives_what_the_script_returns() -> None:
    driver = with_script(b':return "v-42"')

    assert driver.run("/system/script/run", number=b"job").ret == b"v-42"


def test_run_without_return_has_no_value() -> None:
    assert with_script(b":put hello").run("/system/script/run", number=b"job").ret is None


def test_run_is_over_when_the_script_is() -> None:
    driver = with_script(b":delay 90s; /system identity set name=ran")
    process = driver.start("/system/script/run", number=b"job")
    driver.clock.advance(89)
    assert not process.ended
    assert driver.router.identity == b"MikroTik"

    driver.clock.advance(2)
    assert process.ended
    assert driver.router.identity == b"ran"


@pytest.mark.parametrize(
    ("version", "message"),
    [("6.49.18", b"boom"), ("7.16.2", b"boom"), ("7.22.3", b"boom (:error; line 2)")],
)
def test_error_of_a_script_is_worded_by_release(version: str, message: bytes) -> None:
    driver = with_script(b'/system identity set name=ran\n:error "boom"', version)

    assert driver.refusal("/system/script/run", number=b"job") == message
    assert driver.router.identity == b"ran"


def test_syntax_error_runs_nothing() -> None:
    driver = with_script(b"/system identity set name=ran\n:put (")

    assert driver.refusal("/system/script/run", number=b"job").startswith(b"syntax error (line 2")
    assert driver.router.identity == b"MikroTik"


def test_script_that_holds_more_than_its_caller_is_refused() -> None:
    driver = with_script(b"/system identity set name=ran")
    reader = Driver(router=driver.router, policies=frozenset({"read", "api"}))

    assert reader.refusal("/system/script/run", number=b"job") == b"not enough permissions (9)"
    driver.run("/system/script/set", numbers=b"job", dont_require_permissions=b"yes")
    reader.run("/system/script/run", number=b"job")
    assert driver.router.identity == b"ran"


def test_script_may_do_no_more_than_its_own_policy() -> None:
    driver = with_script(b"/system identity set name=ran", policy=b"read")

    message = driver.refusal("/system/script/run", number=b"job")
    assert message.startswith(b"not enough permissions (9)")
    assert driver.router.identity == b"MikroTik"


def test_use_script_permissions_came_with_7_15() -> None:
    old = with_script(b"", "7.14.3")

    message = old.refusal("/system/script/run", number=b"job", use_script_permissions=b"yes")
    assert message == b"unknown parameter use-script-permissions"
    with_script(b"", "7.15").run("/system/script/run", number=b"job", use_script_permissions=b"yes")


def test_journal_names_the_script() -> None:
    driver = with_script(b"")
    for _ in range(3):
        driver.run("/system/script/run", number=b"job")

    runs = [event.detail for event in driver.router.journal if event.kind == "script-run"]
    assert runs == ["job", "job", "job"]


def test_running_script_is_a_job() -> None:
    driver = with_script(b":delay 10s")
    assert driver.rows("/system/script/job") == []
    driver.start("/system/script/run", number=b"job")
    driver.clock.advance(1)

    row = driver.row("/system/script/job")
    assert row["script"] == b"job"
    assert row["owner"] == b"admin"
    assert row["type"] == b"command"
    assert row["started"] == b"2026-01-15 10:00:00"
    driver.clock.advance(10)
    assert driver.rows("/system/script/job") == []


def test_removing_a_job_ends_its_script() -> None:
    driver = with_script(b":delay 10s; /system identity set name=ran")
    process = driver.start("/system/script/run", number=b"job")
    driver.run("/system/script/job/remove", id=driver.row("/system/script/job")[".id"])

    assert isinstance(process.error, Interrupted)
    driver.clock.advance(20)
    assert driver.router.identity == b"MikroTik"
    assert driver.rows("/system/script/job") == []


def test_script_that_calls_another_is_its_parent() -> None:
    driver = with_script(b"/system script run inner")
    driver.add("/system/script", name=b"inner", source=b":delay 5s")
    driver.start("/system/script/run", number=b"job")

    outer, inner = driver.rows("/system/script/job")
    assert (outer["script"], inner["script"]) == (b"job", b"inner")
    assert inner["parent"] == outer[".id"]


def test_globals_last_between_scripts_of_a_user() -> None:
    driver = with_script(b':global seen "yes"')
    driver.add("/system/script", name=b"later", source=b":global seen; :return $seen")
    driver.run("/system/script/run", number=b"job")

    assert driver.run("/system/script/run", number=b"later").ret == b"yes"
    row = driver.row("/system/script/environment")
    assert (row["name"], row["value"], row["user"]) == (b"seen", b"yes", b"admin")


def test_environment_can_be_set_and_removed() -> None:
    driver = with_script(b':global seen "yes"')
    driver.run("/system/script/run", number=b"job")
    driver.run("/system/script/environment/set", numbers=b"seen", value=b"no")
    assert driver.row("/system/script/environment")["value"] == b"no"

    driver.run("/system/script/environment/remove", numbers=b"seen")
    assert driver.rows("/system/script/environment") == []


def test_globals_and_jobs_end_at_a_reboot() -> None:
    driver = with_script(b":global seen 1; :delay 1h; /system identity set name=ran")
    process = driver.start("/system/script/run", number=b"job")
    driver.router.reboot("api:admin")
    driver.clock.advance(7200)

    assert process.ended
    assert driver.rows("/system/script/environment") == []
    assert driver.router.identity == b"MikroTik"
    assert driver.row("/system/script")["run-count"] == b"0"


def test_reader_of_everything_may_not_change_scripts() -> None:
    driver = Driver(policies=ALL - {"write"})

    assert driver.refusal("/system/script/add", name=b"x") == b"not enough permissions (9)"


def test_get_gives_a_script_as_a_map() -> None:
    driver = with_script(b"")
    found = driver.run("/system/script/get", number=b"job").ret

    assert isinstance(found, Array)
    assert found.keyed[b"name"] == b"job"
