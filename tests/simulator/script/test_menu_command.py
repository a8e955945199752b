"""Commands of menus in scripts: words, arguments, conditions, values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator.errors import ScriptError
from simulator.script.tree import Argument, ArgumentKind, CommandSyntax, complete
from simulator.values import Array, Id, Time

if TYPE_CHECKING:
    from collections.abc import Callable

TWO = (
    "/ip address add address=192.0.2.1/24 interface=ether1 comment=first\n"
    "/ip address add address=192.0.2.2/24 interface=ether2 disabled=yes\n"
)


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("/ip address\n:put [find]\n..\naddress\n:put [:len [find]]", "*1;*2\n2"),
        ("/ip/address { :put [find disabled] }", "*2"),
        ("/ip { address { :put [get [find interface=ether1] address] } }", "192.0.2.1/24"),
        (
            "/ip address\n/ip route\nadd gateway=192.0.2.9\n:put [/ip/route/get *1 gateway]",
            "192.0.2.9",
        ),
        ("/ip address\n/system identity print\n:put [:len [find]]", "2"),
        ("{ /ip address }; :put [:len [/ip address find]]", "2"),
        ("/interface\n.. ip address; :put [find interface=ether2]", "*2"),
        ("/ip address; /; /put done", "done"),
        (":put [/ip addr get *2 value-name=interface]", "ether2"),
        (
            (
                "/ip address set [find interface=ether1] comment=changed; "
                ":put [/ip address get *1 comment]"
            ),
            "changed",
        ),
        (
            (
                ":local x ether2; /ip address set [find interface=$x] interface=$x; "
                ":put [/ip address get *2 interface]"
            ),
            "ether2",
        ),
        (":put [/ip address add address=192.0.2.3/24 interface=ether3]", "*3"),
        (":put [/ip address print count-only]", "2"),
        (':put ([/ip address print as-value]->1->"interface")', "ether2"),
        (":put [:typeof [/ip address print as-value detail where disabled=yes]]", "array"),
        (":put [:typeof [/system identity print]]", "nil"),
        (':log info "hello $[:len "x"]"; /log info message=there', "log: hello 1\nlog: there"),
        ("/ip address; if (true) do={ put [:len [find]] }", "2"),
        ("/ip address { :foreach i in=[find] do={ :put [get $i interface] } }", "ether1\nether2"),
    ],
)
def test_commands_find_their_menu(run: Callable[..., str], source: str, output: str) -> None:
    run(TWO)
    assert run(source) == output


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ("interface=ether1", "*1"),
        ("where interface=ether1", "*1"),
        ("where disabled", "*2"),
        ("where !disabled", "*1"),
        ("where disabled=no", ""),
        ("where disabled=yes", "*2"),
        ("where comment", "*1"),
        ("where !comment", "*2"),
        ('where comment=""', ""),
        ("where comment!=first", "*2"),
        ('where interface~"^ether" and comment~"ir"', "*1"),
        ("where interface=ether1 comment=first", "*1"),
        ("where interface=ether1 or interface=ether2", "*1;*2"),
        ("where (interface=ether1 || interface=ether2) && !disabled", "*1"),
        ("where .id=*2", "*2"),
        ("where address=192.0.2.1/24", ""),
        ('where address="192.0.2.1/24"', "*1"),
        ("where (192.0.2.7 in address)", "*1;*2"),
        ('where [:tostr $address]="192.0.2.2/24"', "*2"),
        ("where interface=$wanted", "*2"),
        ('where interface="$wanted"', "*2"),
        ("where interface=[:put ether2]", "*2"),
        ("where [:len $comment] > 0", "*1"),
        ("where (\ninterface=ether2\n)", "*2"),
        ("where interface=$interface", "*1;*2"),
        ("where nosuch", ""),
        ("where wanted=ether2", ""),
        ("where 1=1", "*1;*2"),
        ("where any comment", "*1"),
        ("where address>192.0.2.1 or true", "*1;*2"),
    ],
)
def test_condition_chooses_items(run: Callable[..., str], condition: str, ids: str) -> None:
    run(TWO)
    outside = ":local wanted ether2; :local interface ether1; "
    if "[:put" in condition:
        ids = "ether2\nether2\n" + ids
    if "192.0.2.1 or" in condition:
        with pytest.raises(ScriptError, match="cannot compare"):
            run(outside + f":put [/ip address find {condition}]")
        return
    assert run(outside + f":put [/ip address find {condition}]") == ids


def test_arguments_reach_the_router_as_they_are_written(host: Any, run: Callable[..., str]) -> None:
    run('/ip address add address=1.1 comment=001 interface="a b" network=(1h) !disabled')
    request = host.requests[-1]
    assert request.arguments == {
        "address": b"1.1",
        "comment": b"001",
        "interface": b"a b",
        "network": Time(3_600_000_000_000),
    }
    assert request.unset == frozenset({"disabled"})


def test_flags_and_proplist_reach_the_router(host: Any, run: Callable[..., str]) -> None:
    run("/ip address print detail as-value proplist=address,interface where disabled")
    request = host.requests[-1]
    assert request.arguments == {"detail": True, "as-value": True}
    assert request.proplist == ("address", "interface")
    run('/ip address print proplist=("a","b")')
    assert host.requests[-1].proplist == ("a", "b")


def test_arguments_may_follow_a_condition(host: Any, run: Callable[..., str]) -> None:
    run("/ip address print where interface=ether1 as-value detail")
    assert host.requests[-1].arguments == {"detail": True, "as-value": True}


def test_code_between_braces_is_kept_as_text(host: Any, run: Callable[..., str]) -> None:
    run("/system script add name=s source={ :put $x\n:put 2 }")
    assert host.requests[-1].arguments["source"] == b" :put $x\n:put 2 "


def test_empty_value_ends_the_command(host: Any, run: Callable[..., str]) -> None:
    run("/ip address add comment=; /ip address add comment=\n[/ip address add comment=]")
    assert [each.arguments for each in host.requests] == [{"comment": b""}] * 3


def test_items_may_be_many(host: Any, run: Callable[..., str]) -> None:
    run(TWO + "/ip address remove [find]")
    assert host.requests[-1].arguments == {"numbers": Array([Id(b"*1"), Id(b"*2")])}


def test_reply_of_a_single_row_is_a_map(run: Callable[..., str]) -> None:
    assert run(':put ([/system note set as-value note=x]->"status")') == "ok"


def test_dotted_names_may_drop_the_group_they_share(host: Any, run: Callable[..., str]) -> None:
    run("/routing add name=x remote.address=192.0.2.1 .as=65000 local.role=ebgp")
    assert host.requests[-1].arguments == {
        "name": b"x",
        "remote.address": b"192.0.2.1",
        "remote.as": b"65000",
        "local.role": b"ebgp",
    }


def test_presence_flag_stands_for_itself(host: Any, run: Callable[..., str]) -> None:
    run("/routing add fib name=x; /routing add name=x fib")
    assert [each.arguments for each in host.requests] == [{"name": b"x", "fib": True}] * 2


def test_menu_of_names_only_takes_what_is_likely(host: Any, run: Callable[..., str]) -> None:
    run(
        '/tool fetch "http://192.0.2.1" as-value once; /tool style error\n'
        ":local n 0; /tool flood count=1 do={ :set n 1 }; :put [/tool find name=x]"
    )
    assert [each.arguments for each in host.requests] == [
        {"url": b"http://192.0.2.1", "as-value": True, "once": True},
        {"style": b"error"},
        {"count": b"1", "do": b" :set n 1 "},
        {},
    ]
    assert host.requests[-1].where is not None


@pytest.mark.parametrize(
    ("word", "found"), [("print", "print"), ("pr", None), ("pri", "print"), ("x", None)]
)
def test_words_are_completed_when_only_one_fits(word: str, found: str | None) -> None:
    assert complete(word, ["print", "profile", "add"]) == found


def test_menu_kept_as_text_takes_any_argument() -> None:
    assert CommandSyntax("add", open=True).argument("anything") == Argument("anything")
    assert CommandSyntax("add").argument("anything") is None


def test_menu_of_names_only_is_told_from_one_that_is_modelled() -> None:
    names = {"a": Argument("a")}
    assert CommandSyntax("do", names).names_only
    assert not CommandSyntax("do", names, ("a",)).names_only
    assert not CommandSyntax("do", {"a": Argument("a", ArgumentKind.FLAG)}).names_only
    assert not CommandSyntax("do").names_only
