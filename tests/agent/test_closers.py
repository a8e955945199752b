"""`agent.closers`: which scripts a router would silently end early."""

from __future__ import annotations

import pytest

from agent.closers import stray_brace


@pytest.mark.parametrize(
    ("script", "place"),
    [
        (b"}", (1, 1)),
        (b":put 1\n}}\n:put 2", (2, 1)),
        (b":put 1\r\n  }\r\n:put 2", (2, 3)),
        (b"}; /system identity set name=evil; {", (1, 1)),
        (b":if (true) do={ :put 1 } }", (1, 26)),
        (b'# "\n:put 1 }', (2, 8)),
        (b":if (true) do={ # { {\n:put 1 }\n}", (3, 1)),
        (b':put "$[:len "a}"]" }', (1, 21)),
        (b':put "a\\"}" }', (1, 13)),
    ],
)
def test_a_brace_that_nothing_opened_is_found(script: bytes, place: tuple[int, int]) -> None:
    assert stray_brace(script) == place


@pytest.mark.parametrize(
    "script",
    [
        b"",
        b":put 1",
        b":if (true) do={ :put 1 }",
        b":foreach i in={1;2} do={ :put [:len $i] }",
        b'/system script add name=a source="}"',
        b"# a comment with }\n:put 1",
        b":put 1; # }",
        b':put "a \\" } b"',
        b':put "$[:pick "}" 0 1] }"',
        b':put "$(("a" . "}"))"',
        b":if (true) do={# }\n:put 1 }",
        b"/ip firewall filter add comment=a#b src-address-list=x",
        b'/system script add name=a source="line \\\n    }"',
        # Wrong in another way: the router says so itself.
        b":put (1 }",
        b":put 1 ]",
        b':put "unclosed }',
        b"{",
    ],
)
def test_everything_else_is_left_to_the_router(script: bytes) -> None:
    assert stray_brace(script) is None
