"""Bytes and made-up programs against the script language, for as long as asked.

    python -m tests.fuzz.script [--seconds N] [--seed N]

Each round takes a program of statements that scripts are made of, or one that an earlier round
liked, and changes some bytes of it. Whatever comes of that, the parser must end in a syntax
tree or in one `ParseError` with a place inside the text, `check` in findings with places, and a
run in a value or in an error of the language, soon. What breaks this is printed as
Python bytes and the status is 1. Nothing is kept: the programs that were liked (they parse,
and are not longer than a page) live as long as the run does.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from typing import TYPE_CHECKING

from simulator.check import check_source
from simulator.clock import VirtualClock
from simulator.console.request import Context
from simulator.errors import Interrupted, ParseError, RouterError
from simulator.process import Process
from simulator.router import Router
from simulator.script import compile_script
from simulator.scripthost import ScriptHost
from simulator.terminal import terminal_actor
from tests.bench.script import SOURCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.script import Script

__all__ = ["fuzz"]

_PIECES = [line + b"\n" for line in SOURCE.splitlines() if line.strip()]
_TOKENS = rb"""
:put :local :global :set :if :for :foreach :while :do :return :error :onerror :retry :parse :len
:pick :find :toarray :tostr :tonum :toip :totime :typeof :serialize :deserialize :convert :range
do={ else={ while=( on-error={ in=( from= to= step= value= where find print as-value count-only
( ) [ ] { } ; " $ \ -> <%% >[ , . + - * / % & | ^ ~ ! = != <= >= << >> && || and or in any
$x $y $1 $f "$x" 0 1 -1 9223372036854775807 1.2.3.4 10.0.0.0/8 ::1 1h 00:01 true no *1 {1;a=2}
/ip/address /interface ethernet /system script add set remove name=x source={ comment="" !comment
""".split()
_LONGEST = 2000
_SLOWEST = 10.0
_TURNS = 60
_KEPT = 500


class _Host(ScriptHost):
    """The router's own host, tired of a script after some turns."""

    turns = 0

    def breathe(self) -> None:
        self.wait(0)

    def wait(self, seconds: float) -> None:
        del seconds
        self.turns += 1
        if self.turns > _TURNS:
            raise Interrupted("enough")


def fuzz(seconds: float, seed: int) -> tuple[int, bytes | None]:
    """Return how many programs were tried, and the one that broke something, if one did."""
    chance = random.Random(seed)
    liked: list[bytes] = list(_PIECES)
    tried, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        source = _changed(chance, liked)
        tried += 1
        try:
            parses = try_source(source)
        except Exception:  # noqa: BLE001 - any is what is looked for
            traceback.print_exc()
            return tried, source
        if parses and len(source) < _LONGEST and chance.random() < 0.1:
            liked.append(source)
            del liked[len(_PIECES) : -_KEPT]
    return tried, None


def _changed(chance: random.Random, liked: Sequence[bytes]) -> bytes:
    source = bytearray(b"".join(chance.choice(liked) for _ in range(chance.randint(1, 3))))
    for _ in range(chance.randint(0, 8)):
        at = chance.randint(0, len(source))
        match chance.randrange(5):
            case 0:
                source[at:at] = b" " + chance.choice(_TOKENS) + b" "
            case 1:
                source[at:at] = chance.choice(_TOKENS)
            case 2:
                del source[at : at + chance.randint(1, 12)]
            case 3:
                source[at : at + 1] = bytes([chance.randrange(256)])
            case _:
                begin = chance.randint(0, len(source))
                source[at:at] = source[begin : begin + chance.randint(1, 40)]
    return bytes(source[: 2 * _LONGEST])


def try_source(source: bytes) -> bool:
    """Parse, check and run a text; tell whether it parses.

    Raises:
        Exception: Of whatever kind: one of the promises is broken.
    """
    started = time.perf_counter()
    lines = source.count(b"\n") + source.count(b"\r") + 1
    for finding in check_source(source, "7.22.3"):
        assert 1 <= finding.line <= lines
        assert 1 <= finding.column <= len(source) + 1
    router = Router(clock=VirtualClock())
    try:
        script = compile_script(source, router.console.tree, router.version)
    except ParseError as error:
        refused = error
    else:
        run(router, script)
        assert time.perf_counter() - started < _SLOWEST
        return True
    assert 1 <= (refused.line or 0) <= lines
    assert refused.column
    return False


def run(router: Router, script: Script) -> None:
    """Run a script, and give it up when it waits or goes on for long."""

    def body(process: Process) -> None:
        context = Context(terminal_actor(router), process, _ignore, _ignore)
        script.run(_Host(router.runtime, context, b"", {}))

    process = Process(body, router.clock)
    process.start()
    if process.error is not None and not isinstance(process.error, RouterError | Interrupted):
        raise process.error
    if not process.ended:  # a command of a menu waits: as long as it likes
        process.interrupt()


def _ignore(_: object) -> None:
    """Take what nobody looks at."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    tried, broken = fuzz(options.seconds, options.seed)
    sys.stdout.write(f"{tried} programs in {options.seconds:.0f} s, seed {options.seed}\n")
    if broken is not None:
        sys.stdout.write(f"broken by {broken!r}\n")
    return 1 if broken is not None else 0


if __name__ == "__main__":
    sys.exit(main())
