from __future__ import annotations

import time

from simulator.console.request import Context
from simulator.process import Process
from simulator.router import Router
from simulator.terminal import drive, run_terminal, terminal_actor
from simulator.values import NIL


def test_output_error_and_value_of_a_script() -> None:
    output, error, value = run_terminal(Router(), b':put "one"\n:local x 7; ($x + 1)')

    assert (output, error, value) == (b"one\n", None, 8)


def test_what_was_printed_before_an_error_is_there() -> None:
    output, error, value = run_terminal(Router(), b':put one\n:error "boom"\n:put two')

    assert output == b"one\n"
    assert error is not None
    assert (error.message, error.bare, error.line) == (b"boom (:error; line 2)", b"boom", 2)
    assert value is NIL


def test_syntax_error_has_line_and_column() -> None:
    output, error, _ = run_terminal(Router(), b":put one\n:put (1 ** 2)")

    assert output == b""
    assert error is not None
    assert (error.line, error.column) == (2, 10)


def test_refusal_of_a_command_is_an_error_of_the_script() -> None:
    _, error, _ = run_terminal(Router(), b"/ip address add address=192.0.2.1/24 interface=nothing")

    assert error is not None
    assert error.message.startswith(b"input does not match any value of interface")
    assert error.line == 1


def test_waits_take_no_time_but_the_clock_sees_them() -> None:
    router = Router()
    begun = time.perf_counter()
    output, error, _ = run_terminal(
        router,
        b":local a [:timestamp]; :delay 90m; :put ([:timestamp] - $a); /export file=x; :delay 1s\n"
        b":put [/file get x.rsc type]",
    )

    assert (output, error) == (b"01:30:00\nscript\n", None)
    assert time.perf_counter() - begun < 5
    assert router.uptime() == 5_401_000_000_000


def test_same_script_gives_the_same_output() -> None:
    source = b":put [:rndstr length=20]; :put [/system resource get uptime]; :put [:timestamp]"

    assert run_terminal(Router(), source) == run_terminal(Router(), source)


def test_scheduler_goes_on_while_a_script_waits() -> None:
    output, error, _ = run_terminal(
        Router(),
        b"/system scheduler add name=t interval=10s on-event={:global n; :set n ($n + 1)}\n"
        b":delay 35s; :global n; :put $n",
    )

    assert (output, error) == (b"3\n", None)


def test_wait_for_what_never_comes_is_interrupted() -> None:
    router = Router()

    def body(process: Process) -> None:
        context = Context(terminal_actor(router), process, bytearray().extend, lambda _: None)
        context.process.suspend(lambda _: lambda: None)

    process = Process(body, router.clock)
    process.start()
    drive(router, process)

    assert process.ended
    assert str(process.error) == "interrupted"


def test_bare_numbers_are_places_in_an_export_only() -> None:
    source = b"/system logging action set 0 memory-lines=500"

    assert run_terminal(Router(), source)[1] is not None
    assert run_terminal(Router(), source, numbered=True)[1] is None


def test_a_script_without_end_is_ended_by_the_limit_and_nothing_else() -> None:
    router = Router()
    router.runtime.most_turns = 5_000
    for source in (
        b":do { :while (true) do={ :local x 1 } } on-error={}",
        b":for i from=1 to=999999999 do={ :onerror e in={ :error $i } do={} }",
        b":global f do={ :global f; :do { $f } on-error={}; :do { $f } on-error={} }; $f",
    ):
        _, error, _ = run_terminal(router, source)

        assert error is not None
        assert error.message == b"runtime limit exceeded"

    assert run_terminal(router, b":for i from=1 to=1000 do={}; :put ended")[0] == b"ended\n"
