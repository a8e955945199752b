"""`/user`, `/user group`, `/user active`: who may do what.

Source: routeros-api.md, 2.4, 2.6 and section 12; script-cases S730 and S738.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import texts
from simulator.console.request import Reply
from simulator.console.verbs import edit
from simulator.errors import RouterError
from simulator.menus.hooks import Hooks
from simulator.menus.table import Command, Export, Field, Menu
from simulator.menus.types import (
    Choice,
    DateText,
    Duration,
    FieldType,
    Flag,
    Link,
    ListOf,
    Network,
    Number,
    Prefix6,
    Reference,
    Scope,
    Stored,
    Text,
    as_text,
)
from simulator.values import Array

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.console.call import Call
    from simulator.console.storage import Item
    from simulator.values import Value

__all__ = ["MENUS", "POLICIES", "policies_of"]

# In the order in which routers print them; assumed between releases.
POLICIES = (
    *(b"local", b"telnet", b"ssh", b"ftp", b"reboot", b"read", b"write", b"policy", b"test"),
    *(b"winbox", b"password", b"web", b"sniff", b"sensitive", b"api", b"romon", b"rest-api"),
)
_OLD_POLICIES = (*POLICIES[:-1], b"dude", b"tikapp")
# What the groups of every router may not do.
_DENIED = {
    b"read": (b"ftp", b"write", b"policy"),
    b"write": (b"ftp", b"policy"),
    b"full": (),
}


def policies_of(user: Item) -> frozenset[str]:
    """Return what a user may do: the policies of the group, none when it is gone."""
    group = user.values.get("group")
    if not isinstance(group, Link) or not group.item.alive:
        return frozenset()
    allowed = group.item.values.get("policy", ())
    words = allowed if isinstance(allowed, tuple) else ()
    return frozenset(word.decode() for word in words if isinstance(word, bytes))


class GroupPolicies(FieldType):
    """The policies that a group allows; shown are all, denied ones with `!`.

    A list given to `set` says what is allowed and denies the rest; that this is so
    also for a list of denials only is assumed.
    """

    words = tuple(dict.fromkeys((*POLICIES, *_OLD_POLICIES)))
    _choice = Choice(*words)

    def parse(self, value: Value, scope: Scope) -> Stored:
        given = [word for word in as_text(value).split(b",") if word]
        allowed = {self._choice.read(word, scope) for word in given if not word.startswith(b"!")}
        for word in given:
            if word.startswith(b"!"):
                allowed.discard(self._choice.read(word[1:], scope))
        return tuple(word for word in self.words if word in allowed)

    def read(self, text: bytes, scope: Scope) -> Stored:
        return self.parse(text, scope)

    def show(self, stored: Stored) -> Value:
        allowed = stored if isinstance(stored, tuple) else ()
        # Names of other releases are not spoken of unless they are allowed.
        denied = [b"!" + word for word in POLICIES if word not in allowed]
        return Array([*(word for word in allowed if isinstance(word, bytes)), *denied])


class GroupHooks(Hooks):
    """The three groups of every router, and names that are none."""

    def fresh(self) -> Iterator[Mapping[str, bytes]]:
        words = _OLD_POLICIES if self.router.version.is_v6 else POLICIES
        for name, denied in _DENIED.items():
            allowed = b",".join(word for word in words if word not in denied)
            yield {"name": name, "policy": allowed}

    def prepare(self, values: dict[str, Stored], item: Item | None) -> None:
        del item
        if not values.get("name"):
            raise RouterError(b"failure: invalid group name")


class UserHooks(Hooks):
    """Users of a fresh router come from what made it."""

    def fresh(self) -> Iterator[Mapping[str, bytes]]:
        for name, password in self.router.users.items():
            yield {"name": name, "group": b"full", "password": password}

    def removable(self, item: Item) -> None:
        """Refuse to remove the last user who may do everything (text assumed)."""
        full = [user for user in self.table if "policy" in policies_of(user)]
        if full == [item]:
            raise RouterError(b"failure: last user with full rights cannot be removed")


class ActiveHooks(Hooks):
    """Sessions: whoever keeps them puts them in and takes them out."""

    def removable(self, item: Item) -> None:
        """Refuse REST sessions. Source: routeros-api.md, 5.3 (`action failed (6)`)."""
        if item.values.get("via") == b"rest-api":
            raise RouterError(b"action failed (6)")

    def changeable(self, item: Item) -> None:
        del item
        raise texts.cannot_change_dynamic()


def request_logout(call: Call) -> Reply:
    """End sessions; `remove` has taken its place. Source: routeros-api.md, section 11."""
    return edit.remove(call)


def change_password(call: Call) -> Reply:
    """Give the actor a new password. That the texts are these is assumed."""
    table = call.router.tables["/user"]
    user = table.get(call.actor.user)
    if user is None:
        raise texts.no_such_item()
    if user.values.get("password", b"") != call.text("old-password"):
        raise RouterError(b"failure: invalid old password")
    if call.text("new-password") != call.text("confirm-new-password"):
        raise RouterError(b"failure: new passwords do not match")
    table.update(user, {"password": call.text("new-password")})
    return Reply()


class UserAddress(FieldType):
    """Where a user may come from, IPv4 or IPv6."""

    def read(self, text: bytes, scope: Scope) -> Stored:
        return (Prefix6() if b":" in text else Network()).read(text, scope)


MENUS = (
    Menu(
        "/",
        commands={
            "password": Command(
                change_password,
                tuple(
                    Field(name, Text(), required=True)
                    for name in ("old-password", "new-password", "confirm-new-password")
                ),
                policy="password",
            )
        },
        export=None,
    ),
    Menu(
        "/user",
        fields=(
            Field("name", Text(), required=True),
            Field("group", Reference("/user/group"), required=True),
            Field("address", ListOf(UserAddress()), default=b""),
            Field("password", Text(), required=True, sensitive=True, hidden=True, exported=False),
            Field("inactivity-timeout", Duration(60, 86_400), default=b"10m", since="7.13"),
            Field(
                "inactivity-policy",
                Choice(b"lockscreen", b"logout", b"none"),
                default=b"none",
                since="7.13",
            ),
            Field("last-logged-in", DateText(), read_only=True),
            Field("expired", Flag(), default=b"no", read_only=True, since="6.45"),
        ),
        named_by="name",
        name_error=b"failure: user with the same name already exists",
        hooks=UserHooks,
        write_policy="policy",
        export=None,
    ),
    Menu(
        "/user/group",
        fields=(
            Field("name", Text()),
            Field("policy", GroupPolicies(), default=b""),
            Field("skin", Text(), default=b"default"),
        ),
        named_by="name",
        name_error=b"failure: group with the same name already exists",
        disableable=False,
        hooks=GroupHooks,
        write_policy="policy",
        export=Export(builtin="name"),
    ),
    Menu(
        "/user/active",
        fields=(
            Field("when", DateText(), read_only=True),
            Field("name", Text(), read_only=True),
            Field("address", Text(), read_only=True),
            Field("via", Text(), read_only=True),
            Field("group", Text(), read_only=True),
            Field("radius", Flag(), default=b"no", read_only=True),
            Field("by-romon", Flag(), read_only=True, since="7.13"),
        ),
        commentable=False,
        disableable=False,
        lacks=frozenset({"add", "set", "reset", "edit"}),
        write_policy="policy",
        commands={
            "request-logout": Command(request_logout, items="many", policy="policy", until="7.20")
        },
        hooks=ActiveHooks,
        export=None,
    ),
    Menu(
        "/user/settings",
        fields=(
            Field("minimum-password-length", Number(0, 64), default=b"0"),
            Field("minimum-categories", Number(0, 4), default=b"0"),
        ),
        singleton=True,
        since="7.1",
        write_policy="policy",
    ),
)
