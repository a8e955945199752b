"""How deep a source nests costs time in proportion, whichever command does the nesting."""

from __future__ import annotations

import time

import pytest

from simulator.router import Router
from simulator.terminal import run_terminal

LEVELS = 30  # what doubled at every level would take hours
NESTED = {
    "foreach in": b"[:foreach v in=%b do={}]",
    "foreach pair": b"[:foreach k,v in=%b do={}]",
    "foreach do": b"[:foreach v in={1} do={:local x %b}]",
    "for from": b"[:for i from=%b to=1 do={}]",
    "for step": b"[:for i from=1 to=1 step=%b do={}]",
    "if condition": b"[:if (%b = 1) do={} else={}]",
    "if else": b"[:if (false) do={} else={:local x %b}]",
    "while": b"[:while (%b = 5) do={}]",
    "do while": b"[:do {} while=(%b = 5)]",
    "do on-error": b"[:do {:error a} on-error={:local x %b}]",
    "onerror": b"[:onerror e in={:local x %b} do={}]",
    "retry": b"[:retry command={:local x %b} delay=0 max=1 on-error={}]",
    "local do": b"[:local f do={:local x %b}]",
    "return": b"[:return %b]",
    "pick": b"[:pick %b 0 1]",
    "in a string": b'"$[:tostr %b]"',
    "parens": b"(%b)",
}


@pytest.mark.parametrize("form", NESTED.values(), ids=NESTED.keys())
def test_deep_nesting_costs_no_more_than_its_length(form: bytes) -> None:
    source = b"[:tostr 1]"
    for _ in range(LEVELS):
        source = form.replace(b"%b", source)
    router = Router()
    begun = time.process_time()

    run_terminal(router, b":put " + source)

    assert router.runtime.parses(b":put " + source)
    assert time.process_time() - begun < 5
