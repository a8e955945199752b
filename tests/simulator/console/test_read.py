"""print, find, get."""

from __future__ import annotations

import pytest

from simulator.values import Array, Id, api_text
from tests.simulator.driving import ALL, Driver, How


def test_rows_begin_with_the_id_and_keep_the_tables_order() -> None:
    names = list(Driver().row("/user"))
    assert names[0] == ".id"
    assert names[-1] == "disabled"
    assert names.index("name") < names.index("group") < names.index("address")


def test_proplist_chooses_and_orders_and_leaves_unknown_names_out() -> None:
    reply = Driver().run("/user/print", How(proplist=("group", "name", "nosuch")))
    assert list(reply.rows[0]) == ["group", "name"]


def test_proplist_of_absent_properties_gives_wordless_rows() -> None:
    reply = Driver().run("/user/group/print", How(proplist=("comment",)))
    assert reply.rows == [{}, {}, {}]


def test_proplist_may_come_as_an_argument() -> None:
    assert list(Driver().rows("/user", proplist=b"name")[0]) == ["name"]


def test_count_only_counts_what_passes() -> None:
    driver = Driver()
    reply = driver.run(
        "/user/group/print", How(where=lambda r: r["name"] != b"full"), count_only=b""
    )
    assert (reply.ret, reply.rows, reply.listing) == (2, [], False)


def test_flag_is_off_when_it_says_false() -> None:
    assert len(Driver().rows("/user/group", count_only=b"false")) == 3


def test_print_of_a_list_says_so_and_of_a_singleton_does_not() -> None:
    assert Driver().run("/user/active/print").listing
    assert not Driver().run("/system/identity/print").listing


def test_from_limits_to_the_items_named() -> None:
    names = [row["name"] for row in Driver().rows("/user/group", **{"from": b"*3,*1"})]
    assert names == [b"read", b"full"]


def test_unknown_argument_of_print_is_refused() -> None:
    assert Driver().refusal("/user/print", where=b"x") == b"unknown parameter where"
    assert Driver("7.16.2").refusal("/user/print", group_by=b"name") == (
        b"unknown parameter group-by"
    )


def test_find_gives_the_ids_of_what_passes() -> None:
    driver = Driver()
    everything = Array([Id(b"*1"), Id(b"*2"), Id(b"*3")])
    assert driver.run("/user/group/find").ret == everything
    reply = driver.run("/user/group/find", How(where=lambda row: row["name"] == b"write"))
    assert reply.ret == Array([Id(b"*2")])


def test_get_gives_one_property_or_all() -> None:
    driver = Driver()
    assert driver.run("/user/get", number=b"admin", value_name=b"group").ret == b"full"
    assert driver.run("/system/identity/get", value_name=b"name").ret == b"MikroTik"
    whole = driver.run("/user/group/get", number=b"*1").ret
    assert whole is not None
    assert api_text(whole).startswith(b".id=*1;name=read;policy=local;telnet;")


def test_get_refuses_a_property_that_is_none() -> None:
    driver = Driver()
    message = b"input does not match any value of value-name"
    assert driver.refusal("/user/get", number=b"admin", value_name=b".id") == message
    assert driver.refusal("/user/get", number=b"admin", value_name=b"password") == message


def test_get_of_an_absent_property_is_empty() -> None:
    ret = Driver().run("/user/get", number=b"admin", value_name=b"comment").ret
    assert ret is not None
    assert api_text(ret) == b""


def test_what_get_gives_may_be_changed_without_harm() -> None:
    driver = Driver()
    policies = driver.run("/user/group/get", number=b"full", value_name=b"policy").ret
    assert isinstance(policies, Array)
    policies.items.clear()
    assert driver.rows("/user/group")[2]["policy"] != b""


def test_printing_an_unchanged_item_makes_no_new_row() -> None:
    table = Driver().router.tables["/user/group"]
    item = table.get(b"full")
    assert item is not None
    assert table.row(item) is table.row(item)


@pytest.mark.parametrize("flag", ["detail", "terse", "brief", "value_list", "as_value"])
def test_forms_of_print_change_nothing_over_the_api(flag: str) -> None:
    assert Driver().rows("/user", **{flag: b""}) == Driver().rows("/user")


def test_passwords_are_never_shown() -> None:
    driver = Driver(policies=ALL)
    driver.add("/user", name=b"bob", group=b"read", password=b"example")
    assert all(b"example" not in row.values() for row in driver.rows("/user", detail=b""))


def test_print_to_a_file_gives_the_rows_all_the_same() -> None:
    driver = Driver()
    assert len(driver.rows("/user", file=b"users")) == 1
    text = driver.router.files.read(b"users.txt")
    assert text is not None
    assert b"admin" in text
    driver.rows("/user", file=b"users", append=b"")
    assert driver.router.files.read(b"users.txt") == text * 2


def test_order_by_sorts_by_a_property() -> None:
    driver = Driver("7.24.4")
    names = [row["name"] for row in driver.rows("/user/group", order_by=b"name")]
    assert names == [b"full", b"read", b"write"]


def test_get_as_string_is_text() -> None:
    driver = Driver()
    for name in (b"disabled", b"address", b"inactivity-timeout"):
        reply = driver.run("/user/get", number=b"admin", value_name=name, as_string=b"")
        assert isinstance(reply.ret, bytes)
