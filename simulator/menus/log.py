"""`/log` and `/system logging`.

Source: routeros-api.md, 5.2 (`/log/info =message=`), 5.5 and section 12;
command tree of 7.22.3. The default rules and actions are those of every
router; of the actions only `memory` is played.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import texts
from simulator.console.request import Reply
from simulator.console.storage import Item
from simulator.errors import RouterError
from simulator.log import LogLine, Rule
from simulator.menus.hooks import Hooks
from simulator.menus.shared import choice
from simulator.menus.table import Command, Export, Field, Menu
from simulator.menus.types import (
    AnyAddress,
    Choice,
    FieldType,
    Flag,
    Link,
    ListOf,
    Number,
    Reference,
    Scope,
    Stored,
    Text,
    YesNo,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from simulator.console.call import Call
    from simulator.console.storage import Table
    from simulator.router import Router

__all__ = ["MENUS"]

SEVERITIES = ("info", "warning", "error", "debug")

# Source: command tree of 7.22.3.
_TOPICS = (
    "account acme-client amt async backup bfd bgp bridge calc caps certificate clock cmr container "
    "critical ddns debug dhcp disk dns dot1x dude e-mail error event evpn fetch firewall gps gsm "
    "health hotspot igmp-proxy info interface ipsec iscsi isdn isis kvm l2tp ldp lora lte manager "
    "mme mpls mqtt mvrp natpmp netwatch ntp ospf ovpn packet pim poe-out ppp pppoe pptp ptp queue "
    "radius radvd raw read rip route rpki rsvp script sertcp simulator smb snmp socksify ssh sstp "
    "state store stp system telephony tftp timer tr069 update upnp ups vpls vrrp warning watchdog "
    "web-proxy wireguard wireless write zerotier"
)


class LogHooks(Hooks):
    """The lines of the router's log as items."""

    def __init__(self, router: Router, table: Table) -> None:
        super().__init__(router, table)
        router.log.listeners.append(self._tell)

    def items(self) -> Iterable[Item]:
        return [self._item(line) for line in self.router.log.lines]

    def _item(self, line: LogLine) -> Item:
        values: dict[str, Stored] = {
            "time": self._time(line.when),
            "topics": line.topics,
            "buffer": b"memory",
            "message": line.message,
        }
        return Item(line.number, self.table, values)

    def _time(self, when: int) -> bytes:
        """Return date and time; before 7.10 a line of today has its time only."""
        router = self.router
        text = router.date_time(when)
        today = router.wall.date(when) == router.wall.date()
        return text.partition(b" ")[2] if today and not router.version.iso_dates else text

    def _tell(self, line: LogLine) -> None:
        item = self._item(line)
        for listener in tuple(self.table.listeners):
            listener(item, False)


def _log(severity: str) -> Callable[[Call], Reply]:
    def run(call: Call) -> Reply:
        call.router.log.add(f"script,{severity}", call.text("message"))
        return Reply()

    return run


class RuleHooks(Hooks):
    """Tells the log which lines are kept in memory."""

    def fresh(self) -> Iterator[Mapping[str, bytes]]:
        for topic, action in _DEFAULT_RULES:
            yield {"topics": topic, "action": action}

    def added(self, item: Item) -> None:
        del item
        self._apply()

    def changed(self, item: Item, before: Mapping[str, Stored]) -> None:
        del item, before
        self._apply()

    def removed(self, item: Item) -> None:
        del item
        self._apply()

    def removable(self, item: Item) -> None:
        """The default rules may go, as on a router."""

    def show(self, item: Item) -> Mapping[str, bool]:
        return {"default": item.builtin}

    def _apply(self) -> None:
        self.router.log.rules = tuple(
            _rule(self.table.value(item, "topics"))
            for item in self.table
            if not self.table.value(item, "disabled")
            and self._target(self.table.value(item, "action")) == b"memory"
        )

    @staticmethod
    def _target(action: Stored | None) -> Stored | None:
        if not isinstance(action, Link):
            return action
        return action.item.table.value(action.item, "target")


_DEFAULT_RULES = (
    (b"info", b"memory"),
    (b"error", b"memory"),
    (b"warning", b"memory"),
    (b"critical", b"echo"),
)


def _rule(topics: Stored | None) -> Rule:
    words = [word for word in (topics if isinstance(topics, tuple) else ()) if word]
    names = [word for word in words if isinstance(word, bytes)]
    wanted = frozenset(name for name in names if not name.startswith(b"!"))
    return Rule(wanted, frozenset(name[1:] for name in names if name.startswith(b"!")))


class Topic(FieldType):
    """A topic, or `!` and a topic, kept as text."""

    words = tuple(_TOPICS.encode().split())
    _choice = Choice(*words)

    def read(self, text: bytes, scope: Scope) -> Stored:
        word = self._choice.read(text.removeprefix(b"!"), scope)
        assert isinstance(word, bytes)  # noqa: S101 - what a Choice gives
        return b"!" + word if text.startswith(b"!") else word


class ActionHooks(Hooks):
    """Actions have names of letters and digits; the four of every router stay."""

    def prepare(self, values: dict[str, Stored], item: Item | None) -> None:
        name = values.get("name")
        if isinstance(name, bytes) and not name.isalnum():
            raise RouterError(b"failure: action name can contain only letters and numbers")
        if item is not None and item.builtin and name != item.values.get("name"):
            raise texts.cannot_change_builtin()

    def fresh(self) -> Iterator[Mapping[str, bytes]]:
        for name in (b"memory", b"disk", b"echo", b"remote"):
            yield {"name": name, "target": name}

    def show(self, item: Item) -> Mapping[str, bool]:
        return {"default": item.builtin}


# How lines go to another machine. Source: command trees; defaults from memory: assumed.
_SYSLOG = (
    Field("bsd-syslog", YesNo(), default=b"no", until="7.18"),
    Field("remote-log-format", choice("cef default syslog"), default=b"default", since="7.18"),
    Field("remote-protocol", choice("tcp udp"), default=b"udp", since="7.18"),
    Field("cef-event-delimiter", Text(), default=b"\r\n", since="7.18"),
    Field(
        "syslog-facility",
        choice(
            "auth authpriv cron daemon ftp kern local0 local1 local2 local3 local4 local5 local6 "
            "local7 lpr mail news ntp syslog user uucp"
        ),
        default=b"daemon",
    ),
    Field(
        "syslog-severity",
        choice("alert auto critical debug emergency error info notice warning"),
        default=b"auto",
    ),
    Field("syslog-time-format", choice("bsd-syslog iso8601"), default=b"bsd-syslog"),
)

MENUS = (
    Menu(
        "/log",
        fields=(
            Field("time", Text(), read_only=True),
            Field("topics", ListOf(Text()), read_only=True),
            Field("buffer", Text(), read_only=True, slow=True),
            Field("message", Text(), read_only=True),
            Field("extra-info", Text(), read_only=True, since="7.15"),
        ),
        commands={
            severity: Command(
                _log(severity),
                (Field("message", Text(), required=True, positional=True),),
                policy="read",  # assumed: whoever may run a script may log from it
            )
            for severity in SEVERITIES
        },
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        print_flags=("with-extra-info",),
        hooks=LogHooks,
        export=None,
    ),
    Menu(
        "/system/logging",
        fields=(
            Field("topics", ListOf(Topic()), default=b"info"),
            Field("prefix", Text(), default=b""),
            Field("regex", Text(), default=b"", since="7.18"),
            Field(
                "action",
                Reference("/system/logging/action"),
                default=b"memory",
            ),
            Field("invalid", Flag(), default=b"no", read_only=True),
            Field("default", Flag(), default=b"no", read_only=True),
        ),
        first_id=0,
        hooks=RuleHooks,
        export=Export(builtin="number"),
    ),
    Menu(
        "/system/logging/action",
        fields=(
            Field("name", Text(), required=True),
            Field(
                "target",
                Choice(b"disk", b"echo", b"email", b"memory", b"remote", b"script"),
                default=b"memory",
            ),
            Field("memory-lines", Number(1, 65535), default=b"1000"),
            Field("memory-stop-on-full", YesNo(), default=b"no"),
            Field("remember", YesNo(), default=b"yes"),
            Field("remote", AnyAddress(), default=b"0.0.0.0"),
            Field("remote-port", Number(0, 65535), default=b"514"),
            Field("src-address", AnyAddress(), default=b"0.0.0.0"),
            Field("disk-file-name", Text(), default=b"log"),
            Field("disk-lines-per-file", Number(1, 65535), default=b"1000"),
            Field("disk-file-count", Number(1, 65535), default=b"2"),
            Field("disk-stop-on-full", YesNo(), default=b"no"),
            Field("email-to", Text(), default=b""),
            Field("email-cc", Text(), default=b"", since="7.23"),
            Field("email-start-tls", YesNo(), default=b"no"),
            Field("check-certificate", YesNo(), default=b"no", since="7.23"),
            *_SYSLOG,
            Field("script", Text(), since="7.22"),
            Field("add-topics-string", YesNo(), default=b"no", since="7.22"),
            Field("vrf", Text(), default=b"main", since="7.19"),
            Field("default", Flag(), default=b"no", read_only=True),
        ),
        named_by="name",
        disableable=False,
        first_id=0,
        hooks=ActionHooks,
        export=Export(builtin="number"),
    ),
)
