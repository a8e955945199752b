"""The script language beside the same programs in plain Python, in one run.

    python -m tests.bench.script [--quick]

Each program runs on a router of its own, from its compiled form, and its twin in this very
interpreter; the best of several rounds counts, since others use the machine too. The programs
that must be linear run at a quarter of their size as well: `growth` is how much longer the
whole takes than four times the quarter does, 1.0 for a straight line.

Parsing is measured over a text of the kinds of statement that public scripts are made of;
`find where` over a list of a thousand addresses, once by a value that must be equal, which the
tables have an index for, and once by a pattern, which they have not.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from simulator.router import Router
from simulator.script import compile_script
from simulator.script.parser import parse
from simulator.terminal import run_terminal
from simulator.version import DEFAULT_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

COUNTING = """
:local i 0
:local n {count}
:while ($i < $n) do={{ :set i ($i + 1) }}
"""
FOR_LOOP = """
:local sum 0
:for i from=1 to={count} do={{ :set sum ($sum + $i) }}
"""
FIB = """
:global fib do={{
  :global fib
  :if ($1 < 2) do={{ :return $1 }}
  :return ([$fib ($1 - 1)] + [$fib ($1 - 2)])
}}
:local result [$fib {count}]
"""
PIECES = """
:local text ""
:for i from=1 to={count} do={{ :set text ($text . "ab") }}
"""
KEYS = """
:local map ({{}})
:for i from=1 to={count} do={{ :set ($map->"key$i") $i }}
"""
APPENDING = """
:local list ({{}})
:for i from=1 to={count} do={{ :set list ($list , $i) }}
"""
FIND_EQUAL = """
:local name ""
:local hits 0
:for i from=1 to={count} do={{
  :set name ("n" . ($i % 1000))
  :set hits ($hits + [:len [/ip firewall address-list find where list=$name]])
}}
"""
FIND_PATTERN = """
:local hits 0
:for i from=1 to={count} do={{
  :set hits ($hits + [:len [/ip firewall address-list find where list~"^n99\\$"]])
}}
"""
# What parsing is measured over; of our own making, in the proportions of `usage-script.tsv`.
SOURCE = rb"""
# Look after the addresses of one list.
:local listName "guests"; :local limit 5
:global counters
:if ([:typeof $counters] = "nothing") do={ :set counters ({}) }
:foreach item in=[/ip firewall address-list find where list=$listName and disabled=no] do={
  :local entry [/ip firewall address-list get $item]
  :local address ($entry->"address")
  :if ([:len $address] > 0 && ($entry->"dynamic") != true) do={
    :set ($counters->$address) (($counters->$address) + 1)
    :if (($counters->$address) >= $limit) do={
      :log warning "address $address seen $[:tostr ($counters->$address)] times"
      /ip firewall address-list set $item comment=("seen " . [/system clock get date]) \
          disabled=yes
    } else={
      :put "address: $address ($($counters->$address) of $limit)"
    }
  }
}
:local report do={
  :local text ""
  :for i from=0 to=([:len $lines] - 1) step=1 do={
    :set text ($text . [:pick $lines $i] . "\r\n")
  }
  :return $text
}
:do { :put [$report lines=({"first"; "second"; third=3})] } on-error={ :log error "no report" }
/ip firewall filter
add action=accept chain=input comment="defconf: accept established" \
    connection-state=established,related,untracked
add action=drop chain=input comment="drop invalid" connection-state=invalid in-interface=ether1
/interface bridge port add bridge=bridge1 interface=ether2 pvid=10
"""


def count_up(count: int) -> int:
    i = 0
    while i < count:
        i = i + 1
    return i


def add_up(count: int) -> int:
    total = 0
    for i in range(1, count + 1):
        total = total + i
    return total


def fib(count: int) -> int:
    if count < 2:
        return count
    return fib(count - 1) + fib(count - 2)


def join_pieces(count: int) -> bytes:
    text = b""
    for _ in range(count):
        text = text + b"ab"
    return text


def fill_keys(count: int) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for i in range(1, count + 1):
        found[b"key%d" % i] = i
    return found


def append_all(count: int) -> list[int]:
    found: list[int] = []
    for i in range(1, count + 1):
        found.append(i)  # noqa: PERF402 - the twin of a loop that appends
    return found


def find_equal(count: int) -> int:
    names = [b"n%d" % i for i in range(1000)]
    return sum(sum(each == b"n%d" % (i % 1000) for each in names) for i in range(1, count + 1))


# Program, its twin, size.
PROGRAMS: dict[str, tuple[str, Callable[[int], Any], int]] = {
    "counting": (COUNTING, count_up, 1_000_000),
    "for_sum": (FOR_LOOP, add_up, 1_000_000),
    "fib": (FIB, fib, 20),
    "string_pieces": (PIECES, join_pieces, 20_000),
    "array_keys": (KEYS, fill_keys, 20_000),
    "array_appends": (APPENDING, append_all, 20_000),
    "find_equal": (FIND_EQUAL, find_equal, 10_000),
    "find_pattern": (FIND_PATTERN, find_equal, 10_000),
}
LISTED = 1000
# What takes longer by nature; the twin of `find` walks the list, an index does not.
NOT_LINEAR = {"fib"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, one round")
    quick = parser.parse_args().quick
    rounds = 1 if quick else 3
    figures: dict[str, Any] = {"parse": measure_parsing(rounds)}
    for name, (program, twin, size) in PROGRAMS.items():
        count = size if not quick or name in NOT_LINEAR else size // 10
        figures[name] = measure(name, program, twin, count, rounds)
    sys.stdout.write(json.dumps(figures) + "\n")


def measure(
    name: str, program: str, twin: Callable[[int], Any], count: int, rounds: int
) -> dict[str, float]:
    """Return the seconds that a program and its twin take, and their ratio."""
    ours = best_of(rounds, lambda: run(program, count))
    # A twin that ends at once is repeated: else it alone may find the machine idle.
    times = max(1, round(ours / timed(lambda: twin(count))))
    python = best_of(rounds, lambda: timed(lambda: [twin(count) for _ in range(times)])) / times
    found = {
        "seconds": round(ours, 4),
        "python_seconds": round(python, 4),
        "times_python": round(ours / python, 2),
    }
    if name not in NOT_LINEAR:
        quarter = best_of(rounds, lambda: run(program, count // 4))
        found["growth"] = round(ours / (4 * quarter), 2)
    return found


def best_of(rounds: int, once: Callable[[], float]) -> float:
    return min(once() for _ in range(rounds))


def timed(body: Callable[[], Any]) -> float:
    start = time.perf_counter()
    body()
    return time.perf_counter() - start


def run(program: str, count: int) -> float:
    """Return the seconds that a compiled program takes on a router that has a long list."""
    router = Router()
    if "address-list" in program:
        addresses = router.tables["/ip/firewall/address-list"]
        for number in range(LISTED):
            address = b"198.18.%d.%d" % divmod(number, 250)
            addresses.insert({"list": b"n%d" % number, "address": address})
    source = program.format(count=count).encode()
    router.runtime.compile(source).code  # noqa: B018 - made now, kept for the run

    def body() -> None:
        _, error, _ = run_terminal(router, source)
        if error is not None:
            raise error

    return timed(body)


def measure_parsing(rounds: int) -> dict[str, float]:
    """Return how many bytes a second become a syntax tree, and become closures."""
    router = Router()
    tree = router.console.tree
    source = SOURCE * 40
    parse(source, tree, DEFAULT_VERSION)
    parsing = best_of(rounds + 2, lambda: timed(lambda: parse(source, tree, DEFAULT_VERSION)))
    whole = best_of(
        rounds + 2, lambda: timed(lambda: compile_script(source, tree, DEFAULT_VERSION).code)
    )
    return {
        "bytes": len(source),
        "parsed_bytes_per_second": round(len(source) / parsing),
        "compiled_bytes_per_second": round(len(source) / whole),
    }


if __name__ == "__main__":
    main()
