"""add, set, remove, enable, disable, comment, unset, reset, move."""

from __future__ import annotations

import re

import pytest

from simulator.values import Array, Id
from tests.simulator.driving import Driver, How

FILTER = "/ip/firewall/filter"


def test_add_answers_the_id_in_upper_case_hex() -> None:
    driver = Driver()
    ids = [driver.add("/user/group", name=b"g%d" % number) for number in range(20)]
    assert all(re.fullmatch(rb"\*[1-9A-F][0-9A-F]*", new) for new in ids)
    assert ids[0] == b"*4"
    assert ids[-1] == b"*17"


def test_ids_are_not_used_again() -> None:
    driver = Driver()
    first = driver.add("/user/group", name=b"one")
    driver.run("/user/group/remove", id=first)
    assert driver.add("/user/group", name=b"one") != first


def test_set_takes_ids_names_lists_and_numbers_alike() -> None:
    driver = Driver()
    ids = [driver.add("/user/group", name=name) for name in (b"one", b"two", b"three")]
    driver.run("/user/group/set", id=b",".join(ids[:2]), skin=b"a")
    driver.run("/user/group/set", numbers=b"three", skin=b"b")
    driver.run("/user/group/set", numbers=Array([Id(ids[0]), Id(ids[2])]), skin=b"c")
    skins = {row["name"]: row["skin"] for row in driver.rows("/user/group")}
    assert (skins[b"one"], skins[b"two"], skins[b"three"]) == (b"c", b"a", b"c")


@pytest.mark.parametrize(
    "menu", ["/interface/bridge", "/system/script", "/system/scheduler", "/user/group", "/ip/pool"]
)
def test_set_cannot_take_an_items_name_away(menu: str) -> None:
    driver = Driver()
    needed = {"ranges": b"192.0.2.1"} if menu == "/ip/pool" else {}
    driver.add(menu, name=b"mine", **needed)

    for how, given in ((How(unset=frozenset({"name"})), {}), (How(), {"name": b""})):
        message = driver.refusal(f"{menu}/set", how, id=b"mine", **given)
        assert message == b"missing value(s) of argument(s) name"

    assert b"mine" in {row["name"] for row in driver.rows(menu)}


def test_unknown_id_or_name_is_no_such_item() -> None:
    driver = Driver()
    for subject in (b"*FF", b"nobody", b"", b"admin,nobody", b"0"):
        error = driver.refused("/user/set", id=subject, comment=b"x")
        assert error.message == b"no such item", subject
        assert error.category == 0
    assert "comment" not in driver.row("/user")


def test_a_bare_number_is_a_row_of_the_last_print_in_scripts_only() -> None:
    script = Driver(via="console")
    assert script.refusal("/user/set", numbers=b"0", comment=b"x") == b"no such item"
    script.run("/user/print")
    script.run("/user/set", numbers=b"0", comment=b"x")
    assert script.row("/user")["comment"] == b"x"
    api = Driver()
    api.run("/user/print")
    assert api.refusal("/user/set", id=b"0", comment=b"x") == b"no such item"


def test_empty_array_of_items_is_no_error_and_does_nothing() -> None:
    driver = Driver()
    driver.run("/user/remove", numbers=Array())
    driver.run("/user/set", numbers=Array(), comment=b"x")
    assert "comment" not in driver.row("/user")


def test_missing_items_are_refused_in_7_and_ignored_in_6() -> None:
    assert Driver().refusal("/user/set", comment=b"x") == b"missing =.id="
    assert Driver("6.49.18").run("/user/set", comment=b"x").rows == []


def test_set_with_nothing_but_an_id_changes_nothing() -> None:
    driver = Driver()
    before = driver.rows("/user")
    driver.run("/user/set", id=b"admin")
    assert driver.rows("/user") == before


def test_enable_and_disable_are_set_disabled() -> None:
    driver = Driver()
    driver.run("/user/disable", id=b"admin")
    assert driver.row("/user")["disabled"] == b"true"
    driver.run("/user/enable", id=b"admin")
    assert driver.row("/user")["disabled"] == b"false"
    driver.run("/user/set", id=b"admin", disabled=b"yes")
    assert driver.row("/user")["disabled"] == b"true"


def test_comment_is_shown_only_when_there_is_one() -> None:
    driver = Driver()
    assert "comment" not in driver.row("/user")
    driver.run("/user/comment", numbers=b"admin", comment=b"boss")
    assert driver.row("/user")["comment"] == b"boss"
    driver.run("/user/set", id=b"admin", comment=b"")
    assert "comment" not in driver.row("/user")


def test_bang_name_clears_a_property() -> None:
    driver = Driver()
    driver.run("/user/set", id=b"admin", comment=b"boss")
    driver.run("/user/set", How(unset=frozenset({"comment"})), id=b"admin")
    assert "comment" not in driver.row("/user")
    assert driver.refusal("/user/set", How(unset=frozenset({"nosuch"})), id=b"admin") == (
        b"unknown parameter nosuch"
    )


def test_bang_name_in_add_means_not_set() -> None:
    driver = Driver()
    new = driver.add("/user/group", How(unset=frozenset({"comment"})), name=b"ops")
    assert driver.rows("/user/group")[-1][".id"] == new


def test_copy_from_takes_what_is_not_given() -> None:
    driver = Driver()
    source = driver.add("/user/group", name=b"ops", policy=b"read,api", comment=b"x")
    driver.add("/user/group", copy_from=source, name=b"ops2")
    row = driver.rows("/user/group")[-1]
    assert (row["name"], row["comment"]) == (b"ops2", b"x")
    assert row["policy"].startswith(b"read,api,!")


def test_two_items_cannot_have_one_name() -> None:
    driver = Driver()
    message = b"failure: user with the same name already exists"
    given = {"group": b"full", "password": b"example"}
    assert driver.refusal("/user/add", name=b"admin", **given) == message
    other = driver.add("/user", name=b"bob", **given)
    assert driver.refusal("/user/set", id=other, name=b"admin") == message
    driver.run("/user/set", id=other, name=b"carol")
    driver.add("/user", name=b"bob", **given)


def test_references_follow_renames_and_show_the_id_when_gone() -> None:
    driver = Driver()
    group = driver.add("/user/group", name=b"ops", policy=b"read")
    driver.add("/user", name=b"bob", group=b"ops", password=b"example")
    assert driver.rows("/user")[1]["group"] == b"ops"
    driver.run("/user/group/set", id=group, name=b"admins")
    assert driver.rows("/user")[1]["group"] == b"admins"
    driver.run("/user/group/remove", id=group)
    assert driver.rows("/user")[1]["group"] == group
    driver.add("/user/group", name=b"admins", policy=b"read")
    assert driver.rows("/user")[1]["group"] == group


def test_references_may_be_given_by_id() -> None:
    driver = Driver()
    driver.run("/user/set", id=b"admin", group=b"*1")
    assert driver.row("/user")["group"] == b"read"


def test_remove_of_several_is_all_or_nothing() -> None:
    driver = Driver()
    new = driver.add("/user/group", name=b"ops")
    assert driver.refusal("/user/group/remove", id=new + b",full") == b"cannot remove builtin"
    assert len(driver.rows("/user/group")) == 4
    assert driver.refusal("/user/group/remove", id=new + b",*99") == b"no such item"
    driver.run("/user/group/remove", id=new + b"," + new)
    assert len(driver.rows("/user/group")) == 3


def test_reset_gives_the_named_properties_their_defaults_back() -> None:
    driver = Driver()
    new = driver.add("/user/group", name=b"ops", skin=b"dark", comment=b"x")
    driver.run("/user/group/reset", numbers=new, skin=b"")
    row = driver.rows("/user/group")[-1]
    assert (row["skin"], row["comment"]) == (b"default", b"x")


def test_unset_exists_only_where_a_property_can_be_absent() -> None:
    driver = Driver()
    rule = driver.add(FILTER, chain=b"input", action=b"accept", src_address=b"192.0.2.0/24")
    driver.run(f"{FILTER}/unset", id=rule, value_name=b"src-address")
    assert "src-address" not in driver.row(FILTER)
    assert driver.refusal("/interface/unset", id=b"ether1", value_name=b"comment") == (
        b"no such command"
    )
    assert driver.refusal(f"{FILTER}/unset", id=rule, value_name=b"nosuch") == (
        b"input does not match any value of value-name"
    )


def test_place_before_and_move_order_items() -> None:
    driver = Driver()
    a, b, c = (driver.add(FILTER, chain=b"input", comment=name) for name in (b"a", b"b", b"c"))
    driver.add(FILTER, chain=b"input", comment=b"d", place_before=b)
    assert order(driver) == b"adbc"
    driver.run(f"{FILTER}/move", numbers=c, destination=a)
    assert order(driver) == b"cadb"
    driver.run(f"{FILTER}/move", numbers=b"%s,%s" % (c, a))
    assert order(driver) == b"dbca"
    driver.run(f"{FILTER}/move", numbers=a, destination=a)
    assert sorted(order(driver)) == sorted(b"dbca")


def test_place_before_an_unknown_item_adds_nothing() -> None:
    driver = Driver()
    message = driver.refusal(f"{FILTER}/add", chain=b"input", place_before=b"*99")
    assert message == b"no such item"
    assert driver.rows(FILTER) == []


def order(driver: Driver) -> bytes:
    return b"".join(row["comment"] for row in driver.rows(FILTER))


def test_dynamic_items_cannot_be_changed() -> None:
    driver = Driver()
    item = driver.router.tables["/user/group"].insert({"name": b"auto"}, dynamic=True)
    message = driver.refusal("/user/group/set", id=item.id, skin=b"x")
    assert re.search(rb"can ?not change dynamic", message)


@pytest.mark.parametrize("word", [b"yes", b"true", b"no", b"false"])
def test_flags_take_four_words_and_are_shown_as_two(word: bytes) -> None:
    driver = Driver()
    driver.run("/user/set", id=b"admin", disabled=word)
    assert driver.row("/user")["disabled"] == (b"true" if word in {b"yes", b"true"} else b"false")


def test_yes_no_properties_are_shown_as_yes_and_no() -> None:
    driver = Driver()
    driver.run("/system/note/set", show_at_login=b"no")
    assert driver.row("/system/note")["show-at-login"] == b"no"
    driver.run("/system/note/set", show_at_login=True)
    assert driver.row("/system/note")["show-at-login"] == b"yes"


def test_refused_set_changes_nothing() -> None:
    driver = Driver()
    before = driver.rows("/user")
    message = driver.refusal("/user/set", id=b"admin", comment=b"x", group=b"nosuch")
    assert message == b"input does not match any value of group"
    assert driver.rows("/user") == before
