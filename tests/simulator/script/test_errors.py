"""Raising and catching errors, and what an error says about its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.errors import ParseError, ScriptError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (':do { :error "x1"; :put never } on-error={ :put caught }; :put next', "caught\nnext"),
        (":do { :do { :error a } on-error={ :error b } } on-error={ :put outer }", "outer"),
        (':onerror e in={ :error "boom" } do={ :put $e }', "boom (:error; line 1)"),
        (
            ':onerror e { :error "boom" } do={ :put $e }; :put [:typeof $e]',
            "boom (:error; line 1)\nnothing",
        ),
        (
            ":onerror e in={\n\n:put [:pick] } do={ :put $e }",
            "missing value(s) of argument(s) counter begin (:pick; line 3)",
        ),
        (
            ":onerror e in={ /ip address get 9 address } do={ :put $e }",
            "no such item (/ip/address/get; line 1)",
        ),
        (
            ":onerror e in={ nonsense } do={ :put $e }",
            "bad command name nonsense (line 1 column 17)",
        ),
        (":onerror e in={ :put (1 / 0) } do={ :put $e }", "division by zero (:put; line 1)"),
        (":onerror e in={ :put ok } do={ :put never }", "ok"),
        (
            ":put [:onerror e in={ :error t } do={}]; :put [:onerror e in={ :put fine } do={}]",
            "true\nfine\nfalse",
        ),
        (":put [:onerror e in={ :return true } do={ :return 1.1 }]", "false"),
        (":put [:onerror e in={ :error t } do={ :return 1.1 }]", "1.0.0.1"),
        (":do { :onerror e in={ :error a } do={ :error b } } on-error={ :put outer }", "outer"),
    ],
)
def test_catching(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (
            ":retry delay=1s max=3 on-error={ :put gave } command={ :put try; :error x }",
            "try\ntry\ntry\ngave",
        ),
        (":retry command={ :put once } delay=1s max=3", "once"),
        (":put [:retry command={ :return 5 } delay=1 max=2]", "5"),
        (":retry command={ :put x } max=0; :put end", "end"),
        (":retry command={abc} delay=1 max=2 on-error={ :put late }", "late"),
        (
            (
                ":global n 0; :retry command={ :set n ($n + 1); "
                ":if ($n < 3) do={ :error a } } delay=0 max=5; :put $n"
            ),
            "3",
        ),
    ],
)
def test_retry(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


def test_retry_waits_between_its_attempts(host: Any, run: Callable[..., str]) -> None:
    with pytest.raises(ScriptError, match="x"):
        run(":retry command={ :error x } delay=2s max=3")
    assert host.waits == [2, 2]


@pytest.mark.parametrize(
    ("version", "message"), [("7.20", "boom"), ("7.21", "boom (:error; line 2)")]
)
def test_errors_carry_their_place_from_7_21(
    run: Callable[..., str], version: str, message: str
) -> None:
    with pytest.raises(ScriptError) as caught:
        run("\n:error boom", version)
    assert (str(caught.value), caught.value.bare, caught.value.line) == (message, b"boom", 2)


def test_operators_blame_their_command_from_7_22(run: Callable[..., str]) -> None:
    source = ":do {\n:put ({2;1} > {1;2;3}) } on-error={}; :set x (1 / 0)"
    for version, message in (
        ("7.21.5", "division by zero"),
        ("7.23.3", "division by zero (:set; line 2)"),
    ):
        with pytest.raises(ScriptError) as caught:
            run(":local x; " + source, version)
        assert str(caught.value) == message
        assert caught.value.bare == b"division by zero"


def test_value_that_matches_nothing_names_its_argument(run: Callable[..., str]) -> None:
    message = r"any value of gateway \(/ip/route/add \(gateway\); line 1\)"
    with pytest.raises(ScriptError, match=message):
        run("/ip route add gateway=nowhere")


def test_error_of_the_handler_was_its_value_before_7_19(run: Callable[..., str]) -> None:
    source = ":put [:onerror e in={ :error a } do={ :error here }]"
    assert run(source, "7.18") == "here"
    with pytest.raises(ScriptError, match="here"):
        run(source, "7.19")


def test_onerror_needs_its_name_and_body(run: Callable[..., str]) -> None:
    with pytest.raises(ScriptError, match=r"missing value\(s\) of argument\(s\) error in"):
        run(":onerror do={}")


@pytest.mark.parametrize("command", [":error", ":retry max=1"])
def test_required_arguments_are_missed_when_reached(run: Callable[..., str], command: str) -> None:
    with pytest.raises(ScriptError, match="missing value"):
        run(command)


def test_unknown_parameter_refuses_the_source_before_7_23(run: Callable[..., str]) -> None:
    with pytest.raises(ParseError, match=r"expected end of command \(line 1 column 32\)"):
        run(":put before; /ip address print bogus=1")


def test_unknown_parameter_fails_when_reached_from_7_23(host: Any, run: Callable[..., str]) -> None:
    with pytest.raises(ScriptError, match=r"bad parameter bogus \(line 1 column 37\)"):
        run(":put before; /ip address print bogus=[:put 1] more", "7.23")
    assert host.output == b"before\n"


def test_unknown_parameter_after_others_is_blamed_at_its_name(run: Callable[..., str]) -> None:
    with pytest.raises(ScriptError, match=r"bad parameter bogus \(line 1 column 26\)"):
        run("/ip address print detail bogus=1", "7.23")
    with pytest.raises(ScriptError, match=r"bad parameter bogus \(line 1 column 8\)"):
        run(":put x bogus=1", "7.23")


def test_command_of_a_later_release_fails_when_reached(host: Any, run: Callable[..., str]) -> None:
    with pytest.raises(ScriptError, match=r"bad command name onerror \(line 1 column 12\)"):
        run(":put one; :onerror e in={ nonsense } do={ :put 1 }", "7.12")
    assert host.output == b"one\n"
