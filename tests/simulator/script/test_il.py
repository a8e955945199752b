"""Compiled code as text, which shows how a source was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.script import compile_code
from simulator.values import to_text
from simulator.version import DEFAULT_VERSION, Version

if TYPE_CHECKING:
    from typing import Any


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (":put hello", "(evl /putmessage=hello)"),
        (":put yes", "(evl /putmessage=true)"),
        (":put 200ms", "(evl /putmessage=00:00:00.200)"),
        ("/ip addr print", "(evl /ip/address/print)"),
        ("/int eth print", "(evl /interface/ethernet/print)"),
        ("/ip/address/ print", "(evl /ip/address/print)"),
        ("{:put one; :put two}", "(evl (evl /putmessage=one) (evl /putmessage=two))"),
        (
            "/ip address print\r\n/ip route print\r\n",
            "(evl /ip/address/print);(evl /ip/route/print)",
        ),
        (
            ":if (1=1) do={:put yes} else={:put no}",
            (
                "(evl /ifcondition=(= 1 1);do=;(evl (evl /putmessage=true));"
                "else=;(evl (evl /putmessage=false)))"
            ),
        ),
        (":local z {a=1;2}", "(evl /localname=$z;value=2;a=1)"),
        (":foreach k,v in={1} do={}", "(evl /foreachcounter=$k;$v;do=;(evl /);in=1)"),
        (":set x", ""),
        ("(1 + 2 * 3)", "(<%% (+ 1 (* 2 3)) )"),
        ("(1 + 2 + 3 - 4)", "(<%% (- (+ 1 2 3) 4) )"),
        ("(1 << 2 << 3)", "(<%% (<< 1 (<< 2 3)) )"),
        ("(1 || 2 && 3)", "(<%% (or 1 (and 2 3)) )"),
        ("(1 <> 2)", "(<%% (< 1 (> 2)) )"),
        ("(1 2 3)", "(<%% (  1 2 3) )"),
        ("(1 not 2)", "(<%% (  1 $not 2) )"),
        ("(1 .. 2)", "(<%% (  (. 1 $.) 2) )"),
        ("(1 // 2)", "(<%% (  (/ 1 $/) 2) )"),
        ("(1. 2)", "(<%% (  $1. 2) )"),
        ("(1 .2)", "(<%% (. 1 2) )"),
        ("(1h/60)", "(<%% (/ 01:00:00 60) )"),
        ("(!$a->1)", "(<%% (-> (! $a) 1) )"),
        ("(-$a->0)", "(<%% (-> (- $a) 0) )"),
        (":put 1 }\nwhatever ' follows", "(evl /putmessage=1)"),
        ("# remark\n:put 1", "/;(evl /putmessage=1)"),
        (":do {\n:put 1 }", "(evl /docommand=;(evl / (evl /putmessage=1)))"),
        (':put {\n a=1\n "b"=2\n}', "(evl /putmessage=a=1;b=2)"),
        ("--- a.b", "(<%% bad command name --- (line 1 column 1) ---;a.b)"),
        (':put "a\\tb"', "(evl /putmessage=(. a \t b))"),
        (':put "a\\"$x"', '(evl /putmessage=(. a " $x))'),
        ("{ :put 1; }", "(evl (evl /putmessage=1) /)"),
        (
            ":put 1; \n:put 2;\n:put 3",
            "(evl /putmessage=1);/;(evl /putmessage=2);(evl /putmessage=3)",
        ),
        (
            ":put 1 \n# x\n:put 2\n# y\n:put 3",
            "(evl /putmessage=1);/;(evl /putmessage=2);(evl /putmessage=3)",
        ),
        (
            "/ip route\n:do {\n find }",
            "/ip/route/;(evl /docommand=;(evl /ip/route/ (evl /ip/route/find)))",
        ),
        ("(1 or (2 or 3))", "(<%% (or 1 2 3) )"),
        ("(1 - (2 - 3))", "(<%% (- 1 (- 2 3)) )"),
        ("[:parse x]", "(<%% (evl /parsevalue=x) )"),
        (":delay 60", "(evl /delaydelay-time=00:01:00)"),
        (":delay 1s", "(evl /delaydelay-time=00:00:01)"),
        ("(-1)", "(<%% (- 1) )"),
        ("(1 $ 2)", "(<%% (  1 $2) )"),
        ("(a b=1,2)", "(<%% (, (  $a (= $b 1)) 2) )"),
        ("(1 or 2 3 and 4)", "(<%% (  (or 1 2) (and 3 4)) )"),
        ("(>[])", "(<%% (> (evl /)) )"),
        (":local z {a/}", "(evl /localname=$z;value=$a/)"),
        ("(any $a)", "(<%% (any $a) )"),
        ("($a <%% $b <%% {0})", "(<%% (<%% $a (<%% $b 0)) )"),
        (":local q {$a.b=1}", "(evl /localname=$q;value=(= (. $a $b) 1))"),
        (":local q {a-b;(c)=1}", "(evl /localname=$q;value=(- $a $b);(= $c 1))"),
        (":local q {1;{}}", "(evl /localname=$q;value=1;)"),
        (":put [:tostr 1]", "(evl /putmessage=(evl (evl /tostrvalue=1)))"),
        ("$f arg k=v", "(<%% $f (> $f);arg;k=v)"),
        (':put "a $b"', "(evl /putmessage=(. a  $b))"),
        (':put "$b"', "(evl /putmessage=$b)"),
        ("# nothing", "/"),
        ("", ""),
        ("/ip route\nadd gateway=1.1.1.1", "/ip/route/;(evl /ip/route/addgateway=1.1.1.1)"),
        ("/", "/"),
        (
            "/ip { address { :put 1 } }",
            "(evl /ip/ (evl /ip/address/ (evl /putmessage=1)))",
        ),
        ("/zzz qqq print", "(<%% bad command name zzz (line 1 column 2) zzz;qqq;print)"),
        ("/zzz c=$x a=b !d", "(<%% bad command name zzz (line 1 column 2) zzz;!d;a=b;c=$x)"),
        (
            "/ip address print detail where interface=ether1 and !disabled",
            "(evl /ip/address/printdetail=true;where=(and (= $interface ether1) (! $disabled)))",
        ),
        ("/ip address set 0 !comment", "(evl /ip/address/set!comment=;numbers=0)"),
        ("/system script add source={ :put 1 }", "(evl /system/script/addsource= :put 1 )"),
        ("/ip address add disabled=yes", "(evl /ip/address/adddisabled=true)"),
        (":local f do={ :put 1 }", "(evl /localdo=;(evl (evl /putmessage=1));name=$f)"),
    ],
)
def test_source_reads_as(host: Any, source: str, shown: str) -> None:
    if not shown and source:
        source = ":local x; " + source
        shown = "(evl /localname=$x);(evl /setname=$x)"
    code = compile_code(source.encode(), host.tree, DEFAULT_VERSION)
    assert to_text(code).decode() == shown


def test_bad_parameter_is_shown_as_an_evaluation(host: Any) -> None:
    code = compile_code(b"/ip address print bogus=1", host.tree, Version("7.23"))
    assert to_text(code) == b"(evl bad parameter bogus (line 1 column 24) /ip/address/print)"


def test_version_6_writes_eval(host: Any) -> None:
    code = compile_code(b":put 1", host.tree, Version("6.49.18"))
    assert to_text(code) == b"(eval /putmessage=1)"
