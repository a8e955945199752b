from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import Interrupted
from simulator.export import ExportOptions, export_body, export_text
from simulator.importer import split_statements
from tests.simulator.driving import Driver


@pytest.mark.parametrize(
    ("source", "pieces"),
    [
        (b"", []),
        (b":put 1\n:put 2\n", [(1, b":put 1"), (2, b":put 2")]),
        (b"# comment\r\n\r\n:put 1\r\n", [(3, b":put 1")]),
        (b"add a=1 \\\n    b=2\nadd", [(1, b"add a=1 \\\n    b=2"), (3, b"add")]),
        (b":if (1) do={\n:put 1\n}\n:put 2", [(1, b":if (1) do={\n:put 1\n}"), (4, b":put 2")]),
        (b'add source="a {\nb"\nadd', [(1, b'add source="a {\nb"'), (3, b"add")]),
        (b'add s="\\"\n"\nadd', [(1, b'add s="\\"\n"'), (3, b"add")]),
        (b":do {\n# it's } \"\n:put 1 }\nadd", [(1, b":do {\n# it's } \"\n:put 1 }"), (4, b"add")]),
        (b"add comment=a#b\nadd", [(1, b"add comment=a#b"), (2, b"add")]),
    ],
)
def test_pieces_are_statements_by_themselves(
    source: bytes, pieces: list[tuple[int, bytes]]
) -> None:
    assert list(split_statements(source)) == pieces


def with_file(text: bytes, version: str = "7.24.4") -> Driver:
    driver = Driver(version)
    driver.router.files.write(b"x.rsc", text)
    return driver


def lists(driver: Driver) -> list[bytes]:
    """Return the names of the interface lists that a file added."""
    return [row["name"] for row in driver.rows("/interface/list") if row["name"].startswith(b"l")]


ADD = b"/interface list\nadd name=l1\nadd name=l2\n"


def test_import_answers_true_and_no_rows() -> None:
    driver = with_file(ADD)
    reply = driver.run("/import", file_name=b"x.rsc")

    assert (reply.rows, reply.ret) == ([], True)
    assert lists(driver) == [b"l1", b"l2"]


def test_missing_file() -> None:
    message = Driver().refusal("/import", file_name=b"x.rsc")

    assert message == b"Cannot open import file, file does not exist"


def test_what_came_before_an_error_stays() -> None:
    driver = with_file(
        ADD + b"member\nadd list=nowhere interface=ether1\nadd list=l1 interface=ether2"
    )

    assert driver.refusal("/import", file_name=b"x.rsc") == (
        b"Script Error: input does not match any value of list"
        b" (/interface/list/member/add (list); line 5)"
    )
    assert lists(driver) == [b"l1", b"l2"]
    assert driver.rows("/interface/list/member") == []


def test_error_of_verbose_import_has_no_place() -> None:
    driver = with_file(
        ADD + b"member\nadd list=nowhere interface=ether1\nadd list=l1 interface=ether2"
    )

    assert driver.refusal("/import", file_name=b"x.rsc", verbose=b"yes") == (
        b"Script Error: input does not match any value of list"
    )
    assert lists(driver) == [b"l1", b"l2"]
    assert driver.rows("/interface/list/member") == []


def test_syntax_error_anywhere_runs_nothing() -> None:
    driver = with_file(ADD + b":put (1 ** 2)\n")

    message = driver.refusal("/import", file_name=b"x.rsc")
    assert message.startswith(b"Script Error: syntax error (line 4 column 10)")
    assert lists(driver) == []


def test_verbose_import_runs_what_stands_before_a_syntax_error() -> None:
    driver = with_file(ADD + b":put (1 ** 2)\n")

    message = driver.refusal("/import", file_name=b"x.rsc", verbose=b"yes")
    assert message.startswith(b"Script Error: syntax error (line 4 column 10)")
    assert lists(driver) == [b"l1", b"l2"]


def test_locals_do_not_reach_later_lines_of_a_verbose_import() -> None:
    driver = with_file(b':local a l1\n/interface list add name="l$a"\n')
    driver.run("/import", file_name=b"x.rsc", verbose=b"yes")

    assert lists(driver) == [b"l"]


def test_verbose_import_echoes_statements_at_a_terminal() -> None:
    driver = with_file(b"/interface list\nadd name=l1\n")
    driver.run("/import", file_name=b"x.rsc", verbose=b"yes")

    assert driver.printed == (
        b"#line 1\n/interface list\n#line 2\nadd name=l1\n"
        b"\nScript file loaded and executed successfully\n"
    )


def test_import_of_version_6_says_which_file_it_opens() -> None:
    driver = with_file(b":put 1\n", "6.49.18")
    driver.run("/import", file_name=b"x.rsc")

    assert driver.printed.startswith(b"Opening script file x.rsc\n1\n")


def test_error_of_version_6_has_no_prefix() -> None:
    driver = with_file(b':error "boom"\n', "6.49.18")

    assert driver.refusal("/import", file_name=b"x.rsc") == b"boom"


def test_from_line_leaves_out_earlier_lines_and_keeps_numbers() -> None:
    driver = with_file(b'/interface list add name=l1\n/interface list add name=l2\n:error "e"\n')

    message = driver.refusal("/import", file_name=b"x.rsc", from_line=b"2")
    assert message == b"Script Error: e (:error; line 3)"
    assert lists(driver) == [b"l2"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"/interface list\n:local x 2 #\n", b"found 1 error(s) in import file"),
        (b":put )\n/interface list\nadd x y\n:put 'a'\n", b"found 3 error(s) in import file"),
        (
            b"/interface list\nadd name=l1 no-such-property=1\n",
            b"bad parameter no-such-property (line 2 column 13)",
        ),
        (b"/interface bridge\nadd arp=nonsense\n", b"syntax error (line 2 column 9)"),
    ],
)
def test_dry_run_finds_errors(text: bytes, message: bytes) -> None:
    driver = with_file(text)

    refusal = driver.refusal("/import", file_name=b"x.rsc", verbose=b"yes", dry_run=b"")
    assert refusal == b"Script Error: " + message
    assert lists(driver) == []


@pytest.mark.parametrize(
    "text",
    [
        ADD,
        b"/interface list member add list=nowhere interface=ether1\n",
        ADD + b"member add list=l1 interface=ether1\n",
    ],
)
def test_dry_run_does_not_look_at_references_and_does_nothing(text: bytes) -> None:
    driver = with_file(text)

    assert driver.run("/import", file_name=b"x.rsc", verbose=b"yes", dry_run=b"").ret is True
    assert lists(driver) == []


def test_dry_run_needs_verbose() -> None:
    assert b"verbose" in with_file(ADD).refusal("/import", file_name=b"x.rsc", dry_run=b"")


def test_dry_run_came_with_7_16() -> None:
    driver = with_file(ADD, "7.15.3")

    message = driver.refusal("/import", file_name=b"x.rsc", verbose=b"yes", dry_run=b"")
    assert message == b"unknown parameter dry-run"


def test_cancelled_import_stops_where_it_is() -> None:
    driver = with_file(b"/interface list add name=l1\n:delay 1s\n/interface list add name=l2\n")
    process = driver.start("/import", file_name=b"x.rsc")
    process.interrupt()
    driver.clock.advance(5)

    assert isinstance(process.error, Interrupted)
    assert lists(driver) == [b"l1"]


def test_error_can_be_caught_by_a_script() -> None:
    driver = with_file(b"this", "7.22.3")
    source = b'onerror e in={ import x.rsc } do={ :put "Failure - $e" }'

    assert driver.run("/execute", script=source, as_string=b"").ret == (
        b"Failure - Script Error: bad command name this (line 1 column 1)\r\n"
    )


def test_journal_names_the_file() -> None:
    driver = with_file(ADD)
    driver.run("/import", file_name=b"x.rsc")

    assert [event.detail for event in driver.router.journal if event.kind == "script-run"] == [
        "x.rsc"
    ]


def configured() -> Driver:
    """Return a router with something in many menus."""
    driver = Driver("7.22.3")
    driver.run("/system/identity/set", name=b'R "1"')
    driver.add("/interface/bridge", name=b"br 1", comment=bytes(range(32, 256)))
    driver.add("/interface/list", name=b"WAN")
    driver.add("/interface/list/member", list=b"WAN", interface=b"ether1")
    driver.add("/interface/vlan", name=b"v7", interface=b"br 1", vlan_id=b"7")
    driver.run("/interface/ethernet/set", numbers=b"ether2", comment=b"up $link?")
    driver.add("/ip/pool", name=b"p", ranges=b"192.0.2.10-192.0.2.20")
    driver.add("/ip/address", address=b"192.0.2.1/24", interface=b"br 1")
    driver.add(
        "/ip/firewall/filter",
        chain=b"forward",
        action=b"drop",
        connection_state=b"new,invalid",
        in_interface_list=b"!WAN",
        comment=b"word " * 40,
    )
    driver.add("/ip/firewall/filter", chain=b"input", disabled=b"yes")
    driver.add("/ip/firewall/address-list", list=b"t", address=b"198.51.100.0/24")
    driver.run("/ip/service/set", numbers=b"telnet", disabled=b"yes")
    driver.add("/user/group", name=b"ops", policy=b"read,api")
    driver.run("/system/logging/action/set", numbers=b"memory", memory_lines=b"500")
    driver.run("/system/clock/set", time_zone_name=b"Europe/Riga")
    driver.run("/system/note/set", note=b"two\nlines")
    driver.add("/system/script", name=b"s", source=b':put "a\\"b $x"\r\n:put 2\n\n# three\n')
    driver.add("/system/scheduler", name=b"t", interval=b"1d2h", on_event=b"s")
    return driver


def test_export_imported_into_a_reset_router_exports_the_same() -> None:
    driver = configured()
    before = export_text(driver.router)
    driver.router.reset()
    assert export_body(driver.router) == []
    driver.router.files.write(b"x.rsc", before)
    driver.run("/import", file_name=b"x.rsc")

    assert export_text(driver.router) == before


def test_terse_export_imported_gives_the_same_configuration() -> None:
    driver = configured()
    before = export_text(driver.router)
    terse = export_text(driver.router, (), ExportOptions(terse=True))
    driver.router.reset()
    driver.router.files.write(b"x.rsc", terse)
    driver.run("/import", file_name=b"x.rsc", verbose=b"yes")

    assert export_text(driver.router) == before


@settings(deadline=None, max_examples=60)
@given(st.lists(st.binary(max_size=180) | st.text('ab \n\r"\\$[{;#', max_size=200), max_size=4))
def test_text_of_any_bytes_survives_export_and_import(
    values: list[bytes | str],
) -> None:
    driver = Driver("7.22.3")
    texts = [value.encode() if isinstance(value, str) else value for value in values]
    for number, text in enumerate(texts):
        driver.add("/system/script", name=b"s%d" % number, source=text, comment=text[::-1])
    before = export_text(driver.router)
    shown = driver.rows("/system/script")
    driver.router.reset()
    driver.router.files.write(b"x.rsc", before)
    driver.run("/import", file_name=b"x.rsc")

    assert max(len(line) for line in before.splitlines()) <= 79
    assert driver.rows("/system/script") == shown
    assert export_text(driver.router) == before


def test_numbers_of_an_export_are_places_though_nothing_was_printed() -> None:
    driver = with_file(b"/system logging action\nset 0 memory-lines=500\n")
    driver.run("/import", file_name=b"x.rsc")

    memory = next(row for row in driver.rows("/system/logging/action") if row["name"] == b"memory")
    assert memory["memory-lines"] == b"500"


def test_export_imported_twice_is_refused() -> None:
    driver = configured()
    driver.router.files.write(b"x.rsc", export_text(driver.router))

    assert b"already have" in driver.refusal("/import", file_name=b"x.rsc")
