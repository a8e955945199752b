"""`/user` and its menus."""

from __future__ import annotations

from simulator.menus.user import policies_of
from simulator.router import Router
from tests.simulator.driving import Driver

GROUP = {"group": b"full", "password": b"example"}


def test_fresh_router_has_one_user_who_may_do_everything() -> None:
    row = Driver().row("/user")
    assert (row["name"], row["group"], row["disabled"]) == (b"admin", b"full", b"false")


def test_users_may_be_given_when_the_router_is_made() -> None:
    driver = Driver(router=Router(users={b"alice": b"example"}))
    assert driver.row("/user")["name"] == b"alice"


def test_groups_show_what_they_deny() -> None:
    rows = {row["name"]: row["policy"].split(b",") for row in Driver().rows("/user/group")}
    assert {word for word in rows[b"read"] if word.startswith(b"!")} == {
        b"!ftp",
        b"!write",
        b"!policy",
    }
    assert {word for word in rows[b"write"] if word.startswith(b"!")} == {b"!ftp", b"!policy"}
    assert not any(word.startswith(b"!") for word in rows[b"full"])


def test_policies_are_those_of_the_group() -> None:
    driver = Driver()
    driver.add("/user/group", name=b"ro", policy=b"read,api,!ftp")
    driver.add("/user", name=b"viewer", group=b"ro", password=b"example")
    users = driver.router.tables["/user"]
    viewer, admin = users.get(b"viewer"), users.get(b"admin")
    assert viewer is not None
    assert admin is not None
    assert policies_of(viewer) == {"read", "api"}
    assert {"policy", "ftp", "rest-api"} <= policies_of(admin)
    driver.run("/user/group/remove", id=b"ro")
    assert policies_of(viewer) == frozenset()


def test_group_refuses_a_policy_that_is_none() -> None:
    message = Driver().refusal("/user/group/add", name=b"x", policy=b"read,fly")
    assert message == b"input does not match any value of policy"


def test_group_needs_a_name() -> None:
    assert Driver().refusal("/user/group/add") == b"failure: invalid group name"


def test_groups_of_every_router_stay() -> None:
    assert Driver().refusal("/user/group/remove", id=b"full") == b"cannot remove builtin"


def test_last_user_with_full_rights_stays() -> None:
    driver = Driver()
    assert driver.refusal("/user/remove", id=b"admin").startswith(b"failure: ")
    driver.add("/user", name=b"alice", **GROUP)
    driver.run("/user/remove", id=b"admin")
    assert driver.row("/user")["name"] == b"alice"


def test_address_takes_networks_of_both_kinds() -> None:
    driver = Driver()
    driver.run("/user/set", id=b"admin", address=b"192.0.2.0/24,2001:db8::/32")
    assert driver.row("/user")["address"] == b"192.0.2.0/24,2001:db8::/32"


def test_active_sessions_are_listed_and_can_be_thrown_out() -> None:
    driver = Driver()
    table = driver.router.tables["/user/active"]
    item = table.insert({"name": b"admin", "via": b"api", "address": b"192.0.2.9"})
    row = driver.row("/user/active")
    assert (row["name"], row["via"], row["radius"]) == (b"admin", b"api", b"false")
    driver.run("/user/active/remove", id=item.id)
    assert not item.alive


def test_sessions_were_logged_out_by_another_command_before_7_20() -> None:
    for version, known in (("7.18.2", True), ("7.22.3", False)):
        driver = Driver(version)
        item = driver.router.tables["/user/active"].insert({"name": b"a", "via": b"api"})
        if known:
            driver.run("/user/active/request-logout", numbers=item.id)
        else:
            message = driver.refusal("/user/active/request-logout", numbers=item.id)
            assert message == b"no such command"
        assert item.alive is not known


def test_password_is_changed_by_who_knows_the_old_one() -> None:
    driver = Driver()
    new = {"new_password": b"example", "confirm_new_password": b"example"}
    assert driver.refusal("/password", old_password=b"wrong", **new).startswith(b"failure: ")
    driver.run("/password", old_password=b"", **new)
    user = driver.router.tables["/user"].get(b"admin")
    assert user is not None
    assert user.values["password"] == b"example"


def test_rest_sessions_cannot_be_thrown_out() -> None:
    driver = Driver()
    item = driver.router.tables["/user/active"].insert({"name": b"a", "via": b"rest-api"})
    assert driver.refusal("/user/active/remove", id=item.id) == b"action failed (6)"
