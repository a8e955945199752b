"""Commands that ask the router: time, jobs, names, chance, output."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.errors import ScriptError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (":put [:timestamp]; :put [:timestamp use-tz]", "2924w10:00:00\n2924w11:00:00"),
        (":put [:time { :delay 2 }]", "00:00:01"),
        (":put [:jobname]", "job1"),
        (":put [:rndnum from=1 to=6]; :put [:rndnum 9 1]", "6\n9"),
        (
            ':put [:rndstr length=3 from="ab"]; :put [:len [:rndstr]]; :put [:rndstr from=""]',
            "bbb\n16\n",
        ),
        (
            (
                ":put [:resolve router.example.com]; "
                ":put [:resolve router.example.com server=192.0.2.53]"
            ),
            "192.0.2.1\n192.0.2.2",
        ),
        (":put [:typeof [:nothing]]; :beep frequency=500 length=1s; :lock; :put end", "nil\nend"),
        (":put [:put x]", "x\nx"),
        (":put [:typeof [:put 5]]", "5\nnum"),
        (
            (
                ':global x 5; :global s "a b"; :global m {a=1;b="q";{3}}; '
                ':global f do={:put 1}; :global c [:parse ":put 1"]; :environment print'
            ),
            'c=(code)\nf=;(evl (evl /putmessage=1))\nm={{3}; a=1; b="q"}\ns="a b"\nx=5',
        ),
    ],
)
def test_asking_the_router(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (':put [:execute ":put hi" as-string]', "hi\n"),
        (
            ":put [:execute { :put hi; nonsense } as-string]",
            "hi\nbad command name nonsense (line 1 column 11)\n",
        ),
        (':put [:execute { :put "$x" }]', "*1"),
        (':global g a; [:execute ":global g; :set g b" as-string]; :put $g', "b"),
        (':grep { :put one; :put two; :put three } pattern="t"', "two\nthree"),
        (':put [:len [:grep script=":put a\\n:put b\\n:put c" pattern=b before=1 as-array]]', "2"),
        (':put [:grep ":put a" "z"]', ""),
    ],
)
def test_code_as_text(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


def test_execute_hands_the_text_between_braces_over_as_it_is(
    host: Any, run: Callable[..., str]
) -> None:
    run(':local x 1; :execute { :put "$x" } file=out; :execute script=":put 2"')
    assert host.started == [(b' :put "$x" ', b"out"), (b":put 2", None)]


def test_grep_writes_a_file_when_told_to(host: Any, run: Callable[..., str]) -> None:
    assert run(":grep { :put a; :put b } pattern=b filename=out.txt") == ""
    assert host.files == {b"out.txt": b"b\r\n"}


def test_delay_waits_as_long_as_asked(host: Any, run: Callable[..., str]) -> None:
    run(":delay 2; :delay 1m; :delay 500ms; :delay 00:00:03; :delay delay-time=$none")
    assert host.waits == [2, 60, 0.5, 3, 0]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (":delay 1000w", "value of delay-time out of range (0s..7w17h2m47s) (:delay; line 1)"),
        (":delay x", "invalid value for argument delay-time (:delay; line 1)"),
        (":resolve nope", "failure: dns name does not exist (:resolve; line 1)"),
        (":rndnum a 5", "invalid value, number expected (:rndnum; line 1)"),
        (":rndstr length=99999", "value of length out of range (0..65535) (:rndstr; line 1)"),
        (":time", "missing value(s) of argument(s) command (:time; line 1)"),
        (":put", "missing value(s) of argument(s) message (:put; line 1)"),
    ],
)
def test_what_the_router_refuses_fails(run: Callable[..., str], source: str, message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        run(source)
    assert str(caught.value) == message


def test_script_longer_than_64_kb_is_refused(run: Callable[..., str]) -> None:
    with pytest.raises(ScriptError, match="afraid to create strings larger than 64kB"):
        run(':execute "' + "x" * 65_536 + '"')
