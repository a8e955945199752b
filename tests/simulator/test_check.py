"""`simulator.check`: what is found in a script, where, and of which kind."""

from __future__ import annotations

import pytest

from simulator.check import check_source
from simulator.errors import UsageError

CLEAN = b"""# a comment
/ip firewall filter
add chain=forward action=accept src-address-list=guests
:foreach i in=[/interface find where type="ether"] do={ :put [/interface get $i name] }
"""


def kinds(source: bytes, version: str = "7.22.3") -> list[tuple[int, int, str]]:
    return [(each.line, each.column, each.kind) for each in check_source(source, version)]


def test_a_clean_script_has_no_findings() -> None:
    assert kinds(CLEAN) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (b':put "a', (1, 8, "syntax")),
        (b':put 1\n:put "\\q"', (2, 8, "syntax")),
        (b":local a 1\n/nosuch thing print", (2, 2, "unknown-menu")),
        (b"/nosuch/thing/print", (1, 2, "unknown-menu")),
        (b"/ip address\nfrobnicate", (2, 1, "unknown-command")),
        (b"/ip address add adress=192.0.2.1/24", (1, 17, "unknown-parameter")),
        (b"/ip address add address=192.0.2.1/24 disabled=2.2", (1, 47, "bad-value")),
        (b"/ip address add address=banana interface=ether1", (1, 25, "bad-value")),
        (b"/interface set ether1 mtu=abc", (1, 27, "bad-value")),
    ],
)
def test_each_kind_of_fault_is_found_at_its_first_byte(
    source: bytes, found: tuple[int, int, str]
) -> None:
    assert kinds(source)[0] == found


def test_one_look_finds_every_unknown_name() -> None:
    source = b"/ip address add adress=1\n/ip address add nettwork=2\n/ip addres foo"

    assert kinds(source) == [
        (1, 17, "unknown-parameter"),
        (2, 17, "unknown-parameter"),
        (3, 12, "unknown-command"),
    ]


def test_a_menu_that_is_only_kept_is_told_as_not_modelled() -> None:
    assert kinds(b"/caps-man aaa print")[0][2] == "not-modelled"


def test_code_between_braces_is_checked_where_it_stands() -> None:
    source = b"/system script add name=a source={\n/ip address add adress=1\n}"

    assert (2, 17, "unknown-parameter") in kinds(source)


def test_names_of_items_that_may_be_there_are_no_fault() -> None:
    assert kinds(b"/ip address add address=192.0.2.1/24 interface=vlan77") == []


def test_nothing_is_run() -> None:
    assert kinds(b':error "never"\n:while (true) do={}') == []


def test_an_unknown_version_is_the_operators_fault() -> None:
    with pytest.raises(UsageError, match="RouterOS version"):
        check_source(b"", "seven")


def test_a_finding_is_one_line_and_one_object() -> None:
    finding = check_source(b":put (", "7.22.3")[0]

    assert finding.as_line("a.rsc").startswith("a.rsc:1:")
    assert finding.as_json("a.rsc")["kind"] == "syntax"


@pytest.mark.parametrize(
    ("source", "near"),
    [
        (b"/ip address add adress=1", "address"),
        (b"/ip address prnt", "print"),
        (b"/ip frewall/filter print", "firewall"),
        (b"/interface ethernt print", "ethernet"),
        (b':putt "x"', "put"),
        (b":while (true) doo=1", "do"),
    ],
)
def test_an_unknown_word_has_the_nearest_one_of_its_own_menu_beside_it(
    source: bytes, near: str
) -> None:
    assert check_source(source, "7.22.3")[0].message.endswith(f"nearest known: {near}")


@pytest.mark.parametrize(
    "source",
    [
        b'/system scheduler add name=a on-event="/ip address add adress=1"',
        b':if (true) do={\n:execute "/ip address add adress=1"}',
        b'[[:parse "/ip address add adress=1"]]',
        b'/system script add name=a source="/ip address add adress=1"',
    ],
)
def test_code_in_a_string_is_checked_where_the_string_stands(source: bytes) -> None:
    found = check_source(source, "7.22.3")

    assert [each.kind for each in found] == ["unknown-parameter"]
    line = source.split(b"\n")[found[0].line - 1]
    assert line[found[0].column - 1 :].startswith(b'"/ip')
    assert "(line 1 column 17 of the code)" in found[0].message


def test_an_event_that_names_a_script_is_no_code() -> None:
    assert kinds(b'/system scheduler add name=a on-event=backup\n:execute "$x"') == []
