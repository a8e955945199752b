"""The packages user-manager, zerotier, iot and dude.

Virtual routers have none of them.

Source: command trees of routers with the packages, which offer no value sets; those and the
defaults from memory: assumed. Of zerotier there is no tree.
"""

from __future__ import annotations

from simulator.menus.interface import InterfaceKind, nothing
from simulator.menus.shared import NAME_TAKEN, choice, computed, counters, flag, flags, several
from simulator.menus.table import Command, Export, Field, Menu
from simulator.menus.types import AnyAddress, Duration, ListOf, Mac, Number, Reference, Text

__all__ = ["MENUS"]


_INTERFACES = ListOf(Reference("/interface", "/interface/list"))


MENUS = (
    Menu(
        "/user-manager",
        singleton=True,
        fields=(
            flag("enabled"),
            Field("authentication-port", Number(0, 65535), default=b"1812"),
            Field("accounting-port", Number(0, 65535), default=b"1813"),
            Field("certificate", Reference("/certificate", also=(b"none", b"*0")), default=b"none"),
            flag("use-profiles"),
            Field("require-message-auth", Text(), default=b"yes-access-request", since="7.15"),
            Field("radsec-certificate", Text(), since="7.21"),
        ),
        since="7.0",
    ),
    Menu(
        "/user-manager/user",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("password", Text(), default=b"", sensitive=True),
            Field("group", Reference("/user-manager/user/group", free=True), default=b"default"),
            Field("shared-users", Number(1, 4294967295, words=(b"unlimited",)), default=b"1"),
            Field("attributes", ListOf(Text()), default=b""),
            Field("caller-id", Text(), default=b""),
            Field("otp-secret", Text(), default=b"", sensitive=True),
        ),
        named_by="name",
        commands={"generate-voucher": Command(nothing, items="many")},
        since="7.0",
        flags=(("disabled", "X"),),
    ),
    Menu(
        "/user-manager/user/group",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field(
                "outer-auths",
                several("pap chap mschap1 mschap2 eap-tls eap-ttls eap-peap eap-mschap2"),
                default=b"",
            ),
            Field(
                "inner-auths",
                several("ttls-pap ttls-chap ttls-mschap1 ttls-mschap2 peap-mschap2"),
                default=b"",
            ),
            Field("attributes", ListOf(Text()), default=b""),
            *computed("default-name"),
            *flags("default"),
        ),
        named_by="name",
        builtin=({"name": b"default", "default": b"yes"},),
        disableable=False,
        since="7.0",
        flags=(("default", "*"),),
        export=Export(builtin="find", key="default"),
    ),
    Menu(
        "/user-manager/router",
        fields=(
            Field("name", Text(min_length=1), required=True),
            Field("address", AnyAddress(), required=True),
            Field("shared-secret", Text(), default=b"", sensitive=True),
            Field("coa-port", Number(0, 65535), default=b"3799"),
            Field("protocol", choice("radsec udp"), default=b"udp", since="7.21"),
        ),
        named_by="name",
        commands={"reset-counters": Command(nothing, items="many")},
        since="7.0",
        flags=(("disabled", "X"),),
    ),
    Menu(
        "/zerotier",
        fields=(
            Field("name", Text(min_length=1)),
            Field("identity", Text(), default=b"", sensitive=True),
            Field("port", Number(0, 65535), default=b"9993"),
            Field("interfaces", _INTERFACES, default=b"all"),
            Field("disabled-interfaces", _INTERFACES, default=b""),
            Field("route-distance", Number(0, 255), default=b"1"),
            flag("disabled", b"yes"),
            *computed("identity.public", "state"),
            *flags("online"),
        ),
        named_by="name",
        builtin=(
            {"name": b"zt1", "comment": b"ZeroTier Central controller - https://my.zerotier.com/"},
        ),
        disableable=False,
        since="7.1",
        flags=(("disabled", "X"),),
    ),
    Menu(
        "/zerotier/interface",
        family="/interface",
        fields=(
            Field("name", Text(min_length=1)),
            Field("mtu", Number(0, 65535), default=b"2800"),
            Field("mac-address", Mac()),
            Field("arp-timeout", Duration(words=(b"auto",)), default=b"auto"),
            Field("instance", Reference("/zerotier"), default=b"zt1", required=True),
            Field("network", Text(), required=True),
            flag("allow-default"),
            flag("allow-global"),
            flag("allow-managed", b"yes"),
            flag("bridge"),
            flag("disable-running-check"),
            flag("disabled"),
            *computed("network-name", "status", "type"),
            *flags("running"),
        ),
        named_by="name",
        name_error=NAME_TAKEN,
        hooks=InterfaceKind,
        disableable=False,
        since="7.1",
        flags=(("disabled", "X"), ("running", "R")),
    ),
    Menu(
        "/zerotier/peer",
        fields=(
            *computed("instance", "zt-address", "address", "role", "path"),
            *counters("latency"),
            *flags("bonded"),
        ),
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        since="7.1",
        export=None,
    ),
    Menu(
        "/zerotier/controller",
        fields=(
            Field("name", Text(min_length=1)),
            Field("instance", Reference("/zerotier"), default=b"zt1", required=True),
            Field("network", Text(), default=b""),
            flag("private", b"yes"),
            flag("broadcast", b"yes"),
            Field("mtu", Number(0, 65535), default=b"2800"),
            Field("multicast-limit", Number(0, 4294967295), default=b"32"),
            Field("ip-range", Text(), default=b""),
            Field("routes", Text(), default=b""),
            flag("ip6-6plane"),
            flag("ip6-rfc4193"),
            Field("ip6-range", Text(), default=b""),
            flag("disabled"),
        ),
        named_by="name",
        disableable=False,
        since="7.3",
        flags=(("disabled", "X"),),
    ),
    Menu(
        "/iot/bluetooth/scanners/advertisements",
        fields=(
            *computed("time", "device", "address", "address-type", "pdu-type", "data"),
            *computed("filler", "uuid"),
            *counters("rssi", "length", "epoch"),
        ),
        commands={"clear": Command(nothing)},
        lacks=frozenset({"*"}),
        commentable=False,
        disableable=False,
        since="7.0",
        export=None,
    ),
    Menu(
        "/dude",
        singleton=True,
        fields=(
            flag("enabled"),
            Field("data-directory", Text(), default=b""),
            *computed("status"),
        ),
        commands={"vacuum-db": Command(nothing)},
    ),
)
