"""Refusals of the parser, and what it reads that looks like one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.errors import ParseError
from simulator.script.parser import parse
from simulator.version import DEFAULT_VERSION, Version

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (":put 'hi'", "syntax error (line 1 column 6)"),
        (":local q {}", "syntax error (line 1 column 12)"),
        (":global array {}", "syntax error (line 1 column 17)"),
        (":local q (1;2)", "syntax error (line 1 column 12)"),
        (":local q ()", "syntax error (line 1 column 12)"),
        (":local q (1,)", "syntax error (line 1 column 14)"),
        (":local q {2,}", "syntax error (line 1 column 14)"),
        (":local q {(1,)}", "syntax error (line 1 column 15)"),
        (":local q {a=(1,)}", "syntax error (line 1 column 17)"),
        (":local q {(1,2),}", "syntax error (line 1 column 18)"),
        (":local q {=1}", "syntax error (line 1 column 11)"),
        (":local q {+1=1}", "syntax error (line 1 column 11)"),
        (":local q {a==}", "syntax error (line 1 column 13)"),
        (":local q {a b=}", "syntax error (line 1 column 16)"),
        (":local q {$_a}", "syntax error (line 1 column 12)"),
        (":local q {*1}", "syntax error (line 1 column 11)"),
        (":local q {$(x)}", "syntax error (line 1 column 15)"),
        (":local q {$[:len 1]}", "syntax error (line 1 column 20)"),
        (":local q {$$a}", "syntax error (line 1 column 14)"),
        ("(1 [ 2)", "syntax error (line 1 column 7)"),
        ("/ip route print where comment={1;2}", "syntax error (line 1 column 31)"),
        (":local q {;}", "syntax error (line 1 column 11)"),
        (":local q {1;#t}", "syntax error (line 1 column 13)"),
        ("(1 ** 2)", "syntax error (line 1 column 5)"),
        ("(1 === 2)", "syntax error (line 1 column 5)"),
        ("(1 @@ 2)", "syntax error (line 1 column 4)"),
        ("(1 ? 2)", "syntax error (line 1 column 4)"),
        ("()", "syntax error (line 1 column 2)"),
        ("(>)", "syntax error (line 1 column 3)"),
        (":if ($a = true \\ # bad", "syntax error (line 1 column 18)"),
        (":set nosuch 1", "syntax error (line 1 column 6)"),
        (":set (nosuch->1) 2; :set 5 1", "syntax error (line 1 column 26)"),
        (":global $x", "syntax error (line 1 column 9)"),
        (":local 1x", "syntax error (line 1 column 8)"),
        (':local café "x"', "expected end of command (line 1 column 11)"),
        (":local my-var 1", "expected end of command (line 1 column 10)"),
        (":put 2 # late", "expected end of command (line 1 column 8)"),
        (':put "a" . "b"', "expected end of command (line 1 column 10)"),
        (":put $k-v", "expected end of command (line 1 column 8)"),
        (':put ${"k"}', "syntax error (line 1 column 7)"),
        (":put x$y", "expected end of command (line 1 column 7)"),
        (":put x\\y", "syntax error (line 1 column 7)"),
        (':put "a"b', "expected end of command (line 1 column 9)"),
        (':put "a"$b', "expected end of command (line 1 column 9)"),
        (':put "open', "syntax error (line 1 column 11)"),
        (':put "\\q"', "syntax error (line 1 column 8)"),
        (':put "\\0a"', "syntax error (line 1 column 9)"),
        (':put "\\5"', "syntax error (line 1 column 9)"),
        (':put "x\\\xe9"', "expected input value (line 1 column 9)"),
        (':put "$ x"', "syntax error (line 1 column 8)"),
        (':put "$[:len \\"abcd\\"]"', "syntax error (line 1 column 14)"),
        (":put (1", "syntax error (line 1 column 8)"),
        (":put [:len x", "syntax error (line 1 column 13)"),
        ('$"a$b"', "syntax error (line 1 column 2)"),
        (":PUT x", "expected command name (line 1 column 2)"),
        ("::put 1", "syntax error (line 1 column 2)"),
        ("//put 1", "syntax error (line 1 column 2)"),
        ("*1", "expected command name (line 1 column 1)"),
        ("'a'", "expected command name (line 1 column 1)"),
        (":put 1 )", "expected end of command (line 1 column 8)"),
        ("{ :put 1 ) }", "expected end of command (line 1 column 10)"),
        ("{ :put 1", "missing closing brace (line 1 column 9)"),
        (":if (true) do={ :put 1", "expected closing brace (line 1 column 23)"),
        (":if (true) do={ :put 1 ]", "expected end of command (line 1 column 24)"),
        ("{ ] }", "expected closing brace (line 1 column 3)"),
        (":for i from = 1", "syntax error (line 1 column 13)"),
        (":for 1 from=1", "syntax error (line 1 column 6)"),
        (':foreach "$x" in={1}', "syntax error (line 1 column 10)"),
        (":put a=b", "expected end of command (line 1 column 7)"),
        (":\nput 1", "expected command name (line 1 column 2)"),
        ("/ip//address print", "syntax error (line 1 column 5)"),
        ("/ip /address print", "syntax error (line 1 column 5)"),
        ("/ip address /print", "syntax error (line 1 column 13)"),
        ("/ip/address/print/x", "syntax error (line 1 column 18)"),
        ("/ip> print", "expected command name (line 1 column 4)"),
        ("/system script add name=x source=x$y", "syntax error (line 1 column 35)"),
        ("nosuch { :put 1 }", "syntax error (line 1 column 8)"),
        ('nosuch a="b" c="$d"', "syntax error (line 1 column 15)"),
        ("nosuch $a/b", "syntax error (line 1 column 10)"),
        ("nosuchA", "syntax error (line 1 column 7)"),
        ("$f $a=1", "syntax error (line 1 column 6)"),
        ("/ip address set bogus=1", "expected end of command (line 1 column 22)"),
        ("/ip address find where=", "missing value for where (line 1 column 24)"),
        ("/nosuch/print", "syntax error (line 1 column 8)"),
        ("/ip/nosuch/print", "syntax error (line 1 column 11)"),
        ("[admin@Router] > /ip address print", "syntax error (line 1 column 7)"),
        ("/ip route add gateway = 192.0.2.1", "expected end of command (line 1 column 15)"),
        ("/ip address print where", "missing value for where (line 1 column 24)"),
        ("/ip address add address=1.1.1.1 disabled=2.2", "syntax error (line 1 column 42)"),
        ("/ip address add address={1}", "syntax error (line 1 column 25)"),
        ("/ip address add 'x'", "expected end of command (line 1 column 17)"),
        ("/ip address add !bogus", "expected end of command (line 1 column 17)"),
        ("/system note set note= show-at-login=yes", "expected end of command (line 1 column 37)"),
        ("/system script add source={ :put ( }", "syntax error (line 1 column 37)"),
        (":put 1\n:put (\n2", "syntax error (line 3 column 2)"),
    ],
)
def test_source_is_refused_at_its_place(run: Callable[..., str], source: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        run(source.encode("utf-8") if "é" in source else source)
    assert caught.value.message.decode() == message


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (":put 1;; ;:put 2", "1\n2"),
        (":put 1\r\n:put 2\r:put 3", "1\n2\n3"),
        ("# only words", ""),
        (":put a; # trailing", "a"),
        (":if (true) do={ # remark\n:put yes1\n}", "yes1"),
        ("[# remark\n:put 1]", "1"),
        (":put #tag", "#tag"),
        (":put (4 + \\\n 5)", "9"),
        (":put 1 \\\n  # whole line\n; :put 2", "1\n2"),
        (':put "first\nsecond"', "first\nsecond"),
        (':put "part1\\\n    part2"', "part1part2"),
        (':put "le\\ ft\\\tx"', "leftx"),
        (':put "\\48\\45 \\"q\\" \\\\ \\$5 \\_\\?"', 'HE "q" \\ $5  ?'),
        (':put "a\\ffb"', "a\x0cfb"),
        (':put "n=$[:len "abcd"] $(1 + 2) $"q q"."', "n=4 3 ."),
        (':local b 1; :put "$b$$b$b-x"', "1$11-x"),
        (":put x@y", "x@y"),
        (":put !x", "!x"),
        (": put blank", "blank"),
        ("/put slash", "slash"),
        ("put bare", "bare"),
        (":for i from= 1 to= 2 do= { :put $i }", "1\n2"),
        (":put value", "value"),
        (":put message=named", "named"),
        (":pick begin=1 abc; :put [:pick begin=1 abc]", "b"),
        (":put [:len []]", "0"),
        ("/", ""),
        (":put (\n1\n+\n2\n)", "3"),
        (":len [\n:put x;\n]", "x"),
    ],
)
def test_source_is_read(run: Callable[..., str], source: str, output: str) -> None:
    assert run(source) == output


def test_unknown_menu_below_the_root_is_named_before_7_20(run: Callable[..., str]) -> None:
    with pytest.raises(ParseError, match=r"bad command name nosuch \(line 1 column 5\)"):
        run("/ip/nosuch/print", "7.16.2")


def test_unknown_directory_is_one_word_at_a_time_on_version_6(run: Callable[..., str]) -> None:
    with pytest.raises(ParseError, match=r"line 1 column 4"):
        run("/ip/address/print", "6.49.18")


def test_what_fails_late_is_known_from_the_start(host: Any) -> None:
    parsed = parse(b":put 1; nonsense a=1; /ip zzz", host.tree, DEFAULT_VERSION)
    assert [late.message for late in parsed.late] == [
        b"bad command name nonsense",
        b"bad command name zzz",
    ]


def test_commands_of_later_releases_parse_by_their_newest_form(host: Any) -> None:
    source = b":onerror e in={ :put (1 + 2) } do={ :set e 1 }"
    parsed = parse(source, host.tree, Version("7.1"))
    assert [late.message for late in parsed.late] == [b"bad command name onerror"]


@pytest.mark.parametrize("opener", [b"(", b"{", b"[", b":if (", b':put "$[', b"(>", b":do {"])
def test_brackets_nested_without_end_are_refused(host: Any, opener: bytes) -> None:
    with pytest.raises(ParseError):
        parse(opener * 5000, host.tree, DEFAULT_VERSION)


_PIECES = st.sampled_from(
    [
        b":put ",
        b":local x",
        b":set ",
        b"$x",
        b'"',
        b"(",
        b")",
        b"[",
        b"]",
        b"{",
        b"}",
        b";",
        b"\n",
        b" ",
        b"=",
        b"do=",
        b"1",
        b"1.2",
        b"->",
        b".",
        b",",
        b"\\",
        b"$",
        b"#",
        b"/ip ",
        b"address ",
        b"print ",
        b"where ",
        b"find ",
        b"add ",
        b"name",
        b"!",
        b"~",
        b":foreach k,v in=",
        b":if ",
        b"\xff",
        b">",
        b"<%%",
        b"and ",
        b":onerror e in=",
        b"/",
        b"..",
        b"*1",
        b"source=",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=25).map(b"".join) | st.binary(max_size=50))
@example(b'"$')
@example(b'$"')
@example(b":set (")
def test_any_bytes_parse_or_are_refused_at_a_place_in_them(source: bytes) -> None:
    place = _refusal(source)
    if place is None:
        return
    line, column = place
    lines = source.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    assert 1 <= line <= len(lines)
    assert 1 <= column <= len(lines[line - 1]) + 2


def _refusal(source: bytes) -> tuple[int, int] | None:
    try:
        parse(source, _TREE, DEFAULT_VERSION)
    except ParseError as error:
        return error.line or 0, error.column or 0
    return None


class _NoMenus:
    def find(self, menu: tuple[str, ...], word: str) -> None:
        del menu, word


_TREE = _NoMenus()
